"""Values that depend on the piece: +20%, 16:9, seconds into a clip, pixels of a layer, -6 dB.

Each way to type such a value consists of a remark and the knobs to set.
"""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from collide.base.filtergraph import number
from collide.base.misplaced import extracting
from collide.base.spoken_number import TIMES, amount, cleaned
from collide.base.words import shell_path
from collide.corrections.knob_values import rechained
from collide.corrections.piece_sizes import Way, in_pixels, into_clip, of_frame, of_shape
from collide.corrections.standing_piece import Standing, standing
from collide.instrument import Range
from collide.library.file_names import matching
from collide.library.folders import CLIP, HOMES, SOUND, files, kind, own_names
from collide.limits import as_typed
from collide.project.layer_names import numbered
from collide.project.other_words import other_values
from collide.project.plain_values import NO, YES
from collide.project.project import Project
from collide.project.settings import bare, chained
from collide.syntax.arguments import ALL

NAMED = ("seed", "dice", "take")  # numbers that serve as names
UNSEEN = ("storage",)  # knobs that do not change the picture, so a sweep would compare nothing
MOST_GAIN = 24.0  # a volume above this number is a percentage, not decibels
TIMED = ("duration", "fade_in", "fade_out")  # knobs in seconds
BEATS = {"beat": 1, "beats": 1, "bar": 4, "bars": 4}
# Words for a change of the current value.
CHANGES = {
    **dict.fromkeys("more higher up increase stronger".split(), "+=30%"),
    **dict.fromkeys("less lower down decrease weaker".split(), "-=30%"),
}
# Words for a quality, each with its change of crf, the amount of compression.
QUALITY = {
    **dict.fromkeys("best max maximum highest ultra".split(), "-10"),
    **dict.fromkeys("high higher better good fine hq".split(), "-6"),
    **dict.fromkeys("low lower small smaller worse draft fast".split(), "+8"),
    **dict.fromkeys("lowest min minimum worst".split(), "+16"),
}


def ways(name: str, text: str, word: str, project: Project, typed: Mapping[str, str]) -> list[Way]:
    """Return the ways to type a value that depends on the piece, or [].

    Args:
        name: the knob, with its layer.
        word: the name as typed, without its layer.
        typed: the rest of the command.
    """
    sound = kind(text) == SOUND and not re.match(r"clip|bed\d", bare(name))
    sound = sound or (kind(text) == CLIP and bare(name) == "sound")
    read, knob = _below if sound else _READ.get(bare(name)), project.catalog.knobs.get(bare(name))
    for convert in (_percentages, _factors, _in_beats):
        if knob and (found := convert(name, text, project)):
            return found
    asked = CHANGES.get(cleaned(text).lower(), cleaned(text))
    signed = isinstance(getattr(knob, "limit", None), Range) and re.match(r"[-+*/]", asked)
    if not knob or not (read or (signed and not other_values(bare(name), text))) or ".." in text:
        return []  # speed=-1 has a meaning of its own
    now = standing(project, typed)
    return (read(now, name, text, word) if read else []) or _relative(now, name, text)


def _percentages(name: str, text: str, project: Project) -> list[Way]:
    """Return both meanings of a number far above a factor's range: 20 is 20%, or 20% more.

    20% is left out if it is below the range. Return [] for other numbers, or if 20% more (1.2) is
    above the range.
    """
    limit, found = project.catalog.knobs[bare(name)].limit, amount(text)
    signed = cleaned(text)[:1] in ("+", "-")  # +20 is a change, never a share
    if not isinstance(limit, Range) or signed or not found or found[1]:
        return []
    if not 10 <= found[0] <= 100:
        return []
    share, factor = found[0] / 100, project.catalog.neutral(bare(name)) == 1.0
    if not factor or found[0] < 1.5 * limit.high or 1 + share > limit.high:  # an opacity of 50
        return []
    more = (f"{found[0]:g}% more than 1: ", {name: _within(limit, 1 + share)})
    return [(f"{found[0]:g}%: ", {name: _within(limit, share)}), more][share < limit.low :]


def _factors(name: str, text: str, project: Project) -> list[Way]:
    """Convert a factor near 1 (1.2 or 80%) for a knob from -1 to 1 whose neutral value is 0.

    For a single percentage up to 100%, such as 80%, also suggest 80% more.
    """
    limit, (values, colon, count) = project.catalog.knobs[bare(name)].limit, text.partition(":")
    one = isinstance(limit, Range) and (limit.low, limit.high) == (-1.0, 1.0)
    parts = re.split(r"(\.\.|,)", values)
    found = [amount(part) for part in parts[::2] if part.strip()[:1] not in ("+", "-")]
    if not one or project.catalog.neutral(bare(name)) != 0 or len(found) < len(parts[::2]):
        return []
    if colon and ".." not in values:  # 1:05
        return []
    each = [one[0] * (0.01 if one[1] else 1) for one in found if one and one[1] in ("", "%")]
    if len(each) < len(found) or not 0 <= min(each) <= max(each) <= 2 or max(each) == 0:
        return []
    parts[::2] = [number(round(one - 1, 4)) for one in each]
    turned = [(f"{values} as a factor: ", {name: "".join([*parts, colon, count])})]
    if max(each) > 1:
        return turned
    return (
        [*turned, (f"{values} more: ", {name: number(each[0])})]
        if values.strip()[-1:] == "%" and len(each) == 1
        else []
    )


