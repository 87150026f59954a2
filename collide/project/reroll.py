"""New dice for a piece with some parts locked: a new roll, or a walk from its current values.

A roll sets a new seed. Outside locked parts, it redraws all ranges except the duration, and all
clips that are left to the dice. A walk keeps the seed and thus the clips. It moves drawn values
within their ranges, and set values by a limited amount. It does not move defaults without a range.
Both return knobs, which are used once or written into config.json.

projects/x/rolled.json records the pins that rolls wrote into config.json, so the next roll can drop
the pins it does not keep. A pin that the artist has changed since then is kept.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from collide.base import dice
from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.spoken_number import cleaned
from collide.base.strict_json import moved_away, read_json
from collide.base.words import nearest
from collide.catalog import Catalog, Knob
from collide.instrument import Knobs, Range
from collide.project.layer_names import layers_of
from collide.project.piece import Piece
from collide.project.project import Project
from collide.project.promote import SHAPE
from collide.project.recipe import filled
from collide.project.selection import BED, LAYER, Pick, Slot
from collide.project.settings import Settings, Window, chained, plain, renamed

PARTS = ("clips", "audio", "post")  # parts that can be locked, besides layers and single knobs
OTHER_PARTS = {  # other words for parts
    **dict.fromkeys("layers tracks videos".split(), "layers"),
    **dict.fromkeys("footage files materials".split(), "clips"),
    **dict.fromkeys("sound sounds music".split(), "audio"),
    **dict.fromkeys("effects fx filters chain".split(), "post"),
}
# Other words for several knobs: all drawn knobs of an instrument.
OTHER_GROUPS = {
    **dict.fromkeys("color colors colour colours grading palette".split(), "blend/look"),
    **dict.fromkeys("key keys keying thresholds".split(), "blend/key"),
}
CLIP = ("start", "speed", "loop_seconds")  # knobs of a clip that also change its sound
REACH = 0.5  # a fixed value walks within this fraction of its knob's range

Spot = tuple[int | None, Knob, Any]  # a layer (None: the piece), a knob, and its drawn value


def parts(names: Iterable[str], piece: Piece) -> set[str]:
    """Return the layers, parts and knobs in `keep=`; raise InputError for any other name."""
    clips = {f"layer{layer.number}": layer.pick.short for layer in piece.layers}
    return known_parts([*names], clips, piece.settings.catalog.knobs)


def known_parts(names: list[str], clips: Mapping[str, str], knobs: Mapping[str, Knob]) -> set[str]:
    """Return the parts in `names`; `clips` maps the piece's layers (layer1) to their clips."""
    layers, current = [*clips], {renamed(name)[0] for name in names}
    if strange := sorted(current - _allowed(layers, knobs)):
        raise _of_clips(strange, names, clips) or _strange(strange[0], names, layers, knobs)
    return current


def others(names: Iterable[str], settings: Settings) -> list[str]:
    """Return what to keep so that a roll changes only these parts, or [] if a name is unknown.

    If only layers, "audio" or "post" change, the other layers are kept with all their knobs.
    """
    piece, knobs = settings.piece(), settings.catalog.knobs
    layers = [f"layer{n}" for n in range(1, piece["num_videos"] + 1)]
    # `sound` means the part audio here, not the knob of that name
    words = [OTHER_PARTS.get(name.lower(), name) for name in names]
    meant = {part for word in words for part in _likely_parts(word, layers, knobs) or [""]}
    there = [one for one in PARTS if one != "post" or chained(piece)]
    own = {part.partition(".")[0] for part in meant} & {*layers}
    rest = [*(one for one in layers if own), *(one for one in there if one != "clips")]
    if not meant <= {*layers, "audio", "post"}:
        drawn = [n for n in knobs if isinstance(settings.of(n).value, Window) and n != "duration"]
        drawn = [n for n in drawn if knobs[n].owner.partition("/")[0] not in PARTS]
        drawn = [n for n in drawn if n != "start" or "clips" not in meant]
        rest = [*(one for one in layers if own), *there, *drawn]
    elif not own:
        rest = [*layers, *rest]
    if "post" in meant and "post" not in there:  # post is a part only if an effect plays
        return []
    away = {*meant, *own, *(part.partition(".")[2] for part in meant)}
    return [] if "" in meant else [one for one in rest if one not in away]


def _allowed(layers: Iterable[str], knobs: Mapping[str, Knob]) -> set[str]:
    return {*layers, *PARTS, *knobs, *(f"{n}.{knob}" for n in layers for knob in knobs)}


