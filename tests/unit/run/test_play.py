"""play: the output of a job is counted, and its faults are reported in collide's words."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from collide.base.errors import TaskError
from collide.engine.programs import find_engine
from collide.run import play


def made(folder: Path, frames: int) -> Path:
    """Return a video of so many frames."""
    path = folder / "look-000.nut"
    pictures = ["-f", "lavfi", "-i", "color=s=16x16:r=5", "-vf", f"trim=end_frame={frames}"]
    command = [str(find_engine().path), *pictures, "-c:v", "rawvideo", "-y", str(path)]
    subprocess.run(command, capture_output=True)
    return path


def count(folder: Path, path: Path) -> None:
    """Count what should be three frames."""
    state = SimpleNamespace(engine=find_engine(), store=SimpleNamespace(root=folder))
    step, job = SimpleNamespace(task="layer:1"), SimpleNamespace(frames={path.name: 3})
    play._count(SimpleNamespace(state=state, step=step, job=job), {path.name: path})


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_a_video_with_other_frames_than_it_should_have_is_refused(tmp_path: Path, frames) -> None:
    """ffmpeg fails on a file without any: that is no frame, and not an error of its own."""
    with pytest.raises(TaskError) as caught:
        count(tmp_path, made(tmp_path, frames))
    assert caught.value.what == (
        f"layer:1 made {frames} frames of look-000.nut and should have made 3"
    )


def test_one_with_all_of_them_is_taken(tmp_path: Path) -> None:
    """Three of three."""
    count(tmp_path, made(tmp_path, 3))


def test_what_a_command_may_use_grows_with_what_it_does() -> None:
    """Its frames, the bytes it writes, and those it reads; never the hour of the day."""
    bare = play.bounds_of(0, size=0).seconds
    assert bare == 60
    assert play.bounds_of(0, size=0, work=1000).seconds == bare + 8000
    assert play.bounds_of(0, size=1 << 30).seconds > bare + 200
    assert play.bounds_of(0, size=0, ours=20 << 30).seconds == bare + 1024
    assert play.bounds_of(20 << 30, size=0).seconds == bare + 10240
