"""What people type for a number, a time, or a range is understood, and only proposed."""

import pytest

from collide.base.spoken_number import amount, cleaned, ends


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
def test_an_amount_is_a_number_and_its_unit(text: str, meant: tuple[float, str] | None) -> None:
    """Whatever the form; of any other text there is none."""
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
        ("1e-2", ["1e-2"]),
        ("7", ["7"]),
    ],
)
def test_a_range_has_two_ends_and_one_unit(text: str, meant: list[str]) -> None:
    """Dots, signs or words between them; the unit of the last is that of both."""
    assert ends(text) == meant


def test_quotes_around_a_text_are_no_part_of_it() -> None:
    """Straight ones and typographic ones."""
    assert {cleaned(text) for text in ('"x"', "“x”", " 'x'", "=x")} == {"x"}
