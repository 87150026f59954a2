"""what one task reads and writes, and why it would run: doit info layer:2 project=x"""

from collide.cli.request import Said
from collide.cli.variables import PIECE

VARIABLES = PIECE
KNOBS = True
WORDS = 1


def run(said: Said) -> int:
    """Never called: doit's own info command shows the task."""
    raise NotImplementedError
