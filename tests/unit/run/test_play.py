"""play: a job's frames are counted, and its faults are reported in collide's words."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import TaskError
from collide.base.words import several
from collide.engine.programs import find_engine
from collide.run import play
from collide.run.build_state import BuildState


def made(folder: Path, frames: int) -> Path:
    """Return a video of `frames` frames."""
    path = folder / "look-000.nut"
    pictures = ["-f", "lavfi", "-i", "color=s=16x16:r=5", "-vf", f"trim=end_frame={frames}"]
    command = [str(find_engine().path), *pictures, "-c:v", "rawvideo", "-y", str(path)]
    subprocess.run(command, capture_output=True)
    return path


def count(folder: Path, path: Path) -> None:
    """Count the frames of a file that should have three."""
    state = SimpleNamespace(engine=find_engine(), store=SimpleNamespace(root=folder))
    step, job = SimpleNamespace(task="layer:1"), SimpleNamespace(frames={path.name: 3})
    play._count(SimpleNamespace(state=state, step=step, job=job), {path.name: path})


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_a_video_with_a_wrong_number_of_frames_is_refused(tmp_path: Path, frames) -> None:
    """A video with a wrong number of frames is refused; an empty file counts as no frames."""
    with pytest.raises(TaskError) as caught:
        count(tmp_path, made(tmp_path, frames))
    wrote = several(frames, "frame")
    assert caught.value.what == f"layer:1 wrote {wrote} of look-000.nut instead of 3"


def test_a_video_with_all_its_frames_is_accepted(tmp_path: Path) -> None:
    """A video with all of its frames is accepted."""
    count(tmp_path, made(tmp_path, 3))


def test_the_time_limit_of_a_command_grows_with_its_work() -> None:
    """A command's processor-time limit grows with its frames, inputs and size limit."""
    bare = play.bounds_of(0, size=0).seconds
    assert bare == 60
    assert play.bounds_of(0, size=0, work=1000).seconds == bare + 8000
    assert play.bounds_of(0, size=1 << 30).seconds > bare + 200
    assert play.bounds_of(0, size=0, ours=20 << 30).seconds == bare + 1024
    assert play.bounds_of(20 << 30, size=0).seconds == bare + 10240


def test_a_command_that_writes_no_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that does not write its file counts as failed, even if it exits with 0."""
    for name, answer in (("_done", {}), ("_lent", []), ("_count", None)):
        monkeypatch.setattr(play, name, lambda *_, answer=answer: answer)
    job: Any = SimpleNamespace(
        lists={}, then=(), drop=(), frames={}, shape="command", argv=lambda _: ["-i", "a", "b.png"]
    )
    state: Any = SimpleNamespace(catalog=None)
    step: Any = SimpleNamespace(task="keyframe:2")
    with pytest.raises(TaskError, match="keyframe:2 produced nothing"):
        play.play(state, step, job, {}, tmp_path)
    job.argv = lambda _: ["-f", "null", "-"]
    assert play.play(state, step, job, {}, tmp_path) == ({}, {})


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        (["keyframe:2"], "keyframe:2 did not produce everything it needs"),
        (["a", "b", "c"], "a, b and c did not produce everything it needs"),
        ([], "it needs a result that no task produced"),
    ],
)
def test_a_step_with_missing_inputs_fails_with_a_message(needs: list[str], why: str) -> None:
    """The error for a step with missing inputs names the step and the tasks it depends on."""
    state: Any = SimpleNamespace(ready=lambda _: None)
    step: Any = SimpleNamespace(task="color:2", needs=needs)
    with pytest.raises(TaskError, match="color:2 has nothing to work on") as failed:
        BuildState.job(state, step)
    assert failed.value.why == why
