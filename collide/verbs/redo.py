"""restore the knobs as they were before the last doit undo

A later change to config.json by doit set, doit roll or `keep` on the doit tune page discards the
undone steps.
"""

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
    """Restore the undone config.json and print the changes."""
    project = request.existing()
    for text in moves(project.config(), project.redo()):
        print(text)
    print(next_render(project, f"   (back: doit undo project={project.name})"))
    return 0
