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
from typing import Any

from collide.filters import RATE, SWS, TAGS, chain, clock, graph, labels, number, scale, sound
from collide.limits import (
    Band,
    Checked,
    Choice,
    Color,
    Family,
    Limit,
    Name,
    Range,
    Several,
    Size,
    Toggle,
    low_and_high,
    wide_and_high,
)
from collide.media import Clip, read_clip
from collide.rolls import place
from collide.segments import Read, Span

__all__ = [
    "BITEXACT", "MASKS", "METER", "PLAIN", "RATE", "STORAGE", "SWS", "TAGS", "Argv", "Band",
    "Checked", "Choice", "Clip", "Color", "Family", "Knobs", "Limit", "Name", "Passes", "Range",
    "Read", "Several", "Size", "Span", "Toggle", "chain", "clock", "graph", "labels",
    "low_and_high", "measured", "number", "place", "read_clip", "scale", "seek", "sound",
    "wide_and_high",
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

# Resampling and filtering sound differ in the last bits between processors with and without
# AVX2 (seen, 9.0.2); plain C gives the same on all of them, and sound is cheap.
PLAIN = ["-cpuflags", "0"]

# A run of `passes` that begins with this is not ffmpeg's: build/masks.py, a process of its own,
# is given a model, its name, a size, and the files of raw frames and of masks.
MASKS = "masks"

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
