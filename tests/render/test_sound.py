"""The sound of finished files is in sync, balanced and at the requested loudness."""

import json

import numpy as np
import pytest

from tests.render.conftest import House, Ran, ffmpeg, make_clip
from tests.render.reading import RATE, brightness, loudness, samples, streams

BLACK = "color=c=black:s=96x54:r=25"
FLASH = f"{BLACK},drawbox=c=white:t=fill:enable='between(t,1.199,1.239)'"
BEEP = "aevalsrc='0.5*sin(2*PI*1000*t)*between(t,1.2,1.3)':s=48000"

MIXES = {
    "a quiet tone": "sine=300:r=44100,volume=-34dB",
    "loud clipped noise": "anoisesrc=r=48000:a=1:seed=3,volume=20dB,aformat=sample_fmts=s16",
    "bursts like speech": "anoisesrc=r=48000:a=0.4:c=pink:seed=5,"
    "volume='lt(mod(t,0.7),0.4)*abs(sin(9*t))':eval=frame",
    "very dynamic": "sine=180:r=48000,volume='if(lt(mod(t,3),0.15),2,0.02)':eval=frame",
}


@pytest.fixture(scope="module")
def loud(tmp_path_factory) -> House:
    """Return a workspace whose clips have flashes and beeps, several channels, or silence."""
    house = House(tmp_path_factory.mktemp("loud"))
    folder = house.root / "library" / "video"
    make_clip(folder / "flash.mp4", picture=FLASH, sound=BEEP, seconds=2)
    make_clip(folder / "late.mp4", picture=FLASH.replace("1.199,1.239", "4.199,4.239"),
              sound=BEEP.replace("1.2,1.3", "4.2,4.3"), seconds=8)  # fmt: skip
    shifted = BEEP.replace("1.2,1.3", "0.6,0.7")  # the same beep in a sound that begins late
    ffmpeg("-v", "error", "-f", "lavfi", "-i", FLASH, "-itsoffset", "0.6", "-f", "lavfi",
           "-i", shifted, "-t", "2", str(folder / "begins-late.mkv"))  # fmt: skip
    for number, sound in enumerate(MIXES.values()):
        make_clip(folder / f"mix{number}.mp4", picture=BLACK, sound=sound, seconds=7)
    make_clip(folder / "mono.mp4", picture=BLACK, sound="sine=300:r=22050", seconds=3)
    make_clip(folder / "wide.mp4", picture=BLACK, seconds=3,
              sound="aevalsrc='0.3*sin(1900*t)|0.3*sin(3100*t)':s=44100")  # fmt: skip
    make_clip(
        folder / "whisper.mp4", picture=BLACK, sound="sine=300:r=48000,volume=-45dB", seconds=3
    )
    make_clip(folder / "silent.mp4", picture=BLACK, sound="anullsrc=r=48000", seconds=3)
    for side, hertz in (("left", 1900), ("right", 3100)):
        make_clip(folder / f"{side}.mp4", picture=BLACK, sound=f"sine={hertz}", seconds=3)
    film = "|".join(f"0.99*sin(2*PI*{f}*t)" if f else "0" for f in (400, 0, 700, 0, 0, 1100))
    make_clip(folder / "surround.mp4", picture=BLACK, seconds=3,
              sound=f"aevalsrc='{film}':s=48000:c=5.1")  # fmt: skip
    make_clip(folder / "mute.mp4", picture=BLACK, seconds=3)
    return house


def rendered(house: House, *clips: str, **knobs) -> Ran:
    """Render a project with these clips, stacked as opaque layers."""
    pinned = {f"layer{i}.clip": name for i, name in enumerate(clips, start=1)}
    config = {"seed": 4, "num_videos": len(clips), "audio_sources": len(clips), "fps": 10,
              "duration": 2, "pan": 0, "colorkey_hex": "0x00FF00", "similarity": 0.01,
              "output_size": "96x54", "min_resolution": 0, "color_shift": False,
              "softness": 0, **pinned, **knobs}  # fmt: skip
    path = house.root / "projects" / "x" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config))
    ran = house.doit("render", "project=x")
    assert ran.code == 0, ran.out
    return ran


def onsets(loudnesses: np.ndarray, rate: float) -> list[float]:
    """Return the times at which a low value becomes high, in seconds."""
    high = loudnesses > loudnesses.max() / 4
    return [float(at) / rate for at in np.flatnonzero(high[1:] & ~high[:-1]) + 1]


