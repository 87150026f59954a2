"""modes/palette: colors from a named set become windows, the most frequent in the clip first.

Play it to give a whole piece one theme: every layer opens at the same few colors, wherever its clip
has them. If a clip lacks these colors, little opens, and the summary says so. Reads the keyframes
of a layer; answers with colors, the most common first.
"""

from pathlib import Path
from typing import Any

from collide.instrument import Choice, Knobs, Limit, Range

SETS = {
    "classic": ("0xFFFFFF", "0x000000"),
    "neutrals": ("0xFFFFFF", "0x000000", "0x808080", "0xC0C0C0", "0xF5F5DC"),
    "warm": ("0xFFFFFF", "0xFF6B35", "0xFFA500", "0xFFD700"),
    "cool": ("0x000000", "0x0066CC", "0x00CED1", "0x228B22"),
    "skin": ("0xFFDFC4", "0xF0C8A0", "0xDEB887", "0xD2956B"),
    "rgb": ("0xFF0000", "0x00FF00", "0x0000FF"),
    "vibrant": ("0xFF0000", "0x00FF00", "0x0000FF", "0xFFFF00", "0xFF00FF"),
    "pastel": ("0xFFB6C1", "0xADD8E6", "0x98FB98", "0xFFFFE0"),
}

DEFAULTS = {
    # the set of colors that may open
    # low end: classic = black and white; neutrals = concrete, paper, fog; skin = faces and wood;
    # warm = fire and street lamps; cool = night, sea, leaves; pastel = washed summer light;
    # high end: rgb, vibrant = neon and toys, most footage stays shut
    # typical neutrals or skin
    "palette_name": "neutrals",

    # how many colors in the set open
    # low: 1 = the one that the clip has most of; high: 5 = the whole set, islands are left
    # typical 1 or 2
    "palette_count": 1,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"palette_name": Choice(tuple(SETS)), "palette_count": Range(1, 5)}
VALUE_ALIASES = {
    "palette_name": {
        "palette_name=vibrant": "neon bright vivid saturated",
        "palette_name=neutrals": "neutral gray grey",
        "palette_name=classic": "bw black-and-white",
        "palette_name=pastel": "pastels soft",
    },
}
KEYED = tuple(DEFAULTS)
LIBRARIES = ("numpy", "pillow")
VERSION = 1

NEAR = 0.3  # fraction of the distance from black to white: about what a medium similarity opens


def analyze(knobs: Knobs, *, frames: Path) -> dict[str, Any]:
    """Return `{"colors": ["0xRRGGBB", …], "shares": [0..1, …]}`, the most common color first.

    A pixel counts for the nearest color from the set in RGB, if it is within NEAR. Equally common
    colors keep the order of their set.
    """
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.int64).reshape(-1, 3)
    colors = SETS[knobs["palette_name"]]
    marks = [[int(color[at : at + 2], 16) for at in (2, 4, 6)] for color in colors]
    far = np.stack([((pixels - np.array(mark)) ** 2).sum(axis=1) for mark in marks])
    nearest = far.argmin(axis=0)[far.min(axis=0) <= 3 * (255 * NEAR) ** 2]
    counts = np.bincount(nearest, minlength=len(colors))
    kept = np.argsort(-counts, kind="stable")[: knobs["palette_count"]]
    return {
        "colors": [colors[i] for i in kept],
        "shares": [round(int(counts[i]) / len(pixels), 4) for i in kept],
    }
