"""examine: files are probed again if the current probe may find more facts or accept more files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from collide.base.errors import ChangedError, TaskError
from collide.base.hashing import digest
from collide.library.examine import NO_VIDEO, OTHER_FORMAT, ProbeMark, still_or_text
from collide.library.folders import CLIP
from tests.unit.shelf import FACTS, Shelf


@dataclass
class Marked:
    """A shelf that is scanned with given versions of the probe and the engine."""

    shelf: Shelf

    def probed(self, facts: str, refusal: str) -> list[str]:
        """Scan and return the probed files' names."""
        self.shelf.probed.clear()
        mark = {CLIP: ProbeMark(facts, refusal)}
        self.shelf.library().scan(self.shelf.probe, marks=mark)
        return self.shelf.probed


@pytest.fixture
def marked(shelf: Shelf) -> Marked:
    """Return a shelf with a broken clip, as scanned by an older version of collide."""
    shelf.put("bad.mp4", "broken")
    shelf.scan()
    return Marked(shelf)


def test_files_without_a_recorded_probe_are_probed_once(marked: Marked) -> None:
    """Files without a recorded probe are probed exactly once."""
    assert marked.probed("1", "1/x") == ["a.mp4", "b.mov", "bad.mp4"]
    assert marked.probed("1", "1/x") == []
    clips = marked.shelf.library().contents["clips"]
    assert clips["library/video/a.mp4"]["by"] == "1"
    assert clips["library/video/bad.mp4"]["by"] == "1/x"


def test_a_new_engine_probes_only_refused_files(marked: Marked) -> None:
    """A new engine may accept refused files, so only refused files are probed again."""
    marked.probed("1", "1/x")
    assert marked.probed("1", "1/y") == ["bad.mp4"]


def test_a_new_probe_probes_every_file(marked: Marked) -> None:
    """With a new version of the probe, every file is probed again."""
    marked.probed("1", "1/x")
    assert marked.probed("2", "2/x") == ["a.mp4", "b.mov", "bad.mp4"]


def test_a_signature_outlives_a_new_probe(marked: Marked) -> None:
    """A new probe keeps facts that come from elsewhere, such as a signature."""
    marked.shelf.library().remember({digest(b"a.mp4"): {"signature": ["f0"]}})
    marked.probed("2", "2/x")
    assert marked.shelf.library().contents["clips"]["library/video/a.mp4"]["signature"] == ["f0"]


TEXTS = ["#EXTM3U\nhttp://x/y.ts\n", "ffconcat version 1.0\n", "é ü", "\x89PNG\r\n\x1a\n IDAT"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_and_pictures_are_not_videos(tmp_path: Path, text: str) -> None:
    """The content decides whether a file is text or a picture, whatever its name."""
    for coding in ("utf-8", "utf-16") if text.isprintable() else ("latin-1",):
        path = tmp_path / coding
        path.write_bytes(text.encode(coding))
        assert still_or_text(path)


@pytest.mark.parametrize(
    "head",
    [b"\x06\x0e\x2b\x34\x02\x05\x01\x01\r\x01" * 9, b"\x1f\x07\0\xbf\xff\xff" * 9, bytes(99),
     b"\x89PNG\r\n\x1a\n....acTL", b"RIFF....WEBPVP8X....ANIM", bytes(range(256))],
)  # fmt: skip
def test_a_possible_video_is_left_to_ffmpeg(tmp_path: Path, head: bytes) -> None:
    """A rare kind of video, an animation or a damaged file is left to ffmpeg's judgment."""
    (tmp_path / "x").write_bytes(head)
    assert not still_or_text(tmp_path / "x")


def test_a_refused_format_is_reported_by_its_kind(shelf: Shelf) -> None:
    """Refused text is reported as not a video, and other bytes as a format that is not accepted."""

    def refuse(_: Path, __: str) -> dict[str, Any]:
        raise TaskError(
            "x", why="ffmpeg failed with exit code 234\nFormat not on whitelist", fix="x"
        )

    shelf.put("list.mp4", "#EXTM3U\n")
    (shelf.house.library / "tape.mov").write_bytes(b"\x1f\x07\0\xbf\xff\xff" * 9)
    left = shelf.library().scan(refuse).left_out
    assert left["library/video/list.mp4"] == NO_VIDEO
    assert left["library/video/tape.mov"] == OTHER_FORMAT


def test_a_file_that_changes_during_a_probe_is_probed_again(shelf: Shelf) -> None:
    """If a file changes during a scan, only the change is recorded, and the next scan probes it."""

    def changing(_: Path, __: str) -> dict[str, Any]:
        raise ChangedError("x", why="it was replaced", fix="x")

    shelf.put("c.mp4")
    (why,) = shelf.library().scan(changing).left_out.values()
    assert why.startswith("it changed while being read")
    assert shelf.library().contents["clips"]["library/video/c.mp4"] == {"left_out": why}
    assert shelf.scan().left_out == {} and shelf.probed == ["c.mp4"]


def test_a_refused_file_is_new_once_a_newer_engine_reads_it(marked: Marked) -> None:
    """A refused file that a newer engine can read is reported as new."""
    mark = {CLIP: ProbeMark("1", "1/y")}
    report = marked.shelf.library().scan(lambda *_: FACTS, marks=mark)
    assert report.new == ["library/video/bad.mp4"] and report.clips == 3
