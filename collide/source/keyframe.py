"""source/keyframe: a few frames of the part that is used, looked at as they will be keyed.

Played before a mode that looks at pictures. One frame would speak for a whole clip by luck.
Reads one clip; writes one PNG, RGB 8 bit, with the frames side by side.
"""

from collide.instrument import (
    BITEXACT,
    Argv,
    Clip,
    Knobs,
    Limit,
    Range,
    chain,
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

WIDTH = 160  # of each frame: enough for colors, small enough for k-means

# A seek decodes from the key frame before it, often ten seconds: a part that is not longer
# than a few of them is cheaper to go through once (0.4 against 2.0 s of CPU for 8 s of 540p).
NEAR = 30.0


def command(
    knobs: Knobs, *, clip: Clip, start: float, seconds: float, whole: str, look: str
) -> Argv:
    """Return the command that writes `frames.png`, `keyframes` pictures of WIDTH pixels.

    `whole` makes whole pictures of the clip's. `look` is the layer's color correction: the key
    sees its result, so the mode must too.
    """
    count = knobs["keyframes"]
    # after the last frame there is none to see, and a clip may pause: stay before its end
    latest = max(0.0, clip.seconds - clip.gap - 0.05)
    times = [min(start + seconds * (i + 0.5) / count, latest) for i in range(count)]
    width, height = size(clip)
    seen = chain(look, f"scale={width}:{height}:flags=area+accurate_rnd+bitexact", "format=rgb24")
    if clip.still:
        argv, chains = (
            opened(clip),
            [f"[{pictures_of(clip)}]{chain(whole, seen, _tiled(count))}[v]"],
        )
    elif times[-1] - times[0] <= NEAR and times[-1] > times[0]:
        argv, chains = _passed(clip, times, whole, seen)
    else:
        argv, chains = _sought(clip, times, whole, seen)
    return [
        *argv,
        *("-filter_complex", graph(*chains), "-map", "[v]", "-frames:v", "1"),
        *("-c:v", "png", *BITEXACT, "-f", "image2", "-update", "1", "frames.png"),
    ]


def size(clip: Clip) -> tuple[int, int]:
    """Return width and height of one keyframe."""
    return WIDTH, max(2, round(WIDTH * clip.height / clip.width))


def _passed(clip: Clip, times: list[float], whole: str, seen: str) -> tuple[Argv, list[str]]:
    """Return input and graph that decode the part once, and keep some of its frames."""
    step = (times[-1] - times[0]) / (len(times) - 1)
    argv = opened(clip, times[0], round(times[-1] - times[0] + 1, 3))
    kept = f"fps={number(round(1 / step, 6))}:start_time=0:round=near:eof_action=pass"
    passed = chain(since(clip, times[0]), whole, kept, seen, _tiled(len(times)))
    return argv, [f"[{pictures_of(clip)}]{passed}[v]"]


def _tiled(count: int) -> str:
    """Return the chain that sets so many frames side by side, the last one where there are less."""
    return f"tpad=stop={count}:stop_mode=clone,tile={count}x1"


def _sought(clip: Clip, times: list[float], whole: str, seen: str) -> tuple[Argv, list[str]]:
    """Return inputs and graph that seek each frame by itself."""
    argv = [word for time in times for word in opened(clip, time)]
    count = len(times)
    each = (chain(whole, one_frame(clip, time), seen, "setpts=0") for time in times)
    chains = [f"[{pictures_of(clip, i)}]{one}[k{i}]" for i, one in enumerate(each)]
    pads = "".join(f"[k{i}]" for i in range(count))
    joined = f"{pads}hstack=inputs={count}[v]" if count > 1 else "[k0]null[v]"
    return argv, [*chains, joined]
