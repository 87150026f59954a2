"""Fixtures of the instrument tests: keyframes of known colors, and a moving film."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from collide.engine.programs import find_engine

# Each color, and how many of the 40 rows it fills: mostly white, then blue, then dark red.
PLANTED = ((250, 250, 245), 22), ((10, 40, 180), 12), ((120, 20, 10), 6)


@pytest.fixture(scope="session")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return keyframes of three known colors with a little grain, always with the same bytes."""
    rows = [np.full((count, 160, 3), color) for color, count in PLANTED]
    down, right, channel = np.indices((40, 160, 3))
    grain = (5 * down + 11 * right + 3 * channel) % 7 - 3
    path = tmp_path_factory.mktemp("frames") / "frames.png"
    pixels = np.clip(np.concatenate(rows) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="session")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a staged file of ten 64x36 frames in 4:2:0, all in motion."""
    path = tmp_path_factory.mktemp("moving") / "moving.nut"
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=0.4", "-pix_fmt", "yuv420p"]
    command = [str(find_engine().path), "-v", "error", "-y", *source, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, check=True)
    return path
