"""go forward again to the knobs that the last doit undo took back

Until a knob is turned anew: after a set, or a roll that is taken, nothing lies ahead any more.
"""

from collide.cli.request import Request
from collide.cli.variables import PROJECT
from collide.project.promote import moves

VARIABLES = {"project": PROJECT}


def run(request: Request) -> int:
    """Put config.json forward, and say what changed."""
    project = request.existing()
    for text in moves(project.config(), project.redo()):
        print(text)
    print(f"next: doit render project={project.name}   (back: doit undo project={project.name})")
    return 0
