"""A look made a project's own: its knobs for config.json, its clips for selection.json."""

from collections.abc import Mapping
from typing import Any

from collide.base.errors import InputError
from collide.library.library import Library
from collide.project.look_file import Look, draws
from collide.project.project import Project
from collide.project.promote import plainly
from collide.project.selection import LAYER, Pick, Selection
from collide.project.settings import bare

# What a config says of choosing and keeping; no look says any of it, so it stays.
STAYS = ("storage", "min_resolution", "min_seconds", "silence_lufs")


def adopt(
    look: Look,
    project: Project,
    library: Library,
    *,
    typed: Mapping[str, Any] | None = None,
    absent: bool = False,
) -> tuple[dict[str, Any], Selection, list[Pick]]:
    """Return the config that makes a look again, the selection that has its clips, and what of it
    is not here. Nothing is written.

    Args:
        look: of this project or of any.
        project: there, or drafted.
        library: which has been scanned.
        typed: knobs on top of the look.
        absent: whether clips may be missing: those layers are drawn as ever.

    Raises:
        InputError: a file that it needs is not here.
    """
    _, _, said = look.knob_source(library)
    config = {name: value for name, value in project.config().items() if name in STAYS}
    config |= plainly(said, look.recipe.catalog)
    selection, missing = Selection(project), []
    settings = project.drafted(config).settings([], {})
    config = _on_top(config, typed or {})
    made = draws(look, settings, library, project.drafted(config).settings([], {}))
    parts = zip(look.recipe.parts, made, strict=True)
    for (of, number, part), draw in parts:
        if absent and library.place(part.digest) is None:
            missing.append(Pick(number, part.digest, look.called(part.digest), part.start, of))
        else:
            config |= _kept(selection, of, number, draw)
    return config, selection, missing


def _on_top(config: dict[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with knobs on top: a word for all layers is meant for each of them."""
    stays = {n: v for n, v in config.items() if bare(n) not in typed}
    return {n: v for n, v in {**stays, **typed}.items() if v != ""}


def _kept(selection: Selection, of: str, number: int, draw: dict[str, Any]) -> dict[str, Any]:
    """Let a selection remember a draw; return the knob that tells it from another one, if any does.

    Raises:
        InputError: a bed was drawn otherwise; it has no other throw.
    """
    ((at, start),) = draw["starts"].items()
    for take in range(1000):
        told = {**draw, "take": take} if of == LAYER else draw
        stands = selection.asked(told)
        if stands is None:
            selection.draws.append(told)
        elif stands["digest"] != draw["digest"] or stands["starts"].setdefault(at, start) != start:
            if of == LAYER:
                continue
            break
        return {f"layer{number}.take": take} if take else {}
    raise InputError(
        f"{of} {number} of the look cannot be had here",
        why="this project has drawn another one with the same dice",
        fix="make a project of the look: doit export as=look …, then doit new from=…",
    )
