"""modes/dominant: the most common color of a clip, found by counting, becomes a window.

Play it on footage with a large even area, such as a sky, a wall, a lawn or a table. modes/kmeans
answers with the means of whole regions, but modes/dominant answers with one shade. Reads the
keyframes of a layer; answers with one color, and the part of the picture that it covers.
"""

from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how far apart two shades may be and still count as one color, in 8-bit levels
    # low: 8 = one exact shade of the wall; high: 64 = the whole wall, its shadows included
    # typical 24; 16 is finer, 32 broader
    "dominant_quant": 24,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"dominant_quant": Range(2, 128)}
KEYED = ("dominant_quant",)
LIBRARIES = ("numpy", "pillow")
VERSION = 1


def analyze(knobs: Knobs, *, frames: Path) -> dict[str, Any]:
    """Return `{"colors": ["0xRRGGBB"], "share": 0..1}`.

    Pixels are counted in whole numbers, so the number of threads has no effect.
    """
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.int64).reshape(-1, 3)
    size = knobs["dominant_quant"]
    # a shade on the border of two boxes is split between them: count in shifted boxes as well
    fullest = max((_fullest(pixels, size, shift) for shift in (0, size // 2)), key=len)
    # each channel's median is hardly affected by noise or by an edge inside the box
    color = np.sort(fullest, axis=0)[len(fullest) // 2]
    hex_color = "0x{:02X}{:02X}{:02X}".format(*color)
    return {"colors": [hex_color], "share": round(len(fullest) / len(pixels), 4)}


def _fullest(pixels: Any, size: int, shift: int) -> Any:
    """Return the pixels in the fullest box of the color cube, the least red box if several tie."""
    import numpy as np

    boxes = (pixels + shift) // size @ np.array([1 << 16, 1 << 8, 1])
    values, counts = np.unique(boxes, return_counts=True)
    return pixels[boxes == values[np.argmax(counts)]]
