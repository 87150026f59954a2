"""audio/loudness in its hardest case: a soft sound with isolated spikes."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from collide.audio import loudness
from collide.engine.programs import find_engine
from collide.instrument import METER, PLAIN, RATE, measured
from tests.steps.samples import middle
from tests.steps.studio import perform, render

SECONDS = 3
SPIKES = {
    "a hammer": "0.01*sin(2*PI*700*t)+1.1*sin(2*PI*11000*t)*lt(mod(t,0.5),0.002)",
    "clicks": "0.02*sin(2*PI*300*t)+1.2*eq(mod(n,9600),100)",
    "a thump": "0.02*sin(2*PI*700*t)+1.1*sin(2*PI*60*t)*lt(mod(t,1),0.05)",
}


def finished(folder: Path, sound: str, **turned: Any) -> tuple[dict[str, Any], float, float]:
    """Return the answer of audio/loudness, and the LUFS and dBTP of the file that it made."""
    mix = folder / "mix-in.wav"
    source = f"aevalsrc='{sound}|{sound}':s={RATE}:d={SECONDS}:c=stereo"
    argv = [str(find_engine().path), "-v", "error", "-y", "-f", "lavfi", "-i", source]
    subprocess.run([*argv, "-c:a", "pcm_f32le", str(mix)], check=True)
    knobs = {**middle(), **turned}
    facts = perform(folder, loudness.passes(knobs, samples=SECONDS * RATE), mix=mix)
    heard = [*PLAIN, "-i", "@@sound.m4a", "-af", METER, "-f", "null", "-"]
    lufs, peak = measured(render(folder, heard))
    assert lufs is not None
    assert peak is not None
    return facts, lufs, peak


@pytest.mark.parametrize("name", SPIKES)
def test_a_sound_with_spikes_reaches_the_target(tmp_path: Path, name: str) -> None:
    """A sound with spikes is within half an LU of the target, and its peak is within the limit.

    The answer states the loudness and the peak of the file.
    """
    facts, lufs, peak = finished(tmp_path, SPIKES[name])
    assert lufs == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.5
    assert (facts["lufs"], facts["peak"]) == (lufs, peak)


def test_three_tries_match_older_looks(tmp_path: Path) -> None:
    """With loudness_tries=3, as in older looks, the sound remains too soft."""
    facts, lufs, _ = finished(tmp_path, SPIKES["a hammer"], loudness_tries=3)
    assert lufs < -17
    assert facts["gain"] < 25


def test_an_impossible_loudness_keeps_the_peak(tmp_path: Path) -> None:
    """If the peak limit rules out the target, the sound stays within the limit and is too soft."""
    _, lufs, peak = finished(tmp_path, SPIKES["clicks"], loudness_lufs=-8.0, peak_db=-12.0)
    assert lufs < -8.5
    assert peak <= -12.0
