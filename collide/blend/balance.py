"""blend/balance: open the windows of all layers together, so that no layer stays unseen.

Play it on clips you have not seen: the base shows through all windows, and a window that is too
wide or too narrow hides a layer as surely as a wall. It moves `similarity`, or
`luminance_threshold` where brightness is keyed, once and within its range (where none is set, the
REACH of the knob, if it has one). The value is kept with the clips, and found again only for a
different clip, seed, mode or `balance`. Reads the cuts of a few moments of each layer, such as
how far each pixel is from the colors that open; answers with a threshold for each free layer, and
each layer's share of the picture.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # whether thresholds are drawn from their ranges by the dice, or searched for the values at
    # which the layer that is seen least is seen most
    # low: 0 = the dice alone: one clip may be all you see; 1 = every layer has its part of the
    # picture, sharp ones a larger one, and no window is a shower of crumbs; high: 2, 3 … = found
    # once more, from the current clips and knobs: returning to 1 restores the first windows
    # typical 1; a threshold with one value (`similarity=0.3`) or with a coverage is never moved
    "balance": 1,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"balance": Range(0, 1000, rolls=False)}
KEYED = ("balance",)
LIBRARIES = ("numpy", "scipy")
VERSION = 1

SIZE = (96, 54)  # size of a plane: small, so that a second is enough to try 100,000 thresholds
MOMENTS = 6  # moments of each layer, within SPAN seconds, whatever the length of the piece
SPAN = 10.0
SHARP = (640, 360)  # largest middle part of a picture in which sharpness is measured, in pixels

PLACES = 25  # values tried in a range
PARTS = (0.0, 0.5, 1.0)  # starting points of the search, besides the drawn values
CRUMB = 0.005  # share of the picture: a smaller region is confetti, and does not count as seen
THERE = 0.25  # from this opacity on, a pixel belongs to a layer
RAMP = (0.25, 0.4)  # contrast of neighbors relative to pixels four apart: blurred, and sharp
LEAST = 0.6  # share that the most blurred layer should have, relative to a sharp one


# One layer as the solver sees it: the values to try, in rising order, or one value if it is not
# free; its alpha at each of them, (values, moments, pixels), including opacity; and the index of
# the value nearest to the drawn one.
Cut = tuple[list[float], Any, int]


def analyze(
    knobs: Knobs,
    *,
    cuts: Mapping[str, Path],
    pictures: Mapping[str, Path],
    layers: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return `thresholds` for the free layers, and `seen` shares and `quality` of all, base first.

    Args:
        cuts: grey pictures of SIZE for each layer above the base, by its number: first its cuts,
            placed in the frame, then as many masks, 255 where its picture is opaque.
        pictures: grey pictures of the middle of each layer, as they appear in the piece.
        layers: from the base up: `layer`, its number, `detail` (pixels of its clip per pixel of
            its picture), `middle`, the size of its `pictures`; above the base also `key` ("color",
            "lights", "darks", "auto" or "none"), `reach` (of a color's cut), `softness`,
            `opacity`, `value` of its threshold, and its free `range`, or None.
    """
    found = [_cut(layer, cuts) for layer in layers[1:]]
    quality = [_quality(layer, pictures) for layer in layers]
    places = _solved(found, quality)
    shares, _ = _shares(found, places)
    solved = zip(layers[1:], found, places, strict=True)
    return {
        "thresholds": {
            str(layer["layer"]): values[at] for layer, (values, *_), at in solved if layer["range"]
        },
        "seen": [round(share, 4) for share in shares],
        "quality": [round(one, 3) for one in quality],
    }


def _cut(layer: Mapping[str, Any], cuts: Mapping[str, Path]) -> Cut:
    """Return the values to try for a layer, its alpha at each, and where to begin."""
    import numpy as np

    plane, mask = np.split(_film(cuts[str(layer["layer"])], SIZE), 2)
    values = [layer["value"]]
    if layer["range"]:
        low, high = layer["range"]
        values = sorted({round(float(v), 4) for v in np.linspace(low, high, PLACES)})
    clear = mask.astype(np.float32) * np.float32(layer["opacity"] / 255)
    tables = (_table(layer, value, plane, mask) for value in values)
    alphas = np.stack([table[plane] * clear for table in tables])
    begins = min(range(len(values)), key=lambda at: abs(values[at] - layer["value"]))
    return values, alphas, begins


def _film(path: Path, size: tuple[int, int]) -> Any:
    """Return the pixels of a file of grey pictures, of shape (moments, pixels)."""
    import numpy as np

    return np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, size[0] * size[1])


def _table(layer: Mapping[str, Any], value: float, plane: Any, mask: Any) -> Any:
    """Return the alpha, 0..1, that blend/key gives each level of a cut at a threshold."""
    import numpy as np

    levels, soft, key = np.arange(256, dtype=np.float64), layer["softness"], layer["key"]
    if key == "none":  # no threshold decides what opens: the cut is the alpha
        return (levels / 255).astype(np.float32)
    if key == "color":
        beyond = layer["reach"] * (levels / 255) ** 2 - value
    else:
        if key == "auto":
            here = plane[mask > 0]
            lit, dark = (here >= 16 + 219 * value).sum(), (here <= 235 - 219 * value).sum()
            key = "lights" if lit >= dark else "darks"
        edge = int(16 + 219 * (value if key == "lights" else 1 - value))
        beyond = ((edge - levels) if key == "lights" else (levels - edge)) / 255
    closed = np.clip(beyond / soft, 0, 1) if soft > 0.0001 else beyond > 0
    return closed.astype(np.float32)


