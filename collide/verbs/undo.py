"""go back to the knobs before the last doit set"""

from collide.cli.request import Request
from collide.cli.variables import PROJECT

VARIABLES = {"project": PROJECT}


def run(request: Request) -> int:
    """Put config.json back, and say what changed."""
    project = request.existing()
    before, after = project.config(), project.undo()
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            print(f"{name}: {before.get(name, 'unset')} → {after.get(name, 'unset')}")
    print(f"next: doit render project={project.name}")
    return 0
