"""blend/stack: lay the layers on top of each other, for as long as the piece lasts.

Played in segments: a change is visible after the first segment, and only the end of a lengthened
piece is rendered. Thresholds, edges, positions, opacity and blend modes take effect here. Reads
files of every layer, the base first; writes one lossless segment, 4:2:0, BT.709.
"""

from collections.abc import Mapping, Sequence

from collide.instrument import (
    BITEXACT,
    PLANE,
    STORAGE,
    SWS,
    TAGS,
    Argv,
    Choice,
    Family,
    FrameRate,
    Knobs,
    Limit,
    Range,
    Rate,
    Read,
    Round,
    Size,
    Span,
    chain,
    clock,
    exact,
    graph,
    number,
)

DEFAULTS = {
    # how long the piece is, in seconds
    # low: 8 = a loop for a wall; high: 180 = a film; shorter clips start over
    # typical 60..120
    "duration": [60.0, 120.0],

    # frames per second
    # low: 12 = dreamy, every step seen; 24 = film; high: 60 = glass; 120 = for screens that show it
    # typical 30; 23.976, 29.97, 59.94 for a broadcaster or a festival: exactly 24000/1001 and so on
    "fps": 30,

    # width and height of the video
    # low: 640x360 = a sketch; high: 1920x1080 = for a projector, twice the work of 1280x720
    # typical 1280x720; 1080x1920 stands upright
    "output_size": "1280x720",

    # how finely color is kept while layers are stacked
    # low end: 420 = as in any video; high end: 444 = a color for each pixel, to be graded again
    # afterwards, at twice the disk space
    # typical auto: 444 if a clip has it, as screens and drawings do, otherwise 420
    "chroma": "auto",

    # how long the picture takes to come out of black, in seconds, before effects are applied
    # low: 0 = it is there immediately, for a loop on a wall; high: 10 = a house light goes down
    # typical 0; 1 or 2 for a screening
    "fade_in": 0.0,

    # how long the picture takes to go into black, in seconds; at most half of the piece
    # low: 0 = it stops, and can begin again; high: 10 = nobody knows when it ended
    # typical 0; 2 for a screening, with an equally long mix_fade_out
    "fade_out": 0.0,

    # which effects are played on the finished picture, in this order
    # low end: none = the layers as they collide; high end: vhs,analog = a tape of it, filmed
    # typical color-grade,analog: first the light, then the film
    "post": "none",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "duration": Range(0.2, 3600.0),
    "fps": Rate(1, 120, rolls=False),
    "output_size": Size(),
    "chroma": Choice(("auto", "420", "444")),
    "fade_in": Range(0.0, 60.0),
    "fade_out": Range(0.0, 60.0),
    "post": Family("post", chain=True),
}

ALIASES = {
    "output_size": (
        "resolution size width height dimensions res aspect aspect_ratio ratio orientation"
    ),
    "duration": "length seconds time dur frames",
    "fps": "framerate frame_rate rate frames_per_second",
    "post": "effect effects filter fx",
    "fade_in": "fadein",
    "fade_out": "fadeout",
}

VALUE_ALIASES = {
    "post": {
        "preset=vintage-film": "sepia old-film 8mm",
        "saturation=0": "grayscale greyscale gray grey monochrome mono bw black-and-white",
        "post=none": "false no off 0",
    },
    "output_size": {
        "output_size=720x1280": "vertical portrait tiktok reel reels shorts story",
        "output_size=720x720": "square",
        "output_size=1280x720": "hd landscape 720",
        "output_size=1920x1080": "fullhd full-hd 1080",
        "output_size=640x360": "360",
        "output_size=2560x1440": "1440",
        "output_size=854x480": "480",
        "output_size=3840x2160": "2160",
    },
    "fps": {"fps=24": "cinema film movie", "fps=25": "pal", "fps=29.97": "ntsc"},
    "fade_in": {"fade_in=1": "true yes on", "fade_in=0": "false no off"},
    "fade_out": {"fade_out=1": "true yes on", "fade_out=0": "false no off"},
}
BEFORE = {"fade_in": 0.0, "fade_out": 0.0}


# These options save a tenth of a second on a 720-line picture; the file is hardly larger.
QUICK_PNG = ["-c:v", "png", "-compression_level", "3", "-pred", "up"]
# Image viewers show a PNG tagged with BT.709's curve darker than players show the video.
SRGB = "setparams=color_trc=iec61966-2-1"
PLANES = "co"  # first letters of labels: a cut, a clip's own alpha


def length(knobs: Knobs) -> int:
    """Return the number of frames of the piece: its duration, rounded to whole frames."""
    return max(1, round(float(knobs["duration"]) * exact(knobs["fps"])))


