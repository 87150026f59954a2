"""Limits of text values: colors, sizes, names, files, addresses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from collide.base import pasted_text
from collide.base.color_words import hex_digits
from collide.base.errors import CONTROL
from collide.base.filtergraph import number
from collide.base.spoken_number import cleaned, shares
from collide.base.workspace import LABEL, LABEL_FORM
from collide.limits import Chain, Checked, Several


class Color(Checked):
    """A color as six hexadecimal digits."""

    def near(self, text: str) -> str | None:
        """Return the color for a name, three or eight digits, rgb(…) or hsl(…), or None."""
        digits = hex_digits(cleaned(text).lower())
        return digits and f"0x{digits.upper()}"

    def _form(self, value: Any) -> Any:
        match = re.fullmatch(r"(?:0[xX]|#)?([0-9A-Fa-f]{6})", str(value))
        if not match:
            raise ValueError
        return "0x" + match[1].upper()

    def __str__(self) -> str:
        return "a color as 0xRRGGBB"


@dataclass(frozen=True)
class Size(Checked):
    """A picture's width and height, both even, because chroma planes have half of each."""

    most: int = 8192

    def near(self, text: str) -> str | None:
        """Return the allowed size that a string such as 1280 x 720, 16:9 or 720p means, or None."""
        text = cleaned(text).lower()
        match = re.fullmatch(r"([0-9]{1,5})\s*[x*×:/, ]\s*([0-9]{1,5})(?:px|[pi])?", text)
        sides = [*map(int, match.groups())] if match else self._wide(text)
        if match and 0 < min(sides) <= max(sides) < 100:  # a ratio such as 16:9
            sides = [round(720 * side / min(sides)) for side in sides]
        return "x".join(str(min(max(side // 2 * 2, 16), self.most)) for side in sides) or None

    def _wide(self, text: str) -> list[int]:
        """Return the sides of a 16:9 picture for a string such as 720p or 1280, or []."""
        text = {"hd": "720p", "fullhd": "1080p", "4k": "2160p", "uhd": "2160p"}.get(text, text)
        high, wide = re.fullmatch(r"([0-9]{1,5})[pi]", text), re.fullmatch(r"([0-9]{3,5})", text)
        if high:
            return [round(int(high[1]) * 16 / 9), int(high[1])]
        return [int(wide[1]), round(int(wide[1]) * 9 / 16)] if wide else []

    def _form(self, value: Any) -> Any:
        text = "x".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        match = re.fullmatch(r"([0-9]{2,5})x([0-9]{2,5})", text)
        sides = [int(side) for side in match.groups()] if match else [0]
        if any(side % 2 or not 16 <= side <= self.most for side in sides):
            raise ValueError
        return "x".join(map(str, sides))

    def __str__(self) -> str:
        return f"WIDTHxHEIGHT, both even, 16 to {self.most}"


class Name(Checked):
    """A bare file name, which is compared with existing names and never opened as typed."""

    def _form(self, value: Any) -> Any:
        bad = not isinstance(value, str) or len(value) > 200 or "/" in value or "\\" in value
        if bad or value in ("", ".", "..") or CONTROL.search(value):
            raise ValueError
        return value

    def __str__(self) -> str:
        return "the name of a file, without folders"


class MaterialName(Name):
    """`any`, or the name of a clip or sound (or the end of its path); never opened as typed.

    A name may contain backslashes and may begin or end with spaces. A path must end in a suffix,
    as the paths of all usable files do.
    """

    def near(self, text: str) -> str | None:
        """Return the name without folders and quotes, or None if the rest is not a file name."""
        name = PurePath(cleaned(text)).name
        return name if PurePath(name).suffix and not CONTROL.search(name) else None

    def _typed(self, text: str) -> Any:
        return "any" if text.strip() == "any" else text

    def _form(self, value: Any) -> Any:
        bad = not isinstance(value, str) or len(value) > 300 or CONTROL.search(value)
        if bad or not value.strip() or {".", ".."} & {*value.split("/")}:
            raise ValueError
        if re.search(r"[/\\]", value) and not re.search(r"\.\w{1,5}\s*$", value):
            raise ValueError
        return value

    def __str__(self) -> str:
        return "the name of a file, or the end of its path"


@dataclass(frozen=True)
class File(Name):
    """`none`, or a file's bare name, which ffmpeg never sees, in one folder of library/."""

    folder: str
    suffixes: tuple[str, ...]

    def _form(self, value: Any) -> Any:
        named = str(super()._form(value))
        if named != "none" and PurePath(named).suffix.lower() not in self.suffixes:
            raise ValueError
        return named

    def __str__(self) -> str:
        kinds = " or ".join(self.suffixes)
        return f"none, or the name of a file in library/{self.folder}, {kinds}, without folders"


class Band(Checked):
    """`off`, or a target range from 0 to 1, used whole, because nothing is drawn from it."""

    def _form(self, value: Any) -> Any:
        if value == "off":
            return value
        ends = value if isinstance(value, list | tuple) else str(value).split("..")
        low, high = (round(float(end), 4) for end in ends if not isinstance(end, bool))
        if not 0 <= low < high <= 1:
            raise ValueError
        return f"{number(low)}..{number(high)}"

    def near(self, text: str) -> str | None:
        """Return the range for one or two fractions, or "off" for a word such as no."""
        if cleaned(text).lower() in ("none", "no", "false", "0"):
            return "off"
        low, high = shares(text) or (0.0, 0.0)
        return f"{number(low)}..{number(high)}" if low < high else None

    def __str__(self) -> str:
        return "off, or a range from 0 to 1, for instance 0.3..0.6"


Single = Several | Chain | Size | Name | Band  # one value, even if its text has commas or ..


def wide_and_high(size: str) -> tuple[int, int]:
    """Return the width and the height of a checked "WxH"."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def low_and_high(band: str) -> tuple[float, float] | None:
    """Return the two numbers of a checked "LOW..HIGH", or None for "off"."""
    low, dots, high = band.partition("..")
    return (float(low), float(high)) if dots else None


@dataclass(frozen=True)
class Text(Checked):
    """A string that matches the regular expression `form`, which `takes` describes in words.

    `of` is the kind of value, for completion. `means` corrects a string that does not match, or
    returns "".
    """

    takes: str
    form: str = ".+"
    of: str = ""
    means: Callable[[str], str] = field(default=lambda _: "", compare=False, repr=False)

    def near(self, text: str) -> str | None:
        """Return the corrected string, or None if `means` cannot correct it."""
        return self.means(text) or None

    def _typed(self, text: str) -> Any:
        return text

    def _form(self, value: Any) -> Any:
        if not re.fullmatch(self.form, value, re.DOTALL):
            raise ValueError
        return value

    def __str__(self) -> str:
        return self.takes


class Label(Text):
    """A name of at most 64 characters that are safe in a file name."""

    def __init__(self, of: str) -> None:
        takes = f"the name of a {of} ({LABEL_FORM})"
        super().__init__(takes, LABEL.pattern, of)

    def near(self, text: str) -> str | None:
        """Return the text without forbidden characters, or None if nothing is left.

        For a path into projects/, return the name of its project.
        """
        return pasted_text.label_of(text) or None


class Labels(Label):
    """One label, or several joined by commas."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        object.__setattr__(self, "form", rf"{LABEL.pattern}(,{LABEL.pattern})*")

    def near(self, text: str) -> str | None:
        """Return the labels without forbidden characters, or None if no label is left."""
        parts = (super(Labels, self).near(part) for part in text.split(","))
        return ",".join(part for part in parts if part) or None


ADDRESS = Text(
    "an address that begins with http:// or https://",
    pasted_text.ADDRESS,
    means=pasted_text.address_of,
)
HOST_AND_PORT = Text(
    "the name or the address of a machine, with :PORT if its farm does not use 8786",
    r"(?i:([a-z0-9_.-]{1,253})|\[([0-9a-f:]+)\])(?::([0-9]{1,5}))?",
)
LOOK_NAME = Text(
    "a look's name or its beginning (such as 7f3a), the number of a cell, or a star's name",
    LABEL.pattern,
    "look",
    pasted_text.look_stem,
)


_BETWEEN = r"\s*[][{}\"'+&|;,]+\s*"  # separators, brackets and quotes, which no name contains


@dataclass(frozen=True)
class Names(Checked):
    """Names of the kind `of`, joined by commas, or an empty list if `empty` is true."""

    of: str
    empty: bool = False

    def near(self, text: str) -> str | None:
        """Strip brackets and quotes from the names; return None if no name is left."""
        return ",".join(self._typed(",".join(re.split(_BETWEEN, text)))) or None

    def _typed(self, text: str) -> Any:
        return tuple(name.strip() for name in text.split(",") if name.strip())

    def _form(self, value: Any) -> Any:
        names = tuple(value) if isinstance(value, list | tuple) else (None,)
        if not (names or self.empty) or not all(isinstance(name, str) for name in names):
            raise ValueError
        if any(re.search(_BETWEEN, name) for name in names):
            raise ValueError
        return names

    def __str__(self) -> str:
        return f"names of {self.of}s, joined by commas"
