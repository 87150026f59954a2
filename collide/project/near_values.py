"""The valid value meant by a value that a knob refuses."""

import re
from collections.abc import Sequence
from typing import Any

from collide.base.spoken_number import TIMES, amount, ends, frames_of
from collide.catalog import Knob, knobs
from collide.instrument import Range, exact
from collide.limits import Choice, Toggle, as_typed
from collide.project.degrees import of_degree
from collide.project.plain_values import is_random

LONGEST_SHARE = 10.0  # a knob with a higher limit may be a time, and be typed in frames


def instead(raw: Any, knob: Knob, rate: float = 0.0, now: Any = None) -> str:
    """Return the valid value that `raw` most likely means; "" if it suggests none.

    Args:
        rate: the frames per second of the piece, for a time in frames; 0 means the default of fps.
        now: the value in force, for a word such as `more`; None means the default.
    """
    limit, text = knob.limit, re.sub(r"(:[0-9]{2}),([0-9]+)$", r"\1.\2", as_typed(raw))  # 0:02,5
    if not isinstance(limit, Range):
        return limit.near(text) or ""
    if word := of_degree(text, knob, now):
        return word
    if limit.rolls and text.strip().isalpha() and is_random(text):
        return "..".join(map(as_typed, _ends(knob)))
    rate = rate or float(exact(knobs()["fps"].default))
    if not limit.whole and limit.high > LONGEST_SHARE and (counted := frames_of(text, rate)):
        text = f"{counted[1]:.6f}s"
    parts = ends(text)
    open_at = [as_typed(limit.low), as_typed(limit.high)]
    named = zip(parts, open_at, strict=False) if len(parts) == 2 else [(parts[0], "")]
    near = [limit.near(_in_unit(part, knob)) if part else end for part, end in named]
    if len(near) == 2 and None not in near and limit.rolls:
        return "..".join(sorted(map(str, near), key=_number))
    return near[0] or ""


def _ends(knob: Knob) -> Sequence[Any]:
    """Return the ends of a knob's default if it is a range, else those of its limits."""
    limit: Any = knob.limit
    drawn = isinstance(knob.default, list | tuple)
    return list(knob.default) if drawn else [limit.low, limit.high]


def swept(knob: Knob) -> str:
    """Return values of a knob for a sweep to compare: a range or a few words; "" if it has none."""
    limit, low_high = knob.limit, knob.default
    if isinstance(limit, Toggle):
        return "false,true"
    if isinstance(limit, Choice):
        return ",".join(limit.words[:3])
    if not isinstance(limit, Range):
        return ""
    if not isinstance(low_high, list | tuple):
        low_high = (limit.low, limit.high)
    return f"{'..'.join(map(as_typed, low_high))}:7"


def _number(text: str) -> float:
    return (amount(text) or (0.0, ""))[0]


def _in_unit(text: str, knob: Knob) -> str:
    """Return a time with a unit in milliseconds if the knob counts in them, else `text` itself."""
    found = amount(text)
    if found and knob.name.endswith("_ms") and found[1] in TIMES:
        return as_typed(round(found[0] * TIMES[found[1]] * 1000, 6))
    return text
