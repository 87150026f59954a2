"""Other programs' words for knobs and values, and what they stand for in collide.

Instruments declare simple synonyms in ALIASES and VALUE_ALIASES. The tables here list words whose
values must be converted too, and words for effects that no knob provides.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePath

from collide.base.color_words import hex_digits
from collide.base.filtergraph import number
from collide.base.spoken_number import amount, cleaned, ends
from collide.catalog import Catalog, knobs, shipped
from collide.project.degrees import COMPARED
from collide.project.plain_values import NO, YES, plain_name, plain_value, timed_value
from collide.text_limits import Size

Knobs = dict[str, str]  # knobs and variables, as they are typed

# Words that stand for a different knob if a layer precedes them: layer2.width.
OF_A_LAYER = {
    **dict.fromkeys("size width height resolution dimensions res".split(), "scale"),
    "gain": "volume",
    "from": "start",
}


def _opposite(text: str) -> str:
    """Return 1 minus a fraction: 0.8 for 0.2 or 20%, 0 for `yes`, 1 for `no`."""
    whole = "0" if text.lower() in NO else "1" if text.lower() in ("", *YES) else text
    value, unit = amount(whole) or (0.0, "")
    share = value / 100 if unit == "%" else value
    return number(round(min(max(1 - share, 0.0), 1.0), 6))


def _slowed(text: str) -> Knobs:
    """Convert a slow-motion factor to a speed: 2 becomes 0.5."""
    factor, unit = amount(text) or (0.0, "")
    if not factor or unit:
        return {"speed": text}
    slowest = getattr(knobs()["speed"].limit, "low", 0.0)
    return {"speed": number(round(max(min(factor, 1 / factor), slowest), 4))}


def _stretched(text: str) -> Knobs:
    """Convert a longer or shorter duration of a clip to a speed: 200% or 2 becomes 0.5."""
    factor, unit = amount(text) or (0.0, "")
    share = factor / 100 if unit == "%" or factor > 10 else factor
    fastest = getattr(knobs()["speed"].limit, "high", 1.0)
    return {"speed": number(round(min(1 / share, fastest), 4)) if share > 0 else text}


def _shown(text: str) -> Knobs:
    """Convert a visibility to an opacity: true, false, 50%."""
    return {"opacity": _opposite(_opposite(text))}


def _keyed_by(text: str) -> Knobs:
    """Return the knobs for the value of a key: a threshold, a color, or a mode."""
    if any(amount(part) for part in ends(text)):
        return {"similarity": text}
    green = {"mode": "fixed", "colorkey_hex": "0x00FF00"} if text.lower() in YES else {}
    return green or other_values("mode", text) or _of_color(text) or {"mode": text}


def _of_light(text: str) -> Knobs:
    """Return the knobs for the value of a luma key: the mode, a threshold, or what opens."""
    if text.lower() in YES:
        return {"mode": "luminance"}
    numbers = all(amount(part) for part in ends(text))
    return {"luminance_threshold" if numbers else "luminance_target": text}


def _masked_by(text: str) -> Knobs:
    """Return the mode for a mask, or {} for a shape, since no knob draws shapes."""
    drawn = cleaned(text).lower() in SHAPES or PurePath(text).suffix[1:].isalpha()
    return {} if drawn else other_values("mode", text) or {"mode": "rembg"}


def _of_color(text: str) -> Knobs:
    """Return the knobs that key a color, or {} for any other text."""
    whole = re.fullmatch(r"(?:0x|#)([0-9a-f]{6})", cleaned(text).lower())
    digits = whole[1] if whole else hex_digits(cleaned(text).lower())
    return {"mode": "fixed", "colorkey_hex": f"0x{digits.upper()}"} if digits else {}


def _of_colors(text: str) -> Knobs:
    """Return a color to key, or a saturation for other text."""
    share = {"saturation": "0" if text.lower() in NO else text}
    return _of_color(text) or (share if text else {"colorkey_hex": ""})


def _beds(text: str) -> Knobs:
    """Return the number of beds, or a bed with the named sound."""
    if text.lower() in ("", *YES, *NO) or amount(text):
        return {"audio_beds": "0" if text.lower() in NO else text if text.isdigit() else "1"}
    return {"audio_beds": "1", "bed1": text}


def _sound(text: str) -> Knobs:
    """Return `sound=on` for `yes`, `sound=off` for `no`, or the knobs for a bed."""
    word = text.lower()
    return {"sound": "off" if word in NO else "on"} if word in (*YES, *NO) else _beds(text)


def _place(text: str) -> Knobs:
    """Return x and y for a pair of numbers or words (`0.5,0.2`, `top left`), or only x."""
    parts = re.split(r"\s*[,;x ]\s*", cleaned(text).strip("()[]"))
    words = [(knob, word) for word in re.split(r"[\s_-]+", cleaned(text)) for knob in ("x", "y")]
    named = {knob: found[knob] for knob, word in words if (found := other_values(knob, word))}
    return named or ({"x": parts[0], "y": parts[1]} if len(parts) == 2 else {"x": text})


def _directed(text: str) -> Knobs:
    """Return whether a layer runs backwards, for a direction of play; {} for any other text."""
    ways = ("rev|back|-|rtl", "for|normal|[0-9]|ltr")
    back, forth = (re.match(way, cleaned(text).lower()) for way in ways)
    return {"reverse": "true" if back else "false"} if back or forth else {}


CHAINS = ("effect", "effects", "fx", "filter", "filters")  # other names for the chain post=
# Words that other programs put before a knob's name: chroma_similarity.
BEFORE = "chroma chromakey key keyer color colorkey layer clip video audio picture overlay".split()
# Names that invert a key.
INVERTS = "invert key_invert invert_key invert_mask mask_invert inverse".split()
# Words for the opposite of a knob, or for knobs that depend on the value.
CONVERTED: Mapping[str, Callable[[str], Knobs]] = {
    "transparency": lambda text: {"opacity": _opposite(text)},
    "transparent": lambda text: {"opacity": _opposite(text)},
    **dict.fromkeys(
        "mute muted silent no_sound nosound no_audio noaudio".split(),
        lambda text: {"sound": "on" if text.lower() in NO else "off"},
    ),
    "fade": lambda text: {"fade_in": text, "fade_out": text},
    **dict.fromkeys(("slowmo", "slow_motion"), _slowed),
    **dict.fromkeys(("stretch", "time_stretch"), _stretched),
    **dict.fromkeys("spill spill_suppression despill defringe".split(), lambda _: {"choke": "1.5"}),
    **dict.fromkeys("direction playback play_direction playback_direction".split(), _directed),
    **dict.fromkeys(
        "hide hidden invisible disabled bypass bypassed".split(),
        lambda t: {"opacity": _opposite(t)},
    ),
    **dict.fromkeys("visible visibility shown enabled enable active".split(), _shown),
    **dict.fromkeys(
        "grayscale greyscale gray grey monochrome mono bw b&w black_and_white black_white "
        "desaturate desaturated desaturation".split(),
        lambda text: {"saturation": _opposite(text)},
    ),
    **dict.fromkeys("key keyed chroma_key chromakey keylight ultra_key".split(), _keyed_by),
    **dict.fromkeys(
        "remove_background background_removal remove_bg rembg segment cutout".split(),
        lambda text: {} if text.lower() in NO else {"mode": "rembg"},
    ),
    "mask": _masked_by,
    **dict.fromkeys("luma luminance luma_key lumakey".split(), _of_light),
    **dict.fromkeys(
        "color colour keycolor key_color key_colour rgbkey rgb_key".split(),
        _of_colors,
    ),
    **dict.fromkeys("music soundtrack song score bed beds bgm background_music".split(), _beds),
    **dict.fromkeys("position pos xy translate".split(), _place),
    "audio": _sound,
}

OUTPUT_SIZE = re.compile(r"(?i)4k|uhd|fullhd|[0-9]{3,4}[pi]|[0-9]{2,4}x[0-9]{2,4}")
RATED = re.compile(r"(4k|uhd|[0-9]{3,4}[pi]|[0-9]{3,4}x[0-9]{3,4}p?)@?(24|25|30|48|50|60)(?:fps)?")
CODECS = ("codec", "vcodec", "format", "container", "encoder", "as")  # words for a file format
# Mask shapes in other programs.
SHAPES = (
    "circle circular oval ellipse elliptical square rectangle rectangular rect box triangle star "
    "heart polygon pentagon hexagon diamond line path linear radial gradient vignette pen bezier"
).split()
MASKS = ("mask", "masks", "matte", "shape", "garbage_matte")

DISSOLVES = "transition transitions crossfade cross_fade xfade dissolve".split()
# Effects that no knob provides, each with the nearest alternative, if any.
NOTHING = {
    "bitrate": "crf sets the picture quality; audio_bitrate sets the sound quality",
    "bpm": "nothing follows a beat", "beat": "nothing follows a beat",
    "tempo": "nothing follows a beat", "rotation": "no knob rotates a layer",
    "rotate": "no knob rotates a layer", "flip": "no knob mirrors a layer",
    "mirror": "no knob mirrors a layer", "hflip": "no knob mirrors a layer",
    "flop": "no knob mirrors a layer", "vflip": "no knob mirrors a layer",
    "crop": "fit and scale set which part of a clip is seen",
    "exposure": "brightness, contrast and gamma set the exposure",
    **dict.fromkeys(
        DISSOLVES,
        "layers play together; fade_in and fade_out fade the piece, and loop=fade fades a loop",
    ),
    "keyframe": "a knob keeps one value for the whole piece; doit sweep compares values",
    "animate": "a knob keeps one value for the whole piece; doit sweep compares values",
    "animation": "a knob keeps one value for the whole piece; doit sweep compares values",
    "easing": "a knob keeps one value for the whole piece; doit sweep compares values",
    "sharpen": "no knob sharpens; contrast and softness set how hard an edge is",
    "title": "no knob writes text", "text": "no knob writes text",
    "subtitles": "no knob writes text",
    "blur": "no knob blurs a picture, nor does an effect; feather fades the edges of a layer, "
    "and softness the edges of a hole",
    **dict.fromkeys(
        INVERTS,
        "no knob inverts a key; rembg_target and luminance_target choose the side that opens, and "
        "grade_curve=negative inverts the colors",
    ),
    **dict.fromkeys(("track_matte", "trackmatte"), "no layer cuts another one"),
    "order": "layers are stacked: layer2.clip is above layer1.clip",
    "bitdepth": "doit export as=h265-10 writes ten bits", "gpu": "no task uses a GPU",
    "threads": "-n 2, typed before the verb, runs two tasks at once",
    "every": "doit watch renders the still again whenever a file is saved",
    "interval": "doit watch renders the still again whenever a file is saved",
    "knob": "knob stands for the name of a knob, as in similarity=0.3",
}  # fmt: skip

DECIBELS = ("volume", "bed_volume")


def other_knobs(name: str, text: str, catalog: Catalog | None = None) -> Knobs:
    """Return the knobs that another program's knob stands for, or {}."""
    if found := plain_name(name, text):
        return found
    name = name.replace("-", "_")
    if name in CONVERTED:
        return CONVERTED[name](cleaned(text))
    if name in CODECS and OUTPUT_SIZE.fullmatch(cleaned(text)):  # such as format=4k
        return {"output_size": text}
    aliases = (catalog or shipped()).aliases
    return {aliases[name]: text} if name in aliases else {}


