"""post/smear: each picture mixed with the five before it.

Play it in tests only: it needs earlier frames, so it processes the whole piece in one step.
Reads and writes pictures of any size.
"""

from collide.instrument import Knobs, Limit, Toggle

DEFAULTS = {
    # whether earlier pictures are still visible
    # low: false = now; high: true = smoke; typical true
    "smear": True,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"smear": Toggle()}

NEUTRAL = {"smear": False}

WHOLE = True


def filters(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int) -> str:
    """Return the chain that mixes six pictures."""
    return "tmix=frames=6" if knobs["smear"] else ""
