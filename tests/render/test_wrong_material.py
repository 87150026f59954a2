"""A command with too few clips or an unsuitable ffmpeg is refused, and no project changes."""

import json
import shutil

import pytest

from collide.engine.programs import find_engine
from tests.render.conftest import SMALL, House
from tests.render.refusals import answered, tree, write

UNSET = "unset COLLIDE_FFMPEG to use collide's own ffmpeg (see: doit doctor)"


@pytest.fixture
def stocked(empty_house, clips) -> House:
    """Return a workspace with four unscanned clips."""
    for clip in clips.iterdir():
        shutil.copy(clip, empty_house.root / "library" / "video")
    return empty_house


def test_an_empty_library_is_refused_and_creates_no_project(empty_house):
    """If there are no clips, a render is refused and writes nothing, not even a cache."""
    assert answered(empty_house, "render", "project=x") == (
        "creating project x (projects/x/config.json)\n"
        "ERROR: there are no clips\n"
        "  why  library/video and projects/x/input contain no usable clip\n"
        "  fix  copy some clips into library/video\n"
        "       or try the demo: doit render project=demo"
    )


@pytest.mark.parametrize(
    ("knobs", "text"),
    [
        (["num_videos=5", "min_resolution=0"], """ERROR: fewer clips than layers
  why  5 layers need 5 clips, but 4 can be used
  fix  copy more clips into library/video, or use num_videos=4: \
doit render project=x num_videos=4 min_resolution=0"""),
        (["num_videos=3", "min_resolution=100"], """ERROR: fewer clips than layers
  why  3 layers need 3 clips, but 2 can be used; 2 more are smaller than \
min_resolution=100 or shorter than min_seconds=1
  fix  copy more clips into library/video, or use num_videos=2, or lower min_resolution and \
min_seconds
       doit render project=x num_videos=2 min_resolution=100
       doit render project=x num_videos=3 min_resolution=0 min_seconds=0"""),
        (["num_videos=1"], """ERROR: fewer clips than layers
  why  1 layer needs 1 clip, but 0 can be used; 4 more are smaller than \
min_resolution=240 or shorter than min_seconds=1
  fix  copy more clips into library/video, or lower min_resolution and min_seconds: \
doit render project=x num_videos=1 min_resolution=0 min_seconds=0"""),
    ],
    ids="five some none".split(),
)  # fmt: skip
def test_a_render_with_too_few_clips_creates_no_project(stocked, knobs, text):
    """A render with too few clips caches the clips' facts but creates no project."""
    before = tree(stocked.root)
    ran = stocked.doit("render", "project=x", *knobs)
    assert (ran.code, ran.record) == (3, {})
    assert ran.out.strip() == f"creating project x (projects/x/config.json)\n{text}"
    new = set(tree(stocked.root)) - set(before)
    assert new and all(name.split("/")[0] == "cache" for name in new), sorted(new)
    assert not stocked.records()


def test_unusable_clips_are_counted_and_named(empty_house, clips):
    """The error counts the unusable files and says why a requested clip is unusable."""
    video = empty_house.root / "library" / "video"
    (video / "broken.mp4").write_text("hello")
    words = ("render", "project=x", "min_resolution=0")
    creating = "creating project x (projects/x/config.json)\n"
    assert empty_house.doit(*words).out.strip() == creating + (
        "ERROR: there are no clips\n"
        "  why  library/video and projects/x/input contain no usable clip; "
        "1 could not be used (see: doit scan)\n"
        "  fix  copy some clips into library/video\n"
        "       or try the demo: doit render project=demo"
    )
    shutil.copy(clips / "a.mp4", video)
    assert empty_house.doit(*words).out.strip() == creating + (
        "ERROR: fewer clips than layers\n"
        "  why  3 layers need 3 clips, but 1 can be used; "
        "1 could not be used (see: doit scan)\n"
        "  fix  copy more clips into library/video, or use num_videos=1: "
        "doit render project=x min_resolution=0 num_videos=1"
    )
    assert empty_house.doit(*words, "layer1.clip=broken.mp4").out.strip() == (
        "ERROR: the clip 'broken.mp4' cannot be used\n"
        "  why  library/video/broken.mp4: it is not a video, or only part of one\n"
        "  fix  copy it again or repair it, or see the usable ones: doit clips"
    )
    assert not (empty_house.root / "projects").exists()


