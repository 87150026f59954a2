"""Knob values for words of degree: `softness=high`, `grain=less`, `speed=max`."""

import re
from typing import Any

from collide.base.spoken_number import cleaned
from collide.catalog import Knob, shipped
from collide.instrument import Range
from collide.limits import as_typed

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_TYPICAL = re.compile(rf"^typical {_NUMBER}\.\.{_NUMBER}", re.MULTILINE)
LEAST = ("min", "minimum", "minimal", "lowest", "least")
MOST = ("max", "maximum", "highest", "most")
LOW = "low lower less weak weaker small smaller little subtle slight down slow slower".split()
HIGH = "high higher more strong stronger heavy big bigger large up lots fast faster".split()
MIDDLE = ("medium", "mid", "moderate", "average")
ON, OFF = ("true", "yes", "on"), ("false", "no", "off")
WORDS = {*LEAST, *MOST, *LOW, *HIGH, *MIDDLE}
# Words that raise or lower the knob next to them: reduce grain, turn up the volume.
RAISES = {*HIGH, *"increase raise boost add louder".split()}
LOWERS = {*LOW, *"fewer decrease reduce lower cut quieter".split()}
# Adjectives for a picture or a sound. Each row lists its adjectives, the knob that they change, and
# the sign of the change after `more`; after `less` or `too`, the sign is reversed.
COMPARED = {
    word: (knob, sign)
    for row, knob, sign in (
        ("bright brighter light lighter", "brightness", 1),
        ("dark darker dim dimmer", "brightness", -1),
        ("contrasty punchy punchier", "contrast", 1),
        ("flat flatter", "contrast", -1),
        ("saturated colorful colourful vivid", "saturation", 1),
        ("desaturated pale paler dull duller washed-out", "saturation", -1),
        ("big bigger large larger", "scale", 1),
        ("small smaller tiny tinier", "scale", -1),
        ("loud louder", "volume", 1),
        ("quiet quieter", "volume", -1),
        ("fast faster quick quicker", "speed", 1),
        ("slow slower", "speed", -1),
        ("soft softer", "softness", 1),
        ("sharp sharper hard harder crisp crisper", "softness", -1),
        ("opaque", "opacity", 1),
        ("transparent faint fainter", "opacity", -1),
        ("long longer", "duration", 1),
        ("short shorter", "duration", -1),
        ("grainy grainier noisy noisier", "grain", 1),
        ("warm warmer", "grade_temperature", -1),
        ("cold colder cool cooler", "grade_temperature", 1),
    )
    for word in row.split()
}


def of_degree(text: str, knob: Knob, now: Any = None) -> str:
    """Return the value for a word of degree, or "" for other text or a knob that takes no numbers.

    `high` stands for the upper end of the typical range, or for a higher value if the current value
    is already that high. `low` is the opposite.

    Args:
        now: the current value or the ends of its range; by default, the knob's default.
    """
    word, limit = cleaned(text).lower(), knob.limit
    if not isinstance(limit, Range) or word not in WORDS:
        return ""
    low, high = _ends(knob.default if now is None else now, limit)
    first, last = _typical(knob) or _ends(knob.default, limit)
    values = {
        **dict.fromkeys(LEAST, limit.low),
        **dict.fromkeys(MOST, limit.high),
        **dict.fromkeys(LOW, first if first < low else (low + limit.low) / 2),
        **dict.fromkeys(HIGH, last if last > high else _above(high, limit)),
        **dict.fromkeys(MIDDLE, (first + (last if last > first else _above(last, limit))) / 2),
    }
    return _written(values[word], limit)


def of_switch(text: str, knob: Knob) -> str:
    """Return the value that turns a knob on or off for a word such as `on` or `off`, or "".

    The knob must take fractions, and its lowest value must be 0. In addition, its neutral value
    must be 0, or its default must be above 0 and its highest value at most 4.
    """
    word, limit = cleaned(text).lower(), knob.limit
    if word not in (*ON, *OFF) or not isinstance(limit, Range) or limit.low or limit.whole:
        return ""
    plain = isinstance(knob.default, int | float)
    if shipped().neutral(knob.name) != 0 and not (plain and 0 < knob.default <= limit.high <= 4):
        return ""
    if word in OFF or knob.default:
        return _written(0.0 if word in OFF else knob.default, limit)
    return of_degree("medium", knob) if limit.high <= 1 else ""


def _above(value: float, limit: Range) -> float:
    """Return a higher value: halfway to the limit, but at most 1.5 times a positive `value`."""
    half = (value + limit.high) / 2
    return min(1.5 * value, half) if value > 0 else half


def _typical(knob: Knob) -> tuple[float, float] | None:
    """Return the typical range in a shipped knob's description, or None."""
    catalog = shipped()
    texts = catalog.explained(knob.owner) if knob.owner in catalog.instruments else {}
    if match := _TYPICAL.search(texts.get(knob.name, "")):
        low, high = (float(one) for one in match.groups() if one)
        return low, high
    return None


def _ends(value: Any, limit: Range) -> tuple[float, float]:
    """Return a range's ends, or a number twice; for other values, return the ends of `limit`."""
    pair = value if isinstance(value, list | tuple) else (value, value)
    numbers = [one for one in pair if isinstance(one, int | float)]
    return (float(numbers[0]), float(numbers[-1])) if numbers else (limit.low, limit.high)


def _written(value: float, limit: Range) -> str:
    return as_typed(limit.check(round(value) if limit.whole else round(value, 4)))
