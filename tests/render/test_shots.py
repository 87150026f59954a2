"""With start_in=shot, layers start inside shots, and clips are analyzed only if needed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.render.conftest import SMALL, House, ffmpeg

FOOTAGE = Path(__file__).parents[3] / "shared" / "footage"
COLORS = {"red": 2.0, "lime": 3.0, "blue": 1.0}  # seconds of each shot of the clip, in order
ONE = ["num_videos=1", "layer1.clip=cut.mp4", "color_shift=false", "fit=stretch"]


@pytest.fixture
def cut(empty_house) -> House:
    """Return a workspace with a three-shot clip, and a project without start_in."""
    words = []
    for color, seconds in COLORS.items():
        words += ["-f", "lavfi", "-t", str(seconds), "-i", f"color={color}:s=160x90:r=25"]
    path = empty_house.root / "library" / "video" / "cut.mp4"
    graph = f"concat=n={len(COLORS)},format=yuv420p"
    ffmpeg("-v", "error", *words, "-filter_complex", graph, "-g", "250", str(path))
    folder = empty_house.root / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"seed": 7}))
    return empty_house


def looks(ran) -> set[str]:
    """Return the tasks of a run that detect shots."""
    return {task for task in ran.record["tasks"] if task.startswith("shots:")}


def colors(house: House) -> set[str]:
    """Return the colors visible in the video."""
    raw = house.root / "frames.rgb"
    small = ["-vf", "scale=1:1,format=rgb24", "-f", "rawvideo", str(raw)]
    ffmpeg("-v", "error", "-i", str(house.video()), *small)
    pixels = raw.read_bytes()
    names = ("red", "lime", "blue")
    each = (pixels[at : at + 3] for at in range(0, len(pixels), 3))
    return {names[max(range(3), key=pixel.__getitem__)] for pixel in each}


def test_without_start_in_no_shots_are_detected(cut, calls):
    """If start_in is not set, a render draws and records a start and does not detect shots."""
    ran = cut.render(*ONE, "duration=2", "start=0.4")
    assert not looks(ran)
    assert not [argv for argv in calls.argvs() if "small-0.yuv" in argv]
    draw = json.loads((cut.root / "projects/x/selection.json").read_text())["draws"][0]
    assert draw["starts"] == {"0.4": 1.6} and "shots" not in draw
    assert colors(cut) == {"red", "lime"}, "it runs over the cut"


@pytest.mark.parametrize("start", ["0", "0.5", "1", "0..1"])
def test_a_layer_shows_a_single_shot(cut, start):
    """A layer shows a single shot that is long enough, so never the one-second blue shot."""
    ran = cut.render(*ONE, "duration=1.5", f"start={start}", "start_in=shot")
    assert len(looks(ran)) == 1
    assert len(colors(cut)) == 1 and colors(cut) <= {"red", "lime"}


def test_a_faster_layer_needs_a_longer_shot(cut):
    """A layer at twice the speed needs a shot twice as long.

    A looped layer needs only a shot as long as its loop.
    """
    cut.render(*ONE, "duration=1.25", "start=1", "start_in=shot", "speed=2")
    assert colors(cut) == {"lime"}
    cut.render(*ONE, "duration=4", "start=0.9999", "start_in=shot", "loop_seconds=0.8")
    assert colors(cut) == {"blue"}


def test_shots_are_detected_once_and_starts_stay(cut, calls):
    """All projects share a clip's shots; changing start_in back and forth does not move starts."""
    said = [*ONE, "duration=1.5", "start=0.4"]
    first = cut.render(*said)
    before = cut.manifest()["recipe"]["layers"][0]["start"]
    inside = cut.render(*said, "start_in=shot")
    start = cut.manifest()["recipe"]["layers"][0]["start"]
    assert (len(looks(first)), len(looks(inside))) == (0, 1)
    assert start != before
    assert cut.render(*said).rendered == set()
    assert cut.manifest()["recipe"]["layers"][0]["start"] == before
    again = cut.render(*said, "start_in=shot")
    assert looks(again) == set() and again.rendered == set()
    assert cut.manifest()["recipe"]["layers"][0]["start"] == start
    other = cut.render(*said, "start_in=shot", "seed=7", project="y")
    assert not looks(other) & other.rendered
    assert len([argv for argv in calls.argvs() if "small-0.yuv" in argv]) == 1
    shots = json.loads((cut.root / "cache/library.json").read_text())["clips"]
    assert shots["library/video/cut.mp4"]["shots"]["shots"] == 3


