"""Adopting a look: its knobs go into config.json, its clips and sounds into selection.json."""

from collections.abc import Mapping
from typing import Any

from collide.base.errors import InputError
from collide.library.library import Library
from collide.project.look_book import Look, draws
from collide.project.project import Project
from collide.project.promote import plainly
from collide.project.selection import LAYER, Pick, Selection
from collide.project.settings import bare

# Knobs that guide the choice of clips, starts and heard layers, or set how layers are stored.
# Recipes do not record them, so the project keeps its own values.
STAYS = ("storage", "min_resolution", "min_seconds", "silence_lufs", "start_in")


def adopt(
    look: Look,
    project: Project,
    library: Library,
    *,
    typed: Mapping[str, Any] | None = None,
    absent: bool = False,
) -> tuple[dict[str, Any], Selection, list[Pick]]:
    """Return the config that reproduces a look, the selection of its files, and the missing files.

    Nothing is written. Raise InputError if a knob's file is missing, or if the project drew a
    different file or start for a bed with the same inputs.

    Args:
        library: the library, already scanned.
        typed: knobs that override the look's knobs; "" removes a knob.
        absent: whether to leave missing clips and sounds to the dice, and return them.
    """
    _, _, knobs = look.knob_source(library)
    config = {name: value for name, value in project.config().items() if name in STAYS}
    config |= plainly(knobs, look.recipe.catalog)
    selection, missing = Selection(project), []
    settings = project.drafted(config).settings([], {})
    typed = typed or {}  # a knob without a layer replaces the look's value in each layer
    stays = {name: value for name, value in config.items() if bare(name) not in typed}
    config = {name: value for name, value in {**stays, **typed}.items() if value != ""}
    look_draws = draws(look, settings, library, project.drafted(config).settings([], {}))
    for (of, number, part), draw in zip(look.recipe.parts, look_draws, strict=True):
        if absent and library.place(part.digest) is None:
            missing.append(Pick(number, part.digest, look.called(part.digest), part.start, of))
        else:
            config |= _kept(selection, of, number, draw)
    return config, selection, missing


def _kept(selection: Selection, of: str, number: int, draw: dict[str, Any]) -> dict[str, Any]:
    """Add a draw to a selection and return the `take` knob that the draw needs, if any."""
    ((at, start),) = draw["starts"].items()
    for take in range(1000):
        entry = {**draw, "take": take} if of == LAYER else draw
        stands = selection.draw_like(entry)
        if stands is None:
            selection.draws.append(entry)
        elif stands["digest"] != draw["digest"] or stands["starts"].setdefault(at, start) != start:
            if of == LAYER:
                continue
            break
        return {f"layer{number}.take": take} if take else {}
    raise InputError(
        f"{of} {number} of the look is not available here",
        why="this project drew a different file or start with the same dice",
        fix="make a project from the look: doit export as=look …\nthen: doit new from=…",
    )
