"""go back to the knobs as they were before the last change; doit redo goes forward again"""

from collide.cli.request import Request
from collide.cli.try_next import next_render
from collide.project.differences import moves
from collide.syntax.variables import PROJECT
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project}",),
    variables={"project": PROJECT},
    without_project="refused",
)


def run(request: Request) -> int:
    """Restore the earlier config.json and print the changes."""
    project = request.existing()
    for text in moves(project.config(), project.undo()):
        print(text)
    print(next_render(project))
    print(f"to go forward: doit redo project={project.name}")
    return 0
