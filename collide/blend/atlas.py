"""blend/atlas: lay small pictures of all layers side by side in one video, for the live page.

Played by doit tune only; no piece contains it. A layer's row is its look, its cut and its clip's
own alpha, side by side; a plane that a layer lacks is white, which is open and opaque.
Reads a clip, then the rows; writes one row as `row.nut`, then all of them as `atlas.mp4`.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import (
    BITEXACT,
    H264,
    STORAGE,
    SWS,
    TAGS,
    Argv,
    Clip,
    Knobs,
    exact,
    graph,
    opened,
    ticks,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

# Planes are grey of full range; in a video they are luma, which browsers expand again.
GREY = "in_range=pc:out_range=tv:"


def row(
    knobs: Knobs,
    *,
    clip: Clip,
    start: float,
    seconds: float,
    chains: Sequence[str],
    pads: Sequence[str],
    tile: tuple[int, int],
    columns: int,
    back: bool,
    second: Argv,
) -> Argv:
    """Return the command that writes one row, `columns` tiles of the size `tile`.

    `chains` bring input 0 to `pads`: "k2" of a look, "c2" of a cut, "o2" of an own alpha. Tiles
    have another shape than their pictures: the page scales them back. `back`: the last frame comes
    first.
    """
    wide, high = tile
    graphs = [*chains]
    for pad in pads:
        ranges = "" if pad[0] == "k" else GREY
        sized = f"scale={wide}:{high}:{ranges}flags={SWS},format=yuv420p,setsar=1,{TAGS}"
        graphs.append(f"[{pad}]{sized}[{pad}s]")
    beside = "".join(f"[{pad}s]" for pad in pads)
    joined = f"hstack=inputs={len(pads)}," if len(pads) > 1 else ""
    turned = "reverse," if back else ""
    whole = f"pad={wide * columns}:{high}:0:0:color=white"
    graphs.append(f"{beside}{joined}{turned}{whole},{TAGS}[row]")
    return [
        *(*opened(clip, start, seconds), *second),
        *("-filter_complex", graph(*graphs), "-map", "[row]"),
        *(*STORAGE["ffvhuff"], *BITEXACT, "-f", "nut", "row.nut"),
    ]


def command(
    knobs: Knobs, *, opened: Argv, chains: Sequence[str], rows: Sequence[str], count: int
) -> Argv:
    """Return the command that writes `atlas.mp4`, `count` frames: the rows below each other.

    `opened` opens the rows, and `chains` bring them to the pads `rows`.
    """
    below = "".join(f"[{name}]" for name in rows)
    joined = f"vstack=inputs={len(rows)}," if len(rows) > 1 else ""
    rate = str(max(1, round(exact(knobs["fps"]))))
    return [
        *opened,
        *("-filter_complex", graph(*chains, f"{below}{joined}format=yuv420p,{TAGS}[v]")),
        *("-map", "[v]", "-frames:v", str(count), *H264, "-preset", "veryfast", "-crf", "18"),
        *("-g", rate, "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-video_track_timescale", str(ticks(knobs["fps"])), *BITEXACT),
        *("-movflags", "+faststart", "-f", "mp4", "atlas.mp4"),
    ]
