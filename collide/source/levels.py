"""source/levels: the darkest and the lightest luma of a clip, measured once.

Played once for each clip whose light is stretched (`levels`), whichever part of it a piece shows.
One measurement serves all projects and does not cause flicker. Reads one clip at four positions or
a still at one; answers with two lumas, from 0 (black) to 1 (white).
"""

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from collide.instrument import (
    BITEXACT,
    SWS,
    TRIED,
    Clip,
    Knobs,
    Passes,
    chain,
    graph,
    one_frame,
    opened,
    pictures_of,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1

# Positions in the clip, away from titles and black at its ends. Only the middle position gets an
# exact frame. Elsewhere the preceding key frame is near enough and takes a tenth of the time if key
# frames are rare.
PLACES, MIDDLE = (0.5, 0.25, 0.75, 0.9), 0
NEAR = ["-skip_frame", "nokey", "-noaccurate_seek"]
WIDTH = 160  # width of a frame: at this size, grain averages out
TAIL = 0.005  # fraction of pixels ignored at either end: a lamp, a dead pixel
SOLID = 128  # minimum alpha of a visible pixel


def leaves(clip: Clip) -> tuple[str, ...]:
    """Return the names of the temporary files that `answer` reads."""
    count = 1 if clip.still else len(PLACES)
    return tuple(f"{kind}-{at}.gray" for at in range(count) for kind in _kinds(clip))


def passes(knobs: Knobs, *, clip: Clip, whole: str, colors: str) -> Passes:
    """Yield one run per position in `@clip`, which writes its luma, and its alpha if there is one.

    The chain `whole` makes pictures progressive and uniform in shape; `colors` makes them BT.709. A
    position that cannot be decoded is skipped. A single run for all positions would be as fast, but
    it deadlocks on a stream that has no index and changes its size.
    """
    latest = clip.latest(1 / clip.fps)
    high = max(2, round(WIDTH * clip.height / clip.width))
    small = f"{WIDTH}:{high}:flags=area+accurate_rnd+bitexact"
    luma = f"{chain(colors, f'scale={small}:out_range=pc', 'format=gray')}[luma]"
    for at, place in enumerate(PLACES[: 1 if clip.still else None]):
        time = min(place * clip.seconds, latest)
        source = f"[{pictures_of(clip)}]{chain(whole, one_frame(clip, time), 'setpts=0')}"
        chains = [f"{source},{luma}"]
        if clip.alpha:
            free = f"scale=iw:ih:flags={SWS}"
            chains = [f"{source},split[a][b]", f"[a]{free},{luma}"]
            chains.append(f"[b]{free},format=yuva444p,alphaextract,scale={small}[alpha]")
        written = list[str]()
        for kind in _kinds(clip):
            raw = ["-frames:v", "1", "-c:v", "rawvideo", *BITEXACT, "-f", "rawvideo"]
            written += ["-map", f"[{kind}]", *raw, f"{kind}-{at}.gray"]
        near = NEAR if at != MIDDLE else []
        yield [TRIED, *near, *opened(clip, time), "-filter_complex", graph(*chains), *written]
    return {}


def answer(files: Mapping[str, Path], *, size: tuple[int, int]) -> dict[str, Any]:
    """Return `{"black": 0.07, "white": 0.81}`: all lumas but the TAILs lie between these two.

    Args:
        files: the files of `leaves` that were written.
        size: the clip's size, in pixels.

    If no visible pixel could be decoded, the answer is 0 and 1, which leaves the clip unchanged.
    """
    counts = Counter[int]()
    pixels = WIDTH * max(2, round(WIDTH * size[1] / size[0]))
    for at in range(len(PLACES)):
        luma, alpha = (_read(files, f"{kind}-{at}.gray", pixels) for kind in ("luma", "alpha"))
        seen = zip(luma, alpha or bytes([255]) * len(luma), strict=False)
        counts.update(value for value, solid in seen if solid >= SOLID)
    if not counts:
        return {"black": 0.0, "white": 1.0}
    shares = list(accumulate(counts[value] / counts.total() for value in range(256)))
    black = next(value for value, share in enumerate(shares) if share > TAIL)
    white = next(value for value, share in enumerate(shares) if share >= 1 - TAIL)
    return {"black": round(black / 255, 4), "white": round(white / 255, 4)}


def _kinds(clip: Clip) -> tuple[str, ...]:
    return ("luma", "alpha") if clip.alpha else ("luma",)


def _read(files: Mapping[str, Path], name: str, pixels: int) -> bytes:
    """Return a plane's bytes, or b"" if it is truncated or missing."""
    plane = files[name].read_bytes() if name in files else b""
    return plane if len(plane) == pixels else b""
