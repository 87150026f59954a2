"""roots: added folders are stored outside the cache, and simultaneous additions are all kept."""

import json
import shutil
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest
from collide.library.library_file import HEAD
from tests.unit.shelf import Shelf


def disk_of(tmp_path: Path, name: str = "disk") -> Path:
    """Return a folder with one clip."""
    disk = tmp_path / name
    disk.mkdir()
    (disk / f"{name}.mp4").write_text(name)
    return disk


def test_roots_outlive_the_cache(shelf: Shelf, tmp_path: Path) -> None:
    """Added folders are still scanned after the cache is deleted."""
    library = shelf.library()
    library.add_root(disk_of(tmp_path))
    library.scan(shelf.probe)
    shutil.rmtree(shelf.house.cache)
    assert shelf.scan().clips == 3
    assert "roots" not in json.loads(shelf.library().path.read_bytes())


def test_two_processes_that_add_folders_lose_no_change(shelf: Shelf, tmp_path: Path) -> None:
    """Two processes that add a folder or facts at the same time keep each other's changes."""
    one, other = shelf.library(), shelf.library()
    assert one.contents == other.contents
    one.add_root(disk_of(tmp_path, "first"))
    other.add_root(disk_of(tmp_path, "second"))
    one.scan(shelf.probe)
    shelf.put("late.mp4")
    other.scan(shelf.probe)
    one.remember({digest(b"late.mp4"): {"signature": ["x"]}})
    library = shelf.library()
    assert library.added == [str(tmp_path / "first"), str(tmp_path / "second")]
    clips = library.contents["clips"]
    assert {str(tmp_path / "first" / "first.mp4"), str(tmp_path / "second" / "second.mp4")} < {
        *clips
    }
    assert clips["library/video/late.mp4"]["signature"] == ["x"]
    shelf.probed.clear()
    assert shelf.scan().clips == 5 and shelf.probed == []


def test_a_scan_keeps_what_another_process_found(shelf: Shelf) -> None:
    """A scan keeps the findings of another process that ran during the scan."""
    early = shelf.library()
    assert early.contents["clips"]
    shelf.put("c.mp4")
    shelf.scan()
    (shelf.house.library / "c.mp4").rename(shelf.house.library / "d.mp4")
    early.scan(shelf.probe)
    assert {*shelf.library().contents["clips"]} == {
        f"library/video/{name}" for name in ("a.mp4", "b.mov", "c.mp4", "d.mp4")
    }
    assert shelf.scan().clips == 3, "the next scan drops the files that are gone"


def test_roots_of_an_old_library_are_moved_once(shelf: Shelf, tmp_path: Path) -> None:
    """The roots in an old library.json move to their own file once, at the next write."""
    disk, path = disk_of(tmp_path), shelf.library().path
    known = json.loads(path.read_bytes())
    old = {"roots": [str(disk)], "clips": known["clips"], "seen": known["seen"]}
    text = json.dumps(old).encode()[1:]
    path.write_bytes(HEAD % digest(text).encode() + text)
    assert shelf.library().added == [str(disk)]
    assert shelf.scan().new == [str(disk / "disk.mp4")]
    assert json.loads((shelf.house.root / "library/roots.json").read_bytes()) == {
        "roots": [str(disk)]
    }
    shelf.library().drop_root(disk)
    path.write_bytes(HEAD % digest(text).encode() + text)
    assert shelf.library().added == [], "a dropped folder does not come back"


@pytest.mark.parametrize("text", ["", "{", '{"roots": 7}', '{"roots": [7]}', "{}"])
def test_a_damaged_roots_json_is_refused_and_kept(shelf: Shelf, text: str) -> None:
    """A damaged roots.json is refused and never overwritten, because it cannot be rebuilt."""
    path = shelf.house.root / "library" / "roots.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"library/roots\.json"):
        shelf.scan()
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ('["/media/tapes"]', ["/media/tapes"]),
        ("/media/tapes", ["/media/tapes"]),
        ("/media/a b\n/media/c\n", ["/media/a b", "/media/c"]),
        ('{"/media/tapes"}', ["/media/tapes"]),
        ('{"roots": "/media/tapes"}', ["/media/tapes"]),
        ('{"paths": ["/media/tapes", "/media/b"]}', ["/media/tapes", "/media/b"]),
        ("roots: /media/tapes", ["/media/tapes"]),
        ("", ["/media/disk"]),
    ],
)
def test_the_fix_writes_the_folders_that_the_file_names(
    shelf: Shelf, text: str, roots: list[str]
) -> None:
    """The fix for a malformed roots.json prints its folders in valid form, or an example."""
    path = shelf.house.root / "library" / "roots.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        shelf.scan()
    opens, away = caught.value.fix.splitlines()
    assert away.endswith("mv library/roots.json library/roots.json.old")
    path.write_text(opens.removeprefix("open library/roots.json and write  "))
    assert shelf.library().added == roots


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("far/new one.mp4", "cp '{root}/far/new one.mp4' library/video/ && doit scan"),
        (
            "far/rain.wav",
            "mkdir -p library/audio && cp {root}/far/rain.wav library/audio/ && doit scan",
        ),
        ("far/notes.txt", "give a folder; single clips go into library/video, sounds into library/"
         "audio"),
        ("library/video/deep/c.mp4", "its folder is scanned already: doit scan"),
        ("disk/disk.mp4", "its folder is scanned already: doit scan"),
        ("far/dissk", "did you mean 'disk'?"),
        ("nowhere/at/all", "give a folder; single clips go into library/video, sounds into library/"
         "audio"),
    ],
)  # fmt: skip
def test_a_file_is_copied_to_where_its_kind_belongs(shelf: Shelf, name: str, fix: str) -> None:
    """If the path is a clip or a sound, the fix is to copy the file to the folder for its kind.

    A file that is already scanned is not copied. The fix for any other path is a similar name or
    advice.
    """
    root, library = shelf.house.root, shelf.library()
    (root / "far" / "disk").mkdir(parents=True)
    library.add_root(disk_of(root))
    path = root / name
    if path.suffix:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a file")
    with pytest.raises(InputError, match="is not a folder") as caught:
        library.add_root(path)
    assert caught.value.fix == fix.format(root=root)


def test_the_fix_for_an_unknown_root_lists_the_removable_ones(shelf: Shelf, tmp_path: Path) -> None:
    """The fix for an unknown root removes added folders, or lists all clips if there are none."""
    library = shelf.library()
    with pytest.raises(InputError) as caught:
        library.drop_root(tmp_path)
    assert caught.value.why == "added folders: none"
    assert caught.value.fix == "no folder was added; see all clips: doit clips"
    for name in ("one", "my two"):
        library.add_root(disk_of(tmp_path, name))
    with pytest.raises(InputError) as caught:
        library.drop_root(tmp_path)
    assert caught.value.fix == (
        f"doit scan path={tmp_path}/one off=true\ndoit scan path='{tmp_path}/my two' off=true"
    )
