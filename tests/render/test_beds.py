"""Beds are sounds without a layer; collide finds, draws, mixes and checks them like clips."""

import json
import shlex
import shutil
import subprocess

import numpy as np
import pytest

from tests.render.conftest import House, Ran, ffmpeg, make_clip
from tests.render.reading import RATE, loudness, samples, streams

FORMATS = {
    "wav": [],
    "flac": [],
    "mp3": ["-c:a", "libmp3lame"],
    "ogg": ["-c:a", "libvorbis"],
    "opus": ["-c:a", "libopus"],
    "m4a": [],
    "aac": [],
}


@pytest.fixture(scope="module")
def rain(tmp_path_factory) -> House:
    """Return a workspace with a silent clip, a clip with sound, and a tone in every format."""
    house = House(tmp_path_factory.mktemp("rain"))
    picture = "color=c=navy:s=96x54:r=25"
    make_clip(house.root / "library" / "video" / "mute.mp4", picture=picture, seconds=3)
    make_clip(house.root / "library" / "video" / "tone.mp4", picture=picture, sound="sine=700",
              seconds=3)  # fmt: skip
    folder = house.root / "library" / "audio"
    folder.mkdir()
    for suffix, codec in FORMATS.items():
        ffmpeg("-v", "error", "-f", "lavfi", "-i", "sine=600:r=44100:d=2", *codec,
               str(folder / f"{suffix}.{suffix}"))  # fmt: skip
    return house


def rendered(house: House, clip: str, **knobs) -> Ran:
    """Render one clip with these knobs, for two seconds unless they set a duration."""
    config = {"seed": 4, "num_videos": 1, "layer1.clip": clip, "fps": 10, "duration": 2,
              "output_size": "96x54", "min_resolution": 0, "pan": 0, **knobs}  # fmt: skip
    path = house.root / "projects" / "x" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config))
    ran = house.doit("render", "project=x")
    assert ran.code == 0, ran.out
    return ran


def tones(house: House) -> dict[int, float]:
    """Map 600 and 700 Hz to the power of that tone, in decibels relative to the total."""
    power = np.abs(np.fft.rfft(samples(house.video()).sum(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(samples(house.video())), 1 / RATE)
    shares = {f: power[np.abs(hertz - f) < 20].sum() / power.sum() for f in (600, 700)}
    return {f: 10 * np.log10(share + 1e-12) for f, share in shares.items()}


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_bed_of_any_format_is_audible(rain, suffix):
    """With a silent clip, a bed of any format is the only sound, at the target loudness."""
    rendered(rain, "mute.mp4", audio_beds=1, bed1=f"{suffix}.{suffix}")
    assert tones(rain)[600] > -0.5
    assert loudness(rain.video())[0] == pytest.approx(-16, abs=0.5)
    assert len(samples(rain.video())) / RATE == pytest.approx(2, abs=0.025)
    left, right = np.abs(samples(rain.video())).max(axis=0)
    assert left == pytest.approx(right, rel=0.02)


def test_a_bed_is_quieter_than_the_layers(rain):
    """With bed_volume=-12, a bed is 12 dB quieter than a layer; the manifest records the bed."""
    ran = rendered(rain, "tone.mp4", audio_beds=1, bed1="wav.wav", bed_volume=-12)
    heard = tones(rain)
    assert heard[700] - heard[600] == pytest.approx(12, abs=0.5)
    assert {"hear:bed1", "audio:bed1", "hear:1", "audio:1", "mix"} <= ran.tasks(
        "rendered", "restored", "kept"
    )
    manifest = rain.manifest()
    assert manifest["recipe"]["beds"][0]["sound"] == manifest["beds"][0]["digest"]
    assert manifest["beds"][0]["name"] == "library/audio/wav.wav"


def test_a_short_bed_repeats_only_with_bed_again(rain):
    """With bed_again, a bed shorter than the piece repeats; otherwise, silence follows the bed."""
    for again, quiet in ((True, False), (False, True)):
        rendered(rain, "mute.mp4", audio_beds=1, bed1="wav.wav", duration=4, bed_again=again)
        last = np.abs(samples(rain.video())[3 * RATE :]).max()
        assert (last < 0.001) == quiet


def test_without_beds_the_recipe_omits_their_knobs(rain):
    """If there is no bed, changing bed_volume does not change the look."""
    rendered(rain, "tone.mp4")
    look = rain.manifest()["look"]
    rendered(rain, "tone.mp4", bed_volume=-3)
    assert rain.manifest()["look"] == look


def test_the_exported_command_mixes_the_beds(rain, tmp_path):
    """The exported command mixes the beds as the render does."""
    rendered(rain, "tone.mp4", audio_beds=2, bed1="mp3.mp3", bed2="flac.flac", bed_volume=0)
    ran = rain.doit("export", "project=x", "as=ffmpeg")
    assert ran.code == 0, ran.out
    assert ran.out.count("library/audio") == 2
    shutil.copy(rain.video(), tmp_path / "staged.mp4")
    heard = tones(rain)
    done = subprocess.run(shlex.split(ran.out), cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr
    shutil.copy(tmp_path / "x.mp4", rain.video())
    assert tones(rain) == pytest.approx(heard, abs=0.1)


def test_files_that_are_not_sounds_are_reported(rain):
    """A scan reports playlists, texts, empty files, links and silent clips among the sounds."""
    folder = rain.root / "library" / "audio"
    (folder / "list.mp3").write_text("#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n")
    (folder / "notes.wav").write_text("rain, then more rain")
    (folder / "nothing.flac").write_bytes(b"")
    (folder / "away.wav").symlink_to("/etc/hostname")
    shutil.copy(rain.root / "library" / "video" / "mute.mp4", folder / "mute.m4a")
    ran = rain.doit("scan")
    assert ran.code == 0
    for name in ("list.mp3", "notes.wav", "nothing.flac", "away.wav", "mute.m4a"):
        assert f"unreadable library/audio/{name}: " in ran.out
        (folder / name).unlink()
    assert f"2 clips can be used, {len(FORMATS)} sounds, 5 were left out" in ran.out


def test_a_missing_sound_is_refused(rain):
    """A render refuses an unknown bed and suggests the nearest name."""
    rendered(rain, "mute.mp4", duration=1)
    ran = rain.doit("render", "project=x", "audio_beds=1", "bed1=wave.wav")
    assert ran.code == 3
    assert "no sound named 'wave.wav'" in ran.out
    assert "did you mean 'wav.wav'?" in ran.out
    assert not ran.rendered


def test_a_deleted_bed_is_restored_from_the_store(rain):
    """A render uses the stored results of a deleted bed and reports the missing file."""
    folder = rain.root / "library" / "audio"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "sine=600:d=1", str(folder / "gone.wav"))
    rendered(rain, "mute.mp4", audio_beds=1, bed1="gone.wav")
    (folder / "gone.wav").unlink()
    ran = rain.doit("render", "project=x", "crf=30")
    assert ran.code == 0, ran.out
    assert "bed 1: its sound library/audio/gone.wav is missing" in ran.out
    assert list(streams(rain.video())) == [0, 1]