def test_plan_and_why_name_start_in(cut):
    """Before shots are detected, `doit plan` says so; afterwards, it lists the layer.

    After shots are detected, `doit why` names the knob.
    """
    said = [*ONE, "duration=1.5", "start=0.4"]
    cut.render(*said)
    small = "output_size=128x72 fps=10 min_resolution=0".split()
    said = ["project=x", *small, *said, "start_in=shot"]
    ran = cut.doit("plan", *said)
    assert "depend on shots that have not been detected yet" in ran.out, ran.out
    cut.doit("clips", "motion=any")
    assert "layer:1" in cut.doit("plan", *said).out
    assert "layer 1: start_in any → shot" in cut.doit("why", *said).out


def test_a_layer_longer_than_all_shots_is_reported(cut):
    """If no shot is long enough, a note suggests a knob that makes the layer fit."""
    ran = cut.render(*ONE, "duration=4", "start=0.7", "start_in=shot")
    note = next(line for line in ran.out.splitlines() if "no shot of" in line)
    assert "lasts 4.00 s (the longest lasts 3.00 s)" in note
    loop = next(word for word in note.split() if word.startswith("layer1.loop_seconds="))
    cut.render(*ONE, "duration=4", "start=0.7", "start_in=shot", loop)
    assert len(colors(cut)) == 1


def test_rolls_and_looks_keep_starts_inside_shots(cut):
    """A layer still starts in a shot after a roll, and an old look keeps its start."""
    cut.doit("set", "project=x", *ONE, "duration=1.5", "start_in=shot")
    cut.render("duration=1.5")
    look, start = cut.manifest()["look"], cut.manifest()["recipe"]["layers"][0]["start"]
    for _ in range(3):
        assert cut.doit("roll", "project=x").code == 0
        cut.render("duration=1.5")
        assert len(colors(cut)) == 1
    ran = cut.render("duration=1.5", f"look={look}")
    assert not looks(ran)
    assert cut.manifest()["recipe"]["layers"][0]["start"] == start
    assert cut.manifest()["look"] == look


def test_shots_of_a_missing_clip_are_refused(cut):
    """A render that needs the shots of a missing clip is refused and draws nothing."""
    cut.render(*ONE, "duration=1", "start=0")
    path, away = cut.root / "library" / "video" / "cut.mp4", cut.root / "away.mp4"
    path.rename(away)
    before = (cut.root / "projects/x/selection.json").read_text()
    said = [*ONE, "duration=1", "start=0", "start_in=shot", *SMALL[:2]]
    ran = cut.doit("render", "project=x", *said)
    assert ran.code == 3, ran.out
    assert "the shots of library/video/cut.mp4 are unknown" in ran.out
    assert (cut.root / "projects/x/selection.json").read_text() == before
    assert cut.render(*ONE, "duration=1", "start=0", "start_in=any").rendered <= {"record"}
    away.rename(path)
    cut.render(*said)
    assert colors(cut) == {"red"}


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the real clips are not here")
def test_real_clips_begin_inside_their_shots(empty_house):
    """In a film joined from three real clips, a layer shows only one clip, with any seed."""
    names = ("gopro_karma.mp4", "p5_crosswalk.mp4", "flutter_butterfly.mp4")
    words = [word for name in names for word in ("-t", "4", "-i", str(FOOTAGE / name))]
    chains = [f"[{at}:v]scale=320:180,setsar=1,fps=25,trim=end_frame=100[v{at}]" for at in range(3)]
    graph = ";".join([*chains, "[v0][v1][v2]concat=n=3,format=yuv420p"])
    path = empty_house.root / "library" / "video" / "film.mp4"
    ffmpeg("-v", "error", *words, "-filter_complex", graph, str(path))
    for seed in range(4):
        said = ["num_videos=1", f"seed={seed}", "duration=2.5", "start_in=shot"]
        empty_house.render(*said, project=f"s{seed}")
        start = empty_house.manifest(f"s{seed}")["recipe"]["layers"][0]["start"]
        assert int(start / 4) == int((start + 2.5) / 4 - 1e-6), start
    shutil.rmtree(empty_house.root / "cache")