def _strange(
    strange: str, names: list[str], layers: list[str], knobs: Mapping[str, Knob]
) -> InputError:
    """Return the error for an unknown part, with the parts that were probably intended."""
    what = f"keep={strange}: the piece has no such part"
    why = f"the parts are {', '.join([*layers, *PARTS])}, and every knob by its name"
    likely = {n: _likely_parts(n, layers, knobs) for n in names}
    if all(likely.values()):
        guess = ",".join(one for name in names if [name] != likely[name] for one in likely[name])
        every = dict.fromkeys(one for name in names for one in likely[name])
        turns = [{"keep": ",".join(every)}]
        return InputError(what, why=why, fix=f"did you mean {guess!r}?", turns=turns)
    if not re.fullmatch(r"layer\d+", strange):
        return InputError(
            what, why=why, fix="for instance", turns=[{"keep": f"{layers[-1]},audio"}]
        )
    kept = [name if renamed(name)[0] in _allowed(layers, knobs) else "" for name in names]
    turns = [{"keep": ",".join(dict.fromkeys(n or layer for n in kept))} for layer in layers]
    return InputError(what, why=why, fix="keep a part that the piece has", turns=turns)


def _of_clips(odd: Sequence[str], names: list[str], clips: Mapping[str, str]) -> InputError | None:
    """Return the error for clips given as parts, with the layers that play them, or None."""
    meant = dict[str, list[str]]()
    for name in odd:
        word = cleaned(name).lower()
        plain = len(word) > 2 and not {word} & {*OTHER_PARTS, *OTHER_GROUPS}
        meant[name] = [layer for layer, clip in clips.items() if plain and word in clip.lower()]
    if not all(meant.values()):
        return None
    every = [part for name in names for part in meant.get(name, [name])]
    plays = [f"layer {one[5:]} plays {clips[one]}" for found in meant.values() for one in found]
    return InputError(
        f"keep={odd[0]}: the piece has no such part",
        why="; ".join(dict.fromkeys(plays)),
        fix="to keep what a clip plays, keep its layer:",
        turns=[{"keep": ",".join(dict.fromkeys(every))}],
    )


def _likely_parts(name: str, layers: list[str], knobs: Mapping[str, Knob]) -> list[str]:
    """Return the parts for a name such as layers, 2, colors or sound, or [] if it is unknown."""
    word, allowed = cleaned(name).lower(), _allowed(layers, knobs)
    if renamed(name)[0] in allowed:
        return [name]
    if group := OTHER_GROUPS.get(word):
        return [n for n, k in knobs.items() if k.owner == group and isinstance(k.default, list)]
    if word in OTHER_PARTS:
        return layers if OTHER_PARTS[word] == "layers" else [OTHER_PARTS[word]]
    if match := re.fullmatch(r"(?:layers?)?\s*(\d)\s*(?:-|\.\.|to)\s*(?:layer)?(\d)", word):
        parts = [f"layer{n}" for n in range(int(match[1]), int(match[2]) + 1)]
        return parts if {*parts} <= allowed else []
    numbers, rest = layers_of(word)
    if numbers:  # `layer5` is not a typo of `layer3`
        part = f"layer{numbers[0]}" + (f".{rest}" if rest else "")
        return [part] if part in allowed else []
    return [*filter(None, [nearest(name, allowed)])]


def rerolled(piece: Piece, seed: int, keep: set[str]) -> dict[str, Any]:
    """Return the knobs of a roll: a new seed, with pins for kept parts and a drawn duration."""
    turned: dict[str, Any] = {"seed": seed}
    for layer in piece.layers:
        if f"layer{layer.number}" in keep:
            turned[f"layer{layer.number}.dice"] = layer.knobs["seed"]
    for number, knob, value in _spots(piece):
        # a locked layer's dice are kept, but its pan also depends on the other layers
        locked = number is not None and f"layer{number}" in keep and knob.name != "pan"
        drawn = isinstance(piece.settings.of(knob.name, number).value, Window)
        if drawn and not locked and (knob.name == "duration" or _kept(number, knob, keep)):
            turned[_called(number, knob)] = value
    if "audio" in keep:
        sounds = {layer.number: layer.number in piece.heard for layer in piece.layers}
        turned |= {f"layer{n}.sound": "on" if heard else "off" for n, heard in sounds.items()}
        for layer in piece.layers:
            if sounds[layer.number]:  # these knobs of the clip also change the sound
                turned |= {f"layer{layer.number}.{name}": layer.knobs[name] for name in CLIP}
    return turned


