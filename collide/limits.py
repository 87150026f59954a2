"""Limits, which define the values that a knob or a verb's variable takes: numbers, words, toggles.

`check` returns a value in canonical form or raises ValueError with the allowed values. Keys are
made from the canonical form. `read` does the same as `check` and also takes text.
"""

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from collide.base.errors import InputError
from collide.base.filtergraph import number, read_number
from collide.base.frame_rate import NTSC, exact
from collide.base.spoken_number import FRAMES, TIMES, amount, cleaned
from collide.base.words import nearest

LEAST = 0.0001  # a lower limit between 0 and this value means "above 0"
SHARES = 10  # if the upper limit is at most this, a percentage is a fraction: 30% is 0.3


class BadValueError(InputError):
    """The error for an invalid value, with a valid value (`instead`) or a `sweep` to try."""

    sweep = ""  # set only for values that would animate a knob

    def __init__(self, name: str, raw: Any, error: object, *, instead: str, fix: str = "") -> None:
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        self.name, self.raw, self.instead = name, text, instead  # instead is "" if unknown
        super().__init__(
            f"{name}={text if len(text) <= 60 else text[:57] + '…'} is not a valid value",
            why=f"{name} {error}",
            fix=fix or (f"use {name}={instead}" if instead else f"choose another: {name}=…"),
        )


