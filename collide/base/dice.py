"""Random numbers, each computed from a seed and its own name; also new seeds and tokens.

A new knob, layer or clip therefore changes no other draw. With a shared generator, it would change
all later ones.
"""

import hashlib
import secrets
from typing import Any


def place(seed: int, *name: Any) -> float:
    """Return the random number in [0, 1) for `seed` and `name`: 53 bits of their SHA-256."""
    text = "/".join([str(seed), *map(str, name)])
    head = hashlib.sha256(text.encode()).digest()[:8]
    return (int.from_bytes(head, "big") >> 11) / (1 << 53)


def within(at: float, low: float, high: float, *, whole: bool) -> float:
    """Return the value at the relative position `at`, in [0, 1), of the range `low..high`.

    The relative position stays the same when the range narrows, so narrowing causes no new draw.
    A range of whole numbers includes both ends. Other values are rounded to four decimals, but not
    beyond the ends.
    """
    if whole:
        return int(low) + int(at * (int(high) - int(low) + 1))
    return min(max(round(low + at * (high - low), 4), low), high) + 0.0  # never -0.0


def new_seed() -> int:
    """Return a new random seed; nothing reproduces it, so it must be stored."""
    return secrets.randbelow(1_000_000_000)


def new_token() -> str:
    """Return a new secret of 256 bits, as URL-safe text."""
    return secrets.token_urlsafe(32)
