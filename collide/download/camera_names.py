"""Names that cameras give to files: a search for DSC_0047 finds videos that nobody gave a title.

The patterns and the sites are in camera_names.json. Both `doit download search=DSC` and the page
for searching by hand read that file. In a form, {4} stands for a four-digit number, {date} for a
date such as 20140131, and {day} for a date such as 2014-01-31. Most patterns come from DCF (JEITA
CP-3461), where a name consists of four free characters and a number from 0001 to 9999.
"""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from collide.base.dice import place, within

TABLE = Path(__file__).with_suffix(".json")
ANY = "random"  # the word for a pattern drawn at random


@cache
def table() -> dict[str, Any]:
    """Return the `patterns` (name, form, camera, years if the form has a date) and the `sites`."""
    return dict(json.loads(TABLE.read_bytes()))


def names() -> list[str]:
    """Return the pattern names."""
    return [pattern["name"] for pattern in table()["patterns"]]


def is_pattern(words: str) -> bool:
    """Return whether `words` is `random` or a pattern's name, ignoring case."""
    return words.lower() in [ANY, *(name.lower() for name in names())]


def drawn(words: str, seed: int, number: int) -> str:
    """Draw a file name from the pattern called `words`; for `random`, from any pattern.

    The same words, seed and number always draw the same name.
    """
    patterns = [p for p in table()["patterns"] if words.lower() in (ANY, p["name"].lower())]
    which = int(place(seed, "camera", number, "pattern") * len(patterns))
    return filled(patterns[which], place(seed, "camera", number, "name"))


def filled(pattern: dict[str, Any], at: float) -> str:
    """Return the file name at position `at`, 0 to 1, among all possible names of a pattern."""
    if "years" in pattern:
        first, last = date(pattern["years"][0], 1, 1), date(pattern["years"][1], 12, 31)
        day = first + timedelta(days=within(at, 0, (last - first).days, whole=True))
        return str(pattern["form"]).format(date=f"{day:%Y%m%d}", day=day.isoformat())
    return re.sub(r"\{(\d)\}", lambda hit: _digits(int(hit[1]), at), pattern["form"])


def _digits(count: int, at: float) -> str:
    return f"{within(at, 1, 10**count - 1, whole=True):0{count}}"