def _in_beats(name: str, text: str, project: Project) -> list[Way]:
    """Convert beats, or bars of four beats, to seconds at 120 beats a minute."""
    limit, found = project.catalog.knobs[bare(name)].limit, amount(text)
    beats = found[0] * BEATS.get(found[1], 0) if found else 0.0
    timed = bare(name) in TIMED or bare(name).endswith("seconds")
    if not beats or not timed or not isinstance(limit, Range):
        return []
    return [("nothing follows a beat; at 120 a minute: ", {name: _within(limit, beats / 2)})]


def _relative(now: Standing, name: str, text: str) -> list[Way]:
    """Apply a relative change to the current value: +20%, -0.1, += 0.1.

    A number below the range, such as an opacity of -5, is just a wrong value.
    """
    degree = CHANGES.get(cleaned(text).lower(), text)
    found = re.fullmatch(r"([+-])(=?)\s*(.*)", cleaned(degree))
    limit = now.settings.catalog.knobs[bare(name)].limit
    more = amount(found[3]) if found else None
    if not found or not more or not isinstance(limit, Range) or bare(name) in NAMED:
        return []
    if limit.low < 0 and not found[2]:
        return []  # -0.1 is a value
    factor = now.settings.catalog.neutral(bare(name)) == 1.0 and not found[2] and more[0] >= 2
    share = more[1] == "%" or (not limit.whole and (more[0] > limit.high or factor))
    less = found[1] == "-"
    unit, size = more[1] or ("%" if share else ""), more[0] * TIMES.get(more[1], 1.0)
    by, bases = -size if less else size, _bases(now, name)
    moved = {one: _moved(base, by, share=share) for one, base in bases.items()}
    if not moved or (less and not (share or found[2]) and min(moved.values()) < limit.low):
        return []
    told = [as_typed(round(base, 4)) for base in bases.values()]
    turned = {one: _within(limit, value) for one, value in moved.items()}
    if told == [*turned.values()]:
        end = f"{'lowest' if less else 'highest'} value"
        at = as_typed(limit.low if less else limit.high)
        here = f"{name} is {told[0]} already, its {end}: doit knobs {bare(name)}"
        return [(here, {})] if {*told} == {at} else []
    if len({*turned.values()}) == len({*told}) == 1:
        turned = {name: next(iter(turned.values()))}
    much = f"{number(more[0])}{unit} {'less' if less else 'more'}"
    than = f"than {told[0]}" if len({*told}) == 1 else "for each layer"
    return [(f"{much} {than}: ", turned)]


def _bases(now: Standing, name: str) -> dict[str, float]:
    """Return a knob's current number (or its neutral value) for each layer, or {}."""
    single, layers, catalog = bare(name), now.layers(name), now.settings.catalog
    knob, neutral = catalog.knobs[single], catalog.neutral(single)
    drawn = knob.default if isinstance(knob.default, list | tuple) else ()
    if drawn and neutral and drawn[0] < neutral < drawn[1] and not now.is_set(name):
        return {name: neutral}  # drawn at random around its neutral value
    names = [name] if len(layers) < 2 else [f"layer{n}.{single}" for n in layers]
    values = {one: now.value(one) for one in names}
    return values if all(isinstance(one, int | float) for one in values.values()) else {}


def _moved(base: float, by: float, *, share: bool) -> float:
    """Return a value changed by an amount, or by a percentage of itself."""
    return base * (1 + by / 100) if share else base + by


def _within(limit: Range, value: float) -> str:
    """Return the number in a range that is nearest to a value."""
    value = min(max(value, limit.low), limit.high)
    return number(round(value)) if limit.whole else number(round(value, 4))


def _of_quality(now: Standing, name: str, text: str, word: str) -> list[Way]:
    """Convert a percentage or a word for a quality to a crf."""
    found, asked = amount(text), QUALITY.get(cleaned(text).lower(), "")
    if word == "quality" and found and (found[1] == "%" or found[0] > 51):
        return [("", {name: str(round(51 - 0.41 * min(found[0], 100)))})]
    either = (("a finer picture: ", "-6"), ("a smaller file: ", "+8"))  # crf=low is ambiguous
    meant = (either if word == "crf" else (("", asked),)) if asked else ()
    return [(about, way[1]) for about, more in meant for way in _relative(now, name, more)]