def other_values(name: str, text: str, catalog: Catalog | None = None) -> Knobs:
    """Return the knobs that another program's value for a knob stands for, or {}."""
    if found := plain_value(name, text) or timed_value(name, text):
        return found
    word = re.sub(r" *\(.*\)$", "", cleaned(text).lower())  # without the (add) of linear dodge
    word = re.sub("[_ ]", "-", word)
    # a pan such as L50 or 50L
    if name == "pan" and (side := re.fullmatch(r"(\d{0,3})%?([lr])(\d{0,3})%?", word)):
        share = min(int(side[1] or side[3] or 100), 100) / 100
        return {name: number(-share if side[2] == "l" else share)}
    if name == "softness" and (width := amount(text)) and width[1] in ("px", "pixel", "pixels"):
        return {"feather": number(width[0])}
    if name in DECIBELS and (level := amount(text)) and level[1] == "%" and level[0] > 0:
        return {name: number(min(12.0, max(-60.0, round(20 * math.log10(level[0] / 100)))))}
    if name == "output_size" and (rated := RATED.fullmatch(word)):  # such as 720p50
        return {name: Size().near(rated[1]) or "", "fps": rated[2]}
    several, dice = text.replace(" ", "").split(","), knobs()["random_modes"].limit
    if name == "mode" and len(several) > 1 and {*several} <= {*getattr(dice, "words", ())}:
        return {"mode": "random", "random_modes": ",".join(several)}
    words = (catalog or shipped()).value_aliases.get(name, {})
    # words may be joined, such as colordodge
    joined = {one.replace("-", ""): meant for one, meant in words.items()}
    return {**(words.get(word) or joined.get(word, {}))}


