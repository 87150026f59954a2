"""Plain values that stand for another value or another knob: `speed=-1`, `vhs=true`."""

from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount, cleaned
from collide.catalog import Knob, knobs, shipped
from collide.library.folders import CLIP, SOUND, kind
from collide.project.degrees import of_degree

Knobs = dict[str, str]  # as they are typed

YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0", "none")
# Values that leave a picture unchanged in some other programs, but not in collide.
OTHER_NEUTRAL = {
    **dict.fromkeys(("brightness", "grade_brightness"), 1.0),
    **dict.fromkeys(("contrast", "gamma", "grade_contrast", "grade_gamma"), 0.0),
}


def is_random(text: str) -> bool:
    """Return whether a value (such as random, -1 or ?) asks for a random value."""
    return cleaned(text).lower() in (*shipped().value_aliases["seed"], "-1", "?")


def plain_value(name: str, text: str) -> Knobs:
    """Return the knobs for a sound, a negative speed, or a value in OTHER_NEUTRAL."""
    if kind(text) == SOUND and name != "clip":
        return {"audio_beds": "1", "bed1": text}
    if name == "speed" and (quantity := amount(text)) and quantity[0] < 0:
        pace = -quantity[0] * (0.01 if quantity[1] == "%" else 1)
        return {"reverse": "true", **({"speed": number(pace)} if pace != 1 else {})}
    if (quantity := amount(text)) and quantity == (OTHER_NEUTRAL.get(name), ""):
        return {name: number(shipped().neutral(name))}
    return {}


def timed_value(name: str, text: str) -> Knobs:
    """Assign a time to the related knob that takes times: `echo=300ms` becomes `echo_ms=300`.

    If the first knob is 0 by default, it gets a middle value, because the time alone would have no
    effect.
    """
    quantity, knob = amount(text), knobs().get(name)
    siblings = [one for one in (f"{name}_ms", f"{name}_seconds") if one in knobs()]
    if not quantity or quantity[1] not in TIMES or knob is None or not siblings:
        return {}
    seconds = quantity[0] * TIMES[quantity[1]]
    time = number(round(1000 * seconds if siblings[0].endswith("_ms") else seconds, 6))
    own = of_degree("medium", knob) if knob.default == 0 else ""
    return {**({name: own} if own else {}), siblings[0]: time}


def _reads(knob: Knob, text: str) -> bool:
    try:
        knob.limit.read(text)
    except ValueError:
        return False
    return True


def plain_name(name: str, text: str) -> Knobs:
    """Return the knobs for an effect or file given as a knob: `vhs=true`, `video=a.mp4`."""
    if kind(text) == SOUND:
        return {"audio_beds": "1", "bed1": text}
    words = {} if name in shipped().aliases else shipped().value_aliases["post"]
    # for example, trails means post=feedback
    meant = words.get(name.replace("_", "-"), {"post": name})
    own = [knob for knob in knobs().values() if knob.owner == f"post/{meant.get('post')}"]
    if own:
        if text.lower() in NO:
            return {"post": "none"}
        amounts = [k.name for k in own if text.lower() not in YES and _reads(k, text)]
        return {**meant, **dict.fromkeys(amounts[:1], text)}  # the first knob is the main amount
    if name in ("", "clips", "layers", "video", "videos", "input") and kind(text) == CLIP:
        return {"clip": text.rpartition("/")[2]}
    return {}
