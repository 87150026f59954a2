"""Plain values that mean a different value, or a different knob: pan=left, speed=-1."""

from collections.abc import Mapping

from collide.base.filtergraph import number
from collide.base.spoken_number import amount, cleaned
from collide.catalog import Knob, knobs
from collide.library.folders import CLIP, SOUND, kind

Knobs = dict[str, str]  # as they are typed

HEIGHTS = {"hd": "720", "fullhd": "1080", "2k": "1440", "4k": "2160", "uhd": "2160", "8k": "4320"}
YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0", "none")
RANDOM = ("random", "rand", "any", "auto", "dice", "shuffle", "-1", "?")  # words for a random seed

PLAIN: Mapping[str, Mapping[str, str]] = {
    "pan": {"left": "-0.9", "right": "0.9", "center": "0", "centre": "0", "middle": "0"},
    "x": {"left": "-0.5", "right": "0.5", "center": "0", "centre": "0", "middle": "0"},
    "y": {"top": "-0.5", "up": "-0.5", "bottom": "0.5", "down": "0.5", "center": "0",
          "centre": "0", "middle": "0"},
    "freeze": {**dict.fromkeys(YES[:3], "0"), **dict.fromkeys(NO[:3], "-1")},
    "sound": {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off",
              "none": "off", "mute": "off"},
    "post": dict.fromkeys(NO[:4], "none"),
    "min_resolution": {**HEIGHTS, "full-hd": "1080"},
    "seed": dict.fromkeys(filter(str.isalpha, RANDOM), "1"),
    "dice": dict.fromkeys(filter(str.isalpha, RANDOM), "1"),
    "output_size": {
        "vertical": "720x1280", "portrait": "720x1280", "square": "720x720", "hd": "1280x720",
        "landscape": "1280x720", "fullhd": "1920x1080", "full-hd": "1920x1080",
        **{side: f"{int(side) * 16 // 9}x{side}" for side in ("360", "720", "1080", "1440")},
        "480": "854x480", "2160": "3840x2160",
    },
}  # fmt: skip


def plain_value(name: str, text: str) -> Knobs:
    """Return the knobs that a plain value of a knob means; {} if it means none."""
    if kind(text) == SOUND and name != "clip":
        return {"audio_beds": "1", "bed1": text}
    word = cleaned(text).lower().replace("_", "-").replace(" ", "-")
    if meant := PLAIN.get(name, {}).get(word):
        return {name: meant}
    if name == "speed" and (found := amount(text)) and found[0] < 0:
        pace = -found[0] * (0.01 if found[1] == "%" else 1)
        return {"reverse": "true", **({"speed": number(pace)} if pace != 1 else {})}
    return {}


def _reads(knob: Knob, text: str) -> bool:
    try:
        knob.limit.read(text)
    except ValueError:
        return False
    return True


def plain_name(name: str, text: str) -> Knobs:
    """Return the knobs meant by an effect or a file typed as a knob: vhs=true, layer2=a.mp4."""
    if kind(text) == SOUND:
        return {"audio_beds": "1", "bed1": text}
    own = [knob for knob in knobs().values() if knob.owner == f"post/{name}"]
    if own:
        if text.lower() in NO:
            return {"post": "none"}
        amounts = [k.name for k in own if text.lower() not in YES and _reads(k, text)]
        return {"post": name, **dict.fromkeys(amounts[:1], text)}  # the first is the amount
    if name in ("", "clips", "layers", "video", "videos", "input") and kind(text) == CLIP:
        return {"clip": text.rpartition("/")[2]}
    return {}
