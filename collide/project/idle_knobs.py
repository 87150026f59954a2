"""Knobs that are set but change nothing, because their effect, mode or sound is not used."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.base.words import joined, several
from collide.catalog import Catalog, Knob
from collide.instrument import RATE, Range, Toggle
from collide.limits import as_typed
from collide.project.layers import drawn_mode
from collide.project.settings import PINNED, Settings, bare, chained
from collide.project.thresholds import threshold_of

KEY = "similarity"  # a mode may have its own threshold instead of this knob


def idle(settings: Settings, names: Iterable[str]) -> list[str]:
    """Return lines about the knobs in `names` that have no effect, with a remedy if one is known.

    Knobs with the same reason share a line.
    """
    names = [*names]
    reasons: dict[str, list[str]] = {}  # the reason -> the knobs that have no effect
    for name in names:
        knob = settings.catalog.knobs.get(bare(name))
        if knob and knob.owner.startswith("audio/") and (why := _unheard(settings, name, knob)):
            reasons.setdefault(why, []).append(name)
    return [
        *unplayed(settings.piece(), names, settings.catalog),
        *_of_other_modes(settings, names),
        *(f"{_no_effect(turned)}: {why}" for why, turned in reasons.items()),
    ]


def unplayed(values: Mapping[str, Any], names: Iterable[str], catalog: Catalog) -> list[str]:
    """For each effect that is not in the chain, return a line about its knobs in `names`."""
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
    """Yield lines about the knobs of modes (and `similarity`) that no layer reads."""
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
            thresholds = [threshold_of(settings, drawn[n], knobs[n]) for n in own]
            if KEY not in thresholds:
                why = f"the threshold of the mode in use is {head}{thresholds[0]}"
                reasons.setdefault(why, []).append(name)
    yield from (f"{_no_effect(turned)}: {why}" for why, turned in reasons.items())


def _reader(knob: str, catalog: Catalog) -> str:
    """Return the mode that owns a knob, or ""."""
    owner = catalog.knobs[knob].owner if knob in catalog.knobs else ""
    family, _, name = owner.partition("/")
    return name if family == "modes" else ""


def _unheard(settings: Settings, name: str, knob: Knob) -> str:
    """Return why a sound knob has no effect, with any known remedy, or "" if it may work."""
    piece, pin = settings.piece(), PINNED.fullmatch(name)
    layers = {number: settings.layer(number) for number in range(1, piece["num_videos"] + 1)}
    sounds = ("on", "auto") if piece["audio_sources"] else ("on",)
    heard_layers = {number: one for number, one in layers.items() if one["sound"] in sounds}
    if knob.name in ("sound", "audio_beds") or (pin and int(pin[1]) not in layers):
        return ""
    if knob.owner == "audio/bed":
        needs = int(knob.name[-1]) if knob.name[-1].isdigit() else 1
        beds = several(piece["audio_beds"], "bed") if piece["audio_beds"] else "no bed"
        wanting = piece["audio_beds"] < needs
        return f"the piece has {beds}; add audio_beds={needs}" if wanting else ""
    auto = any(one["sound"] == "auto" for one in layers.values())
    more = "audio_sources=1" if auto else "sound=on"
    if knob.scope == "piece":
        return _of_the_mix(knob, piece, more, heard=bool(heard_layers), auto=auto)
    own = [one for number, one in heard_layers.items() if not pin or int(pin[1]) == number]
    if not own:
        alone = f"layer {pin[1]} is silent; add layer{pin[1]}.sound=on" if pin else ""
        return alone or f"no layer is heard; add {more}"
    return _left_out(settings.catalog, own, knob, f"layer{pin[1]}." if pin else "")


def _of_the_mix(knob: Knob, piece: Mapping[str, Any], more: str, *, heard: bool, auto: bool) -> str:
    """Return why a knob of the mix has no effect, with a remedy, or "" if it has an effect.

    Args:
        more: a knob that makes a layer audible, in the form to type.
        heard: whether any layer can be heard.
        auto: whether the dice may choose any layer.
    """
    if knob.name == "audio_sources":
        return "" if auto else "the dice choose no layer; add sound=auto"
    if knob.name == "silence_lufs":
        choice = more if auto else "sound=auto"
        return "" if auto and heard else f"the dice choose no layer; add {choice}"
    return "" if heard or piece["audio_beds"] else f"the piece has no sound; add {more}"


def _left_out(catalog: Catalog, layers: list[dict[str, Any]], knob: Knob, head: str) -> str:
    """Return why a knob leaves the sound of all `layers` unchanged, or "" if it changes a layer.

    Args:
        head: the prefix of the knob's name: "layer2.", or "".
    """
    if any(_changes(catalog, one, knob.name) for one in layers):
        return ""
    for other in catalog.instrument(knob.owner).DEFAULTS:
        for value in _others(catalog.knobs[other]):
            if other != knob.name and _changes(catalog, {**layers[0], other: value}, knob.name):
                now, then = as_typed(layers[0][other]), as_typed(value)
                return f"{head}{other} is {now}; add {head}{other}={then}"
    return f"ruled out by other knobs of {knob.owner}"


def _changes(catalog: Catalog, layer: Mapping[str, Any], name: str) -> bool:
    """Return whether a knob can change a layer's sound, or True if no values can be compared."""
    values, now = _others(catalog.knobs[name]), _sound(catalog, layer)
    return not values or any(_sound(catalog, {**layer, name: one}) != now for one in values)


def _others(knob: Knob) -> list[Any]:
    """Return values for a knob to compare: the middle and ends of its range, or all its choices."""
    limit = knob.limit
    if isinstance(limit, Range):
        middle = (limit.low + limit.high) / 2
        return [limit.check(int(middle) if limit.whole else middle), limit.low, limit.high]
    return [True, False] if isinstance(limit, Toggle) else [*getattr(limit, "words", ())]


def _sound(catalog: Catalog, layer: Mapping[str, Any]) -> list[str]:
    """Return the filters for a layer's sound, for a short and a long clip with silent ends."""
    plays = [play for name, play in catalog.instruments.items() if name.startswith("audio/")]
    effects = [play.filters(layer) for play in plays if hasattr(play, "filters")]
    sample: dict[str, Any] = {"samples": 4 * RATE, "channels": 2, "speed": 1.0, "lufs": -30.0}
    place = catalog.instrument("audio/extract").sound_chain
    for material in (2 * RATE, 8 * RATE):
        edges = (RATE // 4, material - RATE // 4)
        effects.append(place(layer, material=material, edges=edges, effects="", **sample))
    return effects
