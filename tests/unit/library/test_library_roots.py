"""library: each project's clips, added folders, and a damaged library.json."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest
from collide.library.scan_diff import ScanReport
from collide.store.digests import Memo
from tests.unit.shelf import Shelf


def test_a_projects_own_clips_come_first_and_are_not_shared(shelf: Shelf) -> None:
    """Files in projects/x/input are offered only to project x, before all other files."""
    shelf.put("own.mp4", folder="projects/x/input")
    assert shelf.scan().new == ["projects/x/input/own.mp4"]
    shared = ["library/video/a.mp4", "library/video/b.mov"]
    assert shelf.usable("x") == ["projects/x/input/own.mp4", *shared]
    assert shelf.usable("y") == shared


def test_a_projects_copy_replaces_the_shared_clip(shelf: Shelf) -> None:
    """A copy in a project's input replaces the shared clip for that project only."""
    shelf.put("copy.mp4", "a.mp4", folder="projects/x/input")
    shelf.scan()
    library = shelf.library()
    own = {c["name"]: c["own"] for c in library.usable("x")}
    assert own == {"projects/x/input/copy.mp4": True, "library/video/b.mov": False}
    assert shelf.usable("y") == ["library/video/a.mp4", "library/video/b.mov"]


def test_a_link_inside_the_library_is_a_duplicate(shelf: Shelf) -> None:
    """A link to a clip in the library counts as a duplicate of that clip."""
    (shelf.house.library / "link.mp4").symlink_to(shelf.house.library / "a.mp4")
    assert shelf.scan().doubles == [("library/video/link.mp4", "library/video/a.mp4")]


def test_an_added_folder_is_scanned_from_then_on(shelf: Shelf, tmp_path: Path) -> None:
    """An added disk is scanned from then on, and its clips are listed by their full paths."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "far.mp4").write_text("far")
    library = shelf.library()
    library.add_root(disk)
    library.add_root(disk)
    assert library.scan(shelf.probe).new == [str(disk / "far.mp4")]
    assert shelf.scan() == ScanReport(clips=3)
    assert shelf.library().roots() == [shelf.house.library, disk]
    assert shelf.library().place(digest(b"far")) == disk / "far.mp4"


def test_a_root_must_be_a_folder(shelf: Shelf) -> None:
    """A file or a missing folder is refused as a root."""
    for name in ("a.mp4", "none"):
        with pytest.raises(InputError, match="is not a folder"):
            shelf.library().add_root(shelf.house.library / name)


def test_a_folder_inside_a_root_is_not_a_second_root(shelf: Shelf) -> None:
    """A folder inside the library is not added, since its clips are already found."""
    shelf.put("deep/c.mp4")
    library = shelf.library()
    library.add_root(shelf.house.library / "deep")
    assert library.roots() == [shelf.house.library]


def test_an_absent_disk_is_reported_as_a_whole(shelf: Shelf, tmp_path: Path) -> None:
    """An absent disk is reported with its number of clips, not clip by clip.

    When it returns under a different path, its clips count as moved and are not probed again.
    """
    disk, other = tmp_path / "disk", tmp_path / "other"
    disk.mkdir()
    for name in ("far.mp4", "farther.mp4"):
        (disk / name).write_text(name)
    library = shelf.library()
    library.add_root(disk)
    library.scan(shelf.probe)
    disk.rename(other)
    for _ in range(2):
        report = shelf.scan()
        assert (report.gone, report.away, report.clips) == ([], {str(disk): 2}, 2)
    shelf.probed.clear()
    library = shelf.library()
    library.add_root(other)
    report = library.scan(shelf.probe)
    names = ("far.mp4", "farther.mp4")
    assert report.moved == [(str(disk / name), str(other / name)) for name in names]
    assert shelf.probed == []


def test_an_empty_mount_point_counts_as_an_absent_disk(shelf: Shelf, tmp_path: Path) -> None:
    """An empty mount point counts as absent; a folder that never contained a clip does not."""
    disk, empty = tmp_path / "disk", tmp_path / "empty"
    disk.mkdir()
    empty.mkdir()
    (disk / "far.mp4").write_text("far")
    library = shelf.library()
    library.add_root(disk)
    library.add_root(empty)
    assert library.scan(shelf.probe).away == {}
    disk.rename(tmp_path / "unplugged")
    disk.mkdir()
    report = shelf.scan()
    assert (report.gone, report.away) == ([], {str(disk): 1})
    disk.rmdir()
    (tmp_path / "unplugged").rename(disk)
    assert shelf.scan().clips == 3


def test_only_a_known_root_can_be_removed(shelf: Shelf, tmp_path: Path) -> None:
    """The clips of a removed root are reported as gone. Removing an unknown root is refused."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "far.mp4").write_text("far")
    library = shelf.library()
    library.add_root(disk)
    library.scan(shelf.probe)
    library.drop_root(disk)
    assert library.scan(shelf.probe).gone == [str(disk / "far.mp4")]
    assert shelf.library().roots() == [shelf.house.library]
    with pytest.raises(InputError, match="is not in the library"):
        shelf.library().drop_root(disk)


