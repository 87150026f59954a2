"""temper: a clip's character in words, from shots that the current version found."""

from typing import Any

import pytest

from collide.library.temper import Temper, summary
from collide.source import shots

FACTS: dict[str, Any] = {
    "cuts": [2.0],
    "shots": [[0.0, 2.0, 0.2, 1.0], [2.5, 7.5, 0.2, 1.0]],
    "seen": [[0.0, 8.0], [20.0, 30.0]],
    "light": 0.2,
    "motion": 1.0,
}


def test_the_library_keeps_a_small_summary() -> None:
    """The summary gives light, motion, number of shots, longest shot, and analyzed seconds."""
    kept = summary(FACTS)
    assert kept == {
        "light": 0.2,
        "motion": 1.0,
        "shots": 2,
        "longest": 5.0,
        "seen": 18.0,
        "version": shots.VERSION,
    }
    temper = Temper.of(kept)
    assert temper is not None
    assert temper.text == "still, dark, 2 shots up to 5.0 s"


@pytest.mark.parametrize(
    ("motion", "light", "words"),
    [(0.0, 0.0, "still, dark"), (2.0, 0.3, "moving, medium"), (99.0, 1.0, "busy, bright")],
)
def test_every_motion_and_light_has_a_word(motion: float, light: float, words: str) -> None:
    """Every motion and every light has a word, from "still, dark" to "busy, bright"."""
    temper = Temper.of(summary({**FACTS, "motion": motion, "light": light}))
    assert temper is not None and temper.text.startswith(words)


@pytest.mark.parametrize("kept", [None, {}, {"version": 0}, "rain"])
def test_a_summary_of_a_different_version_is_not_used(kept: object) -> None:
    """A summary that is damaged or of a different version is not used."""
    assert Temper.of(kept) is None
