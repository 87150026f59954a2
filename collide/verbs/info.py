"""what one task reads and writes, and why it would run: doit info layer:2 project=x"""

from collide.desk.said import Said
from collide.desk.variables import PIECE

VARIABLES = PIECE
KNOBS = True
WORDS = 1


def run(said: Said) -> int:
    """Never called: doit's own info command shows the task."""
    raise NotImplementedError
