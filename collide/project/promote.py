"""The knobs of a look or a project, converted for a config or a preset."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.catalog import Catalog, Knob
from collide.instrument import Range
from collide.project.settings import Settings, bare, find, parse, plain

# Knobs that a preset omits unless they are requested: they are useless with other clips or on other
# machines.
OWN = ("seed", "clip", "take", "bed1", "bed2", "bed3", "storage")

# Instruments for a piece's shape, its file, and its choice of clips and sounds. A walk does not
# move their knobs, and a loose preset does not widen them.
SHAPE = ("blend/stack", "blend/encode", "blend/layer", "source/select", "audio/bed")
FORM = ("duration", "fps", "output_size", "num_videos")  # in a loose preset only on request


def plainly(data: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Return a recipe's knobs as a person would type them.

    Defaults are omitted, and a value that all layers share is set once. `sound` and `dice` are
    always set per layer.
    """
    groups: dict[str, dict[str, Any]] = {}
    for name, value in data.items():
        groups.setdefault(bare(name), {})[name] = value
    written: dict[str, Any] = {}
    for knob, values in groups.items():
        first, *others = values.values()
        shared = others == [first] * len(others) and knob not in ("sound", "dice")
        written |= {knob: first} if shared else values
    # always write the seed, because it differs between projects
    return {n: v for n, v in written.items() if n == "seed" or v != _default(n, catalog)}


def _default(name: str, catalog: Catalog) -> Any:
    return plain(parse(name, catalog.knobs[bare(name)].default, catalog))


def explicit_knobs(settings: Settings) -> dict[str, Any]:
    """Return all explicit knobs, with ranges kept as ranges."""
    return {name: plain(setting.value) for name, setting in settings.explicit.items()}


def chosen(values: Mapping[str, Any], names: Iterable[str], catalog: Catalog) -> dict[str, Any]:
    """Return the knobs in `names` for a preset; by default, all knobs that suit other projects."""
    wanted = list(names)
    if not wanted:
        return {name: value for name, value in values.items() if bare(name) not in OWN}
    result: dict[str, Any] = {}
    for name in of_layers(wanted, values):
        find(name, catalog)
        same = {n: v for n, v in values.items() if name in (n, bare(n))}
        result |= same or {name: _default(name, catalog)}
    return result


def of_layers(names: Iterable[str], values: Mapping[str, Any]) -> Iterator[str]:
    """Yield `names`, with each layer replaced by its knobs in `values` that are not in OWN."""
    for name in names:
        own = [n for n in values if n.startswith(f"{name}.") and bare(n) not in OWN]
        yield from own or [name]


def together(values: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Merge the numbers of a knob that is set on single layers into one range for all layers.

    The range includes the value for the other layers, if it is set. Knobs without ranges and knobs
    of SHAPE instruments are not merged.
    """
    layered = {bare(name) for name in values if "." in name}
    groups: dict[str, list[Any]] = {}
    for name, value in values.items():
        if bare(name) in layered and _rolls(catalog.knobs[bare(name)]):
            groups.setdefault(bare(name), []).extend(value if isinstance(value, list) else [value])
    result = {name: value for name, value in values.items() if bare(name) not in groups}
    return result | {knob: [min(ends), max(ends)] for knob, ends in groups.items()}


def _rolls(knob: Knob) -> bool:
    return isinstance(knob.limit, Range) and knob.limit.rolls and knob.owner not in SHAPE


def widened(knob: Knob, value: Any, by: float) -> Any:
    """Widen a value on each side by a fraction of itself: 0.2 by 0.2 becomes 0.16..0.24.

    A range grows at both ends, up to the limits of its knob. Zeros, knobs without ranges and knobs
    of SHAPE instruments are not widened.
    """
    limit = knob.limit
    if not isinstance(limit, Range) or not _rolls(knob):
        return value
    low, high = value if isinstance(value, list) else (value, value)
    low, high = low - abs(low) * by, high + abs(high) * by
    low, high = max(limit.low, round(low, 4)), min(limit.high, round(high, 4))
    if limit.whole:
        low, high = round(low), round(high)
    return [low, high] if low < high else low


def family_of(names: Iterable[str], catalog: Catalog) -> str:
    """Return the preset folder for knobs: audio or post if all knobs belong to it, or blend."""
    owners = {catalog.knobs[bare(name)].owner.partition("/")[0] for name in names}
    return next((family for family in ("audio", "post") if owners == {family}), "blend")