def by_value(text: str, catalog: Catalog) -> Knobs:
    """Return the only knob that takes a value in words, in any program's words, or {}."""
    word = cleaned(text).lower()
    if OUTPUT_SIZE.fullmatch(word):
        return {"output_size": text}
    if re.fullmatch("#[0-9a-f]{6}", word):
        return _of_color(word)
    if len(word) < 4 or word in (*YES, *NO):
        return {}
    named = [k.name for k in catalog.knobs.values() if word in getattr(k.limit, "words", ())]
    found = [{name: word} for name in named if name != "random_modes"]
    found = found or [one for name in catalog.value_aliases if (one := other_values(name, word))]
    return found[0] if len(found) == 1 else {}


def ending(name: str, knobs: Collection[str]) -> tuple[str, str]:
    """Split a name that ends in a knob into the words before it and the knob, or ("", "")."""
    words = name.lower().split("_")
    every = (("_".join(words[:at]), "_".join(words[at:])) for at in range(1, len(words)))
    return next((one for one in every if one[1] in knobs), ("", ""))


def topic(word: str) -> str:
    """Return `word` or its last part that occurs in a knob's name or refers to a knob, or ""."""
    parts = {part for knob in knobs() for part in knob.split("_")}
    every = (word, *reversed(word.split("_")))
    return next((one for one in every if one in parts or related_knobs(one)), "")


def by_parts(name: str, catalog: Catalog) -> str:
    """Return the only knob whose name contains all parts of `name` (`luma_threshold`), or ""."""
    modes = catalog.value_aliases.get("mode", {})
    parts = {"bed" if CONVERTED.get(part) is _beds else part for part in name.split("_")}
    parts = {modes.get(part, {}).get("mode", part) for part in parts}
    found = [knob for knob in catalog.knobs if parts <= {*knob.split("_")}]
    return found[0] if len(found) == 1 and max(map(len, parts)) > 3 else ""


def related_knobs(word: str) -> set[str]:
    """Return the knobs that another program's word may refer to, as a knob or as a value."""
    values = {knob for knob, words in shipped().value_aliases.items() if word in words}
    named = {one for one in re.findall(r"\w+", NOTHING.get(word, "")) if one in knobs()}
    # the second form finds warm for warmth
    compared = COMPARED.get(word) or COMPARED.get(re.sub("(ness|th)$", "", word)) or ("",)
    return {*other_knobs(word, ""), *filter(None, compared[:1])} | values | named
