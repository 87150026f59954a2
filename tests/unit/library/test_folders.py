"""folders and library: folders may contain clips and sounds; suffixes tell them apart."""

import json
import os
from pathlib import Path

import pytest

from collide.library.folders import SOUND, STILL_COMING, counted, files
from tests.unit.shelf import Shelf


def sounds(shelf: Shelf, project: str = "x") -> list[str]:
    """Return the sound names that a project may choose from."""
    return [sound["name"] for sound in shelf.library().usable(project, SOUND)]


def test_sounds_are_found_beside_clips_but_are_not_clips(shelf: Shelf) -> None:
    """Sounds are found in library/audio, library/video and a project's input, but are not clips."""
    shelf.put("rain.WAV", folder="library/audio/weather")
    shelf.put("song.mp3")
    shelf.put("own.opus", folder="projects/x/input")
    report = shelf.scan()
    assert report.sounds == 3
    assert report.clips == 2
    assert sounds(shelf) == [
        "projects/x/input/own.opus", "library/audio/weather/rain.WAV", "library/video/song.mp3",
    ]  # fmt: skip
    assert sounds(shelf, "y") == ["library/audio/weather/rain.WAV", "library/video/song.mp3"]
    assert all(name.endswith((".mp4", ".mov")) for name in shelf.usable())


def test_a_video_among_the_sounds_is_not_a_clip(shelf: Shelf) -> None:
    """library/audio is for sounds, so a film there is not counted as a clip."""
    shelf.put("film.mp4", folder="library/audio")
    assert shelf.scan().clips == 2


def test_sounds_are_tracked_like_clips(shelf: Shelf) -> None:
    """A renamed sound keeps its identity, and a deleted sound is reported."""
    path = shelf.put("rain.wav", folder="library/audio")
    shelf.scan()
    digest = shelf.library().usable("x", SOUND)[0]["digest"]
    path.rename(path.with_name("storm.wav"))
    report = shelf.scan()
    assert report.moved == [("library/audio/rain.wav", "library/audio/storm.wav")]
    assert shelf.probed == []
    path.with_name("storm.wav").unlink()
    assert shelf.scan().gone == ["library/audio/storm.wav"]
    assert sounds(shelf) == []
    assert shelf.library().place(digest) is None


def test_the_same_bytes_may_be_a_clip_and_a_sound(shelf: Shelf) -> None:
    """A clip and a sound may have the same bytes, and each is probed as its own kind."""
    shelf.put("broken.mp4", "broken here")
    shelf.scan()
    shelf.put("twin.m4a", "broken here", folder="library/audio")
    shelf.scan()
    assert shelf.probed == ["twin.m4a"]
    known = json.loads((shelf.house.cache / "library.json").read_bytes())["clips"]
    assert set(known["library/audio/twin.m4a"]) == {"digest", "left_out"}


def test_hidden_folders_and_recycle_bins_are_skipped(shelf: Shelf) -> None:
    """Hidden folders and recycle bins are skipped, but not every folder that begins with $."""
    for folder in (".Trash-1000/files", ".Spotlight", "$RECYCLE.BIN"):
        shelf.put(f"{folder}/old.mp4")
    assert shelf.scan().new == []
    shelf.put("$money/new.mp4")
    assert shelf.scan().new == ["library/video/$money/new.mp4"]


def test_a_link_to_a_folder_is_reported_and_not_followed(shelf: Shelf) -> None:
    """A link to a folder is reported and not followed.

    The message says how to add the folder or that it is already scanned.
    """
    away = shelf.house.root / "away"
    away.mkdir()
    (shelf.house.library / "away").symlink_to(away)
    (shelf.house.library / "ring").symlink_to(shelf.house.library)
    left = {Path(name).name: why for name, why in shelf.scan().left_out.items()}
    assert left == {
        "away": "it is a link to a folder: add the folder with doit scan path=…",
        "ring": "it is a link to a folder that is scanned already",
    }
    assert shelf.usable() == ["library/video/a.mp4", "library/video/b.mov"]


