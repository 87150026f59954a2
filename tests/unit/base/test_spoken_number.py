"""spoken_number: parses numbers, times and ranges as people type them, to suggest a fix."""

import pytest

from collide.base.spoken_number import amount, cleaned, ends, frames_of, shares


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1/2", (0.5, "")),
        ("0,3", (0.3, "")),
        (" “0.5” ", (0.5, "")),
        ('="0.5"', (0.5, "")),
        ("30 %", (30.0, "%")),
        ("1e-2", (0.01, "")),
        ("2min", (2.0, "min")),
        ("1m30s", (90.0, "s")),
        ("1min30", (90.0, "s")),
        ("1h30", (5400.0, "s")),
        ("1:30min", (90.0, "s")),
        ("1:30 m", (90.0, "s")),
        ("1:30s", (90.0, "s")),
        ("1:30h", (5400.0, "s")),
        ("1:02:05 h", (3725.0, "s")),
        ("1:30ms", None),
        ("1:5", (65.0, "")),
        ("0:90", (90.0, "")),
        ("00:00:05", (5.0, "")),
        ("1/0", None),
        ("0,3,4", None),
        ("1x2y", None),
        ("", None),
        ("soon", None),
    ],
)
def test_an_amount_is_read_in_many_notations(text: str, meant: tuple[float, str] | None) -> None:
    """A number and its unit are read in many notations; for other text, the result is None."""
    assert amount(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0.2..0.4", ["0.2", "0.4"]),
        ("0.2...0.4", ["0.2", "0.4"]),
        ("0.2 … 0.4", ["0.2", "0.4"]),
        ("0.2-0.4", ["0.2", "0.4"]),
        ("0.2 to 0.4", ["0.2", "0.4"]),
        ("20..40%", ["20%", "40%"]),
        ("-0.1..0.1", ["-0.1", "0.1"]),
        ("[0.2, 0.4]", ["0.2", "0.4"]),
        ("0.2..", ["0.2", ""]),
        ("0.1,0.3", ["0.1", "0.3"]),
        ("0.1; 0.3", ["0.1", "0.3"]),
        ("0,3", ["0,3"]),
        ("1e-2", ["1e-2"]),
        ("7", ["7"]),
    ],
)
def test_a_range_has_two_ends_and_one_unit(text: str, meant: list[str]) -> None:
    """Dots, a dash, a comma or a word separate two ends; a final unit applies to both ends."""
    assert ends(text) == meant


def test_quotes_around_a_text_are_removed() -> None:
    """Straight and typographic quotes and a leading = are removed."""
    assert {cleaned(text) for text in ('"x"', "“x”", " 'x'", "=x")} == {"x"}


@pytest.mark.parametrize("sign", "−‐‑‒–—﹣－")
def test_a_typographic_minus_is_a_minus(sign: str) -> None:
    """Any typographic minus before a number is understood, and a trailing comma is dropped."""
    assert amount(f"{sign}20,") == (-20.0, "")
    assert ends(f"{sign}0.2..{sign}0.1") == ["-0.2", "-0.1"]


@pytest.mark.parametrize(
    ("text", "rate", "meant"),
    [
        ("00:00:05:12", 30.0, (12, 5.4)),
        ("00:00:05:12", 25.0, (12, 5.48)),
        ("01:00:00;00", 30000 / 1001, (0, 3599.9964)),  # drop-frame: clock time minus 3.6 ms
        ("45f", 30.0, (45, 1.5)),
        ("frame 45", 30.0, (45, 1.5)),
        ("12 frames", 24.0, (12, 0.5)),
        ("45", 30.0, None),
        ("00:00:05", 30.0, None),
        ("00:61:05:00", 30.0, None),
    ],
)
def test_timecodes_and_frame_numbers_count_frames(text: str, rate: float, meant) -> None:
    """Timecodes and frame numbers are counted in frames; bare numbers and clock times are not."""
    found = frames_of(text, rate)
    assert found == (meant and (meant[0], pytest.approx(meant[1])))


@pytest.mark.parametrize(
    ("text", "meant"),
    [("0.4-0.6", [0.4, 0.6]), ("60%..40%", [0.4, 0.6]), ("40 to 60", [0.4, 0.6]),
     ("0.5", [0.4, 0.6]), ("5%", [0, 0.15]), ("0.4..x", []), ("fog", []), ("1..200", [])],
)  # fmt: skip
def test_two_fractions_are_read_in_any_notation(text: str, meant: list[float]) -> None:
    """The ends of a range are sorted; a single fraction becomes a range."""
    assert shares(text) == meant
