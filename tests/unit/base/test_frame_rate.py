"""frame_rate: the exact rate that a number stands for."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.frame_rate import NTSC, exact, in_seconds, ticks
from collide.base.segments import length, spans


@pytest.mark.parametrize(
    ("number", "whole"), [(23.976, 24), (29.97, 30), (47.952, 48), (59.94, 60), (119.88, 120)]
)
def test_ntsc_numbers_stand_for_fractions_over_1001(number: float, whole: int) -> None:
    """23.976 stands for 24000/1001, not 23976/1000; only five numbers stand for fractions."""
    assert exact(number) == Fraction(whole * 1000, 1001)
    assert exact(exact(number)) == exact(number)
    assert len(NTSC) == 5


@given(st.integers(1, 48000))
def test_a_whole_rate_stays_a_whole_number(rate: int) -> None:
    """A whole rate becomes an int, even if given as a float, so its commands are the same."""
    for given_as in (rate, float(rate)):
        assert (exact(given_as), type(exact(given_as))) == (rate, int)
    assert ticks(rate) == rate * 512
    assert in_seconds("(on+7)", rate) == f"(on+7)/{rate}"


@pytest.mark.parametrize("number", NTSC)
def test_a_frame_is_a_whole_number_of_ticks(number: float) -> None:
    """At an NTSC rate, a frame lasts exactly 1001 ticks, so every timestamp is exact."""
    assert Fraction(ticks(number)) / exact(number) == 1001
    assert in_seconds("n", number) == f"n*1001/{ticks(number)}"


@pytest.mark.parametrize("number", NTSC)
def test_a_segment_has_whole_frames_and_begins_on_a_whole_sample(number: float) -> None:
    """At an NTSC rate, a segment has the frames of the nearest whole rate, and 240240 samples."""
    size = length(number)
    assert size == length(exact(number)) == 5 * round(number)
    firsts = [span.first for span in spans(7 * size, size)]
    assert {(b - a) * 48000 / exact(number) for a, b in pairwise(firsts)} == {240240}
