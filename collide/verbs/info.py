"""what one task reads and writes, and why it would run: doit info layer:2 project=x"""

from collide.cli.request import Request
from collide.cli.variables import PIECE

VARIABLES = PIECE
KNOBS = True
WORDS = 1


def run(request: Request) -> int:
    """Never called: doit's own info command shows the task."""
    raise NotImplementedError
