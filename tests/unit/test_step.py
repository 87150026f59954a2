"""step: what a knob may be, and what a loudness report says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide import step
from collide.step import Checked, Choice, Color, Name, Range, Size, Toggle, measured, wide_and_high

LIMITS: list[Checked] = [
    Range(0, 9), Range(-1.5, 2.0), Choice(("a", "b")), Toggle(), Color(), Size(), Name(),
]  # fmt: skip

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(LIMITS), ANYTHING)
def test_a_limit_gives_a_checked_value_or_says_what_it_takes(limit: Checked, value: Any) -> None:
    """Nothing but ValueError is raised, and what was checked is checked as itself."""
    try:
        checked = limit.check(value)
    except ValueError as error:
        assert str(error) == f"it takes {limit}"  # noqa: PT017 - either end is allowed
    else:
        assert limit.check(checked) == checked


@pytest.mark.parametrize(
    ("limit", "value", "checked"),
    [
        (Range(0, 9), 0, 0),
        (Range(0, 9), 9.0, 9),
        (Range(0.0, 9.0), 9, 9.0),
        (Range(0, 9.0), 3, 3.0),
        (Range(-1.0, 1.0), -0.0, 0.0),
        (Choice(("a", "b")), "b", "b"),
        (Toggle(), False, False),
        (Color(), "0xabcdef", "0xABCDEF"),
        (Color(), "#abcdef", "0xABCDEF"),
        (Color(), "ABCDEF", "0xABCDEF"),
        (Size(), "16x16", "16x16"),
        (Size(), (8192, 8192), "8192x8192"),
        (Size(), "0720x0480", "720x480"),
        (Name(), "DSC 0047 (1).mp4", "DSC 0047 (1).mp4"),
        (Name(), "x" * 200, "x" * 200),
    ],
)
def test_a_good_value_has_one_form(limit: Checked, value: Any, checked: Any) -> None:
    """What is meant alike is written alike, type and sign included: keys are made of it."""
    found = limit.check(value)
    assert (repr(found), type(found)) == (repr(checked), type(checked))


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        *(
            (Range(0, 9), value)
            for value in (-1, 10, 1.5, True, "3", None, float("nan"), float("inf"), [1])
        ),
        *((Range(0.0, 1.0), value) for value in (-1e-9, 1.0000001, float("nan"), False, 10**400)),
        *((Choice(("a", "b")), value) for value in ("c", "A", "", None, ["a"], {})),
        *((Toggle(), value) for value in (0, 1, "true", None)),
        *(
            (Color(), value)
            for value in ("0x12345", "0x1234567", "white", "０x123456", "123456\n", "１２３４５６")
        ),
        *(
            (Size(), value)
            for value in ("1280x721", "14x16", "8194x16", "1280", "1280X720", "1280x720x2", "")
        ),
        *(
            (Name(), value)
            for value in ("", ".", "..", "a/b", "a\\b", "a\nb", "a\0", "x" * 201, 7, "\ud800")
        ),
    ],
)
def test_a_bad_value_is_refused(limit: Checked, value: Any) -> None:
    """Out of range, of another type, or dressed up: refused."""
    with pytest.raises(ValueError, match=r"^it takes "):
        limit.check(value)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Range(0, 9), "a whole number from 0 to 9"),
        (Range(0.5, 9), "a number from 0.5 to 9"),
        (Choice(("a", "b")), "one of a, b"),
        (Toggle(), "true or false"),
        (Color(), "a color as 0xRRGGBB"),
        (Size(4096), "WIDTHxHEIGHT, both even, 16 to 4096"),
        (Name(), "the name of a file, without folders"),
    ],
)
def test_a_limit_says_itself_in_words(limit: Checked, text: str) -> None:
    """The same words stand in the help and in the error."""
    assert str(limit) == text


REPORT = """
[Parsed_ebur128_0 @ 0x1] Summary:

  Integrated loudness:
    I:         {loud} LUFS
    Threshold: -33.2 LUFS

  Loudness range:
    LRA:         4.1 LU
    Threshold: -43.0 LUFS
    LRA low:   -26.0 LUFS
    LRA high:  -21.9 LUFS

  True peak:
    Peak:       {peak} dBFS
"""


@pytest.mark.parametrize(
    ("loud", "peak", "found"),
    [
        ("-23.0", "-5.7", (-23.0, -5.7)),
        ("-69.9", "-60.0", (-69.9, -60.0)),
        ("-70.0", "-inf", (None, None)),
        ("-70.0", "-65.1", (None, None)),
        ("-inf", "-inf", (None, None)),
        ("nan", "-inf", (None, None)),
        ("3.4", "6.0", (3.4, 6.0)),
    ],
)
def test_a_loudness_report_is_read(
    loud: str, peak: str, found: tuple[float | None, float | None]
) -> None:
    """Integrated loudness and true peak, and silence as None."""
    assert measured(REPORT.format(loud=loud, peak=peak)) == found


def test_the_last_of_several_reports_counts() -> None:
    """A name or tag in the log that looks like a report is overruled by the real one at the end."""
    text = REPORT.format(loud="-3.0", peak="-1.0") + REPORT.format(loud="-23.0", peak="-5.7")
    assert measured(text) == (-23.0, -5.7)


@pytest.mark.parametrize("text", ["", "  I: LUFS", "    I:         -23.0 LUFS\n"])
def test_no_report_is_no_loudness(text: str) -> None:
    """A run that measured nothing is an error, not silence."""
    with pytest.raises(ValueError, match="no loudness"):
        measured(text)


def test_a_checked_size_is_two_numbers() -> None:
    """Width first."""
    assert wide_and_high(Size().check("1280x720")) == (1280, 720)


def test_the_contract_lists_what_it_gives() -> None:
    """Every name an instrument may import is there, once."""
    assert len(set(step.__all__)) == len(step.__all__)
    assert all(hasattr(step, name) for name in step.__all__)
