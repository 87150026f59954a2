"""The value of each knob and where it was set.

    DEFAULTS < presets of config < knobs of config < look < presets of command < knobs of command

Every value has an origin. The seed picks a value from a range (`0.2..0.4`), unless a value was
solved.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from collide.base import dice
from collide.base.errors import InputError, did_you_mean
from collide.catalog import RENAMED, REPLACED, Catalog, Knob, shipped
from collide.instrument import Range, Single
from collide.limits import BadValueError
from collide.project.layer_names import layers_of
from collide.project.motion import held_still
from collide.project.near_values import instead
from collide.project.other_words import NOTHING, ending, other_knobs, topic

MOST_LAYERS = 9

CONFIG, TYPED = "config.json", "command line"  # origins of values
LOOK = "look "  # prefix of the origin of a look's values
PINNED = re.compile(r"layer([1-9])\.(\w+)")


@dataclass(frozen=True)
class Window:
    """A range for the dice: any value from `low` to `high`."""

    low: float
    high: float

    def __str__(self) -> str:
        """Return the range as typed."""
        return f"{self.low}..{self.high}"


@dataclass(frozen=True)
class Setting:
    """The value of a knob and its origin: "default", "config.json", "command line"…"""

    value: Any  # a checked value, or a Window
    origin: str


@dataclass
class Settings:
    """All explicit settings: `similarity` for every layer, `layer2.similarity` for layer 2."""

    explicit: dict[str, Setting] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    solved: dict[str, float] = field(default_factory=dict, compare=False)  # key: layer2.similarity
    catalog: Catalog = field(default_factory=shipped, compare=False, repr=False)

    def add(self, values: Mapping[str, Any], origin: str) -> None:
        """Add `values` over earlier values; if any is invalid, raise InputError and add nothing."""
        taken = {}
        for name, raw in values.items():
            knob_name, note = renamed(name)
            if note and note not in self.notes:
                self.notes.append(note)
            taken[knob_name] = Setting(parse(knob_name, raw, self.catalog), origin)
        self._unpin(taken)
        self.explicit.update(taken)

    def _unpin(self, names: Iterable[str]) -> None:
        """Drop a look's values for `names`; `spread` and `pan_balance` include the look's pans."""
        turned = {*names, *(["pan"] if {"spread", "pan_balance"} & {*names} else [])}
        for name, setting in list(self.explicit.items()):
            if setting.origin.startswith(LOOK) and bare(name) in turned:
                del self.explicit[name]

    def set_in(self, origin: str) -> list[str]:
        """Return the names of the knobs set in `origin`."""
        return [name for name, one in self.explicit.items() if one.origin == origin]

    def of(self, name: str, layer: int | None = None) -> Setting:
        """Return a knob's setting for the layer, or for all layers, or the default."""
        setting = self.explicit.get(f"layer{layer}.{name}") or self.explicit.get(name)
        return setting or _default(name, self.catalog)

    def roll(self, name: str, seed: int, layer: int | None = None) -> Any:
        """Return a knob's value; for a range, return the solved value if known, otherwise a draw.

        A solved value outside the range is replaced by the nearer end.
        """
        value, reach = self.of(name, layer).value, self.reach(name, layer)
        if not isinstance(value, Window):
            return value
        if reach and (solved := self.solved.get(f"layer{layer}.{name}")) is not None:
            return min(max(solved, reach.low), reach.high)
        limit = self.catalog.knobs[name].limit
        whole = isinstance(limit, Range) and limit.whole
        at = dice.place(seed, "knob", layer or "piece", name)
        return dice.within(at, value.low, value.high, whole=whole)

    def reach(self, name: str, layer: int | None = None) -> Window | None:
        """Return a knob's range (for a default, REACH if set), or None for a single value."""
        setting, wide = self.of(name, layer), self.catalog.knobs[name].reach
        if setting.origin == "default" and wide:
            return Window(*wide)
        return setting.value if isinstance(setting.value, Window) else None

    def piece(self) -> dict[str, Any]:
        """Return the drawn values of the whole piece's knobs."""
        seed = self.of("seed").value
        knobs = self.catalog.knobs.values()
        return {knob.name: self.roll(knob.name, seed) for knob in knobs if knob.is_of(None)}

    def layer(self, number: int) -> dict[str, Any]:
        """Return a layer's seed and its knobs' drawn values (layer 1 lacks keyed knobs)."""
        seed = self.of("dice", number).value or self.of("seed").value
        names = [k.name for k in self.catalog.knobs.values() if k.is_of(number)]
        return {"seed": seed, **{name: self.roll(name, seed, number) for name in names}}


@lru_cache(maxsize=1024)
def _default(name: str, catalog: Catalog) -> Setting:
    """Return the checked default of a knob, cached because a plan needs it many times."""
    return Setting(parse(name, catalog.knobs[name].default, catalog), "default")


