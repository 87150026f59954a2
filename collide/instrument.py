"""The contract of an instrument, and all that an instrument may import from this project.

An instrument is one file in one of the folders. It has

    a docstring   line 1 `family/name: what it does, so what.`; then when to play it; then what
                  it reads and writes, with units
    DEFAULTS      every knob, explained for the eye in a comment right above it
    LIMITS        what each knob may be; checks, dice and fuzzing read it
    PER_LAYER     names of the knobs that each layer has for itself (none when absent)
    KEYED         the same, for layers above the base: layer 1 has no key, and no place
    BEFORE        of knobs that came later than the instrument, or with one that pieces had done
                  without: what a recipe means that lacks one. At that value a knob stands in no
                  recipe, so that looks keep their names. None of an export, and none of
                  source/select, whose knobs stand in no recipe: what they chose does. A
                  config that lacks one means its default, which may never change
    REACH         of a knob that is a threshold and has a range for its default: the wider range in
                  which that default may be solved, see blend/balance
    threshold     threshold(knobs) -> str, of a mode whose key has a threshold of its own instead of
                  `similarity`: the name of that knob
    one function  filters(knobs, …) -> str      pictures or sound in, one out: a filter chain
                  command(knobs, …) -> Argv     what one chain cannot say
                  passes(knobs, …) -> Passes    several runs, where a later one needs what an
                                                earlier one measured
                  analyze(knobs, …) -> dict     Python on frames, one thread
    answer        beside command or passes, where the run leaves facts: files -> plain data
    VERSION       of analyze, passes and answer: raise it when the answer changes
    AFTER         of a new one in blend/ or audio/: the name of the instrument after which it is
                  played, AFTER = "blend/look". It has filters(knobs, …), and each layer has its
                  knobs for itself; in blend/ it may ask for clip, fps, layer and output_size.
                  After pace, look or fit it is part of a layer's look: it sees the time of the
                  layer, and no alpha. After the key or the place it is played in the stack, on
                  the picture with its holes, and sees the time of the piece

and no class, no registration, no import of the machine. Input files stand in a command as
`@name`, output files as plain names; both are given their places when the command runs.

An instrument in post/ is played on the finished picture, in any order with the others. It has

    filters(knobs, *, size, fps, seed) -> str
                  size is (width, height); fps is exact, an int or a Fraction: in a text it is 24
                  or 24000/1001, as ffmpeg takes it (`in_seconds` divides by it), and the knob fps
                  is 24 or 23.976; `t` is the time of the piece, in seconds, also where only a
                  part of it is rendered; seed is a stream of its own. Its picture comes
                  as it is staged (4:2:0, limited range, BT.709) and may leave in any form.
                  "" if nothing changes
    first         asked for beside them by filters that count frames and know no `t`: the frame
                  of the piece at which their count begins
    plate(knobs, *, size, fps, seed) -> Argv
                  where filters need pictures made of nothing, grain for one: writes plate.nut,
                  PLATE_FRAMES frames, staged. filters then asks for `plate` too: the label of
                  a stream that repeats it for ever, to be joined by `beside`. A chain without
                  that label needs no plate, and none is made
    WHOLE         True where it needs the frames before: it is played once, over all of the piece
    passes(knobs, *, size, fps, seed, pieces, storage) -> Passes
                  of a WHOLE one that has to look first: reads `@pictures` (`-safe 0` before it),
                  writes `in_pieces(pieces, storage)`
    LEAVES        files that passes write for one another; they are not kept
    NEUTRAL       the knobs at which no pixel changes

A file that a knob names (limit File) lies beside the command as `lent(knob, its name)`. Labels
inside a chain begin with the instrument's name.
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

# Two runs give equal bytes: no encoder string, no creation time.
BITEXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]

# H.264, equal on every machine: x264 writes other bytes for every number of threads, and takes
# shortcuts on processors with SSE4 unless it is told not to. A second -x264-params would replace
# this one: further options are appended with a colon.
H264 = ["-c:v", "libx264", "-threads", "4", "-x264-params", "cpu-independent=1"]

# Storage of staged pictures, all lossless: bytes per frame against time to read one.
STORAGE = {
    "raw": ["-c:v", "rawvideo"],
    "ffvhuff": ["-c:v", "ffvhuff", "-pred", "left", "-threads", "1"],
    # -g 1: a piece is cut at key frames, and ffv1 otherwise makes one in twelve
    "ffv1": ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-threads", "1"],
}

# Resampling and filtering of sound differ in the last bits between processors with and without AVX2
# (seen in 9.0.2); plain C gives the same on all of them, and sound is cheap.
PLAIN = ["-cpuflags", "0"]

# A run of `passes` that begins with this is not ffmpeg's: engine/masks.py, in a separate process,
# receives a model, its name, a size, and the files of raw frames and of masks.
MASKS = "masks"

# A run of `passes` that begins with this may fail: its report is then FAILED and the reason.
TRIED, FAILED = "tried", "failed: "

# Measures sound by EBU R 128, including true peak; `measured` parses the report.
METER = "ebur128=peak=true:framelog=quiet"


def measured(report: str) -> tuple[float | None, float | None]:
    """Return (integrated loudness in LUFS, true peak in dBTP) of a METER run; None is silence.

    R 128 ignores sound below -70 LUFS, so silence reads as that.
    """
    loud = re.findall(r"^\s+I:\s+(-?[0-9.]+|-inf|nan) LUFS", report, re.MULTILINE)
    peak = re.findall(r"^\s+Peak:\s+(-?[0-9.]+|-inf|nan) dBFS", report, re.MULTILINE)
    if not loud or not peak:
        raise ValueError("ffmpeg measured no loudness")
    lufs = float(loud[-1])
    return (lufs, float(peak[-1])) if lufs > -70 else (None, None)


def wave(by: float, seed: int, name: str, seconds: float, time: str) -> str:
    """Return a slow, irregular swing between -by and by: the sum of two sines.

    Args:
        by: the amplitude; 0 gives a plain 0.
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
    """Return the name, chosen by collide, of a File knob's file beside a command.

    Its suffix is one of the limit's own; it tells ffmpeg the type of the file.
    """
    return knob + PurePath(name).suffix.lower()


def in_pieces(pieces: Sequence[Span], storage: str, name: str = "piece") -> Argv:
    """Return the options that write a picture as `piece-000.nut` …, one file for each span."""
    frames = pieces[-1].first + pieces[-1].count
    cuts = ",".join(str(span.first) for span in pieces[1:]) or str(frames)
    return [
        *("-frames:v", str(frames), *STORAGE[storage], *BITEXACT),
        *("-f", "segment", "-segment_frames", cuts, "-reset_timestamps", "1"),
        *("-segment_format", "nut", "-segment_format_options", "fflags=+bitexact"),
        f"{name}-%03d.nut",
    ]


def piece_name(index: int, name: str = "piece") -> str:
    """Return the name of one of the files that `in_pieces` writes."""
    return f"{name}-{index:03d}.nut"