@dataclass(frozen=True)
class Checked:
    """A limit that can check values; the catalog replaces each Family with a Checked limit."""

    of = ""  # what a value names: "project", "look", "file" …

    def check(self, value: Any) -> Any:
        """Return the value in canonical form or raise ValueError with the allowed values."""
        try:
            return self._form(value)
        except (ValueError, TypeError, OverflowError):
            raise ValueError(f"takes {self}") from None

    def read(self, raw: Any) -> Any:
        """Check text or a JSON value and return it in canonical form."""
        return self.check(self._typed(raw) if isinstance(raw, str) else raw)

    def near(self, text: str) -> str | None:  # noqa: ARG002 - subclasses use it
        """Return the likeliest allowed value for `text`, or None."""
        return None

    def _typed(self, text: str) -> Any:
        return text.strip()

    def _form(self, value: Any) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Range(Checked):
    """A number from `low` to `high` (whole if both are); if `rolls`, a knob also takes ranges."""

    low: float
    high: float
    rolls: bool = True

    @property
    def whole(self) -> bool:
        """Return whether only whole numbers are allowed."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def beyond(self, raw: Any) -> bool:
        """Return whether `raw` is a number outside the range."""
        try:
            return not self.low <= float(raw) <= self.high
        except (TypeError, ValueError):
            return False

    def near(self, text: str) -> str | None:
        """Return the likeliest allowed number for `text`, or None."""
        text = cleaned(text)
        longer = text[:-1] + f"0{text[-1:]}"
        if re.fullmatch(r"[0-9]{1,4}:[0-9]", text) and self._takes(longer):
            return longer
        value = self._typed(text)
        if isinstance(value, str):
            value = self._abroad(text)
        if not isinstance(value, int | float) or (value < self.low and 0 < self.low < LEAST):
            return None
        if self._is_percent(value):
            value /= 100
        value *= -1 if self.high <= 0 < value else 1  # loudness_lufs=23 means -23
        value = min(max(value, self.low), self.high)
        return number(int(value) if self.whole else float(value))

    def _is_percent(self, value: float) -> bool:
        """Return whether an invalid number (such as 70) is probably a percentage."""
        share = not self.whole and self.high <= SHARES <= abs(value) and self.beyond(value)
        return share and self.low <= value / 100 <= self.high

    def _takes(self, text: str) -> bool:
        try:
            self.read(text)
        except ValueError:
            return False
        return True

    def _abroad(self, text: str) -> float | None:
        """Convert a number with a unit (30%, 2min, 48k); return None for other text."""
        if (quantity := amount(text)) is None:
            return None
        value, unit = quantity
        if unit in FRAMES and not self.whole:
            return None
        if unit == "k" and value < self.low <= 1000 * value <= self.high:
            return 1000 * value
        return value * (0.01 if unit == "%" and self.high <= SHARES else TIMES.get(unit, 1.0))

    def _typed(self, text: str) -> Any:
        return text if ":" in text and (self.whole or self.high <= 1) else read_number(text.strip())

    def _form(self, value: Any) -> Any:
        if isinstance(value, bool) or not self.low <= value <= self.high:  # also refuses NaN
            raise ValueError
        if self.whole and value != int(value):
            raise ValueError
        return int(value) if self.whole else float(value) + 0.0  # turns -0.0 into 0.0

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} {self._ends()}"

    def _ends(self) -> str:
        low = "above 0, up" if 0 < self.low < LEAST else f"from {number(self.low)}"
        return f"{low} to {number(self.high)}"


class Rate(Range):
    """Frames per second: a whole number, or an NTSC rate as a decimal or a fraction.

    An NTSC rate is always stored as the decimal: 23.976 stands for exactly 24000/1001.
    """

    def near(self, text: str) -> str | None:
        """Return the allowed rate nearest to that in `text`, or None if `text` is not a rate."""
        value = self._typed(_with_point(text))
        value = self._abroad(value) if isinstance(value, str) else value
        return number(self.nearest(value)) if isinstance(value, int | float | Fraction) else None

    def nearest(self, rate: float | Fraction) -> float:
        """Return the allowed rate nearest to `rate`."""
        whole = min(max(round(rate), int(self.low)), int(self.high))
        return min((whole, *NTSC), key=lambda name: abs(float(exact(name)) - float(rate)))

    def _typed(self, text: str) -> Any:
        if re.fullmatch(r"[0-9]{1,9}/0*[1-9][0-9]{0,8}", text.strip()):
            return Fraction(text.strip())
        return super()._typed(text)

    def _form(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise TypeError
        near = self.nearest(value)
        # other programs print rates with more decimals than are stored
        same = near in NTSC and abs(value - exact(near)) < 1e-6
        return near if same or value == near else super()._form(value)

    def __str__(self) -> str:
        named = ", ".join(map(number, NTSC))
        return f"{super().__str__()}, or one of {named} (23.976 is 24000/1001)"


class Seconds(Range):
    """A time in seconds, such as 12.5 or 1:05."""

    def __str__(self) -> str:
        return f"a time in seconds, such as 12.5 or 1:05, {self._ends()}"


@dataclass(frozen=True)
class _Words(Checked):
    """Words from a fixed set, joined by commas."""

    words: tuple[str, ...]

    def near(self, text: str) -> str | None:
        """Return the corrected words without repetitions, or None if a word is unknown."""
        typed = [word for word in re.split(r"[\s,;+&|]+", cleaned(text)) if word]
        words = [word if word in self.words else nearest(word, self.words) for word in typed]
        return None if None in words or not words else ",".join(dict.fromkeys(map(str, words)))

    def _split(self, value: Any) -> list[str]:
        parts = value if isinstance(value, list | tuple) else str(value).split(",")
        words = [word.strip() if isinstance(word, str) else "" for word in parts]
        if not words:
            raise ValueError
        return words


class Choice(_Words):
    """One of a fixed set of words."""

    def near(self, text: str) -> str | None:
        """Return the allowed word nearest to `text`, or None if no word is near."""
        return nearest(cleaned(text), self.words)

    def _form(self, value: Any) -> Any:
        if value not in self.words:
            raise ValueError
        return value

    def __str__(self) -> str:
        return ("one of " if len(self.words) > 1 else "the word ") + ", ".join(self.words)


class Several(_Words):
    """One or more of a fixed set of words, joined by commas and put in a fixed order by `check`."""

    def _form(self, value: Any) -> Any:
        words = self._split(value)
        if not set(words) <= set(self.words):
            raise ValueError
        return ",".join(word for word in self.words if word in words)

    def __str__(self) -> str:
        return f"one or more of {', '.join(self.words)}, joined by commas"


class Chain(_Words):
    """`none`, or words from a fixed set, joined by commas, in the given order."""

    def _form(self, value: Any) -> Any:
        words = self._split(value)
        if words == ["none"]:
            return "none"
        if not set(words) <= set(self.words) or len(set(words)) < len(words):
            raise ValueError
        return ",".join(words)

    def __str__(self) -> str:
        words = ", ".join(self.words)
        return f"none, or some of {words}, each once, in playing order: a,b"


@dataclass(frozen=True)
class Family:
    """A limit to the names of a folder's instruments, which only the catalog can list."""

    folder: str
    several: bool = False  # whether several names joined by commas are allowed
    without: tuple[str, ...] = ()
    chain: bool = False  # whether a chain of names in any order is allowed


class Toggle(Checked):
    """A truth value, `true` or `false`."""

    def near(self, text: str) -> str | None:
        """Return "true" or "false" for a word such as yes or off, or None for other text."""
        word = cleaned(text).lower()
        if word in ("true", "yes", "y", "on", "1", "t"):
            return "true"
        return "false" if word in ("false", "no", "n", "off", "0", "f", "none") else None

    def _typed(self, text: str) -> Any:
        return {"true": True, "false": False}.get(text.strip().lower())

    def _form(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise TypeError
        return value

    def __str__(self) -> str:
        return "true or false"


Limit = Checked | Family


def _with_point(text: str) -> str:
    """Replace a decimal comma with a point."""
    return re.sub(r"(?<=[0-9]),(?=[0-9]+$)", ".", text.strip())


def as_typed(value: Any) -> str:
    """Return a value, a range or a list as a person would type it, and "unset" for None."""
    if value is None:
        return "unset"
    if isinstance(value, list | tuple):
        return ("," if value and isinstance(value[0], str) else "..").join(map(as_typed, value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return number(value)
