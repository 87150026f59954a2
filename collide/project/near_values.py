"""The likeliest valid value for a knob's invalid value."""

import re
from collections.abc import Sequence
from typing import Any

from collide.base.spoken_number import TIMES, amount, ends, frames_of
from collide.catalog import Knob, knobs
from collide.instrument import Range, exact
from collide.limits import Choice, Toggle, as_typed
from collide.project.degrees import of_degree, of_switch
from collide.project.motion import PLACED
from collide.project.plain_values import is_random

CIRCLE = (-180, 180)  # the range of an angle in degrees; angles wrap
LONGEST_SHARE = 10.0  # a knob with a higher limit may be a time, which can be typed in frames


def instead(raw: Any, knob: Knob, rate: float = 0.0, now: Any = None) -> str:
    """Return the likeliest valid value for `raw`, or "".

    Args:
        rate: the frame rate, which converts a time in frames; by default, the default of fps.
        now: the current value, for a word such as `more`; by default, the knob's default.
    """
    limit, text = knob.limit, re.sub(r"(:[0-9]{2}),([0-9]+)$", r"\1.\2", as_typed(raw))  # 0:02,5
    if not isinstance(limit, Range):
        return limit.near(text) or ""
    text = text.partition("@")[0] if PLACED.search(text) else text
    if word := of_degree(text, knob, now) or of_switch(text, knob):
        return word
    if (limit.low, limit.high) == CIRCLE and (turn := amount(text)) and abs(turn[0]) > limit.high:
        return as_typed(limit.check(180 - (180 - turn[0]) % 360))
    if limit.rolls and text.strip().isalpha() and is_random(text):
        return "..".join(map(as_typed, _ends(knob)))
    rate = rate or float(exact(knobs()["fps"].default))
    if not limit.whole and limit.high > LONGEST_SHARE and (counted := frames_of(text, rate)):
        text = f"{counted[1]:.6f}s"
    if limit.whole and (share := amount(text)) and limit.low <= 0 < share[0] < 1 and not share[1]:
        return ""  # do not turn a fraction of a count into the lowest value
    parts = _parts(text, limit)
    open_at = [as_typed(limit.low), as_typed(limit.high)]
    named = zip(parts, open_at, strict=False) if len(parts) == 2 else [(parts[0], "")]
    near = [limit.near(_in_unit(part, knob)) if part else end for part, end in named]
    if len(near) == 2 and None not in near and limit.rolls:
        return "..".join(sorted(map(str, near), key=_number))
    return near[0] or ""


def _parts(text: str, limit: Range) -> list[str]:
    """Return the ends of a range, or a single value; read `.4...2` as .4 to .2 if 2 is too high."""
    *first, last = ends(text)
    dotted = re.search(r"\.{3}[0-9]", text) and limit.beyond(last)
    return [*first, f".{last}" if dotted else last]


def _ends(knob: Knob) -> Sequence[Any]:
    """Return the ends of a knob's default range, or of its limits if the default is not a range."""
    limit: Any = knob.limit
    drawn = isinstance(knob.default, list | tuple)
    return list(knob.default) if drawn else [limit.low, limit.high]


def swept(knob: Knob, most: int = 7, words: int = 3) -> str:
    """Return a range or a few values for a sweep of a knob, or "" for a knob with any other limit.

    The mode `rembg` is left out, because its model may be missing.

    Args:
        most: the maximum number of values in a range.
        words: the maximum number of values from a choice.
    """
    limit, low_high = knob.limit, knob.default
    if isinstance(limit, Toggle):
        return "false,true"
    if isinstance(limit, Choice):
        return ",".join([word for word in limit.words if word != "rembg"][:words])
    if not isinstance(limit, Range):
        return ""
    if not isinstance(low_high, list | tuple):
        low_high = (limit.low, limit.high)
    count = min(most, low_high[1] - low_high[0] + 1) if limit.whole else most
    return f"{'..'.join(map(as_typed, low_high))}:{count}"


def _number(text: str) -> float:
    return (amount(text) or (0.0, ""))[0]


def _in_unit(text: str, knob: Knob) -> str:
    """Convert a time to milliseconds if the knob is in milliseconds; otherwise return `text`.

    A number without a unit that is below the knob's range counts as seconds: 0.3 becomes 300.
    """
    found = amount(text)
    if not found or not knob.name.endswith("_ms") or not isinstance(knob.limit, Range):
        return text
    seconds = not found[1] and 0 < found[0] < knob.limit.low
    if found[1] in TIMES or (seconds and found[0] * 1000 <= knob.limit.high):
        return as_typed(round(found[0] * TIMES.get(found[1], 1.0) * 1000, 6))
    return text
