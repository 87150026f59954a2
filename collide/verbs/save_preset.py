"""save a project's or look's knobs as a preset: as values or as ranges around them

`doit save-preset project=x name=fog` saves all knobs that were set, except seed, clips, beds and
storage. knobs=similarity,softness saves only these two, and knobs=layer2 the knobs of layer 2.
wide=0.2 turns most numbers into ranges, from the lowest value in any layer to the highest, widened
by a fifth at both ends. With wide=, length, frame rate, size and number of layers are saved only if
you name them, and are never widened.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.words import several
from collide.cli.request import Request
from collide.limits import Choice, Range
from collide.project import promote
from collide.project.project import Project
from collide.project.settings import bare, resolve
from collide.project.stray_presets import FAMILIES
from collide.syntax.arguments import line
from collide.syntax.variables import LOOK, PROJECT, Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import Label, Names

VERB = Verb(
    examples=("{project} name=fog",),
    variables={
        "project": PROJECT,
        "look": replace(LOOK, about="a look, whose drawn values are saved"),
        "name": Variable(Label("preset"), "the preset's name", "fog", required=True),
        "knobs": Variable(Names("knob"), "the knobs to save", "similarity,softness", without="all"),
        "family": Variable(
            Choice(FAMILIES), "the preset's family", "blend", without="its knobs' family"
        ),
        "wide": Variable(
            Range(0.0, 1.0), "how far a number may vary, as a fraction", "0.2", without="not at all"
        ),
        "everywhere": toggle("whether to save the preset for all projects, in presets/"),
        "over": toggle("whether to replace an existing preset"),
    },
)


def run(request: Request) -> int:
    """Write the preset, read it back, and print how to use it."""
    project, name = request.existing(), request.value("name").removesuffix(".json")
    values = _values(request, project)
    family = request.value("family") or promote.family_of(values, project.catalog)
    everywhere = request.value("everywhere")
    home = project.workspace.root if everywhere else project.path
    path = home / "presets" / family / f"{name}.json"
    _refuse_taken(request, project, path)
    if everywhere:
        _refuse_scripts(project, values)
    resolve([(f"preset {name}", values)], catalog=project.catalog)
    write_whole(path, (json.dumps(values, indent=2) + "\n").encode())
    back = project.drafted({"preset": [name]}).settings([], {})
    print(f"saved {several(len(values), 'knob')}: {path.relative_to(project.workspace.root)}")
    for knob in sorted(values, key=lambda knob: (bare(knob), knob)):
        print(f"  {knob}={back.explicit[knob].value}")
    print(f"use it: doit render project={project.name} preset={name}")
    return 0


def _values(request: Request, project: Project) -> dict[str, Any]:
    """Return the knobs to save; raise InputError if there is nothing to save."""
    look, wide, names = request.look(project), request.value("wide"), request.value("knobs", ())
    session = request.open(project)
    knob_values = promote.explicit_knobs(session.settings)
    if look:
        _, _, drawn = look.knob_source(session.state.library)
        knob_values = promote.plainly(drawn, project.catalog)
    _refuse_bare_layers(request, project, promote.of_layers(names, knob_values))
    values = promote.chosen(knob_values, names, project.catalog)
    if wide is not None and not names:
        values = {name: value for name, value in values.items() if bare(name) not in promote.FORM}
    if not values:
        raise InputError(
            f"{project.name} has no knobs to put in a preset",
            why="it sets only knobs that presets leave out, such as the seed and clips",
            fix="name some: knobs=similarity\n"
            f"or use a look, look=…: doit looks project={project.name}",
        )
    if wide is None:
        return values
    knobs, numbers = project.catalog.knobs, promote.together(values, project.catalog)
    return {n: promote.widened(knobs[bare(n)], value, wide) for n, value in numbers.items()}


def _refuse_bare_layers(request: Request, project: Project, names: Iterable[str]) -> None:
    """Refuse a layer that has no knobs of its own."""
    every = {name: text for name, text in request.turned.items() if name != "knobs"}
    for name in names:
        if re.fullmatch("layer[1-9]", name):
            raise InputError(
                f"no knob of layer {name[-1]} is set",
                why=f"knobs={name} saves the knobs that are set for that layer alone",
                fix=f"save all knobs that are set: {line(request.spoken, every)}\n"
                f"see what is set: doit knobs project={project.name}",
            )


def _refuse_taken(request: Request, project: Project, path: Path) -> None:
    """Refuse an existing preset's name, unless `over=true` replaces exactly that file."""
    every = [shelf / family / path.name for shelf in project.shelves for family in FAMILIES]
    taken = [other for other in every if other.exists()]
    if taken and not (request.value("over") and taken == [path]):
        free = next(
            f"{path.stem}-{i}" for i in range(2, 999) if not _named(every, f"{path.stem}-{i}")
        )
        fix = f"another name: {line(request.spoken, {**request.turned, 'name': free})}"
        for_all = project.workspace.root / "presets" / path.parent.name / path.name
        if taken == [path]:
            fix += f"\nreplace it: {request.line(over='true')}"
        elif taken == [for_all]:  # a preset for all projects
            fix += f"\nreplace it: {request.line(everywhere='true', over='true')}"
        raise InputError(
            f"a preset called {path.stem!r} already exists",
            why=f"it is {taken[0].relative_to(project.workspace.root)}",
            fix=fix,
        )


def _named(every: Sequence[Path], stem: str) -> bool:
    """Return whether a preset called `stem` is in the folder of any path in `every`."""
    return any(one.with_name(f"{stem}.json").exists() for one in every)


def _refuse_scripts(project: Project, values: dict[str, Any]) -> None:
    for name in values:
        owner = project.catalog.knobs[bare(name)].owner
        file = Path(str(project.catalog.instrument(owner).__file__))
        if file.is_relative_to(project.path):
            raise InputError(
                f"{name} belongs to {owner}, which only {project.name} has",
                why=f"it is in {file.relative_to(project.workspace.root)}",
                fix="leave out everywhere= or move that file into collide first",
            )
