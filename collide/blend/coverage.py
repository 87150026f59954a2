"""blend/coverage: move a layer's key until as much of it opens as you ask for.

Play it on clips you have not seen, and in batches: no layer hides all that is below, and none is
gone. It moves similarity, or luminance_threshold where brightness is keyed, and no further than
it must. With a soft edge a surface that opens all at once may end up half transparent.
Reads the keyframes of a layer and the answer of its mode; answers the same, its key moved.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Band, Knobs, Limit, low_and_high

DEFAULTS = {
    # the share of a layer that shall be open, as a window
    # low: 0.05..0.15 = keyholes; high: 0.8..0.95 = crumbs are left; off = as much as similarity
    # opens, which is nothing on one clip and everything on the next
    # typical off for clips you know, 0.3..0.6 for all others; a matte has no similarity, and stays
    "coverage": "off",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"coverage": Band()}
KEYED = ("coverage",)
LIBRARIES = ("numpy", "pillow")
VERSION = 1

FINE = 10000  # places that a key can be moved to, between 0 and 1


def analyze(knobs: Knobs, *, frames: Path, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return `answer` with `similarity`, or its `light` moved, and `opens`: the share, 0..1.

    A key within the window stays. Another is moved until its share lies a quarter of the window
    inside, since the whole layer differs a little from its keyframes. Where a surface opens all
    at once, the place that misses least is taken.
    """
    window = low_and_high(knobs["coverage"])
    if window is None or not (answer.get("colors") or "light" in answer):
        return dict(answer)
    key = _light if "light" in answer else _color
    opens, begin, moved = key(knobs, frames, answer)
    low, high = window
    place, share = begin, opens(begin)
    if not low <= share <= high:
        inside = (high - low) / 4
        place = _found(opens, low + inside if share < low else high - inside, window)
        share = opens(place)
    return {**answer, **moved(place), "opens": round(share, 4)}


def _found(opens: Callable[[float], float], goal: float, window: tuple[float, float]) -> float:
    """Return the place whose share is nearest the window, then nearest the goal, by bisection.

    Shares never sink with the place: the first that reaches the goal or the one before is nearest.
    """
    low, high = 0, FINE
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if opens(middle / FINE) < goal else (low, middle)

    def misses(place: int) -> tuple[float, float]:
        share = opens(place / FINE)
        return max(window[0] - share, share - window[1], 0.0), abs(share - goal)

    return min((low, high), key=misses) / FINE


Key = tuple[Callable[[float], float], float, Callable[[float], dict[str, Any]]]


def _color(knobs: Knobs, frames: Path, answer: Mapping[str, Any]) -> Key:
    """Return what similarity opens, where it is now, and the answer with it moved.

    As ffmpeg's colorkey does it: the distance in RGB, of that from black to white; opaque beyond
    similarity, over a width of softness. Of several colors the nearest counts.
    """
    import numpy as np

    pixels, soft = _pixels(frames), knobs["softness"]
    marks = [[int(c[at : at + 2], 16) for at in (2, 4, 6)] for c in answer["colors"]]
    square = np.min([((pixels - mark) ** 2).sum(axis=1) for mark in np.array(marks)], axis=0)
    far = np.sqrt(square / (3 * 255**2))

    def opens(similarity: float) -> float:
        closed = np.clip((far - similarity) / soft, 0, 1) if soft > 0.0001 else far > similarity
        return 1 - float(closed.mean())

    return opens, knobs["similarity"], lambda similarity: {"similarity": max(0.001, similarity)}


def _light(knobs: Knobs, frames: Path, answer: Mapping[str, Any]) -> Key:
    """Return what the edge of a band of light opens, where it is now, and the answer with it moved.

    As ffmpeg's lumakey does it: open within the band, opaque beyond it, over a width of softness.
    Luma is that of BT.709; in an old clip with BT.601 the share is off by a percent or two.
    A place is how much of the way from nothing to everything the edge has gone.
    """
    import numpy as np

    luma, soft = _pixels(frames) @ np.array([0.2126, 0.7152, 0.0722]) / 255, knobs["softness"]
    lights = answer["light"][1] >= 1
    depth = 1 - luma if lights else luma  # how far from the end that opens first

    def opens(place: float) -> float:
        # lumakey's softness is a share of 255, of which luma has 219
        beyond, width = depth - place, soft * 255 / 219
        closed = np.clip(beyond / width, 0, 1) if width > 0.0001 else beyond > 0
        return 1 - float(closed.mean())

    def moved(place: float) -> dict[str, Any]:
        edge = round(1 - place, 4)
        return {"light": [edge, 1.0] if lights else [0.0, round(place, 4)]}

    return opens, 1 - answer["light"][0] if lights else answer["light"][1], moved


def _pixels(frames: Path) -> Any:
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int64).reshape(-1, 3)
