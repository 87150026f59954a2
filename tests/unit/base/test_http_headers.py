"""http_headers: whole numbers from untrusted headers."""

import pytest

from collide.base.http_headers import LARGEST, header_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("65536", 65536), ("007", 7), ("9" * 18, LARGEST - 1), ("9" * 19, LARGEST),
     ("9" * 9000, LARGEST), ("", None), ("-1", None), ("+1", None), ("1.5", None), ("1_0", None),
     (" 1", None), ("1\n", None), ("²", None), ("1³", None), ("٣", None), ("0x10", None)],
)  # fmt: skip
def test_only_plain_digits_are_a_number(text: str, number: int | None) -> None:
    """Only the digits 0 to 9 form a number, and a number above LARGEST is read as LARGEST."""
    assert header_number(text) == number
