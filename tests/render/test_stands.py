"""Pans of voices are balanced, and missed loudness targets are reported."""

import re
import shlex
import subprocess

import numpy as np
import pytest

from tests.render.conftest import House, ffmpeg, make_clip
from tests.render.reading import samples
from tests.render.test_sound import MIXES, rendered

BLACK = "color=c=black:s=96x54:r=25"


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> House:
    """Return a workspace with clips that have different sounds, and a clip without sound."""
    house = House(tmp_path_factory.mktemp("hall"))
    folder = house.root / "library" / "video"
    sounds = {"mono": "sine=300:r=22050", "left": "sine=1900", "noise": MIXES["bursts like speech"]}
    sounds["wide"] = "aevalsrc='0.3*sin(1900*t)|0.3*sin(3100*t)':s=44100"
    for name, sound in sounds.items():
        make_clip(folder / f"{name}.mp4", picture=BLACK, sound=sound, seconds=3)
    make_clip(folder / "mute.mp4", picture=BLACK, seconds=3)
    ffmpeg("-v", "error", "-f", "lavfi", "-i", BLACK, "-itsoffset", "0.6", "-f", "lavfi",
           "-i", "sine=440:r=48000", "-t", "2", str(folder / "begins-late.mkv"))  # fmt: skip
    return house


def left_minus_right(video) -> float:
    """Return how many decibels louder the left side is than the right."""
    left, right = (samples(video).astype(float) ** 2).mean(axis=0)
    return float(10 * np.log10(left / right))


DICE = [-0.8, 0.8]


def test_a_single_voice_is_centered(hall):
    """A render centers a single voice, whatever the dice, unless its pan is pinned."""
    for seed in (4, 5):
        rendered(hall, "mono.mp4", "mute.mp4", duration=1, pan=DICE, seed=seed)
        assert left_minus_right(hall.video()) == pytest.approx(0, abs=0.1)
    rendered(hall, "mono.mp4", "mute.mp4", duration=1, pan=DICE, **{"layer1.pan": 0.5})
    assert left_minus_right(hall.video()) < -6


def test_drawn_voices_are_balanced_and_pins_move_no_other(hall):
    """A render balances three drawn voices; pinning one voice does not move the other voices."""
    clips = ["mono.mp4", "left.mp4", "wide.mp4"]
    for seed in (4, 9, 11):
        rendered(hall, *clips, duration=1, pan=DICE, seed=seed, pan_balance=False)
        drawn = [layer["knobs"]["pan"] for layer in hall.manifest()["recipe"]["layers"]]
        before = left_minus_right(hall.video())
        rendered(hall, *clips, duration=1, pan=DICE, seed=seed)
        assert abs(left_minus_right(hall.video())) < 4
        recipe = hall.manifest()["recipe"]
        stands = [layer["knobs"]["pan"] for layer in recipe["layers"]]
        assert (stands == drawn) == (abs(before) < 3.05), (before, drawn, stands)
        assert "pan_balance" not in recipe["piece"]
    ran = hall.doit("render", "project=x", "layer2.pan=-0.9")
    assert ran.rendered == {"audio:2", "mix", "loudness", "mux", "record"}
    assert hall.manifest()["recipe"]["layers"][2]["knobs"]["pan"] == stands[2]


def test_a_pan_set_for_all_layers_stays(hall):
    """A pan set for all layers is kept, however unbalanced the mix."""
    rendered(hall, "mono.mp4", "left.mp4", duration=1, pan=0.7)
    pans = [layer["knobs"]["pan"] for layer in hall.manifest()["recipe"]["layers"]]
    assert pans == [0.7, 0.7]
    assert left_minus_right(hall.video()) < -8


def test_the_exported_command_loops_sounds_like_the_render(hall, tmp_path):
    """The exported command makes the render's sound, even for a loop with a late start."""
    rendered(hall, "begins-late.mkv", "mono.mp4", duration=7, fill_ms=700)
    ran = hall.doit("export", "project=x", "as=ffmpeg")
    assert ran.code == 0, ran.out
    heard = samples(hall.video())
    done = subprocess.run(shlex.split(ran.out), cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr
    found = samples(tmp_path / "x.mp4")
    assert len(found) == len(heard)
    assert np.abs(found - heard).max() < 0.02


def test_an_impossible_loudness_is_reported(hall):
    """A render reports a loudness that the peak limit makes impossible, with a fix."""
    asked = {"duration": 1, "loudness_lufs": -8, "peak_db": -12}
    ran = rendered(hall, "noise.mp4", "mute.mp4", **asked)
    assert "LU softer than the requested -8 LUFS: limiting its peaks to -12 dB" in ran.out
    assert hall.manifest()["sound"]["lufs"] < -8.5
    words = re.search(r"doit (set project=x loudness_lufs=\S+)", ran.out)[1]
    assert hall.doit(*words.split()).code == 0
    assert "softer than" not in hall.doit("render", "project=x").out
