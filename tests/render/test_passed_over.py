"""A render reports every clip it could not use, but not the files of other projects."""

import shutil
import unicodedata

from tests.render.conftest import SMALL

ONE = ["num_videos=1", "duration=1", "min_seconds=0"]


def test_a_render_without_clips_counts_unusable_files(empty_house):
    """If there are no clips, the error counts the unusable files of this project only."""
    for project, names in {"x": ["a.xyz", "b.xyz", "bad.mp4", "c.mp4.part"], "y": ["d.qq"]}.items():
        folder = empty_house.root / "projects" / project / "input"
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text("text")
    (empty_house.root / "projects" / "y" / "input" / "worse.mp4").write_text("text")
    ran = empty_house.doit("render", "project=x", *SMALL)
    assert ran.code == 3
    assert "2 could not be used (see: doit scan)" in ran.out
    assert "2 files are of kinds that collide does not read: 2 .xyz\n" in ran.out
    assert "worse.mp4" not in ran.out and ".qq" not in ran.out
    ran = empty_house.doit("scan")
    assert "3 files are of kinds that collide does not read: 2 .xyz, 1 .qq\n" in ran.out
    assert "projects/x/input/c.mp4.part: it is an unfinished or broken download" in ran.out
    assert "0 clips can be used, 3 were left out" in ran.out


def test_a_scan_without_clips_says_where_to_copy_clips(empty_house):
    """If there are no clips, a scan suggests copying clips or rendering the demo."""
    assert empty_house.doit("scan").out == (
        "library/video contains no clips: copy some there\n"
        "or try the demo: doit render project=demo\n"
    )


def test_a_render_reports_no_broken_file_of_another_project(empty_house, clips):
    """A render reports a rejected file only if its project could have used it."""
    shutil.copy(clips / "a.mp4", empty_house.root / "library" / "video")
    for project in ("x", "y"):
        folder = empty_house.root / "projects" / project / "input"
        folder.mkdir(parents=True)
        (folder / f"bad-{project}.mp4").write_text("text")
    ran = empty_house.render(*ONE)
    assert "skipped projects/x/input/bad-x.mp4: " in ran.out
    assert "bad-y" not in ran.out


def test_unusual_clip_names_can_be_typed(empty_house, clips):
    """A person can type names with decomposed letters, a leading space or a backslash.

    A folder before the name distinguishes clips with the same name.
    """
    folder = empty_house.root / "library" / "video"
    names = [unicodedata.normalize("NFD", "Café.mp4"), " blank.mp4", "back\\slash.mp4"]
    for name, clip in zip(names, ("a.mp4", "b.mp4", "c.mp4"), strict=True):
        shutil.copy(clips / clip, folder / name)
    for place, clip in {"one": "a.mp4", "two": "d.mov"}.items():
        (folder / place).mkdir()
        shutil.copy(clips / clip, folder / place / "same.mp4")
    typed = {"Café.mp4": names[0], **{name: name for name in names[1:]}}
    for number, (name, stands) in enumerate({**typed, "two/same.mp4": "two/same.mp4"}.items()):
        empty_house.render(*ONE, f"clip={name}", project=f"p{number}")
        (clip,) = empty_house.manifest(f"p{number}")["clips"]
        assert clip["name"] == f"library/video/{stands}"
    ran = empty_house.render(*ONE, "clip=same.mp4", project="q")
    note = "2 clips are called same.mp4: layer1.clip takes library/video/one/same.mp4; to "
    assert f"{note}use another: layer1.clip=two/same.mp4" in ran.out
    assert empty_house.doit("set", "project=q", "layer1.clip= blank.mp4").code == 0
    empty_house.render(*ONE, project="q")
    assert empty_house.manifest("q")["clips"][0]["name"] == "library/video/ blank.mp4"
    assert "1 of 4 clips" in empty_house.doit("clips", "café").out
