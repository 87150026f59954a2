"""frame_count: counts the frames of collide's own files, several raw files in one process."""

import subprocess
from pathlib import Path

import pytest

from collide.engine.frame_count import count_each
from collide.engine.programs import Engine, find_engine

RAW, SMALLER = ("rawvideo", "256x144"), ("ffv1", "64x36")


def video(path: Path, count: int, coder: str, size: str) -> Path:
    """Write a file of `count` frames and return its path."""
    source = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=10", "-frames:v", str(count)]
    form = ["-pix_fmt", "yuv444p", "-c:v", coder, "-f", "nut", str(path)]
    subprocess.run([str(find_engine().path), "-v", "error", *source, *form], check=True)
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that records each counting process's number of inputs."""
    found, run = list[int](), Engine.run

    def counted(engine: Engine, command: list[str], **more: object) -> str:
        found.append(command.count("-i"))
        return run(engine, command, **more)

    monkeypatch.setattr(Engine, "run", counted)
    return found


def test_raw_files_are_counted_by_one_process(tmp_path: Path, started: list[int]) -> None:
    """One process counts the frames of several raw files."""
    files = [video(tmp_path / f"{n}.nut", n, *RAW) for n in (1, 5, 12)]
    assert count_each(find_engine(), files) == [1, 5, 12]
    assert started == [3]


@pytest.mark.parametrize("odd", ["other coder", "empty", "half"])
def test_only_whole_frames_of_an_odd_file_are_counted(
    tmp_path: Path, started: list[int], odd: str
) -> None:
    """In a compressed or truncated file, only whole frames are counted."""
    whole, other = video(tmp_path / "a.nut", 3, *RAW), tmp_path / "b.nut"
    video(other, 2, *(SMALLER if odd == "other coder" else RAW))
    if odd != "other coder":
        other.write_bytes(other.read_bytes()[: 40 if odd == "empty" else 150_000])
    expected = {"other coder": 2, "empty": 0, "half": 1}[odd]
    assert count_each(find_engine(), [whole, other]) == [3, expected]


def test_an_empty_list_starts_no_process(started: list[int]) -> None:
    """Counting an empty list of files does not start a process."""
    assert count_each(find_engine(), []) == []
    assert started == []
