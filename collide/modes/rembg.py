"""modes/rembg: a model finds the subject; the subject or its surroundings become the window.

Play it on people, animals or single objects. `matte` cuts along the outline, whatever the colors
are; `colors` keys the colors of the subject, or of its background, wherever they occur. For a
matte, the instrument reads nothing and answers with the side that opens: the subject or its
background. For colors, it reads the keyframes of a layer and their masks, and answers with colors.
"""

from pathlib import Path
from typing import Any

from collide.instrument import Choice, Knobs, Limit, Range, place

DEFAULTS = {
    # what the mask is used for
    # low end: colors = a key in the colors of one side, which leaks where they recur;
    # high end: matte = scissors along the outline, in every picture
    # typical matte
    "rembg_use": "matte",

    # the side that opens
    # low end: background = the dancer stays, the room is gone; high end: foreground = a hole in
    # the shape of a dancer; random = the dice choose for each layer
    # typical background
    "rembg_target": "background",

    # how many colors of the opened side are keyed, with rembg_use=colors
    # low: 1 = the wall; high: 6 = the wall, its shadows, the floor, and more than you meant
    # typical 2..4
    "rembg_colors": [2, 4],
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "rembg_use": Choice(("colors", "matte")),
    "rembg_target": Choice(("background", "foreground", "random")),
    "rembg_colors": Range(1, 8),
}

VALUE_ALIASES = {
    "mode": {
        "mode=rembg": (
            "ai matte person people subject background foreground cutout rotoscope roto rotobrush "
            "roto-brush magic-mask"
        ),
    },
}

KEYED = tuple(DEFAULTS)
LIBRARIES = ("numpy", "pillow", "scikit-learn")
VERSION = 1


def analyze(
    knobs: Knobs, *, seed: int, frames: Path | None = None, masks: Path | None = None
) -> dict[str, Any]:
    """Return `{"matte": side}`; with masks, `{"side": side, "colors": […], "share": 0..1}`.

    Masks are 8-bit grey, side by side like the keyframes, white where the subject is. If the side
    has no pixels, there are no colors, and nothing opens.
    """
    side = knobs["rembg_target"]
    if side == "random":
        side = "background" if place(seed, "rembg") < 0.5 else "foreground"
    if frames is None or masks is None:
        return {"matte": side}
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture, Image.open(masks) as mask:
        subject = np.asarray(mask.convert("L")).reshape(-1) >= 128
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64).reshape(-1, 3)
    there = pixels[subject if side == "foreground" else ~subject]
    colors = _colors(there, knobs["rembg_colors"], seed) if len(there) else []
    return {"side": side, "colors": colors, "share": round(len(there) / len(pixels), 4)}


def _colors(pixels: Any, count: int, seed: int) -> list[str]:
    """Return the centers of at most `count` clusters, the largest first."""
    import numpy as np
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    pixels = pixels[:: max(1, len(pixels) // 20000)]
    clusters = min(count, len(np.unique(pixels, axis=0)))
    # sums are grouped by thread, so the last digits of centers depend on the number of threads
    with threadpool_limits(limits=1):
        fit = KMeans(n_clusters=clusters, random_state=seed % 2**32, n_init=4).fit(pixels)
    areas = np.bincount(fit.labels_, minlength=clusters)
    centers = np.rint(fit.cluster_centers_).astype(int)[np.argsort(-areas, kind="stable")]
    return ["0x{:02X}{:02X}{:02X}".format(*center) for center in centers]
