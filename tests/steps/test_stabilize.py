"""post/stabilize: the first run tracks the camera, and the second run moves the frames."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.instrument import Span
from collide.post import stabilize
from tests.steps.films import film, seen
from tests.steps.samples import middle
from tests.steps.studio import render

WIDE, HIGH, COUNT = 192, 128, 40


@pytest.fixture(scope="module")
def shaken() -> np.ndarray:
    """Return a film of a fixed, detailed picture, seen through a window that trembles."""
    rng = np.random.default_rng(3)
    coarse = np.kron(rng.integers(40, 215, (24, 32)), np.ones((8, 8)))
    dx = (6 * np.sin(np.arange(COUNT) * 1.9) + 4 * np.sin(np.arange(COUNT) * 3.3)).astype(int)
    dy = (5 * np.cos(np.arange(COUNT) * 2.3)).astype(int)
    cuts = [
        coarse[24 + y : 24 + y + HIGH, 24 + x : 24 + x + WIDE] for x, y in zip(dx, dy, strict=True)
    ]
    return np.array(cuts).astype(int)


def stabilized(
    folder: Path, light: np.ndarray, before: list[str] | None = None, **turned: Any
) -> Any:
    """Return a film after both runs of post/stabilize."""
    folder.mkdir(exist_ok=True)
    path = film(folder, light)
    (folder / "list.txt").write_text(f"file 'file:{path}'\n")
    knobs, given = {**middle(), **turned}, {"size": (WIDE, HIGH), "fps": 25, "seed": 1}
    passes = stabilize.passes(knobs, **given, pieces=[Span(0, len(light))], storage="raw")
    for argv in passes:
        plain = [word for word in argv if word not in ("-safe", "0")]
        render(folder, [*(before or []), *plain], pictures=path)
    return seen(folder / "piece-000.nut", light.shape)


def frame_difference(light: np.ndarray) -> float:
    """Return how much the middle of a film differs from frame to frame."""
    inner = light[:, 32:-32, 48:-48]
    return float(abs(np.diff(inner, axis=0)).mean())


def test_stabilizing_reduces_the_trembling(shaken: np.ndarray, tmp_path: Path) -> None:
    """Stabilizing reduces the difference between frames to less than a quarter."""
    assert frame_difference(stabilized(tmp_path, shaken)) < frame_difference(shaken) / 4


def test_no_edge_is_black(shaken: np.ndarray, tmp_path: Path) -> None:
    """The picture is enlarged enough to hide any black edge."""
    assert shaken.min() == 40
    assert stabilized(tmp_path, shaken).min() > 22


def test_repeated_and_plain_c_renders_are_identical(shaken: np.ndarray, tmp_path: Path) -> None:
    """A second render and a render in plain C make the same pixels."""
    first = stabilized(tmp_path / "a", shaken)
    assert (stabilized(tmp_path / "b", shaken) == first).all()
    assert (stabilized(tmp_path / "c", shaken, ["-cpuflags", "0"]) == first).all()


def test_neutral_knobs_change_nothing(shaken: np.ndarray, tmp_path: Path) -> None:
    """With neutral knobs, no frame changes, and the first run is skipped."""
    assert (stabilized(tmp_path, shaken, **stabilize.NEUTRAL) == shaken).all()
    assert not (tmp_path / stabilize.CAMERA_PATH).exists()


@pytest.mark.parametrize(
    ("knob", "low", "high"),
    [
        ("stabilize_seconds", 0.08, 5.0),
        ("stabilize_path", "glide", "still"),
        ("stabilize_zoom", 0.0, 30.0),
    ],
)
def test_each_knob_changes_the_picture(
    knob: str, low: Any, high: Any, shaken: np.ndarray, tmp_path: Path
) -> None:
    """For each knob, two values that are far apart make different pictures."""
    wander = np.array([np.roll(f, 2 * i, axis=1) for i, f in enumerate(shaken)])
    looks = [stabilized(tmp_path, wander, **{knob: value}) for value in (low, high)]
    assert (looks[0] != looks[1]).any()
