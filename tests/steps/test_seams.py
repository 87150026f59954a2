"""Real sound loops in sync, without clicks or gaps, wherever it begins and ends."""

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

NOISE = "anoisesrc=r={r}:a=0.3:c=pink:seed=3:d={d}"
TONE = "aevalsrc='0.4*cos(2*PI*100.3*t)':s={r}:d={d}"
OFF = "aevalsrc='0.3+0.2*sin(2*PI*331*t)':s={r}:d={d}"
FILM = "aevalsrc='{}':s={{r}}:d={{d}}:c=5.1".format(
    "|".join(f"0.2*sin(2*PI*{f}*t)" for f in (201, 307, 401, 50, 601, 701))
)
NEAR, AROUND = RATE // 125, RATE // 20  # samples: 8 ms and 50 ms around an edge

CALM = 1.25  # limit for a step at a seam, relative to the steps around it, which vary by chance

# How late a sound begins in a one-second clip, and how long it lasts, in seconds.
PARTS = {
    "whole": (0.0, 1.0),
    "late": (0.038, 1.0),
    "early": (0.0, 0.968),
    "both": (0.1, 0.7),
    "much": (0.2, 0.65),
}


def clip_of(folder: Path, source: str, late: float, lasts: float, rate: int = 44100) -> Path:
    """Return a one-second clip whose sound may begin late or end early."""
    path, sound = folder / "clip.mkv", source.format(r=rate, d=lasts)
    argv = [str(find_engine().path), "-v", "error", "-y", "-f", "lavfi", "-i", "color=s=32x32:r=25"]
    argv += [*(["-itsoffset", str(late)] if late else []), "-f", "lavfi", "-i", sound]
    subprocess.run([*argv, "-t", "1", "-c:a", "pcm_f32le", str(path)], check=True)
    return path


def played(
    folder: Path, clip: Path, channels: int = 1, material: int = RATE, **turned: Any
) -> tuple[np.ndarray, list[int]]:
    """Return more than three rounds of a voice, as (samples, 2), and the edges of its sound."""
    period = turned.pop("period", material)
    told = {"start": 0.0, "seconds": material / RATE + 0.1, "material": material}
    told |= {"channels": channels, "speed": 1.0}
    facts = perform(folder, hear.passes({}, **told, closely=True), clip=clip)
    knobs = {**middle(), "level": False, "volume": 0.0, "pan": 0.0, **turned}
    given = {"lufs": facts["lufs"], "edges": facts["edges"], "period": period, "effects": ""}
    samples = 3 * period + RATE // 3
    render(folder, extract.command(knobs, samples=samples, **told, **given), clip=clip)
    return heard(folder / "sound.wav"), facts["edges"]


def seam_steps(sound: np.ndarray, period: int, edges: list[int]) -> list[float]:
    """Return the largest step within 8 ms of each edge, relative to the steps around it."""
    steps = np.abs(np.diff(sound[:, 0].astype(float)))
    found = []
    for start in range(period, 3 * period + 1, period):
        for at in (start - period + edges[1], start, start + edges[0]):
            around = [*steps[at - AROUND : at - NEAR], *steps[at + NEAR : at + AROUND]]
            found.append(steps[at - NEAR : at + NEAR].max() / max(*around))
    return found


def longest_hole(sound: np.ndarray) -> float:
    """Return the longest silence, in milliseconds."""
    quiet = np.abs(sound).max(axis=1) < 1e-4
    ends = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    return float(max(ends[1::2] - ends[::2], default=0) * 1000 / RATE)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("source", [NOISE, TONE, OFF], ids=["noise", "tone", "off center"])
