"""The only random numbers: each draw is a stream of its own, so no draw can move another.

A draw is named by (seed, purpose, layer, knob). Adding a knob, a layer or a clip adds names
and changes none; one shared generator would shift every draw after the new one.
"""

import hashlib
import secrets
from typing import Any


def place(seed: int, *name: Any) -> float:
    """Return the number in [0, 1) that `seed` gives to `name`, uniform, the same for ever.

    Source: the first 53 bits of a SHA-256, as many as a double holds.
    """
    text = "/".join([str(seed), *map(str, name)])
    head = hashlib.sha256(text.encode()).digest()[:8]
    return (int.from_bytes(head, "big") >> 11) / (1 << 53)


def within(at: float, low: float, high: float, *, whole: bool) -> float:
    """Return the value at place `at` of the window `low..high`.

    The place stays when the window narrows, so narrowing re-rolls nothing. Whole numbers
    include both ends; others are rounded to four decimals, which is finer than any eye, and
    stay inside also where the window is finer than that.
    """
    if whole:
        return int(low) + int(at * (int(high) - int(low) + 1))
    return min(max(round(low + at * (high - low), 4), low), high) + 0.0  # never -0.0


def new_seed() -> int:
    """Return a seed nobody has used: the one draw that is not repeatable, written to config."""
    return secrets.randbelow(1_000_000_000)