def beeps(video) -> list[float]:
    """Return the start of each beep in a video, in seconds."""
    heard = np.abs(samples(video)).max(axis=1)
    # A beep is a wave, so take the loudest sample of each 10 ms.
    step = RATE // 100
    loudest = heard[: len(heard) // step * step].reshape(-1, step).max(axis=1)
    return onsets(loudest, 100)


@pytest.mark.parametrize(
    ("fps", "clips"),
    [
        (30, ["flash.mp4"]),
        (24, ["flash.mp4"]),
        (30, ["mute.mp4", "flash.mp4"]),
        (24, ["mute.mp4", "begins-late.mkv"]),
    ],
)
def test_flash_and_beep_stay_in_sync_through_every_loop(loud, fps, clips):
    """A flash and its beep are at most a frame and 20 ms apart, from the first loop to the last."""
    rendered(loud, *clips, fps=fps, duration=9.5, audio_sources=1, loop="cut")
    seen = onsets(brightness(loud.video()), fps)
    heard = beeps(loud.video())
    assert len(seen) == len(heard) == 5
    assert np.allclose(seen, heard, atol=1 / fps + 0.020, rtol=0), (seen, heard)
    assert np.allclose(seen, [1.2, 3.2, 5.2, 7.2, 9.2], atol=2 / fps, rtol=0)


def test_a_layer_from_the_middle_has_the_sound_of_that_part(loud):
    """A layer that starts in the middle of its clip has the sound of that part."""
    rendered(loud, "late.mp4", fps=30, duration=5, **{"layer1.start": 0.777})
    start = loud.manifest()["clips"][0]["start"]
    assert start == pytest.approx(0.777 * 3, abs=0.05)
    (seen,), (heard,) = onsets(brightness(loud.video()), 30), beeps(loud.video())
    assert seen == pytest.approx(4.2 - start, abs=1 / 30 + 0.001)
    assert heard == pytest.approx(seen, abs=1 / 30 + 0.020)


@pytest.mark.parametrize("name", MIXES)
def test_a_finished_file_has_the_target_loudness(loud, name):
    """The loudness of a file is within 0.5 LU of -16 LUFS, whatever the mix.

    The true peak is at most -1.5 dBTP.
    """
    number = list(MIXES).index(name)
    rendered(loud, f"mix{number}.mp4", "mute.mp4", duration=6)
    lufs, peak = loudness(loud.video())
    assert lufs == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5


def test_a_mix_of_several_sounds_reaches_the_target(loud):
    """A mix of several sounds also reaches a different target for loudness and peak."""
    rendered(loud, "mix1.mp4", "mix2.mp4", "mono.mp4", duration=6, loudness_lufs=-23, peak_db=-3)
    lufs, peak = loudness(loud.video())
    assert lufs == pytest.approx(-23, abs=0.5)
    assert peak <= -3


def test_a_mono_clip_is_heard_on_both_sides(loud):
    """A mono source in the middle is equally loud on the left and on the right."""
    rendered(loud, "mono.mp4")
    left, right = np.abs(samples(loud.video())).max(axis=0)
    assert left == pytest.approx(right, rel=0.02)
    assert left > 0.1


def test_a_surround_clip_keeps_its_sides_and_does_not_clip(loud):
    """A full-scale 5.1 clip keeps the center in the middle and the surrounds on their sides.

    The sound does not clip.
    """
    rendered(loud, "surround.mp4")
    lufs, peak = loudness(loud.video())
    assert lufs == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5
    tones = np.abs(np.fft.rfft(samples(loud.video())[: 2 * RATE], axis=0))
    fronts, center, surround = (tones[2 * hertz] for hertz in (400, 700, 1100))
    assert center[0] == pytest.approx(center[1], rel=0.02)
    assert fronts[0] > 100 * fronts[1]
    assert surround[1] > 100 * surround[0]
    assert center[0] / fronts[0] == pytest.approx(0.707, abs=0.02)
    assert surround[1] / fronts[0] == pytest.approx(0.707, abs=0.02)
    assert np.delete(tones, 2 * np.array([400, 700, 1100]), axis=0).max() < fronts[0] / 50


@pytest.mark.parametrize("clip", ["mono.mp4", "wide.mp4"])
@pytest.mark.parametrize(("pan", "there", "empty"), [(-1, 0, 1), (1, 1, 0)])
def test_hard_pan_leaves_the_other_side_empty(loud, clip, pan, there, empty):
    """With pan=-1, a clip is heard only on the left; with pan=1, only on the right."""
    rendered(loud, clip, pan=pan)
    loudest = np.abs(samples(loud.video())).max(axis=0)
    assert loudest[there] > 0.1
    assert loudest[empty] < loudest[there] / 300


def test_the_dice_replace_a_silent_layer_with_an_audible_one(loud):
    """The dice replace a silent layer with another layer; the output and the manifest say so."""
    ran = rendered(loud, "silent.mp4", "mono.mp4", "silent.mp4", audio_sources=1, duration=1)
    passed = loud.manifest()["sound"]["passed_over"]
    assert loud.manifest()["recipe"]["heard"] == [2]
    assert set(passed) <= {1, 3}
    for number in passed:
        assert (
            f"layer {number} (library/video/silent.mp4) is silent, so the dice skipped it"
            in ran.out
        )
    assert {f"hear:{n}" for n in (2, *passed)} <= loud.manifest()["tasks"].keys()
    assert np.abs(samples(loud.video())).max() > 0.1


def test_silence_lufs_sets_what_counts_as_silent(loud):
    """With a high silence_lufs, a whisper counts as silent and is replaced."""
    for level, whispers in ((-70, {1, 2, 3}), (-30, {4})):
        clips = ["whisper.mp4", "whisper.mp4", "whisper.mp4", "mono.mp4"]
        rendered(loud, *clips, duration=1, audio_sources=1, silence_lufs=level)
        assert set(loud.manifest()["recipe"]["heard"]) <= whispers


def test_spread_pans_two_layers_apart_unless_one_is_pinned(loud):
    """With spread=1, two layers are panned hard left and hard right unless a pan is pinned."""
    for pinned, sides in (({}, [1900, 3100]), ({"layer2.pan": -1}, [1900, None])):
        rendered(loud, "left.mp4", "right.mp4", spread=1, pan=0, **pinned)
        for side, hertz in zip(samples(loud.video()).T, sides, strict=True):
            tone = np.abs(np.fft.rfft(side))
            found = np.argmax(tone) * RATE / len(side) if tone.max() > 1 else None
            assert found == (hertz and pytest.approx(hertz, abs=5))


def test_silence_stays_silent_and_is_reported(loud):
    """A render reports a silent mix and does not amplify it."""
    ran = rendered(loud, "silent.mp4")
    assert "the mix is silent" in ran.out
    assert "heard: nothing; layer 1 (silent.mp4) is silent\n" in ran.out
    assert np.abs(samples(loud.video())).max() < 1e-4


def test_a_mix_that_needs_too_much_is_capped_and_reported(loud):
    """A render raises a mix by at most 30 dB and says so, because more gain would be hiss."""
    ran = rendered(loud, "whisper.mp4", level=False)
    lufs, _ = loudness(loud.video())
    facts = loud.manifest()["tasks"]["loudness"]["facts"]
    assert facts["gain"] == 30
    assert lufs < -17
    assert f"raised by 30 dB, the maximum, to {facts['lufs']} LUFS" in ran.out
    assert facts["lufs"] == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("clips", "knobs", "says"),
    [
        (["mute.mp4", "mute.mp4"], {}, "no clip has sound (mute.mp4); "),
        (["mono.mp4", "wide.mp4"], {"audio_sources": 0}, "no layer is audible"),
        (["mono.mp4", "wide.mp4"], {"sound": "off"}, "no layer is audible"),
    ],
)
def test_a_piece_without_sound_has_no_audio_stream(loud, clips, knobs, says):
    """If no layer is audible, the video has no audio stream, and the summary says why."""
    ran = rendered(loud, *clips, **knobs)
    assert list(streams(loud.video())) == [0]
    assert f"no sound: {says}" in ran.out


