"""turn a knob for good; `knob=` takes it out again; look=7f3a sets all of an earlier look

Writes projects/x/config.json; `doit undo` goes back, `doit redo` forward. preset=a,b replaces the
presets. A set that changes nothing is not a step.
"""

from collide.base.errors import InputError
from collide.cli.request import Request
from collide.cli.variables import PIECE
from collide.project.adopt import adopt
from collide.project.promote import moves
from collide.project.settings import refuse_missing_layers

EXAMPLE = "{project} layer2.similarity=0.31"  # behind doit set
VARIABLES = PIECE
KNOBS = UNSETS = True


def run(request: Request) -> int:
    """Write the knobs, and print the old value of each."""
    project = request.existing()
    values = request.values()
    for name in request.presets:
        project.preset(name)
    if "preset" in request.variables:
        values["preset"] = request.presets or ""
    before, selection = project.config(), None
    if look := request.look(project):
        library = request.open(project).state.library
        config, selection, _ = adopt(look, project, library, typed=values)
        values = {**dict.fromkeys(before.keys() - config.keys(), ""), **config}
    if not values:
        raise InputError(
            "nothing to set",
            why="no knob was said",
            fix=f"doit set project={project.name} similarity=0.3",
        )
    after = {name: value for name, value in {**before, **values}.items() if value != ""}
    # a config that could not be read back is not written
    settings = project.drafted(after).settings([], {})
    refuse_missing_layers(settings, [name for name in request.knobs if request.knobs[name]])
    project.turn(values)
    if selection:
        selection.save()
    for text in moves(before, after, [] if look else [*values]):
        print(text)
    if after == before:
        print("nothing is turned: it is no step for doit undo")
    else:
        print(
            f"next: doit render project={project.name}   (back: doit undo project={project.name})"
        )
    return 0
