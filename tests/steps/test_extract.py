"""audio/extract on real sound: panning, loudness and length."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.audio import extract, hear
from collide.engine.programs import find_engine
from collide.instrument import RATE
from tests.steps.samples import middle
from tests.steps.studio import heard, perform, render

LENGTH = RATE  # one second, in samples


def sounding(folder: Path, what: str, channels: int = 1) -> Path:
    """Return a one-second sound file with 32-bit floats, from a lavfi expression per channel."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    source = ["-f", "lavfi", "-i", f"aevalsrc='{what}':s={RATE}:d=1:c={layout}"]
    path = folder / "sound-in.wav"
    command = [
        str(find_engine().path),
        "-v",
        "error",
        "-y",
        *source,
        "-c:a",
        "pcm_f32le",
        str(path),
    ]
    subprocess.run(command, check=True)
    return path


MONO = "0.25*sin(2*PI*440*t)"
STEREO = "0.25*sin(2*PI*440*t)|0.1*sin(2*PI*660*t)"


def extracted(
    folder: Path, clip: Path, channels: int, samples: int = LENGTH, **turned: Any
) -> np.ndarray:
    """Return the sound of one layer, as (samples, 2)."""
    told = {"lufs": None, "speed": 1.0, "material": LENGTH, "effects": ""}
    told |= {name: turned.pop(name) for name in list(turned) if name in told}
    settled = {**middle(), "level": False, "volume": 0.0, "pan": 0.0, **turned}
    opened = {"start": 0.0, "seconds": told["material"] / RATE * told["speed"] + 0.1}
    argv = extract.command(settled, samples=samples, channels=channels, **opened, **told)
    render(folder, argv, clip=clip)
    return heard(folder / "sound.wav")


def power(sound: np.ndarray) -> np.ndarray:
    """Return the mean square of each side."""
    return (sound.astype(np.float64) ** 2).mean(axis=0)


def test_a_centered_mono_clip_is_equally_loud_on_both_sides(tmp_path: Path) -> None:
    """A centered mono clip has the same samples on both sides, three decibels below the source."""
    clip = sounding(tmp_path, MONO)
    left, right = extracted(tmp_path, clip, 1).T
    assert (left == right).all()
    assert 10 * np.log10(power(left) / (0.25**2 / 2)) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize(("pan", "silent"), [(-1.0, 1), (1.0, 0)])
def test_a_hard_panned_mono_clip_plays_on_one_side_only(
    tmp_path: Path, pan: float, silent: int
) -> None:
    """Panned to one side, a mono clip is as loud there as its source; the other side is silent."""
    found = power(extracted(tmp_path, sounding(tmp_path, MONO), 1, pan=pan))
    assert found[silent] == 0
    assert found[1 - silent] == pytest.approx(0.25**2 / 2, rel=1e-3)


def test_a_mono_clip_is_equally_loud_wherever_it_is_panned(tmp_path: Path) -> None:
    """Panning a mono clip changes the total power of both sides by at most 0.1 dB."""
    clip = sounding(tmp_path, MONO)
    sums = [power(extracted(tmp_path, clip, 1, pan=pan)).sum() for pan in np.linspace(-1, 1, 9)]
    decibels = 10 * np.log10(np.array(sums) / sums[4])
    assert np.abs(decibels).max() < 0.1


def test_a_larger_pan_is_louder_on_the_right(tmp_path: Path) -> None:
    """The larger the pan, the louder the right side."""
    clip = sounding(tmp_path, MONO)
    rights = [power(extracted(tmp_path, clip, 1, pan=pan))[1] for pan in (-1, -0.5, 0, 0.5, 1)]
    assert rights == sorted(rights)
    assert len(set(rights)) == 5


def test_a_centered_stereo_clip_is_unchanged(tmp_path: Path) -> None:
    """At pan 0, a stereo clip keeps the samples of its source."""
    clip = sounding(tmp_path, STEREO, 2)
    raw = clip.read_bytes()
    source = np.frombuffer(raw[raw.index(b"data") + 8 :], np.float32).reshape(-1, 2)
    assert np.array_equal(extracted(tmp_path, clip, 2), source)


