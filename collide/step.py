"""The contract: all that an instrument may import from this project.

An instrument is one file in one of the folders. It has

    a docstring   line 1 `family/name: what it does, so what.`; then when to play it; then what
                  it reads and writes, with units
    DEFAULTS      every knob, explained for the eye in a comment right above it
    LIMITS        what each knob may be; checks, dice and fuzzing read it
    PER_LAYER     names of the knobs that each layer has for itself (none when absent)
    KEYED         the same, for layers above the base: layer 1 has no key, and no place
    one function  filters(knobs, …) -> str      pictures or sound in, one out: a filter chain
                  command(knobs, …) -> Argv     what one chain cannot say
                  passes(knobs, …) -> Passes    several runs, where a later one needs what an
                                                earlier one measured
                  analyze(knobs, …) -> dict     Python on frames, one thread
    answer        beside command or passes, where the run leaves facts: files -> plain data
    VERSION       of analyze, passes and answer: raise it when the answer changes

and no class, no registration, no import of the machine. Input files stand in a command as
`@name`, output files as plain names; both are given their places when the command runs.
"""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from collide.errors import CONTROL
from collide.filters import SWS, TAGS, chain, clock, graph, labels, number, scale
from collide.media import Clip, read_clip
from collide.rolls import place
from collide.segments import Read, Span

__all__ = [
    "BITEXACT", "METER", "PLAIN", "RATE", "STORAGE", "SWS", "TAGS", "Argv", "Checked", "Choice",
    "Clip", "Color", "Family", "Knobs", "Limit", "Name", "Passes", "Range", "Read", "Size", "Span",
    "Toggle", "chain", "clock", "graph", "labels", "measured", "number", "place", "read_clip",
    "scale", "seek", "wide_and_high",
]  # fmt: skip

Argv = list[str]
Knobs = Mapping[str, Any]
Passes = Generator[Argv, str, dict[str, Any]]

# Two runs, equal bytes: no encoder string, no creation time.
BITEXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]

# How staged pictures are kept, all exact: bytes a frame against time to read one.
STORAGE = {
    "raw": ["-c:v", "rawvideo"],
    "ffvhuff": ["-c:v", "ffvhuff", "-pred", "left", "-threads", "1"],
    # -g 1: a piece is cut at key frames, and ffv1 makes one in twelve otherwise
    "ffv1": ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-threads", "1"],
}

RATE = 48000  # samples a second, of all sound

# Resampling and filtering sound differ in the last bits between processors with and without
# AVX2 (seen, 9.0.2); plain C gives the same on all of them, and sound is cheap.
PLAIN = ["-cpuflags", "0"]


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
class Family:
    """The name of an instrument of one folder; the catalog knows which there are."""

    folder: str


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


Checked = Range | Choice | Toggle | Color | Size | Name
Limit = Checked | Family

# Measures sound by EBU R 128, true peak included; `measured` reads what it says.
METER = "ebur128=peak=true:framelog=quiet"


def measured(report: str) -> tuple[float | None, float | None]:
    """Return (integrated loudness in LUFS, true peak in dBTP) of a METER run; None is silence.

    R 128 counts nothing below -70 LUFS, so that is what silence reads as.
    """
    loud = re.findall(r"^\s+I:\s+(-?[0-9.]+|-inf|nan) LUFS", report, re.MULTILINE)
    peak = re.findall(r"^\s+Peak:\s+(-?[0-9.]+|-inf|nan) dBFS", report, re.MULTILINE)
    if not loud or not peak:
        raise ValueError("ffmpeg measured no loudness")
    lufs = float(loud[-1])
    return (lufs, float(peak[-1])) if lufs > -70 else (None, None)


def seek(seconds: float) -> Argv:
    """Return the option that opens a clip at `seconds`.

    None at the start: in files without an index, FLV for one, even -ss 0 loses the first frames.
    """
    return ["-ss", number(round(seconds, 3))] if seconds else []


def wide_and_high(size: str) -> tuple[int, int]:
    """Return the two numbers of a checked "WxH"."""
    width, _, height = size.partition("x")
    return int(width), int(height)