def test_a_link_to_a_shared_file_is_followed(shelf: Shelf) -> None:
    """A link to a file in library/ or an added folder counts as a copy of that file.

    A link into a project's input or into a folder that is not added is refused.
    """
    root, library = shelf.house.root, shelf.library()
    far = shelf.put("far.mp4", folder="far")
    song = shelf.put("song.wav", folder="library/audio")
    shelf.put("own.mp4", folder="projects/x/input")
    inside = root / "projects" / "x" / "input"
    (shelf.house.library / "far.mp4").symlink_to(far)
    (shelf.house.library / "theirs.mp4").symlink_to(inside / "own.mp4")
    (inside / "a.mp4").symlink_to(shelf.house.library / "a.mp4")
    (inside / "song.wav").symlink_to(song)
    out = "it links to a file elsewhere: add that file's folder with doit scan path=…"
    refused = {"library/video/theirs.mp4": out}
    assert shelf.scan().left_out == {**refused, "library/video/far.mp4": out}
    library.add_root(far.parent)
    report = shelf.scan()
    assert report.left_out == refused
    assert ("library/video/far.mp4", str(far.relative_to(root))) in report.doubles
    assert shelf.usable()[:2] == ["projects/x/input/a.mp4", "projects/x/input/own.mp4"]
    assert sounds(shelf) == ["projects/x/input/song.wav"]
    library.drop_root(far.parent)
    assert shelf.scan().left_out == {**refused, "library/video/far.mp4": out}


def test_an_unreadable_folder_is_reported(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable folder is reported, and all other folders are scanned."""
    shelf.put("locked/c.mp4")
    listed = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    why = "it cannot be opened: Permission denied"
    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refused)
        report = shelf.scan()
    assert (report.left_out, report.clips) == ({"library/video/locked": why}, 2)


def test_files_are_sorted_by_name(shelf: Shelf) -> None:
    """Files and folders are sorted together by name, whatever order the disk returns."""
    for name in ("b/2.mp4", "b/10.mp4", "a.mp4", "B.mp4", "b.mov"):
        shelf.put(name)
    names = [
        found.name.removeprefix("library/video/")
        for found in files(shelf.house, [shelf.house.library])
    ]
    assert names == ["B.mp4", "a.mp4", "b/10.mp4", "b/2.mp4", "b.mov"]


def test_files_of_other_kinds_are_counted_by_kind(shelf: Shelf) -> None:
    """Files of other kinds are counted in every folder, except hidden and origin files."""
    for name in ("1.xyz", "2.XYZ", "3.qq", "mp4", "note. a note", ".hidden.xyz", "a.mp4.json"):
        shelf.put(name)
    shelf.put("film.mp4", folder="library/audio")
    shelf.put("own.qq", folder="projects/x/input")
    report = shelf.scan()
    assert counted(report.strangers) == (
        "7 files are of kinds that collide does not read: 2 .qq, 2 .xyz, 2 without a suffix, "
        "1 .mp4 in library/audio, where sounds belong"
    )
    assert (report.clips, report.left_out) == (2, {})
    assert counted(["a.qq"]) == "1 file is of a kind that collide does not read: 1 .qq"
    assert counted([]) == ""


def test_only_the_most_frequent_kinds_are_named() -> None:
    """Rare kinds are summed up, which keeps the line short."""
    line = counted([f"{kind}.{kind}" for kind in "abcdefghijk"])
    assert line.endswith("1 .g, 1 .h, 3 of 3 other kinds")


def test_a_project_lists_only_its_own_files(shelf: Shelf) -> None:
    """Files in another project's input are neither listed nor counted."""
    for project in ("x", "y"):
        shelf.put(f"{project}.qq", folder=f"projects/{project}/input")
        shelf.put(f"{project}.mp4", "broken", folder=f"projects/{project}/input")
    shelf.put("bad.mp4", "broken")
    library = shelf.library()
    library.scan(shelf.probe)
    assert [*library.left_out("x")] == ["library/video/bad.mp4", "projects/x/input/x.mp4"]
    assert library.others("x") == ["projects/x/input/x.qq"]


@pytest.mark.parametrize(
    "name",
    [
        "a.mp4.part", "a.mp4.part-Frag3", "a.f137.mp4.ytdl", "b.webm.crdownload", "c.mov.partial",
        "d.mp4.opdownload", "Unconfirmed 7.crdownload", "e.tmp", "f.mp4.aria2", "g.mp4.!qB",
    ],
)  # fmt: skip
def test_a_partial_download_is_reported_and_not_read(shelf: Shelf, name: str) -> None:
    """A partial download is reported as partial and is neither probed nor counted as unknown."""
    shelf.put(name)
    report = shelf.scan()
    assert report.left_out == {f"library/video/{name}": STILL_COMING}
    assert (report.strangers, shelf.probed) == ([], [])


def test_a_download_folder_of_safari_is_a_partial_download(shelf: Shelf) -> None:
    """NAME.mp4.download contains a partial clip; any other folder `*.download` is ordinary."""
    shelf.put("c.mp4.download/c.mp4")
    shelf.put("my.download/d.mp4")
    report = shelf.scan()
    assert report.left_out == {"library/video/c.mp4.download": STILL_COMING}
    assert report.new == ["library/video/my.download/d.mp4"]
