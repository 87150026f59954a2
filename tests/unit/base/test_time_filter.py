"""time_filter: removes short-lived changes, with the same bytes on every processor."""

import subprocess
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

from collide.base.time_filter import AROUND, FLOWN, margin, time_filter
from collide.engine.programs import find_engine
from tests.steps.studio import filtered, kinds

SIZE = WIDE, HIGH = 48, 32


def staged(folder: Path, film: np.ndarray) -> Path:
    """Write a lossless film of grey frames and return its path."""
    path = folder / "film.nut"
    form = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDE}x{HIGH}", "-r", "24", "-i", "-"]
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=film.astype(np.uint8).tobytes(), check=True)
    return path


def steadied(folder: Path, film: np.ndarray, frames: int, kind: str = "all") -> np.ndarray:
    """Return the filtered film without the margin at each end."""
    chain = f"{time_filter('t', frames, 24)},trim=end_frame={len(film) - 2 * margin(frames)}"
    raw = filtered(folder, chain, staged(folder, film), "gray", kind)
    return np.frombuffer(raw, np.uint8).reshape(-1, HIGH, WIDE)


def still(count: int, grey: int = 40) -> np.ndarray:
    """Return a film without changes."""
    return np.full((count, HIGH, WIDE), grey, np.uint8)


def window(film: np.ndarray, frames: int, least: bool) -> np.ndarray:
    """For each frame, return the minimum or maximum of the window that starts there."""
    parts = [film[at : len(film) - frames + 1 + at] for at in range(frames)]
    return reduce(np.minimum if least else np.maximum, parts)


@pytest.mark.parametrize("frames", [2, 3, 4, 7])
def test_every_processor_equals_the_numpy_reference(tmp_path: Path, frames: int) -> None:
    """On noise too weak to be a fast object, each instruction set makes the reference's bytes."""
    film = np.random.default_rng(1).integers(90, 90 + FLOWN, (40, HIGH, WIDE))
    high, low = film, film
    for width, least in ((frames, False), (2 * frames - 1, True), (frames, False)):
        high, low = window(high, width, least), window(low, width, not least)
    every = [steadied(tmp_path, film, frames, kind) for kind in (*kinds(), "all")]
    assert (every[0] == (high + low) // 2).all()
    assert len({one.tobytes() for one in every}) == 1


@pytest.mark.parametrize("frames", [2, 3, 5])
def test_a_lasting_change_keeps_its_frames(tmp_path: Path, frames: int) -> None:
    """A change that lasts long enough is kept, in exactly the frames where it happened.

    A change that is one frame shorter is removed, whether lighter or darker.
    """
    film = still(40)
    film[12 : 12 + frames, 4:6, 4:6] = 200
    film[12 : 11 + frames, 20, 20] = 200
    film[12 : 12 + frames, 4:6, 30:32] = 5
    film[12 : 11 + frames, 20, 40] = 5
    wanted = film.copy()
    wanted[:, 20] = 40
    r = margin(frames)
    assert (steadied(tmp_path, film, frames) == wanted[r : len(film) - r]).all()


def test_a_still_picture_is_unchanged(tmp_path: Path) -> None:
    """A still picture is unchanged bit for bit."""
    picture = np.random.default_rng(2).integers(0, 256, (1, HIGH, WIDE))
    film = np.repeat(picture, 20, axis=0)
    assert (steadied(tmp_path, film, 3) == picture).all()


def test_a_fast_object_stays_and_a_speck_is_removed(tmp_path: Path) -> None:
    """A fast object remains visible in every frame, but a speck is removed."""
    film, size = still(40), 12
    for at in range(3):
        film[18 + at, 8 : 8 + size, at * size : (at + 1) * size] = 220
    film[20, 28, 44] = 220
    left = steadied(tmp_path, film, 3)[14:17]
    inside = left[:, 8 + AROUND : 8 + size - AROUND]
    for at in range(3):
        whole = inside[at][:, at * size + AROUND : (at + 1) * size - AROUND]
        assert (whole == 220).all()
    assert (left[:, 24:] == 40).all()
