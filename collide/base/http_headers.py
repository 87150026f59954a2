"""Whole numbers in untrusted HTTP headers, such as Content-Length and Range."""

import re

LARGEST = 10**18  # larger numbers, of any length, are read as this number
DIGITS = re.compile(r"[0-9]+")  # str.isdigit accepts ², which int() refuses


def header_number(text: str) -> int | None:
    """Return the whole number in a header (at most LARGEST), or None if it is not a number."""
    if not DIGITS.fullmatch(text):
        return None
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= 18 else LARGEST