ENGINES = {
    "lacks": ("""#!/bin/sh
"{ffmpeg}" "$@" | grep -v -e " lut2 " -e " libx264 "
""", "the ffmpeg at {shim} lacks lut2, libx264",
     "it was built without them; it is used because COLLIDE_FFMPEG names it"),
    "other": ("#!/bin/sh\necho hello\n", "{shim} is not ffmpeg",
     "it does not answer -version; it is used because COLLIDE_FFMPEG names it"),
    "broken": ("not a program", "{shim} is not ffmpeg",
     "it does not answer -version; it is used because COLLIDE_FFMPEG names it"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("house", ["stocked", "rendered"])
def test_an_unsuitable_engine_is_refused(kind, house, tmp_path, monkeypatch, request):
    """An incomplete ffmpeg or any other program is refused with a reason and a fix."""
    found = request.getfixturevalue(house)
    if not isinstance(found, House):
        found, root = House.__new__(House), found
        found.root = root
    script, what, why = ENGINES[kind]
    shim = tmp_path / "shim"
    shim.write_text(script.format(ffmpeg=find_engine().path))
    shim.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(shim))
    told = answered(found, "render", "project=x").removeprefix(
        "creating project x (projects/x/config.json)\n"
    )
    assert told == f"ERROR: {what.format(shim=shim)}\n  why  {why}\n  fix  {UNSET}"


@pytest.mark.parametrize("name", ["nothing", "library"])
def test_a_missing_engine_is_named(empty_house, monkeypatch, name):
    """If COLLIDE_FFMPEG names no program, `render` and `why` are refused with a fix."""
    write(empty_house, "projects/x/config.json", json.dumps({"seed": 7}))
    monkeypatch.setenv("COLLIDE_FFMPEG", str(empty_house.root / name))
    for verb in ("render", "why"):
        assert answered(empty_house, verb, "project=x") == (
            f"ERROR: COLLIDE_FFMPEG=HOUSE/{name} cannot be run\n"
            "  why  there is no executable file of that name\n"
            "  fix  give the full path of an ffmpeg, or unset COLLIDE_FFMPEG"
        )


def test_a_renamed_clips_folder_gives_the_command_to_restore_it(house):
    """If library/video was renamed, the messages suggest the command that renames it back.

    `doit plan`, `doit scan`, and a render that needs a clip print this command.
    """
    video, fix = house.root / "library" / "video", "mv library/videos library/video"
    video.rename(video.with_name("videos"))
    ran = house.doit("render", "project=x", *SMALL, "layer1.speed=0.7")
    error = "ERROR: there is no folder library/video\n  why  library/videos contains 4 clips\n"
    assert ran.code == 1 and f"{error}  fix  {fix}\n" in ran.out, ran.out
    assert "layer1.take" not in ran.out
    for words in (["plan", "project=x", *SMALL, "layer1.speed=0.7"], ["scan"]):
        assert f"and library/videos contains 4 clips: {fix}\n" in house.doit(*words).out
    video.with_name("videos").rename(video)
    assert "layer:1" in house.render("layer1.speed=0.7").rendered


@pytest.mark.parametrize(
    ("knob", "fix"),
    [
        ("layer1.clip=aa.mp4", "did you mean 'a.mp4'? doit new project=q layer1.clip=a.mp4"),
        ("layer2.clip=hum.mp3", "play it as a bed: doit new project=q audio_beds=1 bed1=hum.mp3"),
        (
            "layer1.clip=deep.mp4",
            "mv library/deep.mp4 library/video/ && doit new project=q layer1.clip=deep.mp4",
        ),
        ("preset=fog", "cp fog.json presets/blend/ && doit new project=q preset=fog"),
    ],
)
def test_a_new_project_names_files_that_exist(stocked, knob, fix):
    """`doit new` refuses a misspelled, misplaced or unsuitable file without creating a project."""
    write(stocked, "library/audio/hum.mp3", "hum")
    write(stocked, "library/deep.mp4", "deep")
    write(stocked, "fog.json", "{}")
    assert answered(stocked, "new", "project=q", knob).endswith(f"  fix  {fix}")


def test_the_fix_moves_a_clip_into_place_and_sets_it(stocked):
    """The fix is one command line that moves the clip into library/video and sets the clip."""
    write(stocked, "library/deep.mp4", "deep")
    write(stocked, "projects/x/config.json", '{"seed": 7, "layer1.clip": "deep.mp4"}')
    assert answered(stocked, "render", "project=x").endswith(
        "  fix  mv library/deep.mp4 library/video/ && doit set project=x layer1.clip=deep.mp4"
    )
