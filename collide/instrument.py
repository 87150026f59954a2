"""The contract of an instrument, and all that an instrument may import from this project.

An instrument is one file in the folder of its family. It has

    a docstring   whose first line is `family/name: what it does, to what effect.`, followed by
                  when to play it, then what it reads and writes, with units
    DEFAULTS      every knob; the comment above each one describes its effect on picture or sound
    LIMITS        the allowed values of each knob; checks, dice and fuzz tests read them
    PER_LAYER     the names of the knobs that have a value for each layer (optional)
    KEYED         the names of the knobs that have a value for each layer above the base: layer 1
                  has neither a key nor a place (optional)
    BEFORE        for each knob that is newer than its instrument, or that belongs to an instrument
                  newer than some pieces: the knob's value in recipes that lack it. A knob at that
                  value is not stored in recipes, so looks keep their names. Exports need no BEFORE,
                  nor does source/select, since recipes store its choices instead of its knobs. A
                  config that lacks the knob uses its default, so a new default changes the piece
    REACH         for each threshold whose default is a range: a wider range to search when the
                  threshold is solved (see blend/balance)
    ALIASES       for each knob, other programs' names for it, separated by spaces (optional)
    VALUE_ALIASES for each knob of this or another instrument: what to type, and the words that it
                  replaces, for example {"fit": {"fit=cover": "crop fill"}}. Hyphens in a word
                  stand for spaces. ~ before a word marks an approximate match (optional)
    threshold     threshold(knobs) -> str, for a mode whose key has its own threshold instead of
                  `similarity`: returns the name of that knob
    one function  filters(knobs, …) -> str      a chain of filters with one output
                  command(knobs, …) -> Argv     a command, if one chain is not enough
                  passes(knobs, …) -> Passes    several runs; each may use measurements of the
                                                runs before it
                  analyze(knobs, …) -> dict     Python in one thread, mostly on frames
    answer        answer(files, …) -> plain data, if the files of a command or passes contain facts
    VERSION       for analyze, passes and answer; raise it when their result changes
    LIBRARIES     the packages that compute its result, such as numpy; their versions enter the key
    AFTER         for a new instrument in blend/ or audio/: the name of the instrument that it
                  follows, for example AFTER = "blend/look". It must have filters(knobs, …), and its
                  knobs have a value for each layer. In blend/, filters may also take clip, fps,
                  layer and output_size. After pace, look or fit, the instrument plays when the
                  layer is rendered: it runs in the layer's time and cannot change the alpha. After
                  key or place, it plays in the stack: it runs in the piece's time, on a picture
                  with holes

and no class, no registration, and no other import from collide. In a command, `@name` is an input
file, and a plain name is an output file; both get their paths when the command runs.

Instruments in post/ play on the finished picture, in any order. Each of them has

    filters(knobs, *, size, fps, seed) -> str
                  size is (width, height). fps is an exact int or Fraction; as text, it is 24 or
                  24000/1001, which ffmpeg accepts (`in_seconds` divides by it). The knob fps holds
                  24 or 23.976 instead. `t` is the time in the piece in seconds, even if only a part
                  is rendered. Each instrument gets its own seed. The picture arrives staged (4:2:0,
                  limited range, BT.709), and may leave in any form. The filter "" changes nothing
    first         an optional parameter for filters that count frames instead of reading `t`: the
                  number of the frame of the piece at which they start
    plate(knobs, *, size, fps, seed) -> Argv
                  for filters that need generated pictures, such as grain: writes plate.nut with
                  PLATE_FRAMES staged frames. filters then also takes `plate`, the label of a stream
                  that repeats these frames forever; join it to the chain with `beside`. If the
                  chain does not contain the label, no plate is made
    WHOLE         True if a frame depends on other frames; the instrument then plays once, over the
                  whole piece
    passes(knobs, *, size, fps, seed, pieces, storage) -> Passes
                  for a WHOLE instrument that must analyze the picture first: reads `@pictures`
                  (with `-safe 0` before it), writes `in_pieces(pieces, storage)`
    LEAVES        temporary files that earlier passes write for later passes
    NEUTRAL       for each knob, the value that leaves all pixels unchanged; in blend/ and audio/,
                  only for knobs with a value that changes nothing (optional)

A file that a knob names (limit File) is in the command's folder, under the name `lent(knob, name)`.
Labels in a chain begin with the instrument's name.
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
    "BITEXACT", "FAILED", "H264", "MASKS", "METER", "PICTURE", "PLAIN", "PLANE", "RATE", "RMS",
    "SHOT_SIZE", "SILENCES", "SOUND", "STAGED", "STORAGE", "SWS", "TAGS", "TRIED", "Argv", "Band",
    "Chain", "Checked", "Choice", "Clip", "Color", "Course", "Family", "File", "FrameRate",
    "Knobs", "Limit", "MaterialName", "Name", "Passes", "Range", "Rate", "Read", "Round", "Run",
    "Several", "Single", "Size", "Span", "Toggle", "balanced", "begins", "beside", "chain",
    "chosen", "clock", "combed", "container", "decibels", "dice", "duration", "edges", "exact",
    "filtered", "form", "gains", "gamut", "graph", "in_pieces", "in_seconds", "join", "labels",
    "lent", "light_of", "listened", "looped", "low_and_high", "margin", "measured", "motion_of",
    "number", "one_frame", "opened", "pictures_of", "piece_name", "place", "read_clip",
    "read_sound", "rms_levels", "scale", "seek", "shots_of", "since", "sound", "sound_of",
    "sound_since", "steadied", "steady", "ticks", "time_filter", "tracks", "wave",
    "wide_and_high",
]  # fmt: skip

Argv = list[str]
Knobs = Mapping[str, Any]
Passes = Generator[Argv, str, dict[str, Any]]

# Two runs write identical bytes only if the encoder string and the creation time are left out.
BITEXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]

# These options make H.264 with identical bytes on every machine. They are needed because the output
# of x264 depends on the number of threads, and on the processor unless cpu-independent is set. A
# second -x264-params would replace this one, so append more options to its value after a colon.
H264 = ["-c:v", "libx264", "-threads", "4", "-x264-params", "cpu-independent=1"]

# Lossless ways to store staged pictures: the smaller the file, the longer it takes to read a frame.
STORAGE = {
    "raw": ["-c:v", "rawvideo"],
    "ffvhuff": ["-c:v", "ffvhuff", "-pred", "left", "-threads", "1"],
    # -g 1: a stream can be split only at key frames, which are 12 frames apart by default
    "ffv1": ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-threads", "1"],
}

# Resampled or filtered sound differs in the last bits between processors with and without AVX2
# (seen in ffmpeg 9.0.2). Plain C computes the same results on all processors and is fast enough for
# sound.
PLAIN = ["-cpuflags", "0"]

# A run of `passes` that begins with this word starts engine/masks.py instead of ffmpeg. The next
# words are a model, its name, a size, the file of raw frames, and the file of masks.
MASKS = "masks"

# A run of `passes` that begins with TRIED may fail; its report then contains FAILED and the reason.
TRIED, FAILED = "tried", "failed: "

# A filter that measures sound by EBU R 128, including true peak; `measured` parses its report.
METER = "ebur128=peak=true:framelog=quiet"


def measured(report: str) -> tuple[float | None, float | None]:
    """Return (integrated loudness in LUFS, true peak in dBTP) from the report of a METER run.

    Both are None for silence, which is reported as -70 LUFS because R 128 ignores anything quieter.
    Raise ValueError if a value is missing from the report.
    """
    loud = re.findall(r"^\s+I:\s+(-?[0-9.]+|-inf|nan) LUFS", report, re.MULTILINE)
    peak = re.findall(r"^\s+Peak:\s+(-?[0-9.]+|-inf|nan) dBFS", report, re.MULTILINE)
    if not loud or not peak:
        raise ValueError("ffmpeg measured no loudness")
    lufs = float(loud[-1])
    return (lufs, float(peak[-1])) if lufs > -70 else (None, None)


# A filter that measures the RMS of each channel; `rms_levels` parses its report.
RMS = "astats=measure_perchannel=RMS_level:measure_overall=none"


def rms_levels(report: str) -> list[float | None]:
    """Return the RMS of each channel in decibels (0 at full scale) from the report of an RMS run.

    The level of a silent or empty channel is None.
    """
    levels = map(float, re.findall(r"RMS level dB: (\S+)", report))
    return [level if math.isfinite(level) else None for level in levels]


def wave(by: float, seed: int, name: str, seconds: float, time: str) -> str:
    """Return an ffmpeg expression for a slow, irregular swing between -by and by.

    Args:
        by: the amplitude; if it is 0, the result is "0".
        seed: sets the phases, together with `name`.
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

    The name keeps the file's suffix, which the limit has checked and which tells ffmpeg the type.
    """
    return knob + PurePath(name).suffix.lower()


def in_pieces(pieces: Sequence[Span], storage: str, name: str = "piece") -> Argv:
    """Return the options that write pictures as `piece-000.nut` …, one file per span."""
    frames = pieces[-1].first + pieces[-1].count
    cuts = ",".join(str(span.first) for span in pieces[1:]) or str(frames)
    return [
        *("-frames:v", str(frames), *STORAGE[storage], *BITEXACT),
        *("-f", "segment", "-segment_frames", cuts, "-reset_timestamps", "1"),
        *("-segment_format", "nut", "-segment_format_options", "fflags=+bitexact"),
        f"{name}-%03d.nut",
    ]


def piece_name(index: int, name: str = "piece") -> str:
    """Return the name of the file that `in_pieces` writes for span `index`."""
    return f"{name}-{index:03d}.nut"
