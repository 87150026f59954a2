"""blend/pace on real pictures: which of a clip's pictures are seen, and how many there are."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.blend import pace
from collide.engine.programs import find_engine
from tests.steps.studio import filtered


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 20 pictures at 10 a second, each as bright as its number times ten."""
    path = tmp_path_factory.mktemp("counted") / "counted.nut"
    raw = np.repeat(np.arange(20, dtype=np.uint8) * 10, 16 * 16).tobytes()
    form = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x16", "-r", "10", "-i", "-"]
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=raw, check=True)
    return path


def numbers(folder: Path, counted: Path, speed: float, fps: int) -> list[int]:
    """Return the numbers of the clip's pictures that a layer shows, one after another."""
    chain = pace.filters({"speed": speed, "loop_seconds": 0.0}, fps=fps)
    raw = filtered(folder, chain, counted, "gray")
    return [int(picture[0]) // 10 for picture in np.frombuffer(raw, np.uint8).reshape(-1, 256)]


@pytest.mark.parametrize(
    ("speed", "fps", "seen"),
    [
        (1.0, 10, list(range(20))),
        (2.0, 10, list(range(0, 20, 2))),
        (4.0, 10, list(range(0, 20, 4))),
        (2.0, 20, list(range(20))),
        (1.0, 5, list(range(0, 20, 2))),
    ],
)
def test_a_fast_layer_leaves_pictures_out(
    tmp_path: Path, counted: Path, speed: float, fps: int, seen: list[int]
) -> None:
    """At double speed every second picture is seen, and half as many there are."""
    found = numbers(tmp_path, counted, speed, fps)
    assert len(found) == len(seen)
    assert np.abs(np.array(found) - seen).max() <= 1, "to the nearest picture"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("speed", [0.25, 0.5])
def test_a_slow_layer_shows_each_picture_for_longer(
    tmp_path: Path, counted: Path, speed: float
) -> None:
    """At half speed each picture stands for two; the last may stand in for one that is missing."""
    found = numbers(tmp_path, counted, speed, 10)
    times = round(1 / speed)
    assert found[: 20 * times] == [n for n in range(20) for _ in range(times)]
    assert set(found[20 * times :]) == {19}


def test_a_loop_is_as_long_as_was_asked() -> None:
    """Its seconds are those that are seen; a clip that ends sooner starts over sooner."""
    knobs = {"speed": 2.0, "loop_seconds": 1.5}
    assert pace.frames(knobs, seconds=60, fps=10, most=600) == 15
    assert pace.frames(knobs, seconds=2, fps=10, most=600) == 10
    assert pace.frames({**knobs, "loop_seconds": 0.01}, seconds=60, fps=10, most=600) == 1
    assert pace.clip_seconds(knobs, 60.0) == 3.0


@given(
    st.floats(0.25, 4), st.floats(0, 100), st.floats(0.001, 500), st.integers(1, 60),
    st.integers(1, 10000),
)  # fmt: skip
def test_there_are_no_more_frames_than_the_clip_has(
    speed: float, loop: float, seconds: float, fps: int, most: int
) -> None:
    """One frame at least, never more than the piece or the clip has at that speed."""
    found = pace.frames({"speed": speed, "loop_seconds": loop}, seconds=seconds, fps=fps, most=most)
    assert 1 <= found <= most
    assert found == 1 or (found - 1e-5) * speed / fps <= seconds
