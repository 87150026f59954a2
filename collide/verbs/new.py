"""make a project: config.json with a seed of its own, and a page for studio notes

`doit new from=look.json project=y` begins with a look, of a friend for instance: its knobs, and its
clips as far as they are here; other clips get the same look.
"""

from dataclasses import replace
from typing import Any

from collide.base.errors import InputError
from collide.cli.request import Said
from collide.cli.variables import PRESET, PROJECT, RECORD
from collide.project.adopt import adopt
from collide.project.pins import refuse_missing_layers
from collide.project.project import Project, named
from collide.project.selection import Selection
from collide.run.record_files import missing, read_record

VARIABLES = {
    "project": replace(PROJECT, without="piece-1, piece-2 …"),
    "preset": PRESET,
    "from": replace(RECORD, about="the look it begins with"),
}
KNOBS = UNSETS = True


def run(said: Said) -> int:
    """Make it, and say what to type next."""
    project = named(said.house, said.project or said.house.unused_name())
    if project.exists():
        raise InputError(
            f"project {project.name!r} is there already",
            why=f"projects/{project.name}/config.json holds its knobs",
            fix=f"render it: doit render project={project.name}, or choose another name",
        )
    lines: list[str] = []
    selection: Selection | None = None
    if "from" in said.variables:
        draft, selection, lines = _adopted(said, project)
    else:
        settings = project.drafted({}).settings(said.presets, said.knobs)
        refuse_missing_layers(settings, said.knobs)
        draft = project.draft(said.presets) | said.values()
    project.drafted(draft).make()
    if selection:
        selection.save()
    made = f"projects/{project.name}"
    print(f"made {made}/config.json (seed {draft['seed']}) and {made}/README.md, for your notes")
    for line in lines:
        print(line)
    print(f"next: doit render project={project.name}")
    return 0


def _adopted(said: Said, project: Project) -> tuple[dict[str, Any], Selection, list[str]]:
    """Return the config and the selection that a look begins with, and what is said of its clips.

    Raises:
        InputError: there is no look in that file, or a preset was said as well.
    """
    if said.presets:
        raise InputError(
            "a project begins with a look or with a preset",
            why="a look says every knob that it reads, so nothing of a preset would be seen",
            fix=f"leave preset= away, and try it then: doit render project={project.name} "
            f"preset={said.presets[0]}",
        )
    house = said.open_house()
    look = read_record(house.bench, said.variables["from"], said.catalog)
    if missing(look, house.bench.library):
        house.clips.scan()
    draft, selection, lost = adopt(
        look, project.drafted({}), house.bench.library, typed=said.values(), absent=True
    )
    refuse_missing_layers(project.drafted(draft).settings([], {}), said.knobs)
    lines = [f"{pick} gets another clip: {pick.name} is not here" for pick in lost]
    if lost:
        lines.append("the same look, of other clips")
    elif not said.knobs and look.recipe.data["engine"] == house.bench.engine_digest:
        lines.append(f"all its clips are here: it is look {look.name} again, to the byte")
    elif not said.knobs:
        lines.append("all its clips are here: the same look, with another ffmpeg: other bytes")
    return draft, selection, lines
