"""A look made a project's own: its knobs for config.json, its clips for selection.json."""

from typing import Any

from collide.build.library import Library
from collide.errors import InputError
from collide.graph.looks import Look, draws
from collide.graph.project import Project
from collide.graph.promote import plainly
from collide.graph.selection import Pick, Selection

# What a config says of choosing and keeping; no look says any of it, so it stays.
STAYS = ("storage", "min_resolution", "min_seconds", "silence_lufs")


def adopt(
    look: Look, project: Project, library: Library, *, absent: bool = False
) -> tuple[dict[str, Any], Selection, list[Pick]]:
    """Return the config that makes a look again, the selection that has its clips, and what of it
    is not here. Nothing is written.

    Args:
        look: of this project or of any.
        project: there, or drafted.
        library: which has been scanned.
        absent: whether clips may be missing: those layers are drawn as ever.

    Raises:
        InputError: a file that it needs is not here.
    """
    _, _, said = look.told(library)
    config = {name: value for name, value in project.config().items() if name in STAYS}
    config |= plainly(said)
    selection, missing = Selection(project), []
    settings = project.drafted(config).settings([], {})
    parts = zip(look.recipe.parts, draws(look, settings, library), strict=True)
    for (of, number, part), draw in parts:
        if absent and library.place(part.digest) is None:
            missing.append(Pick(number, part.digest, look.called(part.digest), part.start, of))
        else:
            config |= _kept(selection, of, number, draw)
    return config, selection, missing


def _kept(selection: Selection, of: str, number: int, draw: dict[str, Any]) -> dict[str, Any]:
    """Let a selection remember a draw; return the knob that tells it from another one, if any does.

    Raises:
        InputError: a bed was drawn otherwise; it has no other throw.
    """
    ((at, start),) = draw["starts"].items()
    for take in range(1000):
        told = {**draw, "take": take} if of == "layer" else draw
        stands = selection.asked(told)
        if stands is None:
            selection.draws.append(told)
        elif stands["digest"] != draw["digest"] or stands["starts"].setdefault(at, start) != start:
            if of == "layer":
                continue
            break
        return {f"layer{number}.take": take} if take else {}
    raise InputError(
        f"{of} {number} of the look cannot be had here",
        why="this project has drawn another one with the same dice",
        fix="make a project of the look: doit export as=look …, then doit new from=…",
    )
