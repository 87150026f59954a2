"""blend/layer: one layer, kept losslessly as two planes, its colors and its cut.

The colors are at the layer's size in the piece, before any key. The cut is a grey plane as large as
the clip, before any threshold; with most keys, it is the distance of each pixel from the colors
that open. The base has no cut. Above the base, a clip that is itself transparent has a third plane,
its own alpha. Played for each layer. Thresholds, positions and loops come later, in the stack, so
only distinct frames are rendered.
Reads one clip; writes files as long as a segment, and samples of its cut and alpha for
blend/presence.
"""

from collections.abc import Sequence

from collide.instrument import (
    BITEXACT,
    PLANE,
    STORAGE,
    SWS,
    TAGS,
    Argv,
    Choice,
    Clip,
    FrameRate,
    Knobs,
    Limit,
    Span,
    chain,
    clock,
    graph,
    in_pieces,
    opened,
)

DEFAULTS = {
    # how rendered layers are kept on disk; the picture is the same to the last bit
    # low end: ffv1 = the smallest files, slow to read back; ffvhuff = larger and quicker
    # high end: raw = 70 MB a second of 720p, and the quickest answer to the next knob
    # typical auto: what fits the cache easily, decided once for a project
    "storage": "auto",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"storage": Choice(("auto", *STORAGE))}
VALUE_ALIASES = {
    "storage": {
        "storage=ffv1": (
            "small smaller smallest compressed lossless ~h264 ~x264 ~h265 ~x265 ~hevc ~av1 ~mp4 "
            "~prores"
        ),
        "storage=raw": "uncompressed none",
    }
}
# The beginning of a branch: a scaler that accepts and produces any format. Without it, ffmpeg may
# choose one format for both branches of a split, and the layer's colors would go through RGB
# because of the key, or lose their alpha.
FREE = f"scale=iw:ih:flags={SWS}"
PADS = {"look": "k", "cut": "c", "own": "o"}  # kept planes, and the first letters of their labels


def looks(fps: FrameRate) -> int:
    """Return the number of frames from one sample of a plane to the next: about half a second."""
    return max(1, round(fps) // 2)


def samples(frames: int, fps: FrameRate) -> int:
    """Return the number of samples from a plane with `frames` frames."""
    return -(-frames // looks(fps))


def command(
    knobs: Knobs,
    *,
    clip: Clip,
    start: float,
    pieces: list[Span],
    fps: FrameRate,
    seconds: float,
    layer: int,
    chains: Sequence[str],
    planes: Sequence[str],
    second: Argv,
) -> Argv:
    """Return the command that writes the colors, `look-000.nut` …, and files for each plane.

    For each plane, there is one file per segment, and one file with samples. The command reads
    `seconds` of the clip from `start`; `pieces` are the spans of unique frames, one per file.
    `chains` (see `parts`) lead from input 0 to the labels of the colors and of `planes`, each "cut"
    or "own". `second` contains the options that open input 1, if the chains read it.
    """
    graphs, written = [*chains], list[str]()
    for name in planes:
        label = f"{PADS[name]}{layer}"
        # framestep would set a different rate, and the file would drop or double frames
        few = f"select='not(mod(n,{looks(fps)}))',{clock(fps)}"
        graphs.append(f"[{label}]split[{label}w][{label}f];[{label}f]{few}[{label}s]")
        written += ["-map", f"[{label}w]", *in_pieces(pieces, knobs["storage"], name)]
        kept = [*STORAGE[knobs["storage"]], *BITEXACT, "-f", "nut", f"{name}-samples.nut"]
        written += ["-map", f"[{label}s]", *kept]
    return [
        *(*opened(clip, start, seconds), *second),
        *("-filter_complex", graph(*graphs), "-map", f"[k{layer}]"),
        *in_pieces(pieces, knobs["storage"], "look"),
        *written,
    ]


def one(knobs: Knobs, *, layer: int, chains: Sequence[str], planes: Sequence[str]) -> Argv:
    """Return the command that writes `look.nut` and a file per plane from one `@frame`."""
    argv = ["-i", "@frame", "-filter_complex", graph(*chains)]
    for name in ("look", *planes):
        kept = ["-frames:v", "1", "-c:v", "rawvideo", *BITEXACT, "-f", "nut", f"{name}.nut"]
        argv += ["-map", f"[{PADS[name]}{layer}]", *kept]
    return argv


def parts(
    source: str,
    *,
    layer: int,
    head: str,
    colors: str,
    fitted: str,
    cut: str,
    own: bool,
    chroma: str,
    steady: str = "",
    around: int = 0,
    frames: int = 0,
) -> list[str]:
    """Return the chains from the pad `source` to `[k2]`, the colors of layer 2, and its planes.

    Args:
        head: the chain from the clip's pictures to exactly the layer's pictures.
        colors: the chain that converts the layer to the colors its key works on.
        fitted: the chain that scales the layer to its size in the piece.
        cut: the chain to the cut, which may begin with the pad that it reads; "" for none.
        own: whether the clip's own alpha is kept too.
        steady: the chain that steadies the cut; "" if the cut is not steadied. It needs `around`
            extra frames before and after the kept `frames`.
    """
    begins, chains = f"{source}{head}", list[str]()
    kept = f"trim=start_frame={around}:end_frame={around + frames}" if steady else ""
    if own:
        alone = chain(kept, FREE, _own())
        chains += [f"{begins},split[p{layer}][q{layer}]", f"[q{layer}]{alone}[o{layer}]"]
        begins = f"[p{layer}]{FREE}"
    seen = f"{begins}{',' * (begins[-1] != ']')}{colors or 'null'}"
    if cut and cut[0] != "[":
        chains.append(f"{seen},split[h{layer}][g{layer}]")
        seen = f"[h{layer}]{kept or 'null'}"
        cut = f"[g{layer}]" + chain(FREE, cut, _counted_off(steady, around, frames))
    look = chain(seen, fitted, f"format=yuv{chroma}p,setsar=1,{TAGS}")
    return [*chains, f"{look}[k{layer}]", *([f"{cut}[c{layer}]"] if cut else [])]


def _counted_off(steady: str, around: int, frames: int) -> str:
    """Return the chain that pads, steadies and trims a cut to `frames`; "" if `steady` is ""."""
    last = f"tpad=stop={around}:stop_mode=clone"
    return f"{last},{steady},trim=end_frame={frames}" if steady else ""


def counted(frames: int, fps: FrameRate, around: int = 0) -> str:
    """Return the chain that makes exactly `frames` frames, and `around` more at each end.

    A clip may end a frame early: up to two copies of its last frame fill the gap. If more are
    missing, the task fails.
    """
    end = frames + 2 * around
    return f"tpad=stop=2:stop_mode=clone,trim=end_frame={end},{clock(fps, -around)}"


def _own() -> str:
    """Return the chain that extracts the alpha of a picture."""
    return f"format=rgba,alphaextract,format=gray,{PLANE}"
