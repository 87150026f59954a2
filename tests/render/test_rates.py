"""NTSC and high frame rates are exact in every file, for picture and sound."""

import json
import re
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise

import pytest

from collide.catalog import shipped
from collide.verbs.sweep import reads
from tests.model import write_model
from tests.render.conftest import House, ffmpeg, make_clip
from tests.render.reading import RATE, md5s, one_command, posted, stacked, still, streams

FILM, TV, FAST = "23.976", "59.94", "120"
EXACT = {FILM: Fraction(24000, 1001), TV: Fraction(60000, 1001), FAST: Fraction(120)}
SECONDS = {FILM: 11.5, TV: 5.5, FAST: 5.2}
LOOPS = {FILM: 7.3, TV: 5.1, FAST: 5.1}  # Seconds of the base; longer than a segment.
FRAMES = {FILM: 276, TV: 330, FAST: 624}  # Rounded to the nearest whole number.
SEGMENTS = {FILM: 120, TV: 300, FAST: 600}  # Frames in a segment.
POST = ("post=analog,feedback,vhs", "grain=0.2", "breathe=0.02", "feedback_trail=0.3")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    """Return a workspace with clips at several rates and a rendered project for each in EXACT."""
    house = House(tmp_path_factory.mktemp("rates"))
    folder = house.root / "library" / "video"
    make_clip(folder / "film.mp4", picture="testsrc2=s=128x72:r=24000/1001", sound="sine=220",
              seconds=13)  # fmt: skip
    make_clip(folder / "tv.mov", picture="gradients=s=96x54:r=30000/1001:c0=white:c1=navy:seed=3",
              sound="sine=330:r=22050", seconds=3.3)  # fmt: skip
    make_clip(folder / "pal.mkv", picture="mandelbrot=s=80x60:r=25", seconds=2.7)
    for rate, seconds in SECONDS.items():
        config = {
            "seed": 5, "num_videos": 3, "audio_sources": 2, "similarity": 0.3, "storage": "raw",
            "mode": "fixed", "min_seconds": 0, "min_resolution": 0, "output_size": "128x72",
            "layer1.clip": "film.mp4", "layer2.clip": "tv.mov", "layer3.clip": "pal.mkv",
            "layer1.sound": "on", "layer2.sound": "on", "layer3.speed": 0.7, "layer2.start": 0.1,
            "layer1.start": 0.03, "layer2.x": 0.5, "fps": rate,
            "layer1.loop_seconds": LOOPS[rate], "duration": seconds,
            # At FAST, steady=0.15 covers 18 frames, and the single command would take two minutes.
            "steady": 0 if rate == FAST else 0.15,
        }  # fmt: skip
        path = house.root / "projects" / rate / "config.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(config))
        ran = house.doit("render", f"project={rate}")
        assert ran.code == 0, ran.out
        assert f"128x72, {rate} fps" in ran.out
    house.looks = {rate: house.manifest(rate)["look"] for rate in EXACT}
    return house


@pytest.fixture(autouse=True)
def plain(house) -> None:
    """Restore every project to the look of its config before each test."""
    for rate in EXACT:
        if house.manifest(rate)["look"] != house.looks[rate]:
            assert house.doit("render", f"project={rate}").code == 0


def reported(path) -> str:
    """Return the frame rate that ffmpeg reports for a file."""
    found = ffmpeg("-i", str(path), "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-")
    (rate,) = re.findall(r"config in time_base: \S+, frame_rate: ([0-9]+/[0-9]+)", found)
    return rate


@pytest.mark.parametrize("rate", EXACT)
def test_the_video_has_the_exact_rate_and_number_of_frames(house, rate):
    """The video has the exact rate and number of frames, and its frames are equally long."""
    video, exact = house.video(rate), EXACT[rate]
    assert reported(video) == f"{exact.numerator}/{exact.denominator}"
    picture = streams(video)[0]
    assert len(picture.pts) == len(md5s(video)) == FRAMES[rate]
    each = (1001, exact.numerator) if exact.denominator > 1 else (512, exact.numerator * 512)
    assert {b - a for a, b in pairwise(picture.pts)} == {picture.lengths[-1]} == {each[0]}
    assert picture.tick == pytest.approx(1 / each[1], rel=1e-12)
    recipe = house.manifest(rate)["recipe"]
    assert recipe["piece"]["fps"] == json.loads(rate)
    assert recipe["frames"] == FRAMES[rate]


