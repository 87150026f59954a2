"""post/blink: light that comes and goes twice a second.

Play it in tests only: every frame shows whether `t` is the time of the piece.
Reads and writes pictures of any size.
"""

from collide.instrument import Knobs, Limit, Range, number

DEFAULTS = {
    # how much the light comes and goes
    # low: 0 = a lamp; high: 1 = a lighthouse; typical 0.3
    "blink": 0.3,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"blink": Range(0.0, 1.0)}

NEUTRAL = {"blink": 0.0}


def filters(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int, first: int) -> str:
    """Return a chain that varies the light with time, and the tilt with the frame number."""
    if not knobs["blink"]:
        return ""
    bright = f"eq=eval=frame:brightness='{number(knobs['blink'])}*sin(12.3*t)'"
    return f"{bright},perspective=x0='mod(on+{first},7)':eval=frame"