def chained(knobs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the effects in the chain, in order: `("analog", …)`."""
    return () if knobs["post"] == "none" else tuple(knobs["post"].split(","))


def renamed(name: str) -> tuple[str, str]:
    """Return a knob's current name and a note if the knob was renamed."""
    was = bare(name)
    if was not in RENAMED:
        return name, ""
    now = RENAMED[was]
    return name.removesuffix(was) + now, f"{was!r} is now called {now!r}, which was set instead"


def bare(name: str) -> str:
    """Return a knob's name without its layer."""
    return name.rpartition(".")[2]


def current(name: str) -> str:
    """Return a knob's current name without its layer."""
    return bare(renamed(name)[0])


def plain(value: Any) -> Any:
    """Return a checked value or a range as JSON data."""
    return [value.low, value.high] if isinstance(value, Window) else value


def find(name: str, catalog: Catalog | None = None) -> Knob:
    """Return the knob `name`, with or without `layerN.`; raise InputError for an unknown knob.

    A knob of the whole piece cannot be pinned to a layer, and layer 1 has no keyed knobs. The
    default `catalog` is the shipped one.
    """
    pinned = PINNED.fullmatch(name)
    single = pinned[2] if pinned else name
    knobs = (catalog or shipped()).knobs
    if single not in knobs:
        raise _unknown(name, single, knobs)
    knob = knobs[single]
    if pinned and knob.scope == "piece":
        raise InputError(
            f"{single!r} cannot be set for one layer",
            why=f"the whole piece has one {single}",
            fix=f"use {single}=… without 'layer{pinned[1]}.'",
        )
    if pinned and pinned[1] == "1" and knob.scope == "keyed":
        raise base_lacks(single)
    return knob


def base_lacks(single: str) -> InputError:
    """Return the error for a knob that layer 1 does not have."""
    return InputError(
        f"layer 1 has no {single!r}",
        why="layer 1 is the base: nothing is below it, and it fills the frame",
        fix=f"set it for a layer above, for instance layer2.{single}=…",
    )


def _unknown(name: str, single: str, knobs: Mapping[str, Knob]) -> InputError:
    if single in REPLACED:
        new = REPLACED[single]
        return InputError(
            f"no knob named {single!r}",
            why=f"it was replaced by {new!r}",
            fix=f"see: doit knobs {new}",
        )
    owners = len({knob.owner for knob in knobs.values()})
    layers, word = layers_of(name)
    other = next(iter(other_knobs(word, "")), word)
    inside = ending(word, knobs)[1] or topic(word)
    every = f"see: doit knobs {inside}" if inside else "list them all: doit knobs"
    near = every if word in NOTHING else did_you_mean(other, knobs, otherwise=every)
    why = f"none of the {len(knobs)} knobs of {owners} instruments has that name"
    if layers and not PINNED.fullmatch(name):
        why = "one layer's knob is written layer2.similarity"
        near = "write the layer and its knob as one word"
    if layers and not 1 <= min(layers) <= max(layers) <= MOST_LAYERS:
        near = f"layers are numbered 1 to {MOST_LAYERS}"
    if max(layers, default=0) > MOST_LAYERS:
        why = f"there are {MOST_LAYERS} layers at most (num_videos)"
    if note := NOTHING.get(re.sub(r"(\w*_)?(keyframe|animation)s?", r"\2", word), ""):
        named = [one for one in re.findall(r"\w+", note) if one in knobs]
        why, near = note, f"see: doit knobs {named[0]}" if named else near
        verb = re.search(r"doit (\w+)", note)
        near = f"see: doit help {verb[1]}" if verb else near
    return InputError(f"no knob named {name!r}", why=why, fix=near)


def parse(name: str, raw: Any, catalog: Catalog | None = None) -> Any:
    """Parse `raw` for a knob into a checked value or a Window; raise InputError if it is invalid.

    `raw` is text as typed (`0.2..0.4`, `1280x720`, `true`, `1:05`) or a JSON value. The default
    `catalog` is the shipped one.
    """
    knob = find(name, catalog)
    try:
        pair = None if isinstance(knob.limit, Single) else _window(raw)
        if pair is None:
            return knob.limit.read(raw)
        if not isinstance(knob.limit, Range) or not knob.limit.rolls:
            raise ValueError(f"takes one value, not a range: {knob.limit}")
        if len(pair) != 2:
            raise ValueError("takes a range of two numbers, LOW..HIGH")
        low, high = map(knob.limit.read, pair)
        if low > high:
            why = "a range stands for one value and does not move"
            raise ValueError(f"takes a range with its lower end first; {why}")
    except ValueError as error:
        if still := held_still(name, raw, knob.limit):
            raise still from None
        near = instead(raw, knob)
        example = f"for instance {name}={near}; " if near else ""
        fix = f"{example}see: doit knobs {knob.name}"
        raise BadValueError(name, raw, error, instead=near, fix=fix) from None
    return Window(low, high) if low != high else low


def takes(name: str, raw: Any, catalog: Catalog) -> bool:
    """Return whether a knob, called by its current name or an old name, takes a value."""
    try:
        parse(renamed(name)[0], raw, catalog)
    except InputError:
        return False
    return True


def _window(raw: Any) -> Sequence[Any] | None:
    """Return a range's ends or a list's items, or None for a single value.

    Values with a Single limit are not passed here: a size can be a list of two numbers, and a name
    can contain dots (`wait... what`).
    """
    if isinstance(raw, list | tuple):
        return raw
    if isinstance(raw, str):
        text = raw.strip()
        if re.fullmatch(r"\[.*,.*\]", text):
            return _window(text[1:-1].split(","))
        low, dots, high = text.partition("..")
        if dots:
            return low.strip(), high.strip()
    return None


def resolve(
    layers: Iterable[tuple[str, Mapping[str, Any]]],
    files: Mapping[str, str] | None = None,
    catalog: Catalog | None = None,
) -> Settings:
    """Merge settings from (origin, values) pairs, the weakest first.

    Raise InputError for an invalid value. Unless the value is in the command, the error names the
    file.
    """
    settings = Settings(catalog=catalog or shipped())
    for origin, values in layers:
        try:
            settings.add(values, origin)
        except InputError as error:
            at = (files or {}).get(origin, origin)
            raise (error if origin == TYPED else error.at(at)) from None
    return settings
