"""source/keyframe: a few frames of the part that a layer shows, as its key will see them.

Played before a mode or a `coverage` that analyzes pictures. One frame would represent a whole clip
only by luck. Reads one clip; writes one PNG, 8-bit RGB, with the frames side by side.
"""

import re
from collections.abc import Mapping, Sequence

from collide.instrument import (
    BITEXACT,
    Argv,
    Clip,
    Knobs,
    Limit,
    Range,
    chain,
    clock,
    graph,
    number,
    one_frame,
    opened,
    pictures_of,
    since,
)

DEFAULTS = {
    # how many frames of a clip are looked at before its colors are chosen
    # low: 1 = the middle frame decides alone; high: 12 = a fair picture of a restless clip
    # typical 5
    "keyframes": 5,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"keyframes": Range(1, 12, rolls=False)}
KEYED = ("keyframes",)

PLAIN = re.compile(r"yuvj?4[24][0-4]p(10|12)?(le)?$")  # formats that `kept` can store unchanged
WIDTH = 160  # width of each frame in pixels: enough for colors, small enough for k-means

# A seek decodes from the preceding key frame, often ten seconds earlier. A part no longer than a
# few such gaps is cheaper to decode once (0.4 s of CPU instead of 2.0 s for 8 s of 540p).
NEAR = 30.0


def command(
    knobs: Knobs, *, clip: Clip, start: float, seconds: float, whole: str, look: str
) -> Argv:
    """Return the command that writes `frames.png`, `keyframes` pictures, each WIDTH pixels wide.

    The chain `whole` makes pictures progressive and uniform in shape. `look` is the layer's color
    correction: the key sees its result, so the mode must see it too.
    """
    count = knobs["keyframes"]
    times = _times(clip, start, seconds, count)
    seen = _seen(clip, look)
    if clip.still:
        argv, chains = (
            opened(clip),
            [f"[{pictures_of(clip)}]{chain(whole, seen, _tiled(count))}[v]"],
        )
    elif _near(times):
        argv, chains = _passed(clip, times, whole, chain(seen, _tiled(count)))
    else:
        joined = f"hstack=inputs={count}" if count > 1 else "null"
        argv, chains = _sought(clip, times, whole, seen, joined)
    return [*argv, "-filter_complex", graph(*chains), *_written()]


def _seen(clip: Clip, look: str) -> str:
    """Return the chain from a frame of a clip to the picture that the mode analyzes."""
    width, height = size(clip)
    return chain(look, f"scale={width}:{height}:flags=area+accurate_rnd+bitexact", "format=rgb24")


def _written() -> Argv:
    png = ["-c:v", "png", *BITEXACT, "-f", "image2", "-update", "1", "frames.png"]
    return ["-map", "[v]", "-frames:v", "1", *png]


def kept(knobs: Knobs, *, clip: Clip, start: float, seconds: float, whole: str) -> Argv:
    """Return the command that writes `kept.mkv`: the frames of `command`, in their own size.

    Only a clip for which `plain` is true allows this; `command_of_kept` corrects its colors later.
    """
    count = knobs["keyframes"]
    times = _times(clip, start, seconds, count)
    ends = f"tpad=stop={count}:stop_mode=clone,trim=end_frame={count},{clock(1)}"
    if _near(times):
        argv, chains = _passed(clip, times, whole, ends)
    else:
        joined = f"concat=n={count},{clock(1)}" if count > 1 else clock(1)
        argv, chains = _sought(clip, times, whole, "", joined)
    argv += ["-filter_complex", graph(*chains), "-map", "[v]", "-frames:v", str(count)]
    # ffmpeg would squeeze the full range of a yuvj format into its codec's preferred range
    full = ["-color_range", "pc"] if clip.pixels.startswith("yuvj") else []
    form = ["-fps_mode", "passthrough", "-c:v", "ffv1", "-level", "3", "-threads", "1", *full]
    return [*argv, *form, *BITEXACT, "-f", "matroska", "kept.mkv"]


