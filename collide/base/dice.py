"""Random numbers, each computed from a seed and a name; also new seeds and secret tokens.

Adding a knob, layer or clip therefore leaves all other draws unchanged. With one shared generator,
such an addition would change every later draw.
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
    """Return the value in a range at the relative position `at`, from 0 to just below 1.

    Narrowing the range keeps the relative position, so nothing is drawn again. A range of whole
    numbers includes both ends. Other values are rounded to four decimals, but never beyond the
    ends.
    """
    if whole:
        return int(low) + int(at * (int(high) - int(low) + 1))
    return min(max(round(low + at * (high - low), 4), low), high) + 0.0  # + 0.0 turns -0.0 into 0.0


def new_seed() -> int:
    """Return a new random seed, which cannot be computed again and must be stored."""
    return secrets.randbelow(1_000_000_000)


def new_token() -> str:
    """Return a new secret of 256 bits, as URL-safe text."""
    return secrets.token_urlsafe(32)
