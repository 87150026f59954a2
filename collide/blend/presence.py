"""blend/presence: of how much of the finished picture, over its time, a layer is the topmost.

Played once the layers are there, so that a layer nobody will ever see is told before the video
is watched. It counts what is seen through, not what is bright: a black layer is present too.
Reads the small films of the layers' alpha; answers with a share for each layer, 1 in all.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.instrument import Knobs

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
LIBRARIES = ("numpy",)
VERSION = 1


def analyze(
    knobs: Knobs,
    *,
    films: Mapping[int, Path],
    area: int,
    step: int,
    materials: Sequence[int],
    opacities: Sequence[float],
    count: int,
) -> dict[str, Any]:
    """Return `{"presence": [0..1, …]}`, the base first, as are all sequences.

    Args:
        films: of alpha, 8 bit, by number of layer; the base has none.
        area: pixels (bytes) of a picture of them; `step` frames of the piece lie between two.
        materials: frames of each layer before it starts over.
        count: frames of the piece.

    A layer takes what the layers above leave open as far as it is opaque itself, and the base
    takes the rest. A layer laid as light or ink counts as if it were paper.
    """
    import numpy as np

    opaque = {n: np.fromfile(path, np.uint8).reshape(-1, area) / 255 for n, path in films.items()}
    seen, looks = [0.0] * len(materials), range(0, count, step)
    for look in looks:
        left = np.ones(area)
        for number in range(len(materials), 0, -1):
            here = left.copy()
            if number in opaque:
                film = opaque[number]
                # a clip that ends early has a look less than its frames say
                here *= film[min(look % materials[number - 1] // step, len(film) - 1)]
                here *= opacities[number - 1]
            seen[number - 1] += float(here.mean())
            left -= here
    return {"presence": [round(share / len(looks), 4) for share in seen]}