def command(
    knobs: Knobs,
    *,
    streams: Mapping[str, Sequence[Read]],
    rounds: Mapping[str, Round] | None = None,
    laid: Sequence[str],
    count: int,
    storage: str,
    written: Argv | None = None,
) -> Argv:
    """Return the command that writes `count` frames to `stack.nut`.

    Args:
        streams: the reads of the kept planes of all layers, by label: `k2` for the colors of layer
            2, `c2` for its cut, `o2` for its clip's own alpha, and `k2e` … for outgoing frames in
            cross-fades. `@k2p0` is file 0 of `k2`.
        rounds: streams whose reads are a single round, which is repeated in memory.
        laid: the graphs from all streams to the pad `[v]`.
        written: the options that encode `[v]`, instead of `storage`.
    """
    fps = exact(knobs["fps"])
    argv, chains = list[str](), list[str]()
    for label, reads in streams.items():
        chains += joined(reads, argv.count("-i"), label, fps, (rounds or {}).get(label))
        for read in reads:
            argv += opened(f"@{label}p{read.piece}", read, fps)
    return [
        *argv,
        *("-filter_complex", graph(*chains, *laid), "-map", "[v]", "-frames:v", str(count)),
        *(written or [*STORAGE[storage], *BITEXACT, "-f", "nut", "stack.nut"]),
    ]


def still(knobs: Knobs, *, opened: Argv, chains: Sequence[str], filters: str, at: int) -> Argv:
    """Return the command that writes frame `at` as `still.nut`, staged, and `still.png`.

    `chains` lead from the inputs to the pad `[stack]`, and from plates to the effects' pads.
    """
    start = chain(f"[stack]{TAGS},{clock(knobs['fps'], at)}", filters)
    # if no format were set, the kept picture would get the format that PNG prefers
    ends = f"{start},setpts=N,format=yuv420p,split[v][p]"
    return [
        *opened,
        *("-filter_complex", graph(*chains, ends, f"[p]format=rgb24,{SRGB}[s]")),
        *("-map", "[v]", "-frames:v", "1", "-c:v", "rawvideo", *BITEXACT, "-f", "nut"),
        *("still.nut", "-map", "[s]", "-frames:v", "1", *QUICK_PNG, *BITEXACT, "-f", "image2"),
        *("-update", "1", "still.png"),
    ]


def finish(top: str, to: str, pixels: str, faded: str = "") -> str:
    """Return the chain from the pad of the topmost picture to the staged stack."""
    # tags first: for a picture without a range, fade uses the black of full range
    kept = f"scale=iw:ih:flags={SWS},format={pixels},{TAGS}"
    return f"[{top}]{chain(kept, faded)}[{to}]"


def faded(knobs: Knobs, *, span: Span) -> str:
    """Return the chain that fades the picture from and to black, or "" outside of fades.

    The first frame of a fade-in is black, and so is the last frame of a fade-out.
    """
    fps, frames = exact(knobs["fps"]), length(knobs)
    into, out = (min(round(knobs[name] * fps), frames // 2) for name in ("fade_in", "fade_out"))
    parts = []
    if span.first < into:
        parts.append(f"fade=t=in:st=0:d={_seconds(into, fps)}")
    if span.first + span.count > frames - out and out:
        ends = _seconds(frames - 1 - out, fps)
        parts.append(f"fade=t=out:st={ends}:d={_seconds(out, fps)}")
    return chain(clock(fps, span.first), *parts, clock(fps)) if parts else ""


def opened(token: str, read: Read, fps: FrameRate) -> Argv:
    """Return the options that open a staged file for `read`."""
    # seek half a frame early, because a seek to the exact time may round to the next frame
    seek = ["-ss", number(round((read.first - 0.5) / fps, 6))] if read.first else []
    return [*seek, *(["-stream_loop", "-1"] if read.loop else []), "-i", token]


def joined(
    reads: Sequence[Read], first: int, name: str, fps: FrameRate, again: Round | None = None
) -> list[str]:
    """Return the chains that make one stream `[name]` of `reads`, whose inputs begin at `first`.

    If `again` is given, the reads are one round, which is repeated. Names of planes, such as `c2`,
    begin with one of PLANES.

    Every part is counted and renumbered, because -stream_loop and NUT guess the last frame's
    length, and overlay pairs frames by time. Without color tags, ffmpeg would convert a layer.
    """
    parts = [_part(read, first + i, fps) for i, read in enumerate(reads)]
    tags = PLANE if name[0] in PLANES else TAGS
    if again:
        ends = f"trim=start_frame={again.skip}:end_frame={again.skip + again.count}"
        tags = f"loop=loop=-1:size={again.length},{ends},{clock(fps)},{tags}"
    if len(parts) == 1:
        return [f"{parts[0]},{tags}[{name}]"]
    pads = "".join(f"[{name}r{i}]" for i in range(len(parts)))
    chains = [f"{part}[{name}r{i}]" for i, part in enumerate(parts)]
    return [*chains, f"{pads}concat=n={len(parts)},{clock(fps)},{tags}[{name}]"]


def _seconds(frames: int, fps: FrameRate) -> str:
    return number(round(float(frames / fps), 6))


def _part(read: Read, at: int, fps: FrameRate) -> str:
    """Return the chain for input `at`, which buffers up to one file if the read runs backwards."""
    taken = f"[{at}:v:0]trim=end_frame={read.count},{clock(fps)}"
    return f"{taken},reverse,{clock(fps)}" if read.back else taken
