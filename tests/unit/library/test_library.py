"""library: a scan's results, with a probe that needs no ffmpeg."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from collide.base.errors import CONTROL, DiskError
from collide.base.hashing import digest
from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.library.folders import CLIPS, SOUNDS
from collide.library.scan_diff import ScanReport
from tests.unit.shelf import FACTS, Shelf


def test_a_first_scan_reports_every_clip_as_new(house: Workspace) -> None:
    """A first scan reports every clip as new, by its path in the workspace, and remembers it."""
    shelf = Shelf(house)
    shelf.put("deep/er/a.mp4")
    shelf.put("b.mov")
    assert shelf.scan() == ScanReport(
        new=["library/video/b.mov", "library/video/deep/er/a.mp4"], clips=2
    )
    known = json.loads((house.cache / "library.json").read_text())
    assert known["clips"]["library/video/b.mov"] == {"digest": digest(b"b.mov"), "facts": FACTS}


def test_a_scan_of_unchanged_files_probes_and_writes_nothing(shelf: Shelf) -> None:
    """A second scan of unchanged files probes and writes nothing, and reports only their number."""
    before = shelf.library().path.stat()
    assert shelf.scan() == ScanReport(clips=2)
    assert shelf.probed == []
    assert shelf.library().path.stat() == before


def test_only_a_new_clip_is_probed(shelf: Shelf) -> None:
    """When a clip is added, a scan probes only the new clip."""
    shelf.put("c.webm")
    assert shelf.scan() == ScanReport(new=["library/video/c.webm"], clips=3)
    assert shelf.probed == ["c.webm"]


@pytest.mark.parametrize("target", ["library/video/renamed.mp4", "library/video/sub/a.mp4"])
def test_a_renamed_or_moved_clip_is_the_same_clip(shelf: Shelf, target: str) -> None:
    """A moved file is recognized by its content: it is reported as moved and not probed."""
    path = shelf.house.root / target
    path.parent.mkdir(exist_ok=True)
    (shelf.house.library / "a.mp4").rename(path)
    assert shelf.scan() == ScanReport(moved=[("library/video/a.mp4", target)], clips=2)
    assert shelf.probed == []
    assert shelf.library().place(digest(b"a.mp4")) == path


def test_different_bytes_under_one_name_are_a_changed_clip(shelf: Shelf) -> None:
    """A changed file is probed again, and its old content is no longer found."""
    shelf.put("a.mp4", "other")
    assert shelf.scan() == ScanReport(changed=["library/video/a.mp4"], clips=2)
    assert shelf.probed == ["a.mp4"]
    assert shelf.library().place(digest(b"a.mp4")) is None


def test_a_duplicate_is_reported_and_offered_once(shelf: Shelf) -> None:
    """A duplicate is reported, and its content is offered only once."""
    shutil.copy(shelf.house.library / "a.mp4", shelf.house.library / "z.mp4")
    report = shelf.scan()
    assert report.doubles == [("library/video/z.mp4", "library/video/a.mp4")]
    assert (report.clips, shelf.probed) == (3, [])
    assert shelf.usable() == ["library/video/a.mp4", "library/video/b.mov"]


def test_a_deleted_duplicate_is_not_reported(shelf: Shelf) -> None:
    """If one of two identical files is deleted, nothing is reported: the content still exists."""
    copy = shelf.house.library / "z.mp4"
    shutil.copy(shelf.house.library / "a.mp4", copy)
    shelf.scan()
    copy.unlink()
    assert shelf.scan() == ScanReport(clips=2)


def test_a_missing_clip_is_reported_once_and_keeps_its_facts(shelf: Shelf) -> None:
    """A missing clip is reported once and keeps its facts; when it returns, it is not probed."""
    away = shelf.house.root / "away.mp4"
    (shelf.house.library / "a.mp4").rename(away)
    assert shelf.scan() == ScanReport(gone=["library/video/a.mp4"], clips=1)
    assert shelf.scan() == ScanReport(clips=1)
    assert shelf.usable() == ["library/video/b.mov"]
    assert shelf.library().facts(digest(b"a.mp4")) == Clip(**FACTS)
    away.rename(shelf.house.library / "a.mp4")
    assert shelf.scan() == ScanReport(new=["library/video/a.mp4"], clips=2)
    assert shelf.probed == []


def test_a_clip_that_cannot_be_read_is_left_out_with_the_reason(shelf: Shelf) -> None:
    """A broken clip is left out with ffmpeg's reason and is not probed again until it changes."""
    shelf.put("bad.mp4", "broken 1")
    name = "library/video/bad.mp4"
    assert shelf.scan() == ScanReport(
        left_out={name: "it is not a video, or only part of one"}, clips=2
    )
    assert shelf.scan() == ScanReport(
        left_out={name: "it is not a video, or only part of one"}, clips=2
    )
    assert shelf.probed == []
    shelf.put("bad.mp4", "mended")
    assert shelf.scan().left_out == {}
    assert len(shelf.usable()) == 3


