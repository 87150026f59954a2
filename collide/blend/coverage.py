"""blend/coverage: move a layer's key until as much of it opens as you ask for.

Play it on clips you have not seen, and in batches: no layer hides everything below it, and no layer
disappears. It moves similarity (or luminance_threshold, if brightness is keyed) no further than
necessary. With a soft edge, a surface that opens as a whole may end up half transparent. Reads the
keyframes of a layer and its mode's answer; answers with a copy whose key may have moved.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Band, Knobs, Limit, low_and_high

DEFAULTS = {
    # how much of a layer should be open, as a range of fractions
    # low: 0.05..0.15 = keyholes; high: 0.8..0.95 = crumbs are left; off = as much as similarity
    # opens, which is nothing on one clip and everything on the next
    # typical off for clips you know, 0.3..0.6 for all others; a matte has no similarity, and is
    # left unchanged
    "coverage": "off",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"coverage": Band()}
KEYED = ("coverage",)
LIBRARIES = ("numpy", "pillow")
VERSION = 2

FINE = 10000  # values that a key can move to, between 0 and 1

Key = tuple[Callable[[Any], Any], float, Callable[[float], dict[str, Any]]]


def analyze(knobs: Knobs, *, frames: Path, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return `answer` with a `similarity` or a moved `light`, and with `opens`, the open fraction.

    If there is no `coverage` or no key, return `answer` unchanged. If the open fraction is outside
    the range, move the key to the smallest value that reaches a goal. The goal is inside the range,
    a quarter of the range from the nearer end, because the whole layer differs a little from its
    keyframes. If a surface opens as a whole at this value, the value before it wins if that value
    is closer to the range.
    """
    import numpy as np

    window = low_and_high(knobs["coverage"])
    if window is None or not (answer.get("colors") or "light" in answer):
        return dict(answer)
    alpha, begin, moved = (_light if "light" in answer else _color)(knobs, answer)
    levels = (_luma if "light" in answer else _cut)(_pixels(frames), answer)
    counts = np.bincount(levels, minlength=256) / levels.size

    def opens(places: Any) -> Any:
        return 1 - alpha(places) @ counts

    low, high = window
    place, share = begin, float(opens(np.array([begin]))[0])
    if not low <= share <= high:
        inside = (high - low) / 4
        shares = opens(np.arange(FINE + 1) / FINE)
        at = _least(shares, low + inside if share < low else high - inside, window)
        place, share = at / FINE, float(shares[at])
    return {**answer, **moved(place), "opens": round(share, 4)}


def _least(shares: Any, goal: float, window: tuple[float, float]) -> int:
    """Return the smallest value that opens as much as the goal, or the value before it.

    Choose the value that misses the range by less or, if both miss it equally, the value closer to
    the goal. A larger value never opens less.
    """
    import numpy as np

    enough = shares >= goal - 1e-9  # tolerates rounding differences
    first = int(np.argmax(enough)) if enough.any() else FINE

    def misses(place: int) -> tuple[float, float]:
        share = float(shares[place])
        return max(window[0] - share, share - window[1], 0.0), abs(share - goal)

    return min((max(0, first - 1), first), key=misses)


def _color(knobs: Knobs, answer: Mapping[str, Any]) -> Key:
    """Return the key of colors: its alpha at given values, its current value, and how to move it.

    The alpha is computed for each level of a cut, as blend/key does. The alpha is opaque where the
    distance in RGB exceeds similarity, after a ramp as wide as softness.
    """
    import numpy as np

    soft, far = knobs["softness"], _reach(answer) * (np.arange(256) / 255) ** 2

    def alpha(places: Any) -> Any:
        beyond = far[None, :] - np.asarray(places)[:, None]
        return np.clip(beyond / soft, 0, 1) if soft > 0.0001 else beyond > 0

    return alpha, knobs["similarity"], lambda place: {"similarity": max(0.001, place)}


def _light(knobs: Knobs, answer: Mapping[str, Any]) -> Key:
    """Return the key of a band of light that begins at black or ends at white; see `_color`.

    A value is the position of the band's edge, from 0 (nothing opens) to 1 (everything opens).
    """
    import numpy as np

    width, levels = int(knobs["softness"] * 255), np.arange(256)
    lights = answer["light"][1] >= 1

    def alpha(places: Any) -> Any:
        edges = np.floor(16 + 219 * np.abs(lights - np.round(places, 4)))[:, None]
        beyond = edges - levels if lights else levels - edges
        if not width:
            return beyond > 0
        steep = beyond * 255 / width
        return np.clip(np.ceil(steep) if lights else steep, 0, 255) / 255

    def moved(place: float) -> dict[str, Any]:
        edge = round(1 - place, 4)
        return {"light": [edge, 1.0] if lights else [0.0, round(place, 4)]}

    return alpha, 1 - answer["light"][0] if lights else answer["light"][1], moved


def _reach(answer: Mapping[str, Any]) -> float:
    """Return the largest distance in RGB that a pixel can have from one of the colors."""
    marks = (_levels(color) for color in answer["colors"])
    far = (math.hypot(*(max(level, 255 - level) for level in mark)) for mark in marks)
    return max(far) / math.hypot(255, 255, 255)


def _levels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (2, 4, 6)]


def _cut(pixels: Any, answer: Mapping[str, Any]) -> Any:
    """Return the cut of pixels: the distance to the nearest key color, in 8 bits."""
    import numpy as np

    marks = np.array([_levels(color) for color in answer["colors"]])
    square = np.min([((pixels - mark) ** 2).sum(axis=1) for mark in marks], axis=0)
    far = np.sqrt(square / (3 * 255**2)) / _reach(answer)
    return (255 * np.sqrt(np.minimum(far, 1)) + 0.5).astype(np.int64)


def _luma(pixels: Any, _: Mapping[str, Any]) -> Any:
    """Return the cut of pixels keyed by light: BT.709 luma, as stored.

    For an old clip in BT.601, the open fraction is off by a percent or two.
    """
    import numpy as np

    luma = pixels @ np.array([0.2126, 0.7152, 0.0722]) / 255
    return np.rint(16 + 219 * luma).astype(np.int64)


def _pixels(frames: Path) -> Any:
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int64).reshape(-1, 3)
