"""blend/balance: open the windows of all layers together, so no layer remains unseen.

Play it on clips you have not seen: the base shows through all windows, and a window that is too
wide or too narrow hides a layer as surely as a wall. It moves `similarity` once (or
`luminance_threshold`, if brightness is keyed). The new value is within the knob's range, or within
its REACH if no range is set. The value is kept with the clips, and searched for again only if a
clip, seed, mode or `balance` changes. Reads the cuts of a few moments of each layer; answers with a
threshold for each free layer, and the visible share of every layer.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # whether the dice draw thresholds from their ranges, or a search finds the thresholds that show
    # most of the least visible layer
    # low: 0 = the dice alone: one clip may be all you see; 1 = every layer has its part of the
    # picture, a sharp layer a larger part, and no window is a shower of crumbs; high: 2, 3 … =
    # another search, with the current clips and knobs; 1 brings the first windows back
    # typical 1; a threshold with one value (`similarity=0.3`) or with a coverage is never moved
    "balance": 1,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"balance": Range(0, 1000, rolls=False)}
KEYED = ("balance",)
LIBRARIES = ("numpy", "scipy")
VERSION = 1

SIZE = (96, 54)  # size of a plane: small enough to try 100,000 thresholds in a second
MOMENTS = 6  # moments sampled from each layer within SPAN seconds, for a piece of any length
SPAN = 10.0
SHARP = (640, 360)  # sharpness is measured in the middle of a picture, in at most this many pixels

PLACES = 25  # values tried in a range
PARTS = (0.0, 0.5, 1.0)  # starting points of the search, besides the drawn values
CRUMB = 0.005  # fraction of the picture: a smaller region is confetti and does not count as seen
THERE = 0.25  # a pixel above this opacity belongs to a layer
RAMP = (0.25, 0.4)  # contrast of neighbors relative to pixels four apart: blurred, sharp
LEAST = 0.6  # fair visible share of a fully blurred layer, relative to a sharp layer


# One layer in the solver: the values to try, in ascending order (a single value if it is not free),
# its alpha for each value, and the index of the value nearest to the drawn value. The alpha is an
# array of shape (values, moments, pixels), with opacity applied.
Cut = tuple[list[float], Any, int]


def analyze(
    knobs: Knobs,
    *,
    cuts: Mapping[str, Path],
    pictures: Mapping[str, Path],
    layers: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return free layers' `thresholds`, and every layer's visible share (`seen`) and `quality`.

    Args:
        cuts: for each layer above the base, by number, a file with grey pictures whose size is
            SIZE: its cuts, placed in the frame, then as many masks, which are 255 where the layer's
            picture is opaque.
        pictures: for each layer, by number, a file with grey pictures of its middle, as they appear
            in the piece.
        layers: for each layer, the base first, its number `layer`, its `detail` (clip pixels per
            picture pixel), and the size `middle` of its `pictures`. A layer above the base also
            contains `key` ("color", "lights", "darks", "auto" or "none"), `reach` (of a color's
            cut), `softness`, `opacity`, the `value` of its threshold, and the `range` that this
            value may take (None if it is fixed).
    """
    layer_cuts = [_cut(layer, cuts) for layer in layers[1:]]
    quality = [_quality(layer, pictures) for layer in layers]
    places = _solved(layer_cuts, quality)
    shares, _ = _shares(layer_cuts, places)
    solved = zip(layers[1:], layer_cuts, places, strict=True)
    return {
        "thresholds": {
            str(layer["layer"]): values[at] for layer, (values, *_), at in solved if layer["range"]
        },
        "seen": [round(share, 4) for share in shares],
        "quality": [round(one, 3) for one in quality],
    }


def _cut(layer: Mapping[str, Any], cuts: Mapping[str, Path]) -> Cut:
    """Return the values to try for a layer, its alpha for each, and the index to start from."""
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
    """Return the pixels in a file of grey pictures as an array of shape (moments, pixels)."""
    import numpy as np

    return np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, size[0] * size[1])


def _table(layer: Mapping[str, Any], value: float, plane: Any, mask: Any) -> Any:
    """Return the alpha, 0..1, that blend/key makes from each level of a cut at a threshold."""
    import numpy as np

    levels, soft, key = np.arange(256, dtype=np.float64), layer["softness"], layer["key"]
    if key == "none":  # no threshold decides what opens, since the cut is the alpha
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
    """Return how well a layer bears enlargement, LEAST..1, from its sharpness and its detail."""
    sharp = _sharpness(_film(pictures[str(layer["layer"])], layer["middle"]), layer["middle"])
    return LEAST + (1 - LEAST) * float(min(sharp, layer["detail"], 1.0))


def _sharpness(film: Any, size: Sequence[int]) -> float:
    """Return the sharpness of pictures, from 0 to 1; pictures from a focused camera reach 1.

    In a sharp picture, neighboring pixels have at least 0.4 times the contrast of pixels four
    apart. In an enlarged or unfocused picture, the factor is only 0.25, because edges are ramps.
    The sharpness of a picture at most four pixels wide is 0.
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

    The first climbs take wide steps and skip the search for crumbs, which is the slowest part.
    """
    drawn = [begins for _, _, begins in cuts]
    starts = [drawn, *([int(part * (len(one[0]) - 1)) for one in cuts] for part in PARTS)]
    rough = partial(_worth, cuts, quality, drawn, crumbly=False)
    peaks = [_climbed(cuts, places, rough, step=4) for places in starts]
    whole = partial(_worth, cuts, quality, drawn, crumbly=True)
    best = sorted(peaks, key=whole)[-2:]
    return max((_climbed(cuts, places, whole, step=1) for places in best), key=whole)


def _climbed(
    cuts: Sequence[Cut],
    places: Sequence[int],
    worth: Callable[[Sequence[int]], float],
    *,
    step: int,
) -> list[int]:
    """Return the best indices, found by a hill climb that moves one layer at a time.

    A `step` of 1 tries two values on either side; a larger step tries every `step`-th value in the
    range.
    """
    best, held, moved = worth(places), [*places], True
    while moved:
        moved = False
        for at, (values, *_) in enumerate(cuts):
            last = len(values)
            near = range(0, last, step) if step > 1 else range(held[at] - 2, held[at] + 3)
            for place in (p for p in near if 0 <= p < last and p != held[at]):
                other = [*held[:at], place, *held[at + 1 :]]
                if (value := worth(other)) > best + 1e-6:
                    best, held, moved = value, other, True
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

    A blurred layer needs a smaller share and is penalized for more than a fair share. Crumbs are
    penalized too. If qualities are equal, the thresholds nearest to the drawn values win.
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
    """Return the visible share of each layer, the base first, and the part lost to crumbs.

    A layer covers the part that the layers above leave open, as blend/presence computes it. The
    visible shares exclude crumbs, which are searched for only if `crumbly` is true.
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
    """Return the fraction of the picture in regions of a layer that are too small to notice."""
    import numpy as np
    from scipy.ndimage import label

    films = seen.reshape(-1, SIZE[1], SIZE[0])
    # each region lies within a single moment
    inside = np.zeros((3, 3, 3), bool)
    inside[1] = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    regions, _ = label(films > THERE, structure=inside)
    sizes = np.bincount(regions.ravel(), weights=films.ravel())
    counts = np.bincount(regions.ravel())
    small = counts < CRUMB * SIZE[0] * SIZE[1]
    small[0] = False
    return float(sizes[small].sum() / films.size)