def least_shown(tries: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> int:
    """Return the index of the roll to add to a sheet so that all clips appear about equally often.

    Choose the roll whose base is rarest on the sheet. If several bases are equally rare, choose the
    roll with the rarest clips, then the first such roll.

    Args:
        tries: the clips of each roll, the base first, or [] if a roll lacks clips.
        others: the clips of each roll on the sheet.
    """
    bases = Counter(clips[0] for clips in others if clips)
    uses = Counter(clip for clips in others for clip in clips)
    often = [
        (not clips, [bases[clip] for clip in clips[:1]], sum(uses[clip] for clip in clips))
        for clips in tries
    ]
    return often.index(min(often))


def walked(piece: Piece, seed: int, keep: set[str], amount: float) -> dict[str, Any]:
    """Return the knobs for a walk from this piece.

    Args:
        seed: the walk's seed.
        amount: 0..1, the fraction of the way to another roll, or of a fixed value's reach.
    """
    turned, recipe = {}, filled(piece.recipe, piece.catalog)
    for number, knob, value in _spots(piece):
        if knob.owner in SHAPE or _kept(number, knob, keep) or not _recorded(number, knob, recipe):
            continue
        window = _window(piece.settings, number, knob, value)
        if window is None or not isinstance(knob.limit, Range) or not knob.limit.rolls:
            continue
        low, high, reach = window
        at = dice.place(seed, "walk", number or "piece", knob.name)
        aim = low + at * (high - low) if reach is None else value + (at - 0.5) * reach
        moved = min(high, max(low, value + amount * (aim - value)))
        turned[_called(number, knob)] = round(moved) if knob.limit.whole else round(moved, 4)
    return turned


def files_kept(piece: Piece, keep: set[str], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield draws that keep the files of "clips" or "audio" under the settings of a roll."""
    whole = settings.piece()
    for layer in piece.layers:
        n = layer.number
        if {"clips", "clip", f"layer{n}.clip"} & keep or ("audio" in keep and n in piece.heard):
            slot = Slot(LAYER, n, {**whole, **settings.layer(n)})
            yield _same(slot, layer.pick, layer.knobs["start"])
    for bed in piece.beds if "audio" in keep else ():
        yield _same(Slot(BED, bed.pick.layer, whole), bed.pick, piece.knobs["bed_start"])


def _same(slot: Slot, pick: Pick, start: float) -> dict[str, Any]:
    knob = "start" if slot.of == LAYER else "bed_start"
    before = replace(slot, knobs={**slot.knobs, knob: start})
    return slot.draw(pick.digest, pick.name, {before.at: pick.start})


def _spots(piece: Piece) -> Iterator[Spot]:
    """Yield every knob of the piece and of each layer with its drawn value, except the seed."""
    knobs = piece.settings.catalog.knobs
    drawn: list[tuple[int | None, Knobs]] = [(None, piece.knobs)]
    drawn += [(layer.number, layer.knobs) for layer in piece.layers]
    for number, values in drawn:
        names = (name for name in values if name in knobs and name != "seed")
        yield from ((number, knobs[name], values[name]) for name in names)


def kept(name: str, keep: set[str], catalog: Catalog) -> bool:
    """Return whether a pinned knob (such as `layer2.contrast`) belongs to a kept part."""
    layer, _, bare = name.rpartition(".")
    if bare in CLIP and "audio" in keep:  # these knobs change the sound
        return True
    return _kept(int(layer.removeprefix("layer")), catalog.knobs[bare], keep)


def _kept(number: int | None, knob: Knob, keep: set[str]) -> bool:
    family = knob.owner.partition("/")[0]
    return bool({f"layer{number}", family, knob.name, _called(number, knob)} & keep)


def _recorded(number: int | None, knob: Knob, recipe: Mapping[str, Any]) -> bool:
    """Return whether a filled recipe records a knob, for the whole piece or for one layer."""
    return knob.name in (recipe["layers"][number - 1]["knobs"] if number else recipe["piece"])


def _window(
    settings: Settings, number: int | None, knob: Knob, value: Any
) -> tuple[float, float, float | None] | None:
    """Return the bounds of a knob's walk, and the reach if the knob has a single value.

    A value that an earlier walk pinned stays within the range for all layers. Return None if the
    knob does not walk.
    """
    setting, wide = settings.of(knob.name, number), settings.of(knob.name).value
    if _called(number, knob) in settings.solved:
        wide = settings.reach(knob.name)
    if isinstance(wide, Window) and wide.low <= value <= wide.high:
        return wide.low, wide.high, None
    if setting.origin == "default" or not isinstance(knob.limit, Range):
        return None
    return knob.limit.low, knob.limit.high, REACH * (knob.limit.high - knob.limit.low)


def _called(number: int | None, knob: Knob) -> str:
    return f"layer{number}.{knob.name}" if number else knob.name


def rolled(project: Project) -> dict[str, Any]:
    """Return the pins of earlier rolls that are unchanged in config.json."""
    path = project.path / "rolled.json"
    label = f"projects/{project.name}/rolled.json"
    anew = moved_away(label, "move it away (the next roll then keeps the pins of earlier rolls)")
    pins = read_json(path, label=label, anew=anew) if path.exists() else {}
    config = project.config()
    return {n: value for n, value in pins.items() if "." in n and config.get(n) == value}


def remember(project: Project, turned: Mapping[str, Any]) -> None:
    """Record the pins of a roll, together with the unchanged pins of earlier rolls."""
    pins = {name: plain(value) for name, value in turned.items() if "." in name}
    whole = {**rolled(project), **pins}
    write_whole(project.path / "rolled.json", (json.dumps(whole, indent=1) + "\n").encode())
