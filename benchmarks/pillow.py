"""A clip aged frame by frame with Pillow and numpy, instead of with ffmpeg filters.

    python -m benchmarks.pillow IN OUT

For comparison, the command imitates post/analog at its defaults (grain, breathing, dark corners).
"""

import math
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.instruments import RATE, ffmpeg
from collide.post.analog import DEFAULTS

KNOBS: dict[str, Any] = {**DEFAULTS}


def main() -> None:
    """Split a clip into frames, age each frame, and join the frames again as raw video."""
    source, target = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        ffmpeg(Path(folder), "-i", source, "%05d.png")
        dice = np.random.default_rng(1)
        for number, path in enumerate(sorted(Path(folder).iterdir())):
            aged(Image.open(path), number / RATE, dice).save(path)
        back = ["-framerate", str(RATE), "-i", "%05d.png", "-pix_fmt", "yuv420p"]
        ffmpeg(Path(folder), *back, "-c:v", "rawvideo", target)


@cache
def lens(width: int, height: int) -> np.ndarray:
    """Return the fraction of light that passes at each pixel, computed once per size."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light: np.ndarray = np.cos(KNOBS["vignette"] * np.hypot(x, y)) ** 4
    return light


def aged(picture: Image.Image, seconds: float, dice: np.random.Generator) -> Image.Image:
    """Return a picture, zoomed in by its breathing, with grain and dark corners."""
    width, height = picture.size
    breath = math.sin(2 * math.pi * seconds / KNOBS["breathe_seconds"])
    near = 1 + KNOBS["breathe"] * (1 + breath)
    left, top = width * (1 - 1 / near) / 2, height * (1 - 1 / near) / 2
    seen = picture.resize(
        picture.size, Image.Resampling.BICUBIC, (left, top, width - left, height - top)
    )
    grain = dice.normal(0, 60 * KNOBS["grain"], (height, width))
    film = np.asarray(seen) * lens(width, height)[..., None] + grain[..., None]
    return Image.fromarray(film.clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
