"""Small grey films with known pixels, and the films that post/ instruments make from them."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from collide.catalog import instrument
from collide.engine.programs import find_engine
from collide.instrument import Span
from tests.steps import posts as post
from tests.steps.samples import middle
from tests.steps.studio import render


def film(folder: Path, light: np.ndarray) -> Path:
    """Write a grey film from luma values, (frames, height, width), and return its path."""
    count, height, width = light.shape
    grey = np.full((count, height * width // 2), 128)
    bytes_ = np.concatenate([light.reshape(count, -1), grey], axis=1).astype(np.uint8).tobytes()
    form = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-s",
        f"{width}x{height}",
        "-r",
        "25",
        "-i",
        "-",
    ]
    path = folder / "film.nut"
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=bytes_, check=True)
    return path


def still(picture: np.ndarray, count: int) -> np.ndarray:
    """Return a film of `count` identical frames."""
    return np.repeat(picture[None], count, axis=0)


def seen(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Return the luma of every frame of a staged film, as an integer array of `shape`."""
    said = [str(find_engine().path), "-v", "error", "-i", str(path), "-pix_fmt", "yuv420p"]
    done = subprocess.run(
        [*said, "-fps_mode", "passthrough", "-f", "rawvideo", "-"], check=True, capture_output=True
    )
    planes = np.frombuffer(done.stdout, np.uint8).reshape(shape[0], -1)
    return planes[:, : shape[1] * shape[2]].reshape(shape).astype(int)


def played(folder: Path, name: str, light: np.ndarray, fps: int = 25, **turned: Any) -> np.ndarray:
    """Return a film's luma after post/NAME with NEUTRAL knobs, except those in `turned`."""
    count, height, width = light.shape
    neutral = getattr(instrument(f"post/{name}"), "NEUTRAL", {})
    said = {**middle(), **neutral, "output_size": f"{width}x{height}", "fps": fps, "post": name}
    said |= turned
    plates = {}
    if name in post.plates(said):
        render(folder, post.plate(name, said))
        plates = {name: (folder / "plate.nut").rename(folder / "made-plate.nut")}
    argv = post.command([name], said, span=Span(0, count))
    render(folder, argv, picture=film(folder, light), **plates)
    return seen(folder / "post.nut", light.shape)