@pytest.mark.parametrize(("pan", "silent"), [(-1.0, 1), (1.0, 0)])
def test_a_hard_panned_stereo_clip_keeps_both_sides(
    tmp_path: Path, pan: float, silent: int
) -> None:
    """A stereo clip panned hard to one side plays both of its sides there."""
    found = power(extracted(tmp_path, sounding(tmp_path, STEREO, 2), 2, pan=pan))
    assert found[silent] == 0
    assert found[1 - silent] == pytest.approx((0.25**2 + 0.1**2) / 2, rel=1e-3)


@pytest.mark.parametrize("samples", [1, 1000, LENGTH, 3 * LENGTH + 7])
def test_a_sound_is_as_long_as_the_piece(tmp_path: Path, samples: int) -> None:
    """A sound is cut or looped to the exact number of samples."""
    clip = sounding(tmp_path, MONO)
    once = extracted(tmp_path, clip, 1)
    found = extracted(tmp_path, clip, 1, samples=samples, seam_ms=0.0)
    assert len(found) == samples
    assert np.array_equal(found, np.resize(once, (samples, 2)))


def test_volume_is_in_decibels(tmp_path: Path) -> None:
    """A volume of 6 raises the power by 6 dB."""
    clip = sounding(tmp_path, MONO)
    plain, loud = (power(extracted(tmp_path, clip, 1, volume=v))[0] for v in (0.0, 6.0))
    assert 10 * np.log10(loud / plain) == pytest.approx(6.0, abs=0.02)


def test_level_equalizes_quiet_and_loud_clips(tmp_path: Path) -> None:
    """`level` gives quiet and loud clips the same loudness and leaves silence unchanged."""
    found = []
    for gain in (0.02, 0.5):
        clip = sounding(tmp_path, f"{gain}*sin(2*PI*440*t)")
        found.append(power(extracted(tmp_path, clip, 1, level=True, lufs=lufs(tmp_path, clip)))[0])
    assert 10 * np.log10(found[0] / found[1]) == pytest.approx(0, abs=0.2)
    silence = sounding(tmp_path, "0")
    assert lufs(tmp_path, silence) is None
    assert power(extracted(tmp_path, silence, 1, level=True))[0] == 0


def lufs(folder: Path, clip: Path) -> float | None:
    """Return the loudness that audio/hear measures for a second of mono, or None for silence."""
    told = {"start": 0.0, "seconds": 1.1, "material": LENGTH, "channels": 1, "speed": 1.0}
    return perform(folder, hear.passes({}, **told), clip=clip)["lufs"]


def test_seam_ms_smooths_the_seam_of_a_loop(tmp_path: Path) -> None:
    """A looped tone that restarts in mid-wave jumps with seam_ms=0, but not with seam_ms=5."""
    clip = sounding(tmp_path, "0.5*cos(2*PI*100.3*t)")
    steps = [
        np.abs(np.diff(extracted(tmp_path, clip, 1, samples=3 * LENGTH, seam_ms=seam)[:, 0])).max()
        for seam in (0.0, 5.0)
    ]
    slope = 0.5 * 2 * np.pi * 100.3 / RATE * np.cos(np.pi / 4)  # the tone's steepest step
    assert steps[0] > 20 * slope
    assert steps[1] < 2 * slope