@pytest.mark.parametrize("rate", EXACT)
def test_the_sound_has_the_exact_number_of_samples(house, rate):
    """The mix and the sound of layer 1 have the exact number of samples.

    At 59.94 fps, a frame lasts 800.8 samples.
    """
    tasks = house.manifest(rate)["tasks"]
    for task, role in (("mix", "mix.wav"), ("audio:1", "sound.wav")):
        sound = house.object(tasks[task]["objects"][role])
        told = ffmpeg("-i", str(sound), "-af", "ashowinfo", "-f", "null", "-")
        counted = sum(map(int, re.findall(r"nb_samples:([0-9]+)", told)))
        assert counted == round(FRAMES[rate] * RATE / EXACT[rate])


@pytest.mark.parametrize("rate", EXACT)
def test_segments_have_whole_frames_and_join_without_a_seam(house, rate):
    """A segment has as many frames as at the nearest whole rate.

    The video consists of all segments.
    """
    tasks = house.manifest(rate)["tasks"]
    count = sum(task.startswith("encode:") for task in tasks)
    digests = [tasks[f"encode:{i}"]["objects"]["part.mp4"] for i in range(count)]
    parts = [md5s(house.object(digest), "-f", "mp4") for digest in digests]
    assert [len(part) for part in parts[:-1]] == [SEGMENTS[rate]] * (count - 1)
    assert md5s(house.video(rate)) == [md5 for part in parts for md5 in part]


@pytest.mark.parametrize("rate", EXACT)
def test_one_command_gives_the_frames_of_the_stack(house, rate):
    """The exported command makes the same frames, even if clips loop, slow down or start late."""
    staged = stacked(house, rate)
    assert len(staged) == FRAMES[rate]
    assert len(set(staged)) > FRAMES[rate] // 3, "the picture must move, or nothing is compared"
    assert one_command(house, project=rate) == staged


@pytest.mark.parametrize("rate", EXACT)
def test_a_still_equals_the_frame_of_the_render(house, rate):
    """A still shows the frame that is visible at the requested time, with or without a seek."""
    staged = stacked(house, rate)
    for frame in (1, SEGMENTS[rate], FRAMES[rate] - 1):
        assert still(house, rate, float(frame / EXACT[rate])) == staged[frame], frame


def test_effects_are_the_same_in_segments_and_in_one_command(house):
    """At 24000/1001, changing effects are the same in segments and in the exported command."""
    ran = house.doit("render", f"project={FILM}", *POST)
    assert ran.code == 0, ran.out
    made = posted(house, FILM)
    assert len(made) == FRAMES[FILM] and made != stacked(house, FILM)
    assert one_command(house, *POST, project=FILM) == made
    last = FRAMES[FILM] - 1
    assert still(house, FILM, float(last / EXACT[FILM]), *POST) == made[last]


def test_any_spelling_of_a_rate_gives_the_same_look(house):
    """A rate written as a fraction or with all its decimals makes the same look.

    Only the record may be made again.
    """
    house.doit("render", f"project={FILM}")
    look = house.manifest(FILM)["look"]
    for typed in ("24000/1001", "23.976023976", "23.976"):
        ran = house.doit("render", f"project={FILM}", f"fps={typed}")
        assert ran.code == 0 and ran.rendered <= {"record"}, ran.out
        assert house.manifest(FILM)["look"] == look
    ran = house.doit("set", f"project={FILM}", "fps=24000/1001")
    assert ran.code == 0, ran.out
    config = json.loads((house.root / "projects" / FILM / "config.json").read_text())
    assert config["fps"] == 23.976


def test_plan_keeps_whole_segments_and_shows_a_rate_change(house):
    """In a longer piece, complete segments are kept; `doit plan` shows a rate change of 0.1%."""
    ran = house.doit("plan", f"project={FILM}", "duration=16")
    assert re.search(r"stack:2", ran.out) and not re.search(r"stack:[01]\b", ran.out), ran.out
    ran = house.doit("plan", f"project={FILM}", "fps=24")
    assert "fps 23.976 → 24" in ran.out, ran.out