def _quality(layer: Mapping[str, Any], pictures: Mapping[str, Path]) -> float:
    """Return how well a layer bears enlargement, LEAST..1, given its sharpness and its detail."""
    sharp = _sharpness(_film(pictures[str(layer["layer"])], layer["middle"]), layer["middle"])
    return LEAST + (1 - LEAST) * float(min(sharp, layer["detail"], 1.0))


def _sharpness(film: Any, size: Sequence[int]) -> float:
    """Return the sharpness of pictures, 0 to 1; 1 is that of a camera in focus.

    In a sharp picture, neighboring pixels have at least 0.4 of the contrast of pixels four apart.
    In one that was enlarged, or is out of focus, they have a quarter, because its edges are ramps.
    A picture at most four pixels wide has no sharpness.
    """
    import numpy as np

    if size[0] <= 4 or not film.size:
        return 0.0
    pixels = film.reshape(-1, size[1], size[0]).astype(np.int16)
    near, far = (np.abs(pixels[:, :, by:] - pixels[:, :, :-by]).mean() for by in (1, 4))
    low, high = RAMP
    return float(np.clip((near / max(far, 0.1) - low) / (high - low), 0, 1))


def _solved(cuts: Sequence[Cut], quality: Sequence[float]) -> list[int]:
    """Return the index of each layer's best value, found by climbing from several starts.

    The first steps are wide and skip the search for crumbs, which is the slowest part.
    """
    drawn = [begins for _, _, begins in cuts]
    starts = [drawn, *([int(part * (len(one[0]) - 1)) for one in cuts] for part in PARTS)]
    rough = partial(_worth, cuts, quality, drawn, crumbly=False)
    found = [_climbed(cuts, places, rough, step=4) for places in starts]
    whole = partial(_worth, cuts, quality, drawn, crumbly=True)
    best = sorted(found, key=whole)[-2:]
    return max((_climbed(cuts, places, whole, step=1) for places in best), key=whole)


def _climbed(
    cuts: Sequence[Cut],
    places: Sequence[int],
    worth: Callable[[Sequence[int]], float],
    *,
    step: int,
) -> list[int]:
    """Return the best places, found by a hill climb that moves one layer at a time.

    A `step` of 1 tries two values on either side; a larger one tries every `step`-th value of the
    whole range.
    """
    best, held, moved = worth(places), [*places], True
    while moved:
        moved = False
        for at, (values, *_) in enumerate(cuts):
            last = len(values)
            near = range(0, last, step) if step > 1 else range(held[at] - 2, held[at] + 3)
            for place in (p for p in near if 0 <= p < last and p != held[at]):
                other = [*held[:at], place, *held[at + 1 :]]
                if (found := worth(other)) > best + 1e-6:
                    best, held, moved = found, other, True
    return held


def _worth(
    cuts: Sequence[Cut],
    quality: Sequence[float],
    drawn: Sequence[int],
    places: Sequence[int],
    *,
    crumbly: bool,
) -> float:
    """Return the quality of thresholds, mainly the visible share of the least visible layer.

    A blurred layer needs a smaller share, and is penalized for covering more than a fair one;
    crumbs are penalized too. Among equals, the values nearest to the drawn ones are best.
    """
    shares, crumbs = _shares(cuts, places, crumbly=crumbly)
    fair = 1 / len(shares)
    parts = [min(share / by, fair) for share, by in zip(shares, quality, strict=True)]
    pulled = sum(max(0.0, s - fair) * (1 - by) for s, by in zip(shares, quality, strict=True))
    ranges = [max(1, len(values) - 1) for values, *_ in cuts]
    away = sum(abs(p - d) / r for p, d, r in zip(places, drawn, ranges, strict=True))
    mean = sum(parts) / len(parts)
    return float(min(parts) + 0.15 * mean - 0.5 * pulled - 0.2 * crumbs - 0.01 * away / len(cuts))


def _shares(
    cuts: Sequence[Cut], places: Sequence[int], *, crumbly: bool = True
) -> tuple[list[float], float]:
    """Return the visible share of each layer, the base first, and the share of crumbs.

    A layer covers the part that the layers above leave open, as in blend/presence. The visible
    shares exclude crumbs, which are searched for only if `crumbly`.
    """
    import numpy as np

    left: Any = np.float32(1)
    seen: list[Any] = []
    for (_, alphas, _), place in zip(reversed(cuts), reversed(places), strict=True):
        alpha = alphas[place]
        seen.insert(0, left * alpha)
        left = left * (1 - alpha)
    seen.insert(0, left)
    lost = [_crumbs(one) if crumbly else 0.0 for one in seen]
    return [float(s.mean()) - by for s, by in zip(seen, lost, strict=True)], sum(lost)


def _crumbs(seen: Any) -> float:
    """Return the share of the picture in regions of a layer that are too small to notice."""
    import numpy as np
    from scipy.ndimage import label

    films = seen.reshape(-1, SIZE[1], SIZE[0])
    # regions extend only within one moment
    inside = np.zeros((3, 3, 3), bool)
    inside[1] = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    regions, _ = label(films > THERE, structure=inside)
    sizes = np.bincount(regions.ravel(), weights=films.ravel())
    counts = np.bincount(regions.ravel())
    small = counts < CRUMB * SIZE[0] * SIZE[1]
    small[0] = False
    return float(sizes[small].sum() / films.size)
