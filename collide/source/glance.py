"""source/glance: a clip at a glance: five of its frames side by side, and its signature.

Played for the clips page, not for pieces. Clips that look alike have similar signatures. Reads one
clip; writes one JPEG strip, HIGH pixels high, and answers with a signature. A still appears once.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from collide.instrument import (
    BITEXACT,
    SWS,
    Argv,
    Clip,
    Knobs,
    chain,
    graph,
    one_frame,
    opened,
    pictures_of,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 2

PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)  # positions in the clip, away from titles and black at its ends
HIGH, WIDEST = 120, 320  # pixels of a frame in the strip

# dHash: whether a pixel is darker than its right neighbor, in 8 rows of 9 grey pixels. The 64 bits
# survive a change in size, encoder or brightness. Source: N. Krawetz, "Kind of Like That".
ACROSS, DOWN = 9, 8
FLAT = 1.5  # if the mean step between pixels is smaller, the bits are only noise


def command(knobs: Knobs, *, clip: Clip, whole: str, colors: str) -> Argv:
    """Return the command that writes `strip.jpg` and `signs.gray` of `@clip`.

    The chain `whole` makes pictures progressive and uniform in shape; `colors` makes them BT.709.
    """
    latest = clip.latest(1 / clip.fps)
    times = [min(place * clip.seconds, latest) for place in PLACES[: 1 if clip.still else None]]
    argv = [word for time in times for word in opened(clip, time)]
    flags = "flags=area+accurate_rnd+bitexact"
    count = len(times)
    each = (chain(whole, one_frame(clip, time), colors, "setpts=0,split") for time in times)
    chains = [f"[{pictures_of(clip, i)}]{one}[p{i}][q{i}]" for i, one in enumerate(each)]
    chains += [
        f"[p{i}]scale={_wide(clip)}:{HIGH}:out_range=pc:flags={SWS},format=yuv420p[s{i}]"
        for i in range(count)
    ]
    chains += [f"[q{i}]scale={ACROSS}:{DOWN}:{flags},format=gray[g{i}]" for i in range(count)]
    for kind in "sg":
        pads = "".join(f"[{kind}{i}]" for i in range(count))
        chains.append(f"{pads}{f'hstack=inputs={count}' if count > 1 else 'null'}[{kind}]")
    # -dct int, because the faster transforms differ in a few bits between processors
    jpeg = ["-c:v", "mjpeg", "-dct", "int", "-q:v", "4", "-threads", "1", *BITEXACT, "-f", "image2"]
    return [
        *(*argv, "-filter_complex", graph(*chains)),
        *("-map", "[g]", "-frames:v", "1", "-c:v", "rawvideo", "-f", "rawvideo", "signs.gray"),
        *("-map", "[s]", "-frames:v", "1", *jpeg, "-update", "1", "strip.jpg"),
    ]


def answer(files: Mapping[str, Path]) -> dict[str, Any]:
    """Return `{"signature": [...]}`: 16 hex digits for each frame, or "" for a flat frame.

    Raise ValueError if a frame is missing.
    """
    pixels = files["signs.gray"].read_bytes()
    count = len(pixels) // (ACROSS * DOWN)
    if len(pixels) % (ACROSS * DOWN) or count not in (1, len(PLACES)):
        raise ValueError("some of its frames cannot be decoded")
    across = ACROSS * count
    rows = [pixels[at : at + across] for at in range(0, len(pixels), across)]
    frames = [[row[at : at + ACROSS] for row in rows] for at in range(0, across, ACROSS)]
    signs = [_signed(frame) for frame in frames]
    return {"signature": signs * (len(PLACES) // count)}  # a still looks the same at all positions


def _signed(frame: list[bytes]) -> str:
    steps = [right - left for row in frame for left, right in pairwise(row)]
    if sum(map(abs, steps)) / len(steps) < FLAT:
        return ""
    return f"{int(''.join('1' if step > 0 else '0' for step in steps), 2):016x}"


def _wide(clip: Clip) -> int:
    """Return the width of one frame in the strip, an even number."""
    return 2 * max(8, min(WIDEST // 2, round(HIGH * clip.width / clip.height / 2)))
