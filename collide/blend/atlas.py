"""blend/atlas: lay small pictures of all layers side by side in one video, for the live page.

Played only by doit tune, never in a piece. A row shows a layer's colors above its cut (if any) and
its clip's own alpha (if any). Levels are full range, which leaves the values of a cut unchanged.
Reads a clip, then the rows; writes one row as `row.nut`, then all rows as `atlas.mp4`.
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
    FrameRate,
    Knobs,
    chain,
    clock,
    graph,
    opened,
    ticks,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

# Rows use the full range but are tagged like all staged pictures; otherwise ffmpeg would convert
# them to limited range. Only the finished atlas is tagged as full range.
FULL = TAGS.replace("range=tv", "range=pc")
# A page decodes the atlas while drawing, so decoding must be fast; the quality is high because a
# threshold shows every artifact.
QUICK = ["-preset", "veryfast", "-tune", "fastdecode", "-crf", "14"]


def row(
    knobs: Knobs,
    *,
    clip: Clip,
    start: float,
    seconds: float,
    chains: Sequence[str],
    pads: Sequence[str],
    tile: tuple[int, int],
    second: Argv,
) -> Argv:
    """Return the command that writes one row: a tile of the size `tile` for each of `pads`.

    `chains` lead from input 0 to `pads`: "k2" for colors, "c2" for a cut, "o2" for a clip's own
    alpha. `second` contains the options that open input 1, if the chains read it. A tile may have a
    different shape than its content; the page stretches the content back.
    """
    wide, high = tile
    graphs = [*chains]
    for pad in pads:
        in_range = "in_range=tv:in_color_matrix=bt709" if pad[0] == "k" else "in_range=pc"
        ranges = f"{in_range}:out_range=pc:out_color_matrix=bt709"
        sized = f"scale={wide}:{high}:{ranges}:flags={SWS},format=yuv420p,setsar=1,{TAGS}"
        graphs.append(f"[{pad}]{sized}[{pad}s]")
    below = "".join(f"[{pad}s]" for pad in pads)
    joined = f"vstack=inputs={len(pads)}," if len(pads) > 1 else ""
    return [
        *(*opened(clip, start, seconds), *second),
        *("-filter_complex", graph(*graphs, f"{below}{joined}{TAGS}[row]"), "-map", "[row]"),
        *(*STORAGE["ffvhuff"], *BITEXACT, "-f", "nut", "row.nut"),
    ]


def filled(frames: int, fps: FrameRate) -> str:
    """Return the chain that makes `frames` pictures at a constant rate, filling any gaps."""
    last = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={frames}"
    return chain(f"fps={fps}:start_time=0", last, clock(fps))


def command(
    knobs: Knobs,
    *,
    opened: Argv,
    chains: Sequence[str],
    rows: Sequence[str],
    tile: tuple[int, int],
    tiles: int,
    columns: int,
    count: int,
    every: int,
    fps: FrameRate,
) -> Argv:
    """Return the command that writes `atlas.mp4`: `count` frames, every `every`-th of the piece.

    `opened` contains the options that open the rows, and `chains` lead from them to the pads
    `rows`. The rows consist of `tiles` tiles in all, arranged in `columns` columns. `fps` is the
    frame rate of the atlas.
    """
    below = "".join(f"[{name}]" for name in rows)
    joined = f"vstack=inputs={len(rows)}" if len(rows) > 1 else ""
    few = f"select='not(mod(n,{every}))'" if every > 1 else ""
    whole = f"{below}{chain(joined, few, clock(fps))}"
    return [
        *opened,
        *("-filter_complex", graph(*chains, *_folded(whole, tile, tiles, columns))),
        *("-map", "[v]", "-frames:v", str(count), *H264, *QUICK),
        *("-g", str(max(1, round(fps))), "-pix_fmt", "yuv420p", "-color_range", "pc"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-video_track_timescale", str(ticks(fps)), *BITEXACT),
        *("-movflags", "+faststart", "-f", "mp4", "atlas.mp4"),
    ]


def _folded(whole: str, tile: tuple[int, int], tiles: int, columns: int) -> list[str]:
    """Return the graphs that fold one tall column of tiles into `columns`, on the pad `v`."""
    ends = f"format=yuv420p,{FULL}[v]"
    if columns == 1:
        return [f"{whole},{ends}"]
    (wide, high), rows = tile, -(-tiles // columns)
    pads = [f"[f{at}]" for at in range(columns)]
    graphs = [f"{whole},split={columns}{''.join(pads)}"]
    for at, pad in enumerate(pads):
        there = min(rows, tiles - at * rows)
        space = f"pad={wide}:{rows * high}" if there < rows else ""
        part = chain(f"crop={wide}:{there * high}:0:{at * rows * high}", space)
        graphs.append(f"{pad}{part}[g{at}]")
    beside = "".join(f"[g{at}]" for at in range(columns))
    return [*graphs, f"{beside}hstack=inputs={columns},{ends}"]
