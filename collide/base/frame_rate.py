"""Exact frame rates: whole numbers, and the NTSC rates, which are whole numbers divided by 1.001.

Knobs, configs and recipes store a rate as a number, such as 24 or 23.976. Arithmetic and commands
use the exact rate that the number stands for, here 24 or 24000/1001.
"""

from fractions import Fraction

FrameRate = int | Fraction  # frames per second

# The fraction behind each decimal rate: 23.976, 29.97, 47.952, 59.94, 119.88.
NTSC = {round(n / 1.001, 3): Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)}


def exact(rate: float | Fraction) -> FrameRate:
    """Return the exact rate that a number stands for, or a fraction unchanged."""
    return rate if isinstance(rate, Fraction) else NTSC.get(rate) or int(rate)


def ticks(rate: float | Fraction) -> int:
    """Return the ticks per second that make each frame of an MP4 last a whole number of ticks."""
    fps = exact(rate)
    return fps * 512 if isinstance(fps, int) else fps.numerator


def in_seconds(frames: str, rate: float | Fraction) -> str:
    """Convert an expression for a frame number to an expression for that frame's time."""
    fps = exact(rate)
    by = f"/{fps}" if isinstance(fps, int) else f"*{fps.denominator}/{fps.numerator}"
    return frames + by
