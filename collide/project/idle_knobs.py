"""Knobs that are set but change nothing: those of an unused effect, or of another mode."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.base.words import joined
from collide.catalog import Catalog
from collide.project.layers import drawn_mode
from collide.project.settings import PINNED, Settings, bare, chained
from collide.project.thresholds import threshold_of

KEY = "similarity"  # the knob that a mode may replace with a threshold of its own


def idle(settings: Settings, names: Iterable[str]) -> list[str]:
    """Return a line for each of `names` that has no effect, with the way to give it one.

    Knobs of one instrument share a line.
    """
    names = [*names]
    return [*unplayed(settings.piece(), names, settings.catalog), *_of_other_modes(settings, names)]


def kept(settings: Settings) -> list[str]:
    """Return the names of the knobs that config.json sets."""
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
    """Yield a line for the knobs whose mode is not used by any of their layers."""
    catalog, count = settings.catalog, settings.piece()["num_videos"]
    knobs = {number: settings.layer(number) for number in range(2, count + 1)}
    reasons: dict[str, list[str]] = {}  # the reason -> the knobs that have no effect
    for name in names:
        pin = PINNED.fullmatch(name)
        own = [n for n in ([int(pin[1])] if pin else knobs) if n in knobs]
        drawn = {n: drawn_mode(catalog, knobs[n], n) for n in own}
        mode, head = _reader(bare(name), catalog), f"layer{pin[1]}." if pin else ""
        played = {*drawn.values(), *(knobs[n]["mode"] for n in own)}
        if own and mode and mode not in played:
            who = f"layer {pin[1]} has a different mode" if pin else f"no layer has mode={mode}"
            reasons.setdefault(f"{who}; add {head}mode={mode}", []).append(name)
        elif own and bare(name) == KEY:
            found = [threshold_of(settings, drawn[n], knobs[n]) for n in own]
            if KEY not in found:
                why = f"the threshold of the mode in use is {head}{found[0]}"
                reasons.setdefault(why, []).append(name)
    yield from (f"{_no_effect(turned)}: {why}" for why, turned in reasons.items())


def _reader(knob: str, catalog: Catalog) -> str:
    """Return the mode that owns a knob; "" if no mode does."""
    owner = catalog.knobs[knob].owner if knob in catalog.knobs else ""
    family, _, name = owner.partition("/")
    return name if family == "modes" else ""
