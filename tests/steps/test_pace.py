"""blend/pace on real frames: which frames of a clip are shown, and how many."""

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.frame_rate import NTSC, FrameRate, exact
from collide.blend import pace
from collide.engine.programs import find_engine
from tests.steps.studio import filtered


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a 20-frame film at 10 fps, in which a frame's level is ten times its number."""
    path = tmp_path_factory.mktemp("counted") / "counted.nut"
    raw = np.repeat(np.arange(20, dtype=np.uint8) * 10, 16 * 16).tobytes()
    form = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x16", "-r", "10", "-i", "-"]
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=raw, check=True)
    return path


def numbers(folder: Path, counted: Path, speed: float, fps: FrameRate) -> list[int]:
    """Return the numbers of the clip's frames that a layer shows, in order."""
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
def test_a_fast_layer_skips_frames(
    tmp_path: Path, counted: Path, speed: float, fps: int, seen: list[int]
) -> None:
    """A fast layer skips frames: at double speed, it shows every second frame."""
    found = numbers(tmp_path, counted, speed, fps)
    assert len(found) == len(seen)
    assert np.abs(np.array(found) - seen).max() <= 1, "to the nearest picture"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("speed", [0.25, 0.5])
def test_a_slow_layer_repeats_frames(tmp_path: Path, counted: Path, speed: float) -> None:
    """A slow layer repeats frames: at half speed, it shows each frame twice."""
    found = numbers(tmp_path, counted, speed, 10)
    times = round(1 / speed)
    assert found[: 20 * times] == [n for n in range(20) for _ in range(times)]
    assert set(found[20 * times :]) == {19}


@pytest.mark.parametrize("number", NTSC)
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_only_a_speed_skips_frames_at_an_equal_rate(
    tmp_path: Path, number: float, speed: float
) -> None:
    """If clip and piece have the same NTSC rate, only `speed` repeats or skips frames."""
    fps, path = exact(number), tmp_path / "counted.nut"
    raw = np.repeat(np.arange(240, dtype=np.uint8), 16 * 16).tobytes()
    form = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x16", "-r", str(fps), "-i", "-"]
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=raw, check=True)
    chain = pace.filters({"speed": speed, "loop_seconds": 0.0}, fps=fps)
    found = np.frombuffer(filtered(tmp_path, chain, path, "gray"), np.uint8).reshape(-1, 256)[:, 0]
    expected = [n for n in range(0, 240, max(1, int(speed))) for _ in range(int(max(1, 1 / speed)))]
    assert list(found[: len(expected)]) == expected


@given(st.sampled_from([*NTSC]), st.integers(1, 500_000))
def test_a_clip_at_the_rate_of_the_piece_keeps_all_its_frames(number: float, frames: int) -> None:
    """A clip at the NTSC rate of the piece keeps all its frames, although its length is rounded."""
    seconds = round(float(frames / exact(number)), 6)
    knobs = {"speed": 1.0, "loop_seconds": 0.0}
    assert pace.frames(knobs, seconds=seconds, fps=exact(number), most=1 << 30) == frames


def test_a_rate_without_a_short_fraction_is_a_decimal() -> None:
    """A rate that is not a short fraction, as with most drawn speeds, is written as a decimal."""
    knobs = {"speed": 0.8372612345, "loop_seconds": 0.0}
    assert pace.filters(knobs, fps=Fraction(24000, 1001)).startswith("fps=28.6362")
    assert pace.filters({**knobs, "speed": 1.3}, fps=24).startswith("fps=18.461538:")


def test_loop_seconds_sets_the_length_of_a_loop() -> None:
    """loop_seconds counts seconds of the piece; a clip that ends sooner loops sooner."""
    knobs = {"speed": 2.0, "loop_seconds": 1.5}
    assert pace.frames(knobs, seconds=60, fps=10, most=600) == 15
    assert pace.frames(knobs, seconds=2, fps=10, most=600) == 10
    assert pace.frames({**knobs, "loop_seconds": 0.01}, seconds=60, fps=10, most=600) == 1
    assert pace.clip_seconds(knobs, 60.0) == 3.0


@given(
    st.floats(0.25, 4), st.floats(0, 100), st.floats(0.001, 500), st.integers(1, 60),
    st.integers(1, 10000),
)  # fmt: skip
def test_a_layer_has_no_more_frames_than_its_clip(
    speed: float, loop: float, seconds: float, fps: int, most: int
) -> None:
    """A layer has at least one frame, and at most as many as the piece or the clip at its speed."""
    found = pace.frames({"speed": speed, "loop_seconds": loop}, seconds=seconds, fps=fps, most=most)
    assert 1 <= found <= most
    assert found == 1 or (found - 1e-5) * speed / fps <= seconds