def _louder(now: Standing, name: str, text: str, word: str) -> list[Way]:
    """Convert a gain to a loudness of the mix, because every mix is normalized."""
    found, piece = amount(text), now.settings.piece()
    beds = bare(name) == "volume" and piece["audio_beds"]
    nothing = found and found[0] == 0 and found[1] == "%"
    if word not in ("gain", "volume") or "." in name or not found or nothing or beds:
        return []
    percent = found[1] == "%" or found[0] > MOST_GAIN
    level = 20 * math.log10(max(found[0], 0.1) / 100) if percent else found[0]
    now_at, limit = piece["loudness_lufs"], now.settings.catalog.knobs["loudness_lufs"].limit
    if not isinstance(limit, Range):
        return []
    about = f"the mix, which is normalized to a loudness of {as_typed(now_at)} LUFS: "
    return [(about, {"loudness_lufs": _within(limit, round(now_at + level, 1))})]


def _below(now: Standing, _: str, text: str, word: str) -> list[Way]:
    """Return the ways to play a sound, or the sound of a clip, as a bed."""
    if amount(text) or text.lower() in ("", *YES, *NO):
        return []
    if word == "audio_beds" and not kind(text):
        return []
    return _of_clip(now, text) if kind(text) == CLIP else [_as_bed(now, text)]


def _as_bed(now: Standing, text: str) -> Way:
    """Return a `cp` command for a sound, if needed, and the knobs that play it as a bed."""
    piece, explicit = now.settings.piece(), now.settings.explicit
    free = next((n for n in (1, 2, 3) if f"bed{n}" not in explicit), 1)
    beds = max(piece["audio_beds"], free)
    knobs = {"audio_beds": str(beds)} if beds != piece["audio_beds"] else {}
    path, workspace = Path(text).expanduser(), now.project.workspace
    there = own_names(workspace, now.project.name, SOUND)
    known = [one for one in there if path.name in (one, Path(one).stem)]
    turned = {**knobs, f"bed{free}": known[0] if known else path.name}
    put = "" if known or kind(text) != SOUND else f"cp {shell_path(text)} library/audio/ && "
    return put, turned


def _of_clip(now: Standing, text: str) -> list[Way]:
    """Return the ways to hear a clip's sound: with the layer that plays the clip, or as a bed."""
    workspace = now.project.workspace
    every = files(workspace, [workspace.library])
    found = matching(text, [one.name for one in every if kind(one.name) == CLIP])
    clip = workspace.root / found[0] if found else Path(text).expanduser()
    if not clip.is_file():
        return []
    layers = [n for n in now.picks if now.clip_name(n).rpartition("/")[2] == clip.name]
    own = [(f"hear it with layer {n}, which plays it: ", {f"layer{n}.sound": "on"}) for n in layers]
    put, bed = _as_bed(now, f"{clip.stem}.wav")
    put = put and f"{extracting(clip, workspace.root, HOMES[SOUND])} && "
    return [*own, ("as a bed: " * bool(own) + put, bed)]


def _rechained(now: Standing, _: str, text: str, __: str) -> list[Way]:
    """Add effects to the current chain or remove some: post=+vhs, no-vhs."""
    found = rechained(text, chain := chained(now.settings.piece()), now.project)
    if found == [*chain]:
        return [(f"the chain is {','.join(chain) or 'none'} already: doit knobs post", {})]
    return [] if found is None else [("", {"post": ",".join(found) or "none"})]


def _next_take(now: Standing, name: str, text: str, _: str) -> list[Way]:
    """Return the take after the current take, for take=next and take=+1."""
    if cleaned(text).lower() not in ("next", "another", "other", "new", "+1", "+=1", "true"):
        return []
    return [("", {name: str(int(now.value(name)) + 1)})]


def _every_source(now: Standing, name: str, text: str, _: str) -> list[Way]:
    """Convert audio_sources=all to the number of layers."""
    return [("", {name: str(now.settings.piece()["num_videos"])})] if text.lower() in ALL else []


def _only_heard(now: Standing, name: str, text: str, _: str) -> list[Way]:
    """Convert sound=2 to the knobs that mute all other layers."""
    heard, layers = numbered(text), now.layers(name)
    if "." in name or not {*heard} <= {*layers} or not heard:
        return []
    return [("only these: ", {f"layer{n}.sound": "off" for n in layers if n not in heard})]


_READ: Mapping[str, Callable[[Standing, str, str, str], list[Way]]] = {
    "take": _next_take, "audio_sources": _every_source,
    "x": in_pixels, "y": in_pixels, "start": into_clip, "scale": of_frame,
    "output_size": of_shape, "crf": _of_quality, "hevc_crf": _of_quality,
    "loudness_lufs": _louder, "volume": _louder,
    "audio_beds": _below, "sound": _only_heard, "post": _rechained,
}  # fmt: skip