def test_no_seam_has_a_click_or_a_gap(tmp_path: Path, source: str, part: str) -> None:
    """No step at a seam is much larger than the steps around it, and no silence lasts 2 ms."""
    sound, edges = played(tmp_path, clip_of(tmp_path, source, *PARTS[part]))
    assert max(seam_steps(sound, RATE, edges)) < CALM
    assert longest_hole(sound[RATE // 2 :]) < 2


@pytest.mark.parametrize(("source", "channels"), [(FILM, 6), (TONE + ",aformat=cl=stereo", 2)])
def test_surround_and_stereo_loop_without_clicks_or_gaps(
    tmp_path: Path, source: str, channels: int
) -> None:
    """Surround and stereo sound loop without clicks or gaps."""
    sound, edges = played(tmp_path, clip_of(tmp_path, source, 0.038, 0.9), channels)
    assert max(seam_steps(sound, RATE, edges)) < CALM
    assert longest_hole(sound[RATE // 2 :]) < 2


def test_dip_gives_the_result_of_earlier_versions(tmp_path: Path) -> None:
    """`dip` makes the sound that earlier versions made: clicks at the edges and a gap."""
    clip = clip_of(tmp_path, TONE, 0.038, 0.9)
    sound, edges = played(tmp_path, clip, sound_seam="dip", seam_ms=5.0)
    assert max(seam_steps(sound, RATE, edges)) > 3
    assert longest_hole(sound[RATE // 2 :]) > 90


@pytest.mark.parametrize("part", PARTS)
def test_a_beep_keeps_its_time_in_every_round(tmp_path: Path, part: str) -> None:
    """A beep is heard at the same time in every round."""
    late, lasts = PARTS[part]
    beep = (
        f"aevalsrc='0.02*sin(2*PI*90*t)+0.5*sin(2*PI*3000*t)*between(t,{0.45 - late},{0.5 - late})'"
    )
    sound, _ = played(tmp_path, clip_of(tmp_path, beep + ":s={r}:d={d}", late, lasts))
    high = np.flatnonzero(np.abs(sound[:, 0]) > 0.1) / RATE
    begun = high[np.diff(high, prepend=-1.0) > 0.1]
    assert np.allclose(begun, [0.45, 1.45, 2.45], atol=0.001)


def test_a_long_pause_stays_with_soft_edges(tmp_path: Path) -> None:
    """A silence longer than fill_ms is kept, with soft edges."""
    clip = clip_of(tmp_path, TONE, 0.1, 0.7)
    sound, _ = played(tmp_path, clip, fill_ms=100.0)
    assert longest_hole(sound) == pytest.approx(310, abs=5)
    assert np.abs(np.diff(sound[:, 0])).max() < 0.006


def test_a_sound_that_plays_once_ends_softly(tmp_path: Path) -> None:
    """A sound that plays once begins and ends without a click, and silence follows it."""
    clip = clip_of(tmp_path, TONE, 0.1, 0.7)
    sound, _ = played(tmp_path, clip, sound_again=False)
    assert np.abs(np.diff(sound[:, 0])).max() < 0.006
    assert (sound[RATE:] == 0).all()


@pytest.mark.parametrize("material", [1, 37, 480, 1602, 4805])
def test_even_the_shortest_sound_loops(tmp_path: Path, material: int) -> None:
    """Even the shortest sound loops to the length of the piece, no louder than its source."""
    sound, _ = played(tmp_path, clip_of(tmp_path, OFF, 0.0, 1.0, 48000), material=material)
    assert len(sound) == 3 * material + RATE // 3
    assert 0 < np.abs(sound).max() <= 0.5


def test_silence_loops_as_silence(tmp_path: Path) -> None:
    """A silent clip loops as silence."""
    sound, edges = played(tmp_path, clip_of(tmp_path, "anullsrc=r={r}:d={d}", 0.0, 0.9))
    assert edges == [0, RATE]
    assert not sound.any()


@pytest.mark.parametrize("seam", [0.0, 5.0, 20.0, 400.0])
def test_a_loop_may_be_shorter_than_its_material(tmp_path: Path, seam: float) -> None:
    """A loop shorter than its material has identical rounds, and no clicks if seam_ms exceeds 0."""
    period = RATE - 9600
    clip = clip_of(tmp_path, TONE, 0.038, 1.0)
    sound, _ = played(tmp_path, clip, period=period, seam_ms=seam)
    rounds = sound[RATE : RATE + 2 * period].reshape(2, period, 2)
    assert np.array_equal(rounds[0], rounds[1])
    if seam:
        assert np.abs(np.diff(sound[:, 0])).max() < 0.006


def test_two_runs_give_the_same_samples(tmp_path: Path) -> None:
    """Playing a loop twice produces the same samples."""
    clip = clip_of(tmp_path, NOISE, 0.038, 0.9)
    assert np.array_equal(played(tmp_path, clip)[0], played(tmp_path, clip)[0])
