"""limits: the allowed values of a knob."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.limits import Chain, Checked, Choice, Range, Rate, Seconds, Several, Toggle
from collide.text_limits import (
    ADDRESS,
    LOOK_NAME,
    Band,
    Color,
    File,
    Label,
    Name,
    Names,
    Size,
    Text,
    low_and_high,
    wide_and_high,
)
from collide.unit_limits import CLOCK, Bytes

LIMITS: list[Checked] = [
    Range(0, 9), Range(-1.5, 2.0), Rate(1, 120), Choice(("a", "b")), Toggle(), Color(), Size(),
    Name(), Several(("a", "b")), Band(), Chain(("a", "b")), File("luts", (".cube",)),
    Seconds(0.0, 9.0), Text("a text"), Label("preset"), LOOK_NAME, Names("preset"),
    Names("preset", empty=True), ADDRESS, CLOCK, Bytes(),
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
def test_a_limit_checks_a_value_or_raises_a_value_error(limit: Checked, value: Any) -> None:
    """A limit raises only ValueError, and checking a checked value again does not change it."""
    try:
        checked = limit.check(value)
    except ValueError as error:
        assert str(error) == f"takes {limit}"  # noqa: PT017 - either outcome is allowed
    else:
        assert limit.check(checked) == checked


@pytest.mark.parametrize(
    ("limit", "value", "checked"),
    [
        (Range(0, 9), 0, 0),
        (Range(0, 9), 9.0, 9),
        (Range(0.0, 9.0), 9, 9.0),
        (Rate(1, 120), 24, 24),
        (Rate(1, 120), 120.0, 120),
        (Rate(1, 120), 29.97, 29.97),
        (Rate(1, 120), 30000 / 1001, 29.97),
        (Rate(1, 120), 23.976024, 23.976),
        (Rate(1, 120), Fraction(120000, 1001), 119.88),
        (Rate(1, 120), Fraction(50, 2), 25),
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
        (Several(("a", "b")), "b", "b"),
        (Several(("a", "b")), "b, a,b", "a,b"),
        (Several(("a", "b")), ["b", "a"], "a,b"),
        (Chain(("a", "b")), "none", "none"),
        (Chain(("a", "b")), " b, a", "b,a"),
        (Chain(("a", "b")), ["b"], "b"),
        (Chain(("a", "b")), ["none"], "none"),
        (File("luts", (".cube",)), "none", "none"),
        (File("luts", (".cube",)), "Kodak 2383.CUBE", "Kodak 2383.CUBE"),
        (Band(), "off", "off"),
        (Band(), "0.30..0.6", "0.3..0.6"),
        (Band(), [0, 1], "0..1"),
    ],
)
def test_equal_values_have_one_form(limit: Checked, value: Any, checked: Any) -> None:
    """Equal values get one form, including type and sign, because keys cover them."""
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
        *(
            (Rate(1, 120), value)
            for value in (0, 121, 24.5, 29.9, 23.98, True, "3", None, 10**400, [24])
        ),
        *((Rate(1, 120), value) for value in (float("nan"), float("inf"), Fraction(25000, 1001))),
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
        *(
            (Chain(("a", "b")), value)
            for value in ("", "a,a", "a,c", "none,a", [], [7], None, "A", ["a,b"])
        ),
        *(
            (File("luts", (".cube",)), value)
            for value in (
                "",
                "x.txt",
                "cube",
                ".cube",
                "../x.cube",
                "a/x.cube",
                "x.cube\n",
                None,
                7,
                ["x"],
            )
        ),
        *((Several(("a", "b")), value) for value in ("", ",", "a,c", [], ["a", 7], None, "A")),
        *(
            (Band(), value)
            for value in (
                "on",
                0.3,
                [0.3],
                [0.6, 0.3],
                "0.3..",
                "0.3..1.1",
                "0.3..0.30001",
                None,
                [False, True],
                [0.1, 0.2, 0.3],
                [0, 10**400],
                [0, float("nan")],
                {},
            )
        ),
    ],
)
def test_a_bad_value_is_refused(limit: Checked, value: Any) -> None:
    """A limit refuses a value that is out of range, of the wrong type, or malformed."""
    with pytest.raises(ValueError, match=r"^takes "):
        limit.check(value)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Range(0, 9), "a whole number from 0 to 9"),
        (Range(0.5, 9), "a number from 0.5 to 9"),
        (
            Rate(1, 120),
            "a whole number from 1 to 120, "
            "or one of 23.976, 29.97, 47.952, 59.94, 119.88 (23.976 is 24000/1001)",
        ),
        (Choice(("a", "b")), "one of a, b"),
        (Toggle(), "true or false"),
        (Color(), "a color as 0xRRGGBB"),
        (Size(4096), "WIDTHxHEIGHT, both even, 16 to 4096"),
        (Name(), "the name of a file, without folders"),
        (Several(("a", "b")), "one or more of a, b, joined by commas"),
        (
            Chain(("a", "b")),
            "none, or some of a, b, each once, in playing order: a,b",
        ),
        (
            File("luts", (".cube",)),
            "none, or the name of a file in library/luts, .cube, without folders",
        ),
        (Band(), "off, or a range from 0 to 1, for instance 0.3..0.6"),
    ],
)
def test_a_limit_describes_itself(limit: Checked, text: str) -> None:
    """A limit describes itself in the words of the help and the errors."""
    assert str(limit) == text


def test_a_checked_size_or_band_is_two_numbers() -> None:
    """A checked size has width and height, a band has its ends, and "off" is None."""
    assert wide_and_high(Size().check("1280x720")) == (1280, 720)
    assert low_and_high(Band().check([0.25, 1])) == (0.25, 1.0)
    assert low_and_high(Band().check("off")) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [("24", 24), (" 29.97 ", 29.97), ("24000/1001", 23.976), ("60000/1001", 59.94), ("50/2", 25),
     ("23.976023976", 23.976)],
)  # fmt: skip
def test_a_rate_is_typed_as_a_number_or_as_a_fraction(typed: str, read: float) -> None:
    """A rate written as a number or as a fraction has the same value and makes the same look."""
    found = Rate(1, 120).read(typed)
    assert (found, type(found)) == (read, type(read))


def test_a_limit_of_whole_numbers_refuses_a_time() -> None:
    """0:05 is read as seconds, but a limit for whole numbers refuses it and suggests 5."""
    with pytest.raises(ValueError, match="a whole number from 0 to 99"):
        Range(0, 99).read("0:05")
    assert Range(0, 99).near("0:05") == "5"
    assert Range(0.0, 99.0).read("0:05") == 5.0


@pytest.mark.parametrize("typed", ["1/0", "24000/0", "-24/1", "24/", "1/2/3", "1:2", "ntsc", "1e2"])
def test_no_other_text_is_a_rate(typed: str) -> None:
    """A rate refuses any other text, including a division by zero."""
    with pytest.raises(ValueError, match=r"^takes a whole number from 1 to 120"):
        Rate(1, 120).read(typed)


@pytest.mark.parametrize(
    ("limit", "typed", "near"),
    [
        (Rate(1, 120), "29.9", "29.97"),
        (Rate(1, 120), "23.98", "23.976"),
        (Rate(1, 120), "29.99", "30"),
        (Rate(1, 120), "29,97", "29.97"),
        (Rate(1, 120), "25000/1001", "25"),
        (Rate(1, 120), "1000", "120"),
        (Rate(1, 120), "-4", "1"),
        (Rate(1, 120), "soon", None),
        (Range(0.0, 1.0), "0,3", "0.3"),
        (Range(0, 9), "3,4", "3"),
        (Range(0.0, 1.0), "0,3,4", None),
        *((Range(0.0, 1.0), text, "0.5") for text in ("1/2", '="0.5"', "“0.5”", "50 %")),
        *((Range(0.2, 3600.0), t, n) for t, n in [("2min", "120"), ("1m30s", "90")]),
        *((Range(0.2, 3600.0), t, n) for t, n in [("1:5", "1:05"), ("0:90", "90")]),
        (Range(0.000001, 1.0), "0", None),
        (Range(-40.0, -8.0), "-14LUFS", "-14"),
        (Range(-12.0, -0.5), "-1.5 dBTP", "-1.5"),
        (Range(-40.0, -8.0), "-60", "-40"),
        (Range(-40.0, -8.0), "23", "-23"),
        (Range(-40.0, -8.0), "60", "-40"),
    ],
)
def test_the_nearest_valid_number_is_suggested(limit: Range, typed: str, near: str | None) -> None:
    """If a valid number is near, a limit suggests it, even for a percentage or a time."""
    assert limit.near(typed) == near
