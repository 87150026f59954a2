"""The recipe: everything needed to make a video again, read back from untrusted files.

A video contains its recipe. Since a recipe contains no path, date or output digest, moving a value
from the command line to config.json, or renaming a clip, does not change a byte of the video. A
recipe may be malicious, so names are looked up in tables, numbers are bounded, and nothing is
executed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.base.errors import InputError
from collide.base.hashing import digest_of
from collide.base.strict_json import require_keys
from collide.catalog import Catalog, instrument, shipped
from collide.instrument import File
from collide.project.settings import MOST_LAYERS, Window, bare, parse

FORM = 1  # the version of the format
HOLDS = ("collide", "engine", "seed", "frames", "piece", "layers", "heard")

# Knobs that recipes omit although a step reads them, with the reason. Recipes also omit the knobs
# of EXPORTS, because exports do not change a render.
UNRECORDED = {
    **dict.fromkeys(
        ("clip", "take", "start", "start_in"), "chooses a clip and its start, which are recorded"
    ),
    **dict.fromkeys(
        ("bed1", "bed2", "bed3", "bed_start"), "chooses a sound and its start, which are recorded"
    ),
    **dict.fromkeys(("min_resolution", "min_seconds"), "limits which clips can be chosen"),
    **dict.fromkeys(("num_videos", "audio_beds"), "sets how many layers or beds are recorded"),
    **dict.fromkeys(
        ("audio_sources", "silence_lufs"), "chooses the heard layers, which are recorded"
    ),
    "balance": "solves thresholds, which are recorded",
    "pan_balance": "decides pans, which are recorded",
    "storage": "sets the lossless storage of pictures between steps",
}
EXPORTS = ("blend/hevc", "blend/prores", "blend/upright")

# Knobs that are recorded even if they have no effect in a piece.
RECORDED = {
    "seed": "decides the draws, even of knobs typed later",
    "dice": "is the seed of one layer",
    "sound": "chooses audible layers and is drawn again when a recipe is opened",
    "random_modes": "chooses a mode and is drawn again when a recipe is opened",
    "random_by": "chooses a mode and is drawn again when a recipe is opened",
    "similarity": "may be needed, depending on the result from a mode that runs only later",
}

LOOK_FORM = re.compile(r"[0-9a-f]{8}")  # the name of a look
_DIGEST = re.compile(r"[0-9a-f]{32}")
_LATEST = 1e6  # the latest start in a clip or a sound, in seconds


def look_name(recipe: Mapping[str, Any]) -> str:
    """Return a recipe's look name."""
    return digest_of(recipe)[:8]