@pytest.mark.parametrize(
    ("form", "suffix", "ticks"),
    [("prores4444", "mov", 60000), ("h265-10", "mp4", 60000), ("vertical", "mp4", 60000)],
)
def test_every_export_has_the_exact_rate(house, form, suffix, ticks):
    """Exports have the exact rate and all frames, and ProRes has every sample."""
    ran = house.doit("export", f"project={TV}", f"as={form}")
    assert ran.code == 0, ran.out
    path = house.video(TV).with_name(f"{TV}-{form}.{suffix}")
    assert reported(path) == "60000/1001"
    picture = streams(path)[0]
    assert len(picture.pts) == FRAMES[TV]
    assert picture.tick == pytest.approx(1 / ticks, rel=1e-12)
    if suffix == "mov":
        told = ffmpeg("-i", str(path), "-map", "0:a", "-af", "ashowinfo", "-f", "null", "-")
        counted = sum(map(int, re.findall(r"nb_samples:([0-9]+)", told)))
        assert counted == round(FRAMES[TV] * RATE / EXACT[TV])


def test_a_preview_has_the_exact_rate_and_number_of_frames(house):
    """A preview that starts in the second segment has the exact rate and number of frames."""
    ran = house.doit("preview", f"project={FILM}", "from=6", "for=2")
    assert ran.code == 0, ran.out
    path = house.root / "projects" / FILM / "preview.mp4"
    assert reported(path) == "24000/1001"
    assert len(streams(path)[0].pts) == 48


def test_debug_succeeds_at_an_ntsc_rate(house):
    """`doit debug` succeeds at an NTSC rate."""
    ran = house.doit("debug", f"project={FILM}", "layer=2")
    assert ran.code == 0, ran.out


def test_a_replay_keeps_the_rate_of_its_record(house):
    """A replay makes the same bytes, `identify` prints the given rate, and `gallery` succeeds."""
    video = house.video(FILM)
    told = house.doit("identify", f"file={video}")
    assert told.code == 0 and "128x72, 23.976 fps" in told.out, told.out
    path = house.root / "projects" / FILM / "manifest.json"
    ran = house.doit("replay", f"manifest={path}")
    assert ran.code == 0 and "the same bytes: " in ran.out, ran.out
    ran = house.doit("gallery", f"project={FILM}")
    assert ran.code == 0, ran.out


def test_a_mask_never_lags_behind_its_subject(house):
    """Masks have the same 5.005 s segments as frames, so a mask never lags behind its subject."""
    write_model(house.root / "library" / "models" / "u2netp.onnx")
    knobs = ("layer2.mode=rembg", "layer2.clip=film.mp4", "rembg_use=matte", "num_videos=2")
    ran = house.doit("render", f"project={FILM}", *knobs)
    assert ran.code == 0 and {"matte:2.0", "matte:2.1", "matte:2.2"} <= ran.rendered, ran.out
    assert one_command(house, *knobs, project=FILM) == stacked(house, FILM)
    masks = [house.manifest(FILM)["tasks"][f"matte:2.{n}"]["objects"]["matte.mp4"] for n in (0, 1)]
    films = [streams(house.object(mask))[0] for mask in masks]
    assert [len(film.pts) for film in films] == [60, 60]
    assert [film.end for film in films] == pytest.approx([5.005, 5.005], abs=1e-9)


def test_an_instrument_played_alone_keeps_the_rate_of_its_clip(house):
    """An instrument played by hand keeps the clip's rate unless --fps is given."""
    clip, out = house.root / "library" / "video" / "tv.mov", house.root / "out.mp4"
    play = [sys.executable, "-m", "collide", "blend/look", "-i", str(clip), "-o", str(out)]
    for more, rate in ([], "30000/1001"), (["--fps", "24000/1001"], "24000/1001"):
        told = subprocess.run([*play, *more], cwd=house.root, env=house.env(), capture_output=True)
        assert told.returncode == 0, told.stderr
        assert reported(out) == rate
        whole = round(Fraction(len(streams(clip)[0].pts) * 1001, 30000) * Fraction(rate))
        assert len(streams(out)[0].pts) == pytest.approx(whole, abs=1 if more else 0)


def test_a_sweep_accepts_a_list_or_a_range_of_rates(house):
    """A sweep accepts a list of rates, or a range with a number of steps and both ends."""
    assert reads("fps", "24000/1001,24,29.97", shipped()) == [23.976, 24, 29.97]
    assert reads("fps", "10..20:3", shipped()) == [10, 15, 20]
    ran = house.doit("sweep", f"project={FILM}", "at=1", "fps=23.976..30:3")
    assert ran.code == 0, ran.out
    assert re.findall(r"fps=([0-9.]+)$", ran.out, re.MULTILINE) == ["23.976", "27", "30"], ran.out
