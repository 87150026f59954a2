"""source/frame: one frame of a clip as its decoder gives it, from which a still is made.

Played for each layer of a still. No knob but pace acts before it, so another knob reuses the frame.
Reads one clip; writes `frame.mkv`: one frame, lossless, with its range, matrix and pixel shape.
"""

import re
from fractions import Fraction
from math import floor, gcd
from typing import Any

from collide.instrument import (
    BITEXACT,
    SWS,
    Argv,
    Clip,
    FrameRate,
    Knobs,
    Passes,
    chain,
    form,
    graph,
    number,
    opened,
    pictures_of,
    since,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 2

NEAR = 4  # seconds that are decoded rather than skipped


def passes(
    knobs: Knobs,
    *,
    clip: Clip,
    start: float,
    rate: float | FrameRate,
    paced: str,
    frame: int,
    around: int = 0,
) -> Passes:
    """Yield two runs: one reports the format of the frames, the other writes one of them.

    From `start`, in seconds, the chain `paced` takes `rate` pictures per second of the clip;
    `frame` counts them from 0. Two frames past the last are copies of it. Of `around` frames at
    each end of it, which are written beside it, `paced` includes those before the first.
    """
    track = pictures_of(clip)
    look = ["-map", track, "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-"]
    report = yield [*opened(clip, start), *look]
    ahead = _ahead(report, clip, rate, frame)
    at = frame - round(ahead * rate)
    count = 1 + 2 * around
    last = f"tpad=stop={2 + around}:stop_mode=clone"
    # no file holds the times before the first frame
    ends = "setpts=PTS-STARTPTS" if around else ""
    picked = chain(f"{last},trim=start_frame={at}:end_frame={at + count}", ends)
    begins = start + float(ahead)
    chosen = chain(since(clip, begins), paced, picked)
    yield [
        *opened(clip, begins),
        *("-filter_complex", graph(f"[{track}]{chosen}[v]"), "-map", "[v]"),
        *(*_kept(form(report)["pixels"], count), "frame.mkv"),
    ]
    return {}


def _kept(pixels: str, count: int) -> Argv:
    """Return the options that store so many frames losslessly, in their own format."""
    # ffmpeg would squeeze the full range of a yuvj format into its codec's preferred range
    full = ["-color_range", "pc"] if pixels.startswith("yuvj") else []
    kept = ["-frames:v", str(count), "-c:v", "ffv1", "-level", "3", "-threads", "1", *full]
    return [*kept, *BITEXACT, "-f", "matroska"]


def small(knobs: Knobs, *, clip: Clip, size: tuple[int, int], around: int = 0) -> Argv:
    """Return the command that writes `small.mkv`: a `@frame` of a clip, of `size` pixels.

    `around` frames precede it. It is tagged BT.709 if the clip counts as such.
    """
    named = "setparams=colorspace=bt709" if clip.untagged else ""
    wide, high = size
    sized = f"scale={wide}:{high}:flags=area+accurate_rnd+bitexact"
    taken = chain(f"trim=start_frame={around}:end_frame={around + 1}", named, sized)
    return ["-i", "@frame", "-vf", taken, *_kept(clip.pixels, 1), "small.mkv"]


def shot(knobs: Knobs, *, at: float, width: int) -> Argv:
    """Return the command that writes `shot.jpg`: the frame at second `at` of a finished video."""
    cut = f"scale={width}:-2:flags={SWS}:out_range=pc,format=yuvj420p"
    return [
        *("-ss", number(round(at, 3)), "-i", "@video", "-frames:v", "1", "-vf", cut),
        *("-c:v", "mjpeg", "-q:v", "4", "-f", "image2", "-update", "1", "shot.jpg"),
    ]


def _ahead(report: str, clip: Clip, rate: float | FrameRate, frame: int) -> Fraction:
    """Return the seconds of the clip that can be skipped without changing the chosen frame.

    The skipped part must contain a whole number of the clip's ticks, and of pictures taken, so that
    every time stamp rounds as before. It is whole seconds, or at NTSC's rates a multiple of 1.001 s
    that suits the ticks.
    """
    even = re.search(r"^\[.* in time_base: 1/(\d+),", report, re.MULTILINE)
    if not (even and (isinstance(rate, Fraction) or rate == round(rate))):
        return Fraction(0)
    step = Fraction(1)
    if isinstance(rate, Fraction):
        step = Fraction(1001, gcd(1000, int(even[1])))
    ahead = floor((frame / rate - NEAR / 2 - clip.gap) / step) * step
    return ahead if ahead >= NEAR else Fraction(0)
