"""blend/layer: one clip, cut, turned, keyed and sized, kept without loss and with its alpha.

Played for each layer, once for each change of it; looping happens later, in the stack, so
only frames that differ are ever rendered.
Reads one clip; writes its unique frames in pieces of a segment's length, and, of a keyed
layer, a small grey film of its alpha.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.instrument import (
    BITEXACT,
    STORAGE,
    TAGS,
    Argv,
    Choice,
    Knobs,
    Limit,
    Span,
    chain,
    clock,
    graph,
    in_pieces,
    number,
    seek,
)

DEFAULTS = {
    # how rendered layers are kept on disk; the picture is the same to the last bit
    # low end: ffv1 = a fifth of the space, slow to read back; ffvhuff = a third; high end:
    # raw = 110 MB a second of 720p, and the quickest answer to the next knob
    # typical auto: what fits the cache easily, decided once for a project
    "storage": "auto",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"storage": Choice(("auto", *STORAGE))}
VERSION = 2

ALPHA = (64, 36)  # of the film of alpha: enough to count by


def looks(fps: int) -> int:
    """Return the frames from one picture of the film of alpha to the next: two a second."""
    return max(1, fps // 2)


def command(
    knobs: Knobs,
    *,
    start: float,
    pieces: list[Span],
    fps: int,
    chroma: str,
    keyed: bool,
    seconds: float,
    filters: str,
    second: Argv,
) -> Argv:
    """Return the command that writes `piece-000.nut` … and, where `keyed`, `alpha.gray`.

    It reads `seconds` of the clip from `start` on; `pieces` are spans of unique frames. `filters`
    are pace, look, key, fit and place; `second` opens what they read as input 1, if anything.
    """
    frames = pieces[-1].first + pieces[-1].count
    made = picture(filters, frames=frames, fps=fps, chroma=chroma, keyed=keyed)
    chains, extra = [f"[0:V:0]{made}[v]"], []
    if keyed:
        chains = [f"[0:V:0]{made},split[v][f]", f"[f]{_film(fps)}[a]"]
        extra = ["-map", "[a]", "-c:v", "rawvideo", *BITEXACT, "-f", "rawvideo", "alpha.gray"]
    return [
        *(*seek(start), "-t", number(round(seconds, 6)), "-i", "@clip", *second),
        *("-filter_complex", graph(*chains), "-map", "[v]"),
        *in_pieces(pieces, knobs["storage"]),
        *extra,
    ]


def _film(fps: int) -> str:
    """Return the chain from a layer to the small film of its alpha."""
    small = f"scale={ALPHA[0]}:{ALPHA[1]}:flags=area+accurate_rnd+bitexact"
    return f"framestep={looks(fps)},alphaextract,{small},format=gray"


def picture(filters: str, *, frames: int, fps: int, chroma: str, keyed: bool) -> str:
    """Return the chain from a clip to `frames` frames of its layer.

    `filters` begin with a conversion of the frame rate, or picture and sound part. A clip may end
    a frame early: two copies of its last one may stand in, more missing frames fail the task.
    """
    return chain(
        filters,
        f"format=yuv{'a' if keyed else ''}{chroma}p,setsar=1,{TAGS}",
        f"tpad=stop=2:stop_mode=clone,trim=end_frame={frames},{clock(fps)}",
    )


def answer(files: Mapping[str, Path]) -> dict[str, Any]:
    """Return `{"coverage": 0..1}`, the share of the layer that is transparent, over its time."""
    if "alpha.gray" not in files:
        return {}
    alpha = files["alpha.gray"].read_bytes()
    return {"coverage": round(1 - sum(alpha) / (255 * len(alpha)), 4)}
