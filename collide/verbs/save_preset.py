"""save knobs of a project, or of a look, as a preset: as they are, or as windows around them

`doit save-preset project=x name=fog` takes all that was said, knobs=similarity,softness some of it;
wide=0.2 lets each number roll, between what the layers have and a fifth more to both sides. Length,
rate, size and layers of the piece are in such a preset only if they are named, and never roll.
"""

import json
from pathlib import Path
from typing import Any

from collide.catalog import instrument
from collide.catalog import knobs as all_knobs
from collide.desk.said import Said
from collide.errors import InputError
from collide.files import write_whole
from collide.filters import read_number
from collide.graph.knobs import resolve
from collide.graph.presets import FAMILIES
from collide.graph.project import Project, checked
from collide.graph.promote import FORM, bare, chosen, family_of, plainly, together, told, widened

VARIABLES = {
    "project": "whose knobs",
    "look": "those of a look, drawn, by the first signs of its name",
    "name": "what the preset is called",
    "knobs": "which knobs: similarity,softness; all where it is not said",
    "family": "blend, audio or post; where it is not said, the one of its knobs",
    "wide": "how far each number may roll to both sides, as a share of it: 0.2",
    "everywhere": "true: for every project, in presets/; else in the project's own",
    "over": "true: in place of a preset of that name",
}


def run(said: Said) -> int:
    """Write the preset, read it back, and say how it is used."""
    project, name = said.existing(), said.needed("name", "fog")
    checked(name, "a preset", "name=fog")
    values = _values(said, project)
    family = said.variables.get("family") or family_of(values)
    if family not in FAMILIES:
        raise InputError(
            f"there is no family {family!r} of presets",
            why=f"there are {', '.join(FAMILIES)}",
            fix=f"say family={family_of(values)}",
        )
    everywhere = said.flag("everywhere")
    shelf = (project.house.root if everywhere else project.path) / "presets"
    path = shelf / family / f"{name}.json"
    _refuse_taken(said, project, path)
    if everywhere:
        _refuse_scripts(project, values)
    resolve([(f"preset {name}", values)])
    write_whole(path, (json.dumps(values, indent=2) + "\n").encode())
    back = project.drafted({"preset": [name]}).settings([], {})
    print(f"saved {len(values)} knobs: {path.relative_to(project.house.root)}")
    for knob in sorted(values, key=lambda knob: (bare(knob), knob)):
        print(f"  {knob}={back.said[knob].value}")
    print(f"use it: doit render project={project.name} preset={name}")
    return 0


def _values(said: Said, project: Project) -> dict[str, Any]:
    """Return what the preset shall hold.

    Raises:
        InputError: there is nothing to save, or wide= is no share.
    """
    look, by = said.look(project), read_number(said.variables.get("wide", "0"))
    if not isinstance(by, int | float) or not 0 <= by <= 1:
        raise InputError(
            f"wide={said.variables['wide']} is not possible",
            why="it is a share of each number, from 0 to 1",
            fix="say wide=0.2: 0.3 becomes 0.24..0.36",
        )
    session = said.open(project)
    known = told(session.settings)
    if look:
        _, _, drawn = look.told(session.bench.library)
        known = plainly(drawn)
    names = [name for name in said.variables.get("knobs", "").split(",") if name]
    values = chosen(known, names)
    if "wide" in said.variables and not names:
        values = {name: value for name, value in values.items() if bare(name) not in FORM}
    if not values:
        raise InputError(
            f"{project.name} says nothing that a preset could hold",
            why="its config.json has no knob but seed and clips",
            fix=f"name some: knobs=similarity, or take a look: look=… (doit looks "
            f"project={project.name})",
        )
    if "wide" not in said.variables:
        return values
    return {name: widened(name, value, by) for name, value in together(values).items()}


def _refuse_taken(said: Said, project: Project, path: Path) -> None:
    """Refuse a name that a preset has, unless that very file shall be replaced.

    Raises:
        InputError: with where it is.
    """
    shelves = (project.path / "presets", project.house.root / "presets")
    every = [shelf / family / path.name for shelf in shelves for family in FAMILIES]
    taken = [other for other in every if other.exists()]
    if not taken or (said.flag("over") and taken == [path]):
        return
    shown = str(taken[0].relative_to(project.house.root))
    replaces = taken == [path]
    raise InputError(
        f"a preset called {path.stem!r} is there already",
        why=f"it is {shown}",
        fix=f"replace it: {said.line(over='true')}" if replaces else "choose another name",
    )


def _refuse_scripts(project: Project, values: dict[str, Any]) -> None:
    """Refuse knobs for everybody that only this project has.

    Raises:
        InputError: an instrument of its scripts/ owns one.
    """
    for name in values:
        owner = all_knobs()[bare(name)].owner
        file = Path(str(instrument(owner).__file__))
        if file.is_relative_to(project.path):
            raise InputError(
                f"{name} is of {owner}, which only {project.name} has",
                why=f"it stands in {file.relative_to(project.house.root)}",
                fix="leave everywhere= away, or move that file into collide first",
            )
