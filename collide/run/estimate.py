"""A rough estimate of render time, without the history of earlier renders.

It depends on the size, length, frame rate and number of layers of a piece, and on the number of
cores. forecast.py uses the history instead.
"""

from collections.abc import Mapping
from typing import Any

from collide.text_limits import wide_and_high

# CPU seconds per million pixels of a layer, per million pixels of the stack, and per piece,
# measured on 8 seconds of 1280x720.
LAYER, STACKED, ALWAYS = 0.014, 0.016, 6.0


def rough_seconds(piece: Mapping[str, Any], workers: int) -> float:
    """Estimate how long a first render takes, in seconds of wall-clock time.

    Args:
        piece: the drawn knobs of the piece.
        workers: the number of cores in use.
    """
    wide, high = wide_and_high(piece["output_size"])
    pixels = wide * high * piece["duration"] * float(piece["fps"]) / 1e6
    work = pixels * (LAYER * piece["num_videos"] + STACKED) + ALWAYS
    return float(work / max(1, min(workers, piece["num_videos"])))
