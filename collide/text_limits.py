"""Limits of text values: colors, sizes, names, files, addresses, times of day."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from collide.base.errors import CONTROL
from collide.base.filtergraph import number
from collide.limits import Chain, Checked, Several

LABEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


COLORS = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "00FF00", "blue": "0000FF",
    "yellow": "FFFF00", "cyan": "00FFFF", "magenta": "FF00FF", "gray": "808080", "grey": "808080",
}  # fmt: skip


class Color(Checked):
    """A color as six hexadecimal digits."""

    def near(self, text: str) -> str | None:
        """Return the color of a name, or of three digits."""
        word = text.strip().lower()
        short = re.fullmatch(r"#?([0-9a-f])([0-9a-f])([0-9a-f])", word)
        digits = "".join(2 * digit for digit in short.groups()) if short else COLORS.get(word)
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
    """A picture's width and height, both even: half-size color planes need it."""

    most: int = 8192

    def near(self, text: str) -> str | None:
        """Return the size with even sides, neither too large nor too small."""
        match = re.fullmatch(r"([0-9]{1,5})\s*[xX*×:, ]\s*([0-9]{1,5})(?:px)?", text.strip())
        sides = [*map(int, match.groups())] if match else self._wide(text.strip().lower())
        return "x".join(str(min(max(side // 2 * 2, 16), self.most)) for side in sides) or None

    def _wide(self, text: str) -> list[int]:
        """Return the sides of a picture of 16:9 that is named by one of them: 720p, 4k, 1280."""
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
    """A bare file name: compared with existing names, never opened as typed."""

    def _form(self, value: Any) -> Any:
        bad = not isinstance(value, str) or len(value) > 200 or "/" in value or "\\" in value
        if bad or value in ("", ".", "..") or CONTROL.search(value):
            raise ValueError
        return value

    def __str__(self) -> str:
        return "the name of a file, without folders"


class MaterialName(Name):
    """`any`, or the name of a clip or a sound, or the end of its path: compared, never opened.

    Blanks around it, and backslashes in it, may be a part of the name. A path ends in a suffix, as
    each file does that can be chosen.
    """

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
    """`none`, or the bare name of a file in one folder of library/; ffmpeg never sees the name."""

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
    """`off`, or a target range of shares. Unlike the range of a Range, it is not drawn from."""

    def _form(self, value: Any) -> Any:
        if value == "off":
            return value
        ends = value if isinstance(value, list | tuple) else str(value).split("..")
        low, high = (round(float(end), 4) for end in ends if not isinstance(end, bool))
        if not 0 <= low < high <= 1:
            raise ValueError
        return f"{number(low)}..{number(high)}"

    def __str__(self) -> str:
        return "off, or a window from 0 to 1, for instance 0.3..0.6"


Single = Several | Chain | Size | Name | Band  # one value, also where it looks like two


def wide_and_high(size: str) -> tuple[int, int]:
    """Return the two numbers of a checked "WxH"."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def low_and_high(band: str) -> tuple[float, float] | None:
    """Return the two numbers of a checked "LOW..HIGH", None of "off"."""
    low, dots, high = band.partition("..")
    return (float(low), float(high)) if dots else None


@dataclass(frozen=True)
class Text(Checked):
    """A text of one form. `of`: the kind of its values, for completion."""

    takes: str
    form: str = ".+"
    of: str = ""

    def near(self, text: str) -> str | None:
        """Return an address without its https://, where it begins as one."""
        whole = f"https://{text}"
        www = text.lower().startswith("www.") and re.fullmatch(self.form, whole, re.DOTALL)
        return whole if www else None

    def _typed(self, text: str) -> Any:
        return text

    def _form(self, value: Any) -> Any:
        if not re.fullmatch(self.form, value, re.DOTALL):
            raise ValueError
        return value

    def __str__(self) -> str:
        return self.takes


class Label(Text):
    """A name that can be a file's on every system."""

    def __init__(self, of: str) -> None:
        takes = f"the name of a {of} (letters, digits, _ . and -, 64 at most)"
        super().__init__(takes, LABEL.pattern, of)

    def near(self, text: str) -> str | None:
        """Return the text without what cannot be in a name; of a path, the folder in projects/."""
        text = re.sub(r"^(.*/)?projects/([^/]+).*", r"\2", text, flags=re.DOTALL)
        return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:64] or None


class Labels(Label):
    """One such name, or several joined by commas."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        object.__setattr__(self, "form", rf"{LABEL.pattern}(,{LABEL.pattern})*")

    def near(self, text: str) -> str | None:
        """Return the names without what cannot be in one."""
        parts = (super(Labels, self).near(part) for part in text.split(","))
        return ",".join(part for part in parts if part) or None


HOST = r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[]+)"
ADDRESS = Text("an address that begins with http:// or https://", rf"(?i:https?)://(\S+@)?{HOST}.*")
HOST_AND_PORT = Text(
    "the name or the address of a machine, with :PORT if its farm has another than 8786",
    r"(?i:([a-z0-9_.-]{1,253})|\[([0-9a-f:]+)\])(?::([0-9]{1,5}))?",
)
CLOCK = Text("a time of day, from 0:00 to 23:59", "([01]?[0-9]|2[0-3]):[0-5][0-9]")


class _Until(Text):
    """A time of day as people say it in short: 7 is 7:00."""

    def near(self, text: str) -> str | None:
        """Return the hour, or the hour and the minutes, that are meant."""
        tried = f"{text.strip()}:00", re.sub(r"[.h]", ":", text.strip())
        return next((one for one in tried if re.fullmatch(self.form, one)), None)


UNTIL = _Until(CLOCK.takes, CLOCK.form)
LOOK_NAME = Text(
    "the name of a look or its first characters, for instance 7f3a, or a number of the last sheet",
    "[0-9A-Za-z]{1,64}",
    "look",
)


@dataclass(frozen=True)
class Names(Checked):
    """Names joined by commas. `of`: their kind; `empty`: whether an empty list is allowed."""

    of: str
    empty: bool = False

    def near(self, text: str) -> str | None:
        """Return the names without empty ones."""
        return ",".join(self._typed(text)) or None

    def _typed(self, text: str) -> Any:
        return tuple(name.strip() for name in text.split(",") if name.strip())

    def _form(self, value: Any) -> Any:
        names = tuple(value) if isinstance(value, list | tuple) else (None,)
        if not (names or self.empty) or not all(isinstance(name, str) for name in names):
            raise ValueError
        return names

    def __str__(self) -> str:
        return f"names of {self.of}s, joined by commas"


class Bytes(Checked):
    """An amount of disk. A bare number is refused: read as bytes it would empty the store."""

    def near(self, text: str) -> str | None:
        """Return the number in gigabytes."""
        return f"{text}G" if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None

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
        return "a size with its unit, as 20G or 500M; or 0"


class Duration(Checked):
    """A length of time with its unit, in seconds; a bare number could be meant as minutes."""

    def near(self, text: str) -> str | None:
        """Return the number in minutes."""
        return f"{text}m" if re.fullmatch(r"[0-9]{1,4}", text) else None

    def _typed(self, text: str) -> Any:
        match = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]+)?) *([smh])", text.strip())
        return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]] if match else None

    def _form(self, value: Any) -> Any:
        if not isinstance(value, float) or value <= 0:
            raise ValueError
        return value

    def __str__(self) -> str:
        return "a length of time with its unit, as 10m, 30s or 2h"