def test_a_full_disk_is_not_blamed_on_a_clip(shelf: Shelf) -> None:
    """A full disk ends the scan with an error, and no clip is rejected because of it."""
    shelf.put("new.mp4")

    def full(path: Path, _: str) -> dict[str, Any]:
        raise DiskError("no space", why="the disk is full", fix="make room")

    with pytest.raises(DiskError):
        shelf.library().scan(full)
    assert shelf.scan().new == ["library/video/new.mp4"]


def test_suffixes_are_recognized_in_any_case(shelf: Shelf) -> None:
    """Uppercase suffixes and trailing spaces are accepted; notes and hidden files are not clips."""
    for name in ("C.MP4", "D.Mov", "E.mp4 ", "notes.txt", "e.mp3.txt", ".hidden.mp4", "mp4"):
        shelf.put(name)
    named = [f"library/video/{name}" for name in ("C.MP4", "D.Mov", "E.mp4 ")]
    assert shelf.scan().new == named


def test_every_suffix_is_lowercase() -> None:
    """Suffixes are lowercase, as names are when compared; clips and sounds share no suffix."""
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in CLIPS | SOUNDS)
    assert not CLIPS & SOUNDS


TROUBLES = {
    "link out": lambda path: path.symlink_to(path.parents[2] / "outside.mp4"),
    "link to nothing": lambda path: path.symlink_to(path.with_name("none.mp4")),
    "link to itself": lambda path: path.symlink_to(path),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "empty": Path.touch,
    "screen cleared": lambda path: path.with_name("t\x1b[2J.mp4").write_text("x"),
    "not unicode": lambda path: Path(os.fsdecode(b"%s/t\xff.mp4" % bytes(path.parent))).write_text(
        "x"
    ),
}
NO_LINK = "it is a broken link: its target is missing, or on a disk that is not plugged in"
NO_FILE = "it is not a regular file"
NO_NAME = "its name contains a character that cannot be printed"


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("link out", "it links to a file elsewhere: add that file's folder with doit scan path=…"),
        ("link to nothing", NO_LINK),
        ("link to itself", NO_LINK),
        ("device", NO_FILE),
        ("pipe", NO_FILE),
        ("folder", NO_FILE),
        ("empty", "it is empty"),
        ("screen cleared", NO_NAME),
        ("not unicode", NO_NAME),
    ],
)
def test_unsafe_files_are_left_out_unread(shelf: Shelf, kind: str, why: str) -> None:
    """Unsafe, empty and oddly named files are left out with the reason and never probed."""
    (shelf.house.root / "outside.mp4").write_text("secret")
    TROUBLES[kind](shelf.house.library / "t.mp4")
    report = shelf.scan()
    assert list(report.left_out.values()) == [why]
    assert (report.clips, shelf.probed) == (2, [])
    assert shelf.usable() == ["library/video/a.mp4", "library/video/b.mov"]
    assert not CONTROL.search("".join(report.left_out)), "a name can be printed as it is"


def test_a_broken_link_of_any_name_is_left_out_with_its_reason(shelf: Shelf) -> None:
    """A broken link without a suffix is reported: it may lead to a folder on an unplugged disk."""
    (shelf.house.library / "drive").symlink_to("/nowhere/drive")
    report = shelf.scan()
    assert report.left_out == {"library/video/drive": NO_LINK}
    assert report.strangers == []


def test_damage_in_library_json_is_detected(shelf: Shelf) -> None:
    """A flipped bit in library.json never changes a clip, and a scan restores the file."""
    path = shelf.library().path
    before = path.read_bytes()
    for at in range(0, len(before), 7):
        data = bytearray(before)
        data[at] ^= 1
        path.write_bytes(data)
        library = shelf.library()
        assert library.contents["clips"] in ({}, json.loads(before)["clips"]), (
            at,
            data[at - 20 : at + 20],
        )
    shelf.scan()
    assert path.read_bytes() == before
