"""A first estimate of render time, for work that was never rendered here before.

It depends on size, length and number of layers only; known work is priced by forecast.py.
"""

from collections.abc import Mapping
from typing import Any

from collide.text_limits import wide_and_high

# CPU seconds for a million pixels, and for any piece; measured at 1280x720, in 8 seconds of it.
LAYER, STACKED, ALWAYS = 0.014, 0.016, 6.0


def rough_seconds(piece: Mapping[str, Any], workers: int) -> float:
    """Return the wall seconds that a first render takes, about.

    Args:
        piece: the knobs of the piece, drawn.
        workers: cores that work on it.
    """
    wide, high = wide_and_high(piece["output_size"])
    pixels = wide * high * piece["duration"] * float(piece["fps"]) / 1e6
    work = pixels * (LAYER * piece["num_videos"] + STACKED) + ALWAYS
    return float(work / max(1, min(workers, piece["num_videos"])))
