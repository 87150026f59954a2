"""`doit identify` reads the record in a file, and `doit new from=` starts a project from it."""

import json
import shutil

from collide.engine.programs import find_engine
from tests.render.conftest import ffmpeg, record
from tests.render.refusals import answered


def test_identify_prints_the_look_clips_and_knobs_of_a_video(house):
    """`doit identify` prints a video's look, clips and knobs, and recognizes its own project."""
    look = house.manifest()["look"]
    ran = house.doit("identify", "file=projects/x/output/x.mp4")
    assert ran.code == 0, ran.out
    lines = ran.out.splitlines()
    assert lines[:3] == [
        f"projects/x/output/x.mp4: look {look}, of project x",
        "this file is the look's video, byte for byte",
        "6 s, 128x72, 10 fps, seed 7",
    ]
    start = house.manifest()["clips"][1]["start"]
    assert f"  layer 2  b.mp4, starting at {start:g} s  · here: library/video/b.mp4" in lines
    assert "  layer 1  a.mp4, starting at " in ran.out and ", heard  · here:" in ran.out
    (turned,) = (line for line in lines if line.startswith("  turned:"))
    assert "similarity=0.3" in turned and "output_size=128x72" in turned
    assert "opacity" not in ran.out, "values equal to DEFAULTS are left out"
    assert lines[-1] == f"to open it: doit render project=x look={look}"


def test_identify_recognizes_a_copied_video(house, friend):
    """`doit identify` reads the recipe from a remuxed part of a video and lists missing clips."""
    cut = friend.root / "cut.mkv"
    ffmpeg("-v", "error", "-i", str(house.video()), "-t", "2", "-c", "copy", str(cut))
    (friend.root / "library" / "video" / "trip" / "their b.mp4").unlink()
    ran = friend.doit("identify", "file=cut.mkv")
    assert ran.code == 0, ran.out
    assert f"cut.mkv: look {house.manifest()['look']}, of no project here\n" in ran.out
    assert "· here: library/video/trip/their a.mp4\n" in ran.out
    assert ran.out.count("· missing\n") == 1
    assert "to render it again: doit replay manifest=cut.mkv\n" in ran.out
    again = house.root / "cut.mkv"
    shutil.copy(cut, again)
    assert "its bytes differ" in house.doit("identify", "file=cut.mkv").out


def test_identify_refuses_files_without_a_record(house):
    """`doit identify` refuses clips, scripts, folders, missing files and configs with a reason."""
    for file, what in {
        "library/video/a.mp4": "library/video/a.mp4 does not record how it was made",
        "dodo.py": "dodo.py cannot be read",
        "library": "library cannot be read",
        "none.mp4": "none.mp4 cannot be read",
        "projects/x/config.json": "projects/x/config.json is not a look that collide can read",
    }.items():
        ran = house.doit("identify", f"file={file}")
        assert ran.code == 3 and ran.out.startswith(f"ERROR: {what}\n"), ran.out
        assert "Traceback" not in ran.out
    assert "doit identify needs file=" in answered(house, "identify")


# --- a look shared with a friend ---


def test_a_project_from_a_look_renders_the_same_bytes(house, friend):
    """With the same clips, a project made by `doit new from=FILE` renders the same bytes."""
    look = house.manifest()["look"]
    ran = friend.doit("new", f"from={record(house, 'video')}", "project=y")
    assert ran.code == 0, ran.out
    assert f"all its clips are here, so its frames are the same as in look {look}\n" in ran.out
    config = json.loads((friend.root / "projects" / "y" / "config.json").read_text())
    assert config["similarity"] == 0.3 and config["seed"] == 7 and "opacity" not in config
    ran = friend.doit("render", "project=y")
    assert ran.code == 0, ran.out
    assert friend.video("y").read_bytes() == house.video().read_bytes()


def test_a_look_of_a_different_engine_announces_different_bytes(house, friend, monkeypatch):
    """With a different ffmpeg, `doit new from=` says that the bytes will differ."""
    program = friend.root / "ffmpeg"
    program.write_text(f'#!/bin/sh\nexec "{find_engine().path}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(program))
    ran = friend.doit("new", f"from={record(house, 'look')}", "project=y")
    assert ran.code == 0, ran.out
    said = "all its clips are here, but a different ffmpeg rendered it: its bytes will differ\n"
    assert said in ran.out and "again" not in ran.out
    assert friend.doit("render", "project=y").code == 0
    assert friend.manifest("y")["look"] != house.manifest()["look"]


def test_a_look_without_its_clips_keeps_its_knobs(house, friend):
    """`doit new from=` replaces a missing clip, says so, and keeps the knobs of the look."""
    (friend.root / "library" / "video" / "trip" / "their b.mp4").unlink()
    ran = friend.doit(
        "new", f"from={record(house, 'look')}", "project=y", "crf=30", "min_resolution=0"
    )
    assert ran.code == 0, ran.out
    look = house.manifest()["look"]
    knobs = f"the knobs come from look {look}, but some of its clips are not here"
    assert f"layer 2 gets a different clip: b.mp4 is missing\n{knobs}\n" in ran.out
    ran = friend.doit("render", "project=y")
    assert ran.code == 0, ran.out
    mine, theirs = house.manifest(), friend.manifest("y")
    clips = [[clip["clip"] for clip in manifest["clips"]] for manifest in (mine, theirs)]
    assert [a == b for a, b in zip(*clips, strict=True)] == [True, False, True]
    knobs = [[layer["knobs"] for layer in m["recipe"]["layers"]] for m in (mine, theirs)]
    assert knobs[0] == knobs[1]
    assert theirs["recipe"]["piece"] == {**mine["recipe"]["piece"], "crf": 30}


def test_an_unusable_look_file_creates_no_project(house):
    """`doit new from=` refuses a preset or an invalid file and does not create a project."""
    for words, what in {
        ("from=projects/x/manifest.json", "preset=classic-white"): "a project starts from a look",
        (
            "from=projects/x/config.json",
        ): "projects/x/config.json is not a look that collide can read",
        ("from=gone.json",): "gone.json cannot be read",
    }.items():
        said = answered(house, "new", "project=y", *words)
        assert said.startswith(f"ERROR: {what}"), said
