"""summary: missed loudness targets, brightness at its limit, and rounded percentages."""

from types import SimpleNamespace

import pytest

from collide.cli.summary import light_at_end, loudness_missed, percents
from collide.project.settings import parse

ASKED = {"loudness_lufs": -16.0, "peak_db": -1.5, "loudness_tries": 10}


def lines_of(
    lufs: float | None, peak: float | None, capped: bool = False, **knobs: float
) -> list[str]:
    """Return the lines printed for a sound with these measurements."""
    facts = {"lufs": lufs, "peak": peak, "silent": lufs is None, "capped": capped}
    return [*loudness_missed(facts, {**ASKED, **knobs}, "x")]


@pytest.mark.parametrize(
    ("lufs", "peak"), [(-16.0, -1.5), (-16.5, -1.6), (-15.5, -9.0), (None, None)]
)
def test_a_sound_on_target_causes_no_message(lufs: float | None, peak: float | None) -> None:
    """No message is printed for silence or for a sound within half an LU and its peak limit."""
    assert not lines_of(lufs, peak)


@pytest.mark.parametrize(
    ("lufs", "peak", "says"),
    [
        (-19.3, -1.5, "3.3 LU softer than the requested -16 LUFS"),
        (-15.0, -1.5, "1.0 LU louder than the requested -16 LUFS"),
        (-16.0, -1.2, "peaks 0.3 dB above the requested -1.5 dB"),
    ],
)
def test_a_missed_target_is_reported_with_a_fix(lufs: float, peak: float, says: str) -> None:
    """If a sound misses a target, one line says how and ends with a command that corrects it."""
    (line,) = lines_of(lufs, peak)
    assert says in line
    assert ("keeps the rest quiet" in line) == (lufs < -16)
    words = line.partition("doit set project=x ")[2]
    name, _, value = words.partition("=")
    assert name == "loudness_lufs"
    assert parse(name, value) <= lufs


def test_a_look_without_loudness_tries_is_advised_to_set_it() -> None:
    """If a look from an older version lacks loudness_tries, the fix is to set this knob to 10."""
    before = {name: value for name, value in ASKED.items() if name != "loudness_tries"}
    facts = {"lufs": -18.6, "peak": -1.6, "silent": False, "capped": False}
    (line,) = loudness_missed(facts, before, "x")
    assert line.endswith("doit set project=x loudness_tries=10")


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        ([0.227, 0.136, 0.637], [23, 13, 64]),
        ([1 / 3, 1 / 3, 1 / 3], [34, 33, 33]),
        ([1.0], [100]),
        ([0.0, 1.0], [0, 100]),
        ([0.2, 0.3], [20, 30]),
    ],
)
def test_percentages_add_up_to_the_rounded_total(shares: list[float], whole: list[int]) -> None:
    """Rounded percentages add up to the rounded total, never to 101."""
    assert percents(shares) == whole


@pytest.mark.parametrize(
    ("knobs", "turn"),
    [
        ({"brightness": 1.0}, "layer2.brightness=0"),
        ({"contrast": 0.0}, "layer2.contrast=1"),
        ({"brightness": 0.5}, ""),
        ({"brightness": 1.0, "color_shift": False}, ""),
    ],
)
def test_the_fix_resets_a_light_that_opens_everything(knobs, turn) -> None:
    """If brightness or contrast at a limit makes a key open everything, the fix is the default."""
    plain = {"color_shift": True, "brightness": 0.0, "contrast": 1.0, "gamma": 1.0}
    assert light_at_end(SimpleNamespace(number=2, knobs={**plain, **knobs})) == turn
