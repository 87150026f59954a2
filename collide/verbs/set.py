"""turn a knob for good; `knob=` removes it; look=7f3a sets all knobs of an earlier look

`doit set` writes projects/x/config.json. `doit undo` goes back, and `doit redo` forward again.
"""

import re
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.words import joined, several
from collide.cli.request import Request
from collide.project.adopt import adopt
from collide.project.asked_files import names_files, out_of_time
from collide.project.differences import moves
from collide.project.drawn_ranges import drawn
from collide.project.idle_knobs import idle
from collide.project.layer_knobs import pinned, refuse_missing_layers, unmoved
from collide.project.look_book import Look
from collide.project.project import Project
from collide.project.too_many_layers import over_clips
from collide.project.undone_knobs import undone
from collide.syntax.arguments import line
from collide.syntax.variables import PIECE, PRESET
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project} layer2.similarity=0.31",),
    variables={
        **PIECE,
        "preset": replace(PRESET, about="the presets that replace the project's presets"),
    },
    knobs=True,
    unsets=True,
)


def run(request: Request) -> int:
    """Write the knobs and print what changed."""
    project = request.existing()
    values = request.values()
    for name in request.presets:
        project.preset(name)
    if "preset" in request.variables:
        values["preset"] = request.presets or ""
    before, selection = project.config(), None
    values |= {name: "" for name in ("project", "look") if name in before}
    if look := request.look(project):
        rest = {name: value for name, value in before.items() if values.get(name) != ""}
        now = project.drafted(rest)  # without the settings that this command removes
        knobs = {name: text for name, text in request.knobs.items() if text}
        library = request.open(now, knobs=knobs).state.library
        config, selection, _ = adopt(look, now, library, typed=values)
        values = {**dict.fromkeys(before.keys() - config.keys(), ""), **config}
    if not values:
        raise InputError(
            "nothing to set",
            why="no knob was given",
            fix=f"doit set project={project.name} similarity=0.3",
        )
    after = {name: value for name, value in {**before, **values}.items() if value != ""}
    _refuse_unreadable(request, project.drafted(after))
    project.turn(values)
    if selection:
        selection.save()
    if not look:
        for text in moves(before, after, [*values]):
            print(text)
    else:
        clips = [look.called(part.digest).rpartition("/")[2] for part in look.recipe.layers]
        count = sum(before.get(name) != after.get(name) for name in {*before, *after})
        with_clips = f"with its clips {joined([*dict.fromkeys(clips)])}"
        print(f"look {look.name} is set, {with_clips} ({several(count, 'knob')} changed)")
    print(_next(project.name, after == before, look))
    return 0


def _next(project: str, same: bool, look: Look | None) -> str:
    if same:
        return "nothing changed, so there is no new step to undo"
    verb = "tune" if look else "render"
    return f"next: doit {verb} project={project}   (back: doit undo project={project})"


def _refuse_unreadable(request: Request, after: Project) -> None:
    """Refuse a config that cannot be read back, and knobs of a missing layer or file.

    Print notes about knobs that have no effect.
    """
    settings = after.settings([], {})
    refuse_missing_layers(settings, {name: text for name, text in request.knobs.items() if text})
    if names_files(request.knobs, after.catalog):
        request.open(after, presets=False, knobs={})
    turned = [name for name, text in request.knobs.items() if text]
    knobs = request.knobs
    again = line(["set"], {"project": after.name})
    notes = (*out_of_time(settings, knobs), *undone(settings, knobs), *drawn(settings, knobs))
    for note in (*notes, *over_clips(after, settings, knobs), *idle(settings, turned)):
        print(re.sub(r"; add (\S+=\S+)$", rf"; to add it: {again} \1", note))
    for name in turned:  # after `doit set look=`, each layer has its own value of each knob
        for note in unmoved(settings, [name]):
            print(note)
        if own := pinned(settings, name)[0]:
            values = {name: knobs[name], **{f"layer{n}.{name}": "" for n in own}}
            print(f"for all layers: {line(['set'], {'project': after.name, **values})}")
