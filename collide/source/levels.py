"""source/levels: the darkest and the lightest luma of a clip, measured once.

Played for each clip whose light is stretched (`levels`), whichever part of it a piece shows:
measured once, it serves all projects, and causes no flicker. Reads one clip, at four places;
answers with two lumas, 0 black to 1 white.
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

# Positions in the clip: titles and black are at its ends. Only in the middle is an exact frame
# decoded; elsewhere the key frame before it is near enough, and costs a tenth if those are rare.
PLACES, MIDDLE = (0.5, 0.25, 0.75, 0.9), 0
NEAR = ["-skip_frame", "nokey", "-noaccurate_seek"]
WIDTH = 160  # size of a frame: grain is averaged away, and does not count as light
TAIL = 0.005  # share of pixels ignored at either end: a lamp, a dead pixel
SOLID = 128  # alpha from which a pixel counts as visible


def leaves(clip: Clip) -> tuple[str, ...]:
    """Return the names of the files required by the answer, which are not kept."""
    count = 1 if clip.still else len(PLACES)
    return tuple(f"{kind}-{at}.gray" for at in range(count) for kind in _kinds(clip))


def passes(knobs: Knobs, *, clip: Clip, whole: str, colors: str) -> Passes:
    """Yield a run for each place of `@clip` that writes its luma, and its alpha if it has one.

    `whole` makes whole pictures of the clip's, and `colors` converts them to BT.709. A place that
    cannot be decoded is left out. One run for all places would be as quick, but deadlocks on a
    stream without an index that changes its size.
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
    """Return `{"black": 0.07, "white": 0.81}`: the lumas between which all but TAILs of it lie.

    Args:
        files: those of `leaves`, as far as they were written.
        size: of the clip, in pixels.

    0 and 1 if nothing could be decoded: such a clip is left unchanged.
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
    """Return a whole plane, empty for a truncated or missing one."""
    plane = files[name].read_bytes() if name in files else b""
    return plane if len(plane) == pixels else b""
