"""audio/extract on real sound: where it stands, how loud, and how long."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.audio import extract
from collide.build.engine import find_engine
from collide.step import RATE
from tests.steps.samples import middle
from tests.steps.studio import perform

LENGTH = RATE  # samples: one second


def sounding(folder: Path, what: str, channels: int = 1) -> Path:
    """Return a second of sound, 32-bit float, each channel an expression of lavfi."""
    layout = {1: "mono", 2: "stereo"}[channels]
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
    """Return the sound of one layer, (samples, 2)."""
    settled = {**middle(), "level": False, "volume": 0.0, "pan": 0.0, **turned}
    passes = extract.passes(settled, start=0.0, material=LENGTH, samples=samples, channels=channels)
    perform(folder, passes, clip=clip)
    raw = (folder / "sound.wav").read_bytes()
    return np.frombuffer(raw[raw.index(b"data") + 8 :], np.float32).reshape(-1, 2)


def power(sound: np.ndarray) -> np.ndarray:
    """Return the mean square of each side."""
    return (sound.astype(np.float64) ** 2).mean(axis=0)


def test_a_mono_clip_in_the_middle_is_equally_loud_on_both_sides(tmp_path: Path) -> None:
    """The same samples, three decibels below the source on each side."""
    clip = sounding(tmp_path, MONO)
    left, right = extracted(tmp_path, clip, 1).T
    assert (left == right).all()
    assert 10 * np.log10(power(left) / (0.25**2 / 2)) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize(("pan", "silent"), [(-1.0, 1), (1.0, 0)])
def test_a_mono_clip_at_one_end_is_heard_there_alone(
    tmp_path: Path, pan: float, silent: int
) -> None:
    """Hard left has nothing on the right, and the reverse; the heard side is the source itself."""
    found = power(extracted(tmp_path, sounding(tmp_path, MONO), 1, pan=pan))
    assert found[silent] == 0
    assert found[1 - silent] == pytest.approx(0.25**2 / 2, rel=1e-3)


def test_a_mono_clip_is_equally_loud_wherever_it_stands(tmp_path: Path) -> None:
    """Moved from left to right, the power of both sides together stays within 0.1 dB."""
    clip = sounding(tmp_path, MONO)
    sums = [power(extracted(tmp_path, clip, 1, pan=pan)).sum() for pan in np.linspace(-1, 1, 9)]
    decibels = 10 * np.log10(np.array(sums) / sums[4])
    assert np.abs(decibels).max() < 0.1


def test_a_mono_clip_moves_from_left_to_right(tmp_path: Path) -> None:
    """The further right, the more of it is on the right."""
    clip = sounding(tmp_path, MONO)
    rights = [power(extracted(tmp_path, clip, 1, pan=pan))[1] for pan in (-1, -0.5, 0, 0.5, 1)]
    assert rights == sorted(rights)
    assert len(set(rights)) == 5


def test_a_stereo_clip_in_the_middle_is_left_as_it_is(tmp_path: Path) -> None:
    """At pan 0 every sample of both sides is the source's."""
    clip = sounding(tmp_path, STEREO, 2)
    raw = clip.read_bytes()
    source = np.frombuffer(raw[raw.index(b"data") + 8 :], np.float32).reshape(-1, 2)
    assert np.array_equal(extracted(tmp_path, clip, 2), source)


@pytest.mark.parametrize(("pan", "silent"), [(-1.0, 1), (1.0, 0)])
def test_a_stereo_clip_at_one_end_loses_neither_side(
    tmp_path: Path, pan: float, silent: int
) -> None:
    """Both sides of the source are heard on the one that is left."""
    found = power(extracted(tmp_path, sounding(tmp_path, STEREO, 2), 2, pan=pan))
    assert found[silent] == 0
    assert found[1 - silent] == pytest.approx((0.25**2 + 0.1**2) / 2, rel=1e-3)


@pytest.mark.parametrize("samples", [1, 1000, LENGTH, 3 * LENGTH + 7])
def test_a_sound_is_as_long_as_the_piece(tmp_path: Path, samples: int) -> None:
    """To the sample: cut where it is longer, started over where it is shorter."""
    clip = sounding(tmp_path, MONO)
    once = extracted(tmp_path, clip, 1)
    found = extracted(tmp_path, clip, 1, samples=samples)
    assert len(found) == samples
    assert np.array_equal(found, np.resize(once, (samples, 2)))


def test_volume_counts_in_decibels(tmp_path: Path) -> None:
    """6 dB are twice the sample."""
    clip = sounding(tmp_path, MONO)
    plain, loud = (power(extracted(tmp_path, clip, 1, volume=v))[0] for v in (0.0, 6.0))
    assert 10 * np.log10(loud / plain) == pytest.approx(6.0, abs=0.02)


def test_a_whisper_and_a_shout_come_at_one_level(tmp_path: Path) -> None:
    """`level` brings both to the same loudness; silence stays silence and is said."""
    found = []
    for gain in (0.02, 0.5):
        clip = sounding(tmp_path, f"{gain}*sin(2*PI*440*t)")
        found.append(power(extracted(tmp_path, clip, 1, level=True))[0])
    assert 10 * np.log10(found[0] / found[1]) == pytest.approx(0, abs=0.2)
    passes = extract.passes(middle(), start=0.0, material=LENGTH, samples=LENGTH, channels=1)
    answer = perform(tmp_path, passes, clip=sounding(tmp_path, "0"))
    assert answer == {"silent": True, "lufs": None, "gain": 0.0}


def test_two_extractions_are_the_same_bytes(tmp_path: Path) -> None:
    """Extracted again, every byte of the file is the same."""
    clip = sounding(tmp_path, STEREO, 2)
    extracted(tmp_path, clip, 2, pan=0.3)
    first = (tmp_path / "sound.wav").read_bytes()
    extracted(tmp_path, clip, 2, pan=0.3)
    assert (tmp_path / "sound.wav").read_bytes() == first
