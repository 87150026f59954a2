"""Limits of values with units: times of day, amounts of disk space, durations."""

import re
from typing import Any

from collide.base.filtergraph import number
from collide.base.pasted_text import time_of_day
from collide.base.spoken_number import TIMES, amount, cleaned
from collide.limits import Checked
from collide.text_limits import Text

CLOCK = Text("a time of day, from 0:00 to 23:59", "([01]?[0-9]|2[0-3]):[0-5][0-9]")
UNTIL = Text(CLOCK.takes, CLOCK.form, means=time_of_day)


class Bytes(Checked):
    """An amount of disk space; text other than 0 needs a unit, because bytes would be tiny."""

    def near(self, text: str) -> str | None:
        """Return the likeliest amount for a string (by default in GB), or None."""
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b|ig)?", cleaned(text).lower())
        return f"{match[1]}{'k' if match[2] == 'k' else match[2].upper() or 'G'}" if match else None

    def _typed(self, text: str) -> Any:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([kMGT])B?|0", text.strip())
        if match and match[1]:
            return int(float(match[1]) * 1000 ** " kMGT".index(match[2]))
        return 0 if match else None

    def _form(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError
        return value

    def __str__(self) -> str:
        return "a size with its unit, such as 20G or 500M; or 0"


class Duration(Checked):
    """A length of time in seconds; text needs a unit, because a number could mean minutes."""

    def near(self, text: str) -> str | None:
        """Return the likeliest duration for a string (by default in minutes), or None."""
        quantity = amount(text)
        if (
            quantity is None
            or quantity[0] <= 0
            or quantity[1] not in ("", *TIMES)
            or quantity[0] >= 10**5
        ):
            return None
        seconds = quantity[0] * TIMES[quantity[1] or "m"]
        return f"{number(seconds / 60)}m" if seconds % 60 == 0 else f"{number(seconds)}s"

    def _typed(self, text: str) -> Any:
        match = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]+)?) *([smh])", text.strip())
        return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]] if match else None

    def _form(self, value: Any) -> Any:
        if not isinstance(value, float) or value <= 0:
            raise ValueError
        return value

    def __str__(self) -> str:
        return "a length of time with its unit, such as 10m, 30s or 2h"
