"""doit clips lists and searches clips and makes a page with a picture of each clip."""

import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.render.conftest import House, ffmpeg
from tests.render.refusals import tree


@pytest.fixture
def many(empty_house, clips) -> House:
    """Return a workspace with six clips, including a renamed copy and a half-size clip."""
    folder = empty_house.root / "library" / "video"
    for clip in clips.iterdir():
        shutil.copy(clip, folder)
    shutil.copy(clips / "a.mp4", folder / "again.mp4")
    small = ["-vf", "scale=80:60", "-crf", "30", str(folder / "small.mp4")]
    ffmpeg("-v", "error", "-i", str(clips / "c.mp4"), *small)
    ran = empty_house.doit("scan")
    assert ran.code == 0
    assert "\nnext: doit new project=x " in ran.out
    return empty_house


def names(house: House, *words: str) -> list[str]:
    """Return the names of the listed clips."""
    ran = house.doit("clips", *words)
    assert ran.code == 0, ran.out
    lines = ran.out.splitlines()
    return [Path(line.split()[0]).name for line in lines if line.startswith("library/")]


def test_a_search_reports_a_word_without_a_match(many):
    """A search reports a word that is in no clip's name, title, maker or license."""
    told = "no name, title, maker or license contains 'rain'; all clips: doit clips"
    assert many.doit("clips", "a.mp4", "rain").out.splitlines()[1:] == [told]
    assert "all clips" not in many.doit("clips", "a.mp4", "min=9000").out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("unused", "did you mean used=0? doit clips used=0"),
        ("longest", "did you mean sort=long? doit clips sort=long"),
        ("4k a", "did you mean min=2160? doit clips a min=2160"),
        (
            "dark and slow",
            "did you mean light=dark and motion=still? doit clips light=dark motion=still",
        ),
        ("sound", "did you mean audio=yes? doit clips audio=yes"),
        ("portrait", "no filter for 'portrait'; pictures of all clips: doit clips page=true"),
    ],
)
def test_a_word_that_a_filter_accepts_is_proposed_as_filter(many, words, line):
    """If no clip matches a word that a filter takes, the search suggests the filter."""
    assert many.doit("clips", *words.split()).out.splitlines()[-1] == line


def test_a_list_of_clips_ends_with_their_number_and_length(many):
    """A list of clips ends with their number and length; a search adds the number of all clips."""
    (some,) = [one for one in many.doit("clips", "a.mp4").out.splitlines() if " clips, " in one]
    assert some == "1 of 5 clips, 8 s"
    assert re.search(r"^5 clips, \d+ s$", many.doit("clips").out, re.MULTILINE)


def test_listing_clips_starts_no_process_and_writes_no_file(many, calls):
    """Listing clips does not start ffmpeg or write a file."""
    before = tree(many.root)
    assert names(many) == ["a.mp4", "b.mp4", "c.mp4", "d.mov", "small.mp4"]
    assert names(many, "min=120", "audio=no") == ["c.mp4"]
    assert names(many, "again") == ["a.mp4"]
    assert names(many, "dup=yes") == ["a.mp4"]
    assert "also library/video/again.mp4" in many.doit("clips", "a.mp4").out
    assert "5 clips were never compared" in many.doit("clips", "dup=no").out
    assert (tree(many.root), calls.argvs()) == (before, [])


def test_the_page_analyzes_each_clip_once(many, calls):
    """The page finds similar clips and analyzes each clip once, even if the file is renamed.

    If a picture is deleted, the next page extracts it again.
    """
    ran = many.doit("clips", "page=true")
    assert ran.code == 0, ran.out
    assert "5 clips, 1 with a lookalike" in ran.out
    folder = many.root / "cache" / "clips"
    pictures = sorted(folder.glob("*.jpg"))
    assert len(pictures) == 5
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.height == 120
    page = (folder / "index.html").read_text()
    assert all(path.name in page for path in pictures) and "again.mp4" in page
    assert names(many, "dup=no") == ["a.mp4", "b.mp4", "c.mp4", "d.mov"]

    before = len(calls.argvs())
    (many.root / "library" / "video" / "b.mp4").rename(many.root / "library" / "video" / "z.mp4")
    assert many.doit("scan").code == many.doit("clips", "page=true").code == 0
    assert len(calls.argvs()) == before
    for path in [pictures[0], *many.root.glob("cache/objects/*/*")]:
        path.unlink()
    assert many.doit("clips", "page=true").code == 0
    assert len(calls.argvs()) == before + 1 and pictures[0].exists()
    assert json.loads((many.root / "cache" / "library.json").read_text())["clips"][
        "library/video/z.mp4"
    ]["signature"]


def test_clips_are_found_by_their_analysis(many, calls):
    """Searches by motion, light or shots analyze each clip once and count copies as one clip."""
    assert names(many, "motion=busy") == ["a.mp4"]
    looked = [argv for argv in calls.argvs() if "small-0.yuv" in argv]
    assert len(looked) == 5
    before = len(calls.argvs())
    assert names(many, "motion=still", "light=bright", "uncut=2") == ["d.mov"]
    assert names(many, "motion=moving", "uncut=2.8") == ["c.mp4", "small.mp4"]
    assert names(many, "light=any") == names(many)
    lines = many.doit("clips", "b.mp4").out
    assert "moving, medium, 1 shot of 2.5 s" in lines
    assert len(calls.argvs()) == before, "all of it is known"
    clips = json.loads((many.root / "cache" / "library.json").read_text())["clips"]
    assert clips["library/video/again.mp4"]["shots"] == clips["library/video/a.mp4"]["shots"]


def test_a_search_analyzes_only_clips_that_match_its_other_terms(many, calls):
    """A search analyzes only clips that match its other terms."""
    assert names(many, "a.mp4", "motion=any") == ["a.mp4"]
    assert len([argv for argv in calls.argvs() if "small-0.yuv" in argv]) == 1
    ran = many.doit("clips", "page=true")
    first = "to search by motion, light and shots, first analyze 4 clips: doit clips page=true"
    assert first in ran.out


def test_a_search_reports_a_clip_that_cannot_be_analyzed(many):
    """A search reports a clip that it cannot analyze."""
    path = many.root / "library" / "video" / "b.mp4"
    path.write_bytes(path.read_bytes() + b"more")  # changes the clip after the scan
    ran = many.doit("clips", "light=any")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.startswith("library/video/b.mp4")]
    assert line.endswith("could not be analyzed: it was deleted or changed since the scan")


def test_projects_that_use_a_clip_are_counted(many):
    """`doit clips` counts the projects whose last render used a clip.

    `doit clips` also names the clip that most projects use.
    """
    for project, clip in (("x", "a.mp4"), ("y", "a.mp4"), ("z", "c.mp4"), ("z", "b.mp4")):
        many.render("num_videos=1", "duration=1", f"layer1.clip={clip}", project=project)
    ran = many.doit("clips", "used=1", "sort=used")
    first, second, *rest = ran.out.splitlines()
    assert "a.mp4" in first and "used by 2 projects" in first
    assert "b.mp4" in second and "used by 1 project" in second
    assert "1 used in more than one project; most often: library/video/a.mp4, in 2" in rest
    assert names(many, "used=0") == ["c.mp4", "d.mov", "small.mp4"]
