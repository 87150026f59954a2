"""source/frame: the frame of a clip that a still shows, found at the layer's speed.

Played for each layer of a still, unless a matte cuts the layer, or an effect of the still needs
earlier frames. The frame is reused if only knobs of the layer's colors, threshold or position
change.
Reads one clip; writes `frame.mkv`: the lossless frame with its range, matrix and pixel aspect
ratio, and neighboring frames for steadying its cut.
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

NEAR = 4  # seconds; a shorter part is decoded rather than skipped


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
    """Yield two runs: the first reports the format of the frames, the second writes one frame.

    Starting at the time `start`, the chain `paced` takes `rate` pictures per second of the clip,
    and `frame` counts them from 0. If `frame` is one or two frames past the end, a copy of the last
    frame is written. `around` neighbors on each side are written too; `paced` starts that many
    frames early.
    """
    track = pictures_of(clip)
    look = ["-map", track, "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-"]
    report = yield [*opened(clip, start), *look]
    ahead = _ahead(report, clip, rate, frame)
    at = frame - round(ahead * rate)
    count = 1 + 2 * around
    last = f"tpad=stop={2 + around}:stop_mode=clone"
    # a file cannot store the negative times of frames before the first
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
    """Return the options that store `count` frames losslessly, in their own pixel format."""
    # ffmpeg would squeeze the full range of a yuvj format into its codec's preferred range
    full = ["-color_range", "pc"] if pixels.startswith("yuvj") else []
    kept = ["-frames:v", str(count), "-c:v", "ffv1", "-level", "3", "-threads", "1", *full]
    return [*kept, *BITEXACT, "-f", "matroska"]


def small(knobs: Knobs, *, clip: Clip, size: tuple[int, int], around: int = 0) -> Argv:
    """Return the command that writes `small.mkv`: the `@frame` of a clip, scaled to `size` pixels.

    In `@frame`, `around` frames precede it. The frame of an untagged clip is tagged BT.709.
    """
    named = "setparams=colorspace=bt709" if clip.untagged else ""
    wide, high = size
    sized = f"scale={wide}:{high}:flags=area+accurate_rnd+bitexact"
    taken = chain(f"trim=start_frame={around}:end_frame={around + 1}", named, sized)
    return ["-i", "@frame", "-vf", taken, *_kept(clip.pixels, 1), "small.mkv"]


def shot(knobs: Knobs, *, at: float, width: int) -> Argv:
    """Return the command that writes `shot.jpg`: the frame of `@video` at `at` seconds."""
    cut = f"scale={width}:-2:flags={SWS}:out_range=pc,format=yuvj420p"
    return [
        *("-ss", number(round(at, 3)), "-i", "@video", "-frames:v", "1", "-vf", cut),
        *("-c:v", "mjpeg", "-q:v", "4", "-f", "image2", "-update", "1", "shot.jpg"),
    ]


def _ahead(report: str, clip: Clip, rate: float | FrameRate, frame: int) -> Fraction:
    """Return how many seconds of the clip can be skipped without changing the frame, or 0.

    The skipped part must contain a whole number of the clip's ticks and of pictures taken:
    otherwise time stamps would be rounded differently. The part lasts whole seconds; at NTSC rates,
    it lasts a multiple of 1.001 s that suits the ticks.
    """
    even = re.search(r"^\[.* in time_base: 1/(\d+),", report, re.MULTILINE)
    if not (even and (isinstance(rate, Fraction) or rate == round(rate))):
        return Fraction(0)
    step = Fraction(1)
    if isinstance(rate, Fraction):
        step = Fraction(1001, gcd(1000, int(even[1])))
    ahead = floor((frame / rate - NEAR / 2 - clip.gap) / step) * step
    return ahead if ahead >= NEAR else Fraction(0)
