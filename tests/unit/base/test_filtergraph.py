"""filtergraph: the text of filter graphs."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.filtergraph import chain, clock, graph, labels, number, scale


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (-7, "-7"), (1.0, "1"), (0.5, "0.5"), (-0.0, "0"), (-1e-9, "0"), (1e-6, "0.000001"),
     (123456789.25, "123456789.25"), (100.0, "100"), (10**20, "1" + 20 * "0"),
     (Fraction(24000, 1001), "24000/1001"), (Fraction(24), "24")],
)  # fmt: skip
def test_a_number_has_one_printed_form(value: float, text: str) -> None:
    """A number has no exponent, no trailing zeros after the point, and no minus before zero."""
    assert number(value) == text


@given(st.floats(-1e9, 1e9))
def test_a_printed_number_reads_back_to_six_decimals(value: float) -> None:
    """A printed number reads back as the same number, to six decimals."""
    assert float(number(value)) == pytest.approx(value, abs=5.1e-7)


@given(st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_has_only_digits_a_sign_and_a_point(value: float) -> None:
    """A printed finite number has only digits, at most one point, and at most a leading minus."""
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", number(value))


def test_a_chain_omits_empty_parts() -> None:
    """An empty part does not add a comma."""
    assert chain("", "hue=h=1", "", "eq", "") == "hue=h=1,eq"
    assert chain("", "") == ""


def test_a_graph_makes_every_hidden_conversion_exact() -> None:
    """A graph begins with flags that make ffmpeg's own scalers exact."""
    assert graph("[0]a[b]", "[b]c") == "sws_flags=bicubic+accurate_rnd+bitexact;[0]a[b];[b]c"


def test_a_scaler_is_exact_and_names_its_range() -> None:
    """A scaler always has the flags that make it exact; `tv` adds the range and the matrix."""
    assert scale(64, 36) == "scale=64:36:flags=bicubic+accurate_rnd+bitexact"
    tv = "scale=64:36:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+bitexact"
    assert scale(64, 36, tv=True) == tv


def test_timestamps_count_frames_from_zero() -> None:
    """Timestamps count frames from 0 or a given number; the file's timestamps are discarded."""
    assert clock(25) == "settb=1/25,setpts=N"
    assert clock(25, 7) == "settb=1/25,setpts=N+7"
    assert clock(23.976, 7) == clock(Fraction(24000, 1001), 7) == "settb=1001/24000,setpts=N+7"


def test_labels_are_numbered_from_zero() -> None:
    """Labels are numbered in order, from zero."""
    assert list(labels("a", 3)) == ["[a0]", "[a1]", "[a2]"]
    assert not list(labels("a", 0))
