"""The laws of every sound filter chain, on real sound."""

import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from collide.catalog import instruments, knobs
from collide.engine.programs import find_engine
from collide.instrument import PLAIN, RATE
from tests.steps.samples import ends, middle, shape
from tests.steps.studio import heard, render

SOUNDS = {n: m for n, m in instruments().items() if shape(m) == "filters" and n[:5] == "audio"}

every_sound = pytest.mark.parametrize(("name", "module"), SOUNDS.items(), ids=list(SOUNDS))


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a second of stereo noise in 32-bit floats."""
    path = tmp_path_factory.mktemp("noise") / "noise.wav"
    one = "anoisesrc=r=48000:a=0.3:d=1:seed={}"
    graph = f"{one.format(1)}[a];{one.format(2)}[b];[a][b]join=inputs=2:channel_layout=stereo"
    command = [str(find_engine().path), "-v", "error", "-y", "-f", "lavfi", "-i", graph]
    subprocess.run([*command, "-c:a", "pcm_f32le", str(path)], check=True)
    return path


def played(folder: Path, module: ModuleType, noise: Path, **turned: float) -> np.ndarray:
    """Return the noise after an instrument with NEUTRAL knobs, except those in `turned`."""
    chain = module.filters({**middle(), **getattr(module, "NEUTRAL", {}), **turned}) or "anull"
    output = ["-c:a", "pcm_f32le", "-flags:a", "+bitexact", "-fflags", "+bitexact"]
    argv = [*PLAIN, "-i", "@in", "-af", f"aformat=flt,{chain}", *output, "-f", "wav", "out.wav"]
    render(folder, argv, **{"in": noise})
    return heard(folder / "out.wav")


@every_sound
def test_neutral_knobs_change_no_sample(
    name: str, module: ModuleType, noise: Path, tmp_path: Path
) -> None:
    """With neutral knobs, a sound passes through bit for bit."""
    assert np.array_equal(played(tmp_path, module, noise), heard(noise))


@every_sound
def test_two_runs_give_the_same_samples(
    name: str, module: ModuleType, noise: Path, tmp_path: Path
) -> None:
    """Playing an instrument twice produces the same samples."""
    turned = {knob: ends(knobs()[knob])[-1] for knob in module.DEFAULTS}
    first = played(tmp_path, module, noise, **turned)
    assert np.array_equal(played(tmp_path, module, noise, **turned), first)


@every_sound
def test_each_knob_is_audible(name: str, module: ModuleType, noise: Path, tmp_path: Path) -> None:
    """The two ends of every knob make different sounds."""
    away = {knob: ends(knobs()[knob])[-1] * 0.5 for knob in module.NEUTRAL}
    for knob in module.DEFAULTS:
        low, high = ends(knobs()[knob])
        sounds = [played(tmp_path, module, noise, **away | {knob: end}) for end in (low, high)]
        shorter = min(map(len, sounds))
        assert not np.array_equal(sounds[0][:shorter], sounds[1][:shorter]), knob


def band_power(sound: np.ndarray) -> list[float]:
    """Return the power around 40 Hz, around 1 kHz and above 12 kHz, in decibels."""
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    ranges = ((20, 60), (900, 1100), (12000, 20000))
    return [10 * np.log10(power[(hertz > a) & (hertz < b)].mean()) for a, b in ranges]


@pytest.mark.parametrize("gain", [-24.0, -6.0, 12.0])
@pytest.mark.parametrize(("band", "knob"), [(0, "eq_low"), (1, "eq_mid"), (2, "eq_high")])
def test_a_gain_changes_only_its_own_band(
    noise: Path, tmp_path: Path, band: int, knob: str, gain: float
) -> None:
    """A gain changes its own band as requested, to within 2 dB, and other bands by under 2 dB."""
    before = np.array(band_power(heard(noise)))
    after = np.array(band_power(played(tmp_path, SOUNDS["audio/equalizer"], noise, **{knob: gain})))
    moved = after - before
    assert moved[band] == pytest.approx(gain, abs=2.0)
    assert np.abs(np.delete(moved, band)).max() < 2.0


def test_each_repeat_of_an_echo_is_softer(tmp_path: Path) -> None:
    """A click repeats every echo_ms, scaled first by `echo` and then by `echo_again` each time."""
    click = np.zeros((RATE, 2), np.float32)
    click[0] = 0.5
    path = tmp_path / "click.wav"
    form = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "-"]
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:a", "pcm_f32le", str(path)]
    subprocess.run(command, input=click.tobytes(), check=True)
    turned = {"echo": 0.6, "echo_ms": 100.0, "echo_again": 0.5}
    found = played(tmp_path, SOUNDS["audio/echo"], path, **turned)[:, 0]
    at = np.flatnonzero(np.abs(found) > 0.001)
    assert list(at[:4]) == pytest.approx([0, 4800, 9600, 14400], abs=1)
    assert found[at[:4]] == pytest.approx([0.5, 0.3, 0.15, 0.075], abs=0.001)