def shortened(values: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Omit knobs at their BEFORE values, as recipes do."""
    before = {knob.name: knob.before for knob in catalog.knobs.values() if knob.before is not None}
    return {name: value for name, value in values.items() if before.get(name) != value}


def filled(data: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Fill in a recipe's omitted knobs; raise KeyError or TypeError if it is malformed."""
    layers = [
        {**layer, "knobs": _filled(layer["knobs"], catalog, number)}
        for number, layer in enumerate(data["layers"], start=1)
    ]
    return {**data, "piece": _filled(data["piece"], catalog, None), "layers": layers}


def _filled(values: Mapping[str, Any], catalog: Catalog, layer: int | None) -> dict[str, Any]:
    """Fill in the omitted knobs of one layer, or of the piece if `layer` is None.

    If an instrument plays, the recipe records each of its knobs without BEFORE. So if it records
    none of these knobs, the instrument does not play, and its knobs are not added. An instrument
    that has only knobs with BEFORE counts as playing.
    """
    knobs = [k for k in catalog.knobs.values() if k.is_of(layer) and k.name not in UNRECORDED]
    older = [k for k in knobs if k.before is None]
    idle = {k.owner for k in older} - {k.owner for k in older if k.name in values}
    late = {k.name: k.before for k in knobs if k.before is not None and k.owner not in idle}
    return {**values, **{name: value for name, value in late.items() if name not in values}}


@dataclass(frozen=True)
class Part:
    """A layer's or a bed's file, and its start in seconds."""

    digest: str
    start: float


@dataclass(frozen=True)
class Recipe:
    """A parsed recipe, with every value checked."""

    data: dict[str, Any]  # as stored
    full: dict[str, Any]  # the stored data plus omitted knobs
    knobs: dict[str, Any]  # knobs named like those of a config: `layer2.similarity`
    layers: list[Part]
    beds: list[Part]
    files: dict[str, str]  # knob -> digest of its file
    models: dict[int, str]  # layer number -> digest of its model
    catalog: Catalog = field(compare=False, repr=False)  # the instruments of its knobs

    @property
    def look(self) -> str:
        """Return the recipe's look name."""
        return look_name(self.data)

    @property
    def parts(self) -> list[tuple[str, int, Part]]:
        """Return the layers as ("layer", 1, …), followed by the beds as ("bed", 1, …)."""
        layers = [("layer", n, part) for n, part in enumerate(self.layers, start=1)]
        return [*layers, *(("bed", n, part) for n, part in enumerate(self.beds, start=1))]


def read_recipe(data: Mapping[str, Any], label: str, catalog: Catalog | None = None) -> Recipe:
    """Parse `data`, or its entry `recipe`; raise InputError if the recipe is invalid."""
    recipe = data.get("recipe", data)
    try:
        if recipe["collide"] != FORM:
            reads = f"this version of collide reads {FORM}"
            raise ValueError(f"its format is {recipe['collide']!r}, but {reads}")
        return _read(recipe, catalog or shipped())
    except InputError as error:
        raise error.at(label) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        lacks = "part of the recipe is missing or malformed"
        why = str(error) if isinstance(error, ValueError) else lacks
        raise InputError(
            f"{label} is not a look that collide can read",
            why=why,
            fix="give a manifest.json, a look file or a video, as collide wrote it",
        ) from None


def _read(data: Mapping[str, Any], catalog: Catalog) -> Recipe:
    require_keys(data, HOLDS, ("beds",))
    layers, beds, heard = data["layers"], data.get("beds", []), data["heard"]
    _counted(layers, ("clip", "start", "knobs"), "layers", 1, MOST_LAYERS)
    _counted(beds, ("sound", "start"), "beds", 0, 3)
    numbers = range(1, len(layers) + 1)
    if not isinstance(heard, list) or not all(type(n) is int and n in numbers for n in heard):
        raise ValueError("`heard` must list numbers of layers")
    require_keys(data["piece"], ("duration", "fps", "output_size"), data["piece"])
    if strange := data["piece"].keys() & UNRECORDED.keys():
        raise ValueError(f"{min(strange)} does not belong in a recipe")
    full = filled(data, catalog)
    files = dict(_files(full["piece"], catalog))
    models = {n: _digest(layer["model"]) for n, layer in enumerate(layers, 1) if "model" in layer}
    _digest(data["engine"])
    raw = {"seed": data["seed"], "num_videos": len(layers), "audio_sources": len(heard)}
    raw |= {"audio_beds": len(beds), "post": "none", "pan_balance": False}
    raw |= {name: value for name, value in full["piece"].items() if name not in files}
    for number, layer in enumerate(full["layers"], start=1):
        raw |= _pinned(number, layer["knobs"], number in heard)
    values = {name: _value(name, value, catalog) for name, value in raw.items()}
    frames, length = data["frames"], instrument("blend/stack").length(values)
    if type(frames) is not int or frames != length:
        raise ValueError("its number of frames must be its duration times its fps, rounded")
    return Recipe(
        dict(data),
        full,
        values,
        [_part(layer, "clip") for layer in layers],
        [_part(bed, "sound") for bed in beds],
        files,
        models,
        catalog,
    )


def _pinned(number: int, values: Mapping[str, Any], heard: bool) -> dict[str, Any]:
    """Pin a layer's knobs to its number and turn off the knobs that the recipe omits.

    A recipe may omit dice and, above layer 1, coverage and balance. An unheard layer gets
    `sound=off`.
    """
    off = {"coverage": "off", "balance": 0}
    whole = {"dice": 0} | ({} if number == 1 else off) | {**values}
    whole |= {} if heard else {"sound": "off"}
    return {f"layer{number}.{name}": value for name, value in whole.items()}


def _value(name: str, raw: Any, catalog: Catalog) -> Any:
    """Check a knob's value; raise ValueError if it is not allowed in a recipe."""
    value = parse(name, raw, catalog)
    chooses = instrument("source/select").DEFAULTS.keys() - {"seed", "dice", "num_videos"}
    if bare(name) in chooses:
        raise ValueError(f"{name} chooses a clip, but a look identifies clips by content")
    if isinstance(value, Window):
        raise ValueError(f"{name} is a range, but a look records drawn values")
    if value != raw or isinstance(value, bool) != isinstance(raw, bool):  # in Python, True == 1
        raise ValueError(f"{name} must be written as {value!r}, not {raw!r}")
    return value


def _files(piece: Mapping[str, Any], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each knob that names a file, with the file's digest."""
    for name, value in piece.items():
        knob = catalog.knobs.get(name)
        if knob and isinstance(knob.limit, File) and value != "none":
            yield name, _digest(value)


def _part(values: Mapping[str, Any], what: str) -> Part:
    start = values["start"]
    if type(start) not in (int, float) or not 0 <= start <= _LATEST:
        raise ValueError(f"a start is a number of seconds, from 0 to {_LATEST:g}")
    return Part(_digest(values[what]), start)


def is_digest(value: Any) -> bool:
    """Return whether a value is a content digest: 32 hexadecimal digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _digest(value: Any) -> str:
    if is_digest(value):
        return str(value)
    raise ValueError("its files and programs must be identified by 32 hexadecimal digits")


def _counted(value: Any, holds: Iterable[str], what: str, least: int, most: int) -> None:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(f"it takes {least} to {most} {what}")
    for part in value:
        require_keys(part, holds, ("model",) if what == "layers" else ())