def test_a_sound_can_play_once(tmp_path: Path) -> None:
    """With sound_again off, a sound plays once, ends softly, and is followed by silence."""
    clip = sounding(tmp_path, "0.5*cos(2*PI*100.3*t)")
    found = extracted(tmp_path, clip, 1, samples=3 * LENGTH, sound_again=False)
    assert len(found) == 3 * LENGTH
    assert power(found[: LENGTH // 2])[0] > 0.01
    assert (found[LENGTH:] == 0).all()
    assert np.abs(np.diff(found[:, 0])).max() < 0.02


@pytest.mark.parametrize(("speed", "hertz"), [(0.5, 220), (2.0, 880), (1.5, 660), (0.25, 110)])
def test_slowed_sound_drops_in_pitch_like_tape(tmp_path: Path, speed: float, hertz: int) -> None:
    """Speed scales pitch and length: at half speed, a second of 440 Hz becomes two of 220 Hz."""
    clip, length = sounding(tmp_path, MONO), round(LENGTH / speed)
    found = extracted(tmp_path, clip, 1, samples=length, material=length, speed=speed)[:, 0]
    assert len(found) == length
    tone = np.abs(np.fft.rfft(found * np.hanning(length)))
    assert np.argmax(tone) * RATE / length == pytest.approx(hertz, abs=2)
    assert power(found[-RATE // 10 : -RATE // 100, None])[0] > 0.005, "it lasts to its end"


def test_a_beep_stays_in_sync_at_half_speed(tmp_path: Path) -> None:
    """A beep at 0.6 s of a clip is heard at 1.2 s if the layer runs at half speed."""
    clip = sounding(tmp_path, "0.5*sin(2*PI*1000*t)*between(t,0.6,0.65)")
    found = extracted(tmp_path, clip, 1, samples=2 * LENGTH, material=2 * LENGTH, speed=0.5)
    assert np.flatnonzero(np.abs(found[:, 0]) > 0.1)[0] / RATE == pytest.approx(1.2, abs=0.002)


SURROUND = ["FL", "FR", "FC", "LFE", "BL", "BR"]


@pytest.mark.parametrize(
    ("channel", "left", "right"),
    [("FL", 1, 0), ("FR", 0, 1), ("FC", 0.5, 0.5), ("LFE", 0, 0), ("BL", 0.5, 0), ("BR", 0, 0.5)],
)
def test_surround_channels_are_mixed_into_their_sides(
    tmp_path: Path, channel: str, left: float, right: float
) -> None:
    """From 5.1, each side gets half the power of center and surround (ITU-R BS.775) and no LFE."""
    parts = [f"{0.9 if name == channel else 0}*sin(2*PI*440*t)" for name in SURROUND]
    found = power(extracted(tmp_path, sounding(tmp_path, "|".join(parts), 6), 6))
    assert found / (0.9**2 / 2) == pytest.approx([left, right], abs=0.01)


def test_full_scale_surround_is_not_clipped(tmp_path: Path) -> None:
    """Six channels at full level add up to more than full scale, and the sum is not clipped."""
    found = extracted(tmp_path, sounding(tmp_path, "|".join(["0.99*sin(2*PI*440*t)"] * 6), 6), 6)
    assert np.abs(found).max() == pytest.approx(0.99 * (1 + 2 * 0.7071), rel=0.01)


def test_effects_are_applied_before_panning(tmp_path: Path) -> None:
    """An echo of a mono clip is panned with it, crosses the seam, and ends with the piece."""
    clip = sounding(tmp_path, "0.5*sin(2*PI*1000*t)*gt(t,0.9)")
    echo = "aecho=1:1:400:0.5"
    found = extracted(tmp_path, clip, 1, samples=2 * LENGTH, effects=echo, pan=-1.0)
    assert len(found) == 2 * LENGTH
    assert (found[:, 1] == 0).all()
    assert np.abs(found[int(1.31 * RATE) : int(1.39 * RATE), 0]).max() > 0.2


def test_two_extractions_give_the_same_bytes(tmp_path: Path) -> None:
    """Extracting a sound twice writes the same bytes."""
    clip = sounding(tmp_path, STEREO, 2)
    extracted(tmp_path, clip, 2, pan=0.3)
    first = (tmp_path / "sound.wav").read_bytes()
    extracted(tmp_path, clip, 2, pan=0.3)
    assert (tmp_path / "sound.wav").read_bytes() == first
