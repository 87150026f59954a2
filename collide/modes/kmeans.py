"""modes/kmeans: let a clip choose which of its own colors become windows.

Play it on footage with two or three strong colors; on fog it picks fog.
Reads the keyframes of a layer; answers with colors, the most common first.
"""

from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how finely the clip's colors are distinguished
    # low: 3 = sky, ground, rest; high: 8 = every coat in the crowd is a color of its own
    # typical 3..6
    "kmeans_colors": [3, 6],

    # how many of those colors open up
    # low: 1 = one clean hole; high: 3 = lace, little of the clip is left
    # typical 1..3
    "kmeans_key_count": [1, 3],

    # how unlike two opened colors must be
    # low: 0 = two shades of one sky may both open; high: 20000 = only opposites, often just one
    # typical 2000
    "kmeans_distinct_threshold": 2000,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "kmeans_colors": Range(1, 16),
    "kmeans_key_count": Range(1, 6),
    "kmeans_distinct_threshold": Range(0, 195075),
}

KEYED = tuple(DEFAULTS)
LIBRARIES = ("numpy", "scikit-learn", "pillow")
VERSION = 2


def analyze(knobs: Knobs, *, frames: Path, seed: int) -> dict[str, Any]:
    """Return `{"colors": ["0xRRGGBB", …]}`, sorted by the area they cover, the largest first.

    Distances are squared distances in RGB, 0 to 195075 (black to white).
    """
    import numpy as np
    from PIL import Image
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with Image.open(frames) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64).reshape(-1, 3)
    # every n-th pixel, not a random draw, since the same frames must produce the same answer
    pixels = pixels[:: max(1, len(pixels) // 20000)]
    clusters = min(knobs["kmeans_colors"], len(np.unique(pixels, axis=0)))
    # sums are grouped by thread, so the last digits of centers depend on the number of threads
    with threadpool_limits(limits=1):
        fit = KMeans(n_clusters=clusters, random_state=seed % 2**32, n_init=4).fit(pixels)
    areas = np.bincount(fit.labels_, minlength=clusters)
    centers = np.rint(fit.cluster_centers_).astype(int)
    groups: list[tuple[Any, int]] = []
    for i in np.argsort(-areas, kind="stable"):
        for at, (center, area) in enumerate(groups):
            if ((centers[i] - center) ** 2).sum() < knobs["kmeans_distinct_threshold"]:
                # shades of one color count as one, since a large area falls into several clusters
                groups[at] = (center, area + areas[i])
                break
        else:
            groups.append((centers[i], areas[i]))
    groups.sort(key=lambda group: -group[1])
    kept = [center for center, _ in groups[: knobs["kmeans_key_count"]]]
    return {"colors": ["0x{:02X}{:02X}{:02X}".format(*center) for center in kept]}