def test_sound_on_and_off_override_the_dice(loud):
    """A layer with sound=on is always heard, a layer with sound=off never; dice choose the rest."""
    clips = ["mono.mp4", "wide.mp4", "mix1.mp4"]
    for pinned, heard in (
        ({"layer1.sound": "on", "audio_sources": 1}, [1]),
        ({"layer1.sound": "on", "layer3.sound": "on", "audio_sources": 0}, [1, 3]),
        ({"layer2.sound": "off", "audio_sources": 3}, [1, 3]),
        ({"audio_sources": 9}, [1, 2, 3]),
    ):
        rendered(loud, *clips, duration=1, **pinned)
        assert loud.manifest()["recipe"]["heard"] == heard


def test_the_summary_lists_the_audible_layers(loud):
    """The summary lists the heard layers.

    The summary reports sound knobs of other layers, because these knobs have no effect.
    """
    clips = ["mono.mp4", "wide.mp4", "mute.mp4"]
    ran = rendered(loud, *clips, duration=1, **{"layer1.sound": "on", "audio_sources": 0})
    assert "heard: layer 1\n" in ran.out
    ran = loud.doit("render", "project=x", "layer2.pan=0.5", "layer3.volume=3", "layer1.pan=0.2")
    assert "layer2.pan has no effect: layer 2 is not heard; add layer2.sound=on" in ran.out
    assert "layer3.volume has no effect: mute.mp4 has no sound" in ran.out
    assert "layer1.pan has" not in ran.out


def test_a_silent_track_is_not_called_heard(loud):
    """If all layers are mixed, the summary names the silent layer and suggests no pan for it."""
    ran = rendered(loud, "mono.mp4", "silent.mp4", duration=1, num_videos=2, audio_sources=2)
    assert "heard: layer 1; layer 2 (silent.mp4) is silent\n" in ran.out
    assert "layer2.pan" not in ran.out
