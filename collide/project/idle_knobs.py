"""Knobs that are turned and change nothing: of an effect that is not played, of another mode."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.base.words import joined
from collide.catalog import Catalog
from collide.project.layers import drawn_mode
from collide.project.settings import PINNED, Settings, bare, chained

KEY = "similarity"  # the threshold of modes that have none of their own


def idle(settings: Settings, names: Iterable[str]) -> list[str]:
    """Return a line for each of `names` that has no effect, with what would give it one.

    Knobs of one instrument share a line.
    """
    names = [*names]
    return [*unplayed(settings.piece(), names, settings.catalog), *_of_other_modes(settings, names)]


def kept(settings: Settings) -> list[str]:
    """Return the names of the knobs that config.json turns."""
    return [name for name, one in settings.explicit.items() if one.origin == "config.json"]


def unplayed(values: Mapping[str, Any], names: Iterable[str], catalog: Catalog) -> list[str]:
    """Return a line for the knobs of each instrument that is not in the chain."""
    idle: dict[str, list[str]] = {}
    for knob in names:
        owner = catalog.knobs[knob].owner if knob in catalog.knobs else ""
        family, _, name = owner.partition("/")
        if family == "post" and name not in chained(values):
            idle.setdefault(name, []).append(knob)
    return [
        f"{_no_effect(knobs)}: {name} is not in the chain; "
        f"add post={','.join([*chained(values), name])}"
        for name, knobs in idle.items()
    ]


def _no_effect(knobs: list[str]) -> str:
    return f"{joined(knobs)} {'has' if len(knobs) == 1 else 'have'} no effect"


def _of_other_modes(settings: Settings, names: Iterable[str]) -> Iterator[str]:
    """Yield a line for the knobs that only modes read which no layer of theirs has."""
    catalog, count = settings.catalog, settings.piece()["num_videos"]
    knobs = {number: settings.layer(number) for number in range(2, count + 1)}
    idle: dict[tuple[str, str], list[str]] = {}
    for name in names:
        pin = PINNED.fullmatch(name)
        own = [n for n in ([int(pin[1])] if pin else knobs) if n in knobs]
        modes = {
            mode: n for n in own for mode in (knobs[n]["mode"], drawn_mode(catalog, knobs[n], n))
        }
        mode, head = _reader(bare(name), catalog), f"layer{pin[1]}." if pin else ""
        if modes and mode and mode not in modes:
            idle.setdefault((head, mode), []).append(name)
        elif modes and bare(name) == KEY:
            thresholds = (
                _threshold(catalog, drawn_mode(catalog, knobs[n], n), knobs[n]) for n in own
            )
            if KEY not in (found := [*thresholds]):
                idle.setdefault((head, f" {head}{found[0]}"), []).append(name)
    for (head, mode), turned in idle.items():
        who = f"layer {head[5:-1]} has another mode" if head else f"no layer has mode={mode}"
        if mode[0] == " ":
            yield f"{_no_effect(turned)}: the threshold of the mode in use is{mode}"
        else:
            yield f"{_no_effect(turned)}: {who}; add {head}mode={mode}"


def _reader(knob: str, catalog: Catalog) -> str:
    """Return the mode that owns a knob, "" for a knob of anything else."""
    owner = catalog.knobs[knob].owner if knob in catalog.knobs else ""
    family, _, name = owner.partition("/")
    return name if family == "modes" else ""


def _threshold(catalog: Catalog, mode: str, knobs: Mapping[str, Any]) -> str:
    """Return the knob that is the threshold of a mode's key."""
    play = catalog.instrument(f"modes/{mode}")
    return str(play.threshold(knobs)) if hasattr(play, "threshold") else KEY
