"""Messages about a finished sound that misses its targets."""

import pytest

from collide.cli.summary import loudness_missed
from collide.project.settings import parse

ASKED = {"loudness_lufs": -16.0, "peak_db": -1.5, "loudness_tries": 10}


def told(lufs: float | None, peak: float | None, capped: bool = False, **knobs: float) -> list[str]:
    """Return the lines of a sound that was measured so."""
    facts = {"lufs": lufs, "peak": peak, "silent": lufs is None, "capped": capped}
    return [*loudness_missed(facts, {**ASKED, **knobs}, "x")]


@pytest.mark.parametrize(
    ("lufs", "peak"), [(-16.0, -1.5), (-16.5, -1.6), (-15.5, -9.0), (None, None)]
)
def test_a_sound_as_asked_is_not_spoken_of(lufs: float | None, peak: float | None) -> None:
    """Within half a LU, and under the peak; silence is spoken of elsewhere."""
    assert not told(lufs, peak)


@pytest.mark.parametrize(
    ("lufs", "peak", "says"),
    [
        (-19.3, -1.5, "3.3 LU softer than the -16 LUFS asked"),
        (-15.0, -1.5, "1.0 LU louder than the -16 LUFS asked"),
        (-16.0, -1.2, "peaks 0.3 dB above the -1.5 dB asked"),
    ],
)
def test_a_miss_is_said_with_its_mend(lufs: float, peak: float, says: str) -> None:
    """One line: what, why, and a command that can be pasted, whose value the knob takes."""
    (line,) = told(lufs, peak)
    assert says in line
    words = line.partition("doit set project=x ")[2]
    name, _, value = words.partition("=")
    assert name == "loudness_lufs"
    assert parse(name, value) <= lufs


def test_who_tried_three_times_is_told_to_try_more() -> None:
    """A look of before gets the new knob for its mend."""
    before = {name: value for name, value in ASKED.items() if name != "loudness_tries"}
    facts = {"lufs": -18.6, "peak": -1.6, "silent": False, "capped": False}
    (line,) = loudness_missed(facts, before, "x")
    assert line.endswith("doit set project=x loudness_tries=10")