def test_progress_is_reported_before_each_file_is_read(shelf: Shelf) -> None:
    """Progress shows the number done, the total and the name, for new and changed files only."""
    shelf.put("a.mp4", "other")
    shelf.put("c.mp4")
    told: list[tuple[int, int, str]] = []
    shelf.library().scan(shelf.probe, lambda *seen: told.append(seen))
    assert told == [(0, 2, "library/video/a.mp4"), (1, 2, "library/video/c.mp4")]


def test_unchanged_files_are_recognized_by_stat_alone(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan of unchanged files does not look up digests."""
    shelf.scan()

    def read(*_: object) -> str:
        raise AssertionError("it was read")

    monkeypatch.setattr(Memo, "digest", read)
    assert shelf.scan() == ScanReport(clips=2)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"clips": []}', '{"roots": 1}'])
def test_a_damaged_library_json_is_filled_by_the_next_scan(shelf: Shelf, text: str) -> None:
    """A damaged library.json reads as empty, and the next scan fills it again."""
    shelf.library().path.write_text(text)
    assert shelf.usable() == []
    assert shelf.scan().clips == 2
    assert len(shelf.usable()) == 2


def test_a_clip_is_found_only_by_its_current_content(shelf: Shelf) -> None:
    """A clip that changed since the scan is no longer found by its old content."""
    path = shelf.put("a.mp4", "other")
    assert shelf.library().place(digest(b"a.mp4")) is None
    assert shelf.library().content(path) == digest(b"other")
    assert shelf.library().content(path.parent) is None
    assert shelf.library().content(path.parent / "none.mp4") is None


def test_a_workspace_without_a_library_has_no_clips(shelf: Shelf) -> None:
    """A workspace whose library/video was deleted has no clips."""
    for path in shelf.house.library.iterdir():
        path.unlink()
    shelf.house.library.rmdir()
    assert shelf.scan().clips == 0


def quiet(shelf: Shelf) -> None:
    """Scan without a report, as a render does."""
    shelf.library().scan(shelf.probe, reports=False)


def test_changes_that_a_render_saw_first_are_reported_by_a_scan(shelf: Shelf) -> None:
    """Changes that a render's scan saw first are still reported by the next scan, once."""
    folder = shelf.house.library
    shelf.put("c.mp4")
    shelf.put("d.mp4")
    shelf.scan()
    quiet(shelf)
    (folder / "a.mp4").rename(folder / "z.mp4")
    (folder / "b.mov").unlink()
    quiet(shelf)
    shelf.put("c.mp4", "other")
    shelf.put("new.mp4")
    (folder / "d.mp4").unlink()
    quiet(shelf)
    shelf.put("d.mp4")
    quiet(shelf)
    at = "library/video/"
    assert shelf.scan() == ScanReport(
        new=[f"{at}new.mp4"], changed=[f"{at}c.mp4"], moved=[(f"{at}a.mp4", f"{at}z.mp4")],
        gone=[f"{at}b.mov"], clips=4,
    )  # fmt: skip
    assert shelf.scan() == ScanReport(clips=4)


def test_an_unreported_file_is_new_even_if_a_render_saw_it(shelf: Shelf) -> None:
    """A file that a render saw first is reported as new, unless it has vanished since."""
    shelf.put("c.mp4")
    path = shelf.put("d.mp4")
    quiet(shelf)
    path.unlink()
    quiet(shelf)
    assert shelf.scan() == ScanReport(new=["library/video/c.mp4"], clips=3)
