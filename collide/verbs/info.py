"""what one task reads and writes, and why it would run: doit info layer:2 project=x"""

from collide.cli.variables import PIECE

# doit's own info command shows the task, see commands.py: there is no run.
VARIABLES = PIECE
KNOBS = True
WORDS = 1
