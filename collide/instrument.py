"""The contract of an instrument, and all that an instrument may import from this project.

An instrument is one file in the folder of its family. It has

    a docstring   whose first line is `family/name: what it does, to what effect.`, followed by
                  when to play it, then what it reads and writes, with units
    DEFAULTS      every knob; the comment above each one describes its effect on picture or sound
    LIMITS        the values that each knob takes; checks, dice and fuzzing read them
    PER_LAYER     the names of the knobs of which each layer has its own value (optional)
    KEYED         the names of the knobs of which each layer above the base has its own value:
                  layer 1 has neither a key nor a place (optional)
    BEFORE        for each knob that is newer than its instrument, or that came with an instrument
                  new to old pieces: the value that a recipe without the knob means. A knob at that
                  value is not stored in recipes, so looks keep their names. Exports need no BEFORE,
                  nor does source/select, since recipes store its choices instead of its knobs. A
                  config without the knob means its default, so a new default changes the piece
    REACH         for each knob that is a threshold with a range as its default: the wider range in
                  which that default may be solved, see blend/balance
    ALIASES       other programs' names for its knobs, joined by spaces, by knob (optional)
    VALUE_ALIASES other words for values of a knob, its own or another instrument's, by what to type
                  instead: {"fit": {"fit=cover": "crop fill"}}; a word with spaces is written with
                  hyphens, and one that only resembles the value begins with ~ (optional)
    threshold     threshold(knobs) -> str, for a mode whose key has its own threshold instead of
                  `similarity`: returns the name of that knob
    one function  filters(knobs, …) -> str      a chain of filters with one output
                  command(knobs, …) -> Argv     a command, for what one chain cannot express
                  passes(knobs, …) -> Passes    several runs, each of which may use what an
                                                earlier one measured
                  analyze(knobs, …) -> dict     Python in one thread, mostly on frames
    answer        answer(files, …) -> plain data, if the files of a command or passes contain facts
    VERSION       of analyze, passes and answer: to be raised when their result changes
    LIBRARIES     the packages that compute its result, such as numpy: their versions enter the key
    AFTER         for a new instrument in blend/ or audio/: the name of the instrument after which
                  it is played, for example AFTER = "blend/look". It must have filters(knobs, …),
                  and each layer has its own values of its knobs. In blend/, filters may also take
                  clip, fps, layer and output_size. After pace, look or fit, the instrument is part
                  of a layer's look: it sees the time of the layer, and cannot change its alpha.
                  After key or place, it is played in the stack, on a picture with holes, and sees
                  the time of the piece

and no class, no registration, and no other import from collide. A command names its input files
`@name`, and its output files by plain names; both get their paths when the command runs.

An instrument in post/ is played on the finished picture, in any order with the others. It has

    filters(knobs, *, size, fps, seed) -> str
                  size is (width, height). fps is exact, an int or a Fraction: as text it is 24 or
                  24000/1001, as ffmpeg takes it (`in_seconds` divides by it), whereas the knob fps
                  is 24 or 23.976. `t` is the time of the piece in seconds, even if only a part of
                  it is rendered. Each instrument gets its own seed. The picture arrives as staged
                  (4:2:0, limited range, BT.709), and may leave in any form. A result of ""
                  changes nothing
    first         an optional parameter, for filters that count frames instead of reading `t`: the
                  frame of the piece at which their count begins
    plate(knobs, *, size, fps, seed) -> Argv
                  for filters that need generated pictures, such as grain: writes plate.nut, which
                  has PLATE_FRAMES frames, staged. filters then takes `plate` too: the label of a
                  stream that repeats these frames forever, to be joined by `beside`. If the chain
                  does not contain that label, no plate is made
    WHOLE         True if it needs other frames too: it is then played once, over the whole piece
    passes(knobs, *, size, fps, seed, pieces, storage) -> Passes
                  for a WHOLE instrument that must analyze the picture first: reads `@pictures`
                  (with `-safe 0` before it), writes `in_pieces(pieces, storage)`
    LEAVES        the files that earlier passes write for later ones; they are not kept
    NEUTRAL       the values of its knobs at which no pixel changes; instruments in blend/ and
                  audio/ may have it too, for the knobs that change nothing at one value

The file that a knob names (limit File) is in the command's folder as `lent(knob, its name)`. Labels
in a chain begin with the instrument's name.
"""

import math
import re
from collections.abc import Generator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from collide.base.dice import place
from collide.base.filtergraph import (
    PLANE,
    RATE,
    STAGED,
    SWS,
    TAGS,
    beside,
    chain,
    clock,
    dice,
    graph,
    labels,
    number,
    scale,
    sound,
)
from collide.base.frame_rate import FrameRate, exact, in_seconds, ticks
from collide.base.icc import gamut
from collide.base.media import Clip
from collide.base.opening import (
    filtered,
    listened,
    one_frame,
    opened,
    pictures_of,
    seek,
    since,
    sound_of,
    sound_since,
    steadied,
)
from collide.base.packets import read_clip, read_sound
from collide.base.panorama import balanced, decibels, gains
from collide.base.report import (
    PICTURE,
    SOUND,
    begins,
    chosen,
    combed,
    container,
    duration,
    form,
    steady,
    tracks,
)
from collide.base.segments import Course, Read, Round, Run, Span
from collide.base.shot_cuts import SHOT_SIZE, light_of, motion_of, shots_of
from collide.base.sound_loop import SILENCES, edges, join, looped
from collide.base.time_filter import margin, time_filter
from collide.limits import Chain, Checked, Choice, Family, Limit, Range, Rate, Several, Toggle
from collide.text_limits import (
    Band,
    Color,
    File,
    MaterialName,
    Name,
    Single,
    Size,
    low_and_high,
    wide_and_high,
)

