"""foreseen_scan: what a scan would find, without probing or writing anything."""

from pathlib import Path

import pytest

from collide.base.hashing import digest
from collide.library.examine import ProbeMark
from collide.library.folders import CLIP
from collide.library.foreseen_scan import as_scanned, located
from collide.library.library import Library
from tests.unit.shelf import Shelf

KEPT = "library/video/kept.mp4"
A, OLD, NEW = "library/video/a.mp4", digest(b"a.mp4"), digest(b"other")


def test_an_unchanged_file_is_not_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose stamp has not changed since the last scan is not read."""
    library, read = shelf.library(), list[Path]()
    monkeypatch.setattr(Library, "content", lambda _, path: read.append(path))
    assert located(library, A, OLD) == (A, OLD) and read == []


def test_different_bytes_are_found_before_and_after_a_scan(shelf: Shelf) -> None:
    """If a name now has different bytes, their digest is returned, before and after a scan."""
    shelf.put("a.mp4", "other")
    assert located(shelf.library(), A, OLD) == (A, NEW)
    shelf.scan()
    assert located(shelf.library(), A, OLD) == (A, NEW)
    assert located(shelf.library(), A, NEW) == (A, NEW)


def test_a_renamed_clip_is_not_replaced(shelf: Shelf) -> None:
    """A renamed clip is still the same clip, even if a new file takes its old name."""
    (shelf.house.root / A).rename(shelf.house.library / "kept.mp4")
    shelf.put("a.mp4", "other")
    assert located(shelf.library(), A, OLD) == (KEPT, OLD)
    shelf.scan()
    assert located(shelf.library(), A, OLD) == (KEPT, OLD)


@pytest.mark.parametrize("content", ["", "broken"])
def test_an_unusable_file_replaces_nothing(shelf: Shelf, content: str) -> None:
    """A missing or unusable file replaces nothing: the earlier name and digest are returned."""
    if content:
        shelf.put("a.mp4", content)
        shelf.scan()
    else:
        (shelf.house.root / A).unlink()
    assert located(shelf.library(), A, OLD) == (A, OLD)


def test_a_scan_is_foreseen_unless_a_file_must_be_read(shelf: Shelf) -> None:
    """A foreseen scan leaves out deleted and empty clips, and is None if a probe is needed."""
    shelf.put("broken.mp4", "broken")
    (shelf.house.root / A).unlink()
    assert as_scanned(shelf.library(), {}) is None
    shelf.scan()
    shelf.house.library.joinpath("empty.mp4").touch()
    library = shelf.library()
    later = as_scanned(library, {})
    assert later and shelf.probed == ["broken.mp4"]
    assert [clip["name"] for clip in later.usable("x")] == ["library/video/b.mov"]
    assert later.left_out("x") == {
        "library/video/broken.mp4": "it is not a video, or only part of one",
        "library/video/empty.mp4": "it is empty",
    }
    assert "library/video/empty.mp4" not in library.contents["clips"]
    assert as_scanned(library, {CLIP: ProbeMark("newer", "newer")}) is None
