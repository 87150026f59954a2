"""Plain values that mean a different value or a different knob: speed=-1, vhs=true."""

from collide.base.filtergraph import number
from collide.base.spoken_number import amount, cleaned
from collide.catalog import Knob, knobs, shipped
from collide.library.folders import CLIP, SOUND, kind

Knobs = dict[str, str]  # as they are typed

YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0", "none")


def is_random(text: str) -> bool:
    """Return whether a value asks for a random one, as random, -1 and ? do."""
    return cleaned(text).lower() in (*shipped().value_aliases["seed"], "-1", "?")


def plain_value(name: str, text: str) -> Knobs:
    """Return the knobs that a sound, or a negative speed, means; {} for any other value."""
    if kind(text) == SOUND and name != "clip":
        return {"audio_beds": "1", "bed1": text}
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