__all__ = [
    "BITEXACT", "FAILED", "H264", "MASKS", "METER", "PICTURE", "PLAIN", "PLANE", "RATE",
    "SHOT_SIZE", "SILENCES", "SOUND", "STAGED", "STORAGE", "SWS", "TAGS", "TRIED", "Argv", "Band",
    "Chain", "Checked", "Choice", "Clip", "Color", "Course", "Family", "File", "FrameRate",
    "Knobs", "Limit", "MaterialName", "Name", "Passes", "Range", "Rate", "Read", "Round", "Run",
    "Several", "Single", "Size", "Span", "Toggle", "balanced", "begins", "beside", "chain",
    "chosen", "clock", "combed", "container", "decibels", "dice", "duration", "edges", "exact",
    "filtered", "form", "gains", "gamut", "graph", "in_pieces", "in_seconds", "join", "labels",
    "lent", "light_of", "listened", "looped", "low_and_high", "margin", "measured", "motion_of",
    "number", "one_frame", "opened", "pictures_of", "piece_name", "place", "read_clip",
    "read_sound", "scale", "seek", "shots_of", "since", "sound", "sound_of", "sound_since",
    "steadied", "steady", "ticks", "time_filter", "tracks", "wave", "wide_and_high",
]  # fmt: skip

Argv = list[str]
Knobs = Mapping[str, Any]
Passes = Generator[Argv, str, dict[str, Any]]

# Omit the encoder string and the creation time, so that two runs give equal bytes.
BITEXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]

# H.264 that is equal on every machine: the bytes that x264 writes depend on the number of threads
# and, without cpu-independent, on the processor. A second -x264-params would replace this one, so
# append further options to it, with a colon.
H264 = ["-c:v", "libx264", "-threads", "4", "-x264-params", "cpu-independent=1"]

# Lossless ways to store staged pictures, which trade bytes per frame for time to read a frame.
STORAGE = {
    "raw": ["-c:v", "rawvideo"],
    "ffvhuff": ["-c:v", "ffvhuff", "-pred", "left", "-threads", "1"],
    # -g 1: a piece can be cut only at key frames, and by default only every twelfth is one
    "ffv1": ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-threads", "1"],
}

# Resampling and filtering of sound differ in the last bits between processors with and without AVX2
# (seen in ffmpeg 9.0.2). Plain C gives equal results on all of them, and is fast enough for sound.
PLAIN = ["-cpuflags", "0"]

# The first word of a run of `passes` that starts engine/masks.py instead of ffmpeg. The words that
# follow are a model, its name, a size, the file of raw frames, and the file of masks.
MASKS = "masks"

# The first word of a run of `passes` that may fail: its report is then FAILED and the reason.
TRIED, FAILED = "tried", "failed: "

# A filter that measures sound by EBU R 128, including true peak; `measured` parses its report.
METER = "ebur128=peak=true:framelog=quiet"


def measured(report: str) -> tuple[float | None, float | None]:
    """Return (integrated loudness in LUFS, true peak in dBTP) from the report of a METER run.

    Both are None for silence, which reads as -70 LUFS because R 128 ignores anything quieter. Raise
    ValueError if the report lacks either.
    """
    loud = re.findall(r"^\s+I:\s+(-?[0-9.]+|-inf|nan) LUFS", report, re.MULTILINE)
    peak = re.findall(r"^\s+Peak:\s+(-?[0-9.]+|-inf|nan) dBFS", report, re.MULTILINE)
    if not loud or not peak:
        raise ValueError("ffmpeg measured no loudness")
    lufs = float(loud[-1])
    return (lufs, float(peak[-1])) if lufs > -70 else (None, None)


def wave(by: float, seed: int, name: str, seconds: float, time: str) -> str:
    """Return an ffmpeg expression for a slow, irregular swing from -by to by: two sines.

    Args:
        by: the amplitude; if it is 0, the result is "0".
        seed: determines the phases, together with `name`.
        seconds: the approximate period.
        time: the time in seconds, as an ffmpeg expression.
    """
    if not by:
        return "0"
    one, two = (number(round(math.tau * place(seed, name, i), 4)) for i in (1, 2))
    slow, fast = (number(round(math.tau / s, 6)) for s in (seconds, seconds * 0.382))
    return f"{number(by)}*(0.7*sin({slow}*{time}+{one})+0.3*sin({fast}*{time}+{two}))"


def lent(knob: str, name: str) -> str:
    """Return the name of a File knob's file in the folder where a command runs.

    It keeps the suffix, which tells ffmpeg the type of the file; the limit has checked it.
    """
    return knob + PurePath(name).suffix.lower()


def in_pieces(pieces: Sequence[Span], storage: str, name: str = "piece") -> Argv:
    """Return the options that write pictures as `piece-000.nut` …, one file for each span."""
    frames = pieces[-1].first + pieces[-1].count
    cuts = ",".join(str(span.first) for span in pieces[1:]) or str(frames)
    return [
        *("-frames:v", str(frames), *STORAGE[storage], *BITEXACT),
        *("-f", "segment", "-segment_frames", cuts, "-reset_timestamps", "1"),
        *("-segment_format", "nut", "-segment_format_options", "fflags=+bitexact"),
        f"{name}-%03d.nut",
    ]


def piece_name(index: int, name: str = "piece") -> str:
    """Return the name of the file for span `index` that `in_pieces` writes."""
    return f"{name}-{index:03d}.nut"
