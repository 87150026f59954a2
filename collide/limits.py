"""What a knob may be: a number, a word, a color, a window… Each checks a value, and says itself.

`check` returns the value in its one form, since keys are made of it, or raises ValueError with
what may be said instead.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from collide.errors import CONTROL
from collide.filters import number


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`; whole when both are. `rolls`: a window may stand for it."""

    low: float
    high: float
    rolls: bool = True

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def check(self, value: Any) -> Any:
        """Return the number, or raise ValueError with what it may be."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"it takes {self}")
        if not self.low <= value <= self.high:  # also refuses NaN
            raise ValueError(f"it takes {self}")
        if self.whole and value != int(value):
            raise ValueError(f"it takes {self}")
        return int(value) if self.whole else float(value) + 0.0  # -0.0 is 0.0 in the recipe

    def __str__(self) -> str:
        """Say the range in words."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {number(self.low)} to {number(self.high)}"


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: Any) -> Any:
        """Return the word, or raise ValueError with those there are."""
        if value not in self.words:
            raise ValueError(f"it takes {self}")
        return value

    def __str__(self) -> str:
        """List the words."""
        return "one of " + ", ".join(self.words)


@dataclass(frozen=True)
class Several:
    """Some of a few words, at least one, joined by commas."""

    words: tuple[str, ...]

    def check(self, value: Any) -> Any:
        """Return the words in their own order, each once, or raise ValueError."""
        said = value if isinstance(value, list | tuple) else str(value).split(",")
        named = {word.strip() if isinstance(word, str) else None for word in said}
        if not named or not named <= set(self.words):
            raise ValueError(f"it takes {self}")
        return ",".join(word for word in self.words if word in named)

    def __str__(self) -> str:
        """List the words."""
        return f"one or more of {', '.join(self.words)}, joined by commas"


@dataclass(frozen=True)
class Chain:
    """Some of a few words, in the order they are said, joined by commas; or `none`."""

    words: tuple[str, ...]

    def check(self, value: Any) -> Any:
        """Return the words as they were said, or raise ValueError."""
        said = value if isinstance(value, list | tuple) else str(value).split(",")
        named = [word.strip() if isinstance(word, str) else None for word in said]
        if named == ["none"]:
            return "none"
        if not named or not set(named) <= set(self.words) or len(set(named)) < len(named):
            raise ValueError(f"it takes {self}")
        return ",".join(map(str, named))

    def __str__(self) -> str:
        """List the words."""
        known = ", ".join(self.words)
        return f"none, or some of {known}, each once, in the order they are played: a,b"


@dataclass(frozen=True)
class Family:
    """The name of an instrument of one folder; the catalog knows which there are."""

    folder: str
    several: bool = False  # or some of their names, joined by commas
    without: tuple[str, ...] = ()
    chain: bool = False  # or a chain of them, in any order


@dataclass(frozen=True)
class Toggle:
    """true or false."""

    def check(self, value: Any) -> Any:
        """Return the claim, or raise ValueError."""
        if not isinstance(value, bool):
            raise ValueError(f"it takes {self}")
        return value

    def __str__(self) -> str:
        """Say it in words."""
        return "true or false"


@dataclass(frozen=True)
class Color:
    """A color as six hexadecimal digits."""

    def check(self, value: Any) -> Any:
        """Return the color as 0xRRGGBB, or raise ValueError."""
        found = re.fullmatch(r"(?:0[xX]|#)?([0-9A-Fa-f]{6})", str(value))
        if not found:
            raise ValueError(f"it takes {self}")
        return "0x" + found[1].upper()

    def __str__(self) -> str:
        """Say it in words."""
        return "a color as 0xRRGGBB"


@dataclass(frozen=True)
class Size:
    """A picture's width and height, both even: half-size color planes need it."""

    most: int = 8192

    def check(self, value: Any) -> Any:
        """Return the size as "WxH", or raise ValueError."""
        text = "x".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        found = re.fullmatch(r"([0-9]{2,5})x([0-9]{2,5})", text)
        if not found:
            raise ValueError(f"it takes {self}")
        width, height = int(found[1]), int(found[2])
        if (
            width % 2
            or height % 2
            or not 16 <= min(width, height) <= max(width, height) <= self.most
        ):
            raise ValueError(f"it takes {self}")
        return f"{width}x{height}"

    def __str__(self) -> str:
        """Say it in words."""
        return f"WIDTHxHEIGHT, both even, 16 to {self.most}"


@dataclass(frozen=True)
class Name:
    """A bare file name: compared with names that are there, never opened as it stands."""

    def check(self, value: Any) -> Any:
        """Return the name, or raise ValueError."""
        bad = not isinstance(value, str) or len(value) > 200 or "/" in value or "\\" in value
        if bad or value in ("", ".", "..") or CONTROL.search(value):
            raise ValueError(f"it takes {self}")
        return value

    def __str__(self) -> str:
        """Say it in words."""
        return "the name of a file, without folders"


@dataclass(frozen=True)
class File:
    """`none`, or the bare name of a file in one folder of library/; ffmpeg never sees the name."""

    folder: str
    suffixes: tuple[str, ...]

    def check(self, value: Any) -> Any:
        """Return the name, or raise ValueError."""
        try:
            named = str(Name().check(value))
        except ValueError:
            raise ValueError(f"it takes {self}") from None
        if named != "none" and PurePath(named).suffix.lower() not in self.suffixes:
            raise ValueError(f"it takes {self}")
        return named

    def __str__(self) -> str:
        """Say it in words."""
        kinds = " or ".join(self.suffixes)
        return f"none, or the name of a file in library/{self.folder}, {kinds}, without folders"


@dataclass(frozen=True)
class Band:
    """`off`, or a window of shares to end up in. No dice: a window of a Range is drawn from."""

    def check(self, value: Any) -> Any:
        """Return "off" or "LOW..HIGH", or raise ValueError."""
        if value == "off":
            return value
        said = value if isinstance(value, list | tuple) else str(value).split("..")
        try:
            low, high = (round(float(end), 4) for end in said if not isinstance(end, bool))
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"it takes {self}") from None
        if not 0 <= low < high <= 1:
            raise ValueError(f"it takes {self}")
        return f"{number(low)}..{number(high)}"

    def __str__(self) -> str:
        """Say it in words."""
        return "off, or a window from 0 to 1, for instance 0.3..0.6"


Single = Several | Chain | Size | Name | File | Band  # one value, also where it looks like two
Checked = Range | Choice | Toggle | Color | Single
Limit = Checked | Family


def wide_and_high(size: str) -> tuple[int, int]:
    """Return the two numbers of a checked "WxH"."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def low_and_high(band: str) -> tuple[float, float] | None:
    """Return the two numbers of a checked "LOW..HIGH", None of "off"."""
    low, dots, high = band.partition("..")
    return (float(low), float(high)) if dots else None