def plain(clip: Clip) -> bool:
    """Return whether correcting a clip's kept frames has the same result as `command`."""
    return not clip.still and not clip.shapes and PLAIN.match(clip.pixels) is not None


def command_of_kept(knobs: Knobs, *, clip: Clip, look: str) -> Argv:
    """Return the command that writes the same `frames.png` as `command`, but from `@kept`."""
    turned = chain(_seen(clip, look), _tiled(knobs["keyframes"]))
    return ["-i", "@kept", "-filter_complex", graph(f"[0:v:0]{turned}[v]"), *_written()]


def moments(
    knobs: Knobs,
    *,
    clip: Clip,
    start: float,
    seconds: float,
    whole: str,
    count: int,
    second: Argv,
    chains: Sequence[str],
    written: Mapping[str, str],
) -> Argv:
    """Return the command that applies `chains` to `count` frames, spread over a part of a clip.

    The chains read the pad `[v]`; for a matte, they also read `[w]` (the last input, opened by
    `second`). `written` maps each output pad to its file of raw grey pictures.
    """
    times = _times(clip, start, seconds, count)
    ends = f"tpad=stop={count}:stop_mode=clone,trim=end_frame={count},{clock(1)}"
    if clip.still:
        argv, graphs = opened(clip), [f"[{pictures_of(clip)}]{chain(whole, ends)}[v]"]
    elif _near(times):
        argv, graphs = _passed(clip, times, whole, ends)
    else:
        joined = f"concat=n={count},{clock(1)}" if count > 1 else clock(1)
        argv, graphs = _sought(clip, times, whole, "", joined)
    if second:
        graphs.append(f"[{argv.count('-i')}:v:0]null[w]")
    argv += [*second, "-filter_complex", graph(*graphs, *chains)]
    for pad, name in written.items():
        # without passthrough, ffmpeg would drop pictures to keep a constant frame rate
        raw = ["-fps_mode", "passthrough", "-c:v", "rawvideo", *BITEXACT, "-f", "rawvideo"]
        argv += ["-map", f"[{pad}]", *raw, name]
    return argv


def _times(clip: Clip, start: float, seconds: float, count: int) -> list[float]:
    """Return the analyzed frames' times in seconds, spread evenly over a part of a clip."""
    latest = clip.latest()
    return [min(start + seconds * (i + 0.5) / count, latest) for i in range(count)]


def _near(times: list[float]) -> bool:
    """Return whether decoding a part once is cheaper than seeking each frame."""
    return 0 < times[-1] - times[0] <= NEAR


def size(clip: Clip) -> tuple[int, int]:
    """Return the width and the height of one keyframe."""
    return WIDTH, max(2, round(WIDTH * clip.height / clip.width))


def _passed(clip: Clip, times: list[float], whole: str, then: str) -> tuple[Argv, list[str]]:
    """Return the input and graph that decode a part once and apply a chain to some frames."""
    step = (times[-1] - times[0]) / (len(times) - 1)
    argv = opened(clip, times[0], round(times[-1] - times[0] + 1, 3))
    kept = f"fps={number(round(1 / step, 6))}:start_time=0:round=near:eof_action=pass"
    passed = chain(since(clip, times[0]), whole, kept, then)
    return argv, [f"[{pictures_of(clip)}]{passed}[v]"]


def _tiled(count: int) -> str:
    """Return the chain that sets `count` frames side by side and repeats the last if needed."""
    return f"tpad=stop={count}:stop_mode=clone,tile={count}x1"


def _sought(
    clip: Clip, times: list[float], whole: str, seen: str, joined: str
) -> tuple[Argv, list[str]]:
    """Return the inputs and graphs that seek each frame separately and join all frames."""
    argv = [word for time in times for word in opened(clip, time)]
    each = (chain(whole, one_frame(clip, time), seen, "setpts=0") for time in times)
    chains = [f"[{pictures_of(clip, i)}]{one}[k{i}]" for i, one in enumerate(each)]
    pads = "".join(f"[k{i}]" for i in range(len(times)))
    return argv, [*chains, f"{pads}{joined}[v]"]
