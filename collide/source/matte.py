"""source/matte: masks of a clip's subject in each frame, found by a model.

Played only on layers with the mode rembg, for modes/rembg and blend/matte. This is by far the
slowest analysis of a clip, so by default it works on small pictures, twelve a second. Its result is
kept in five-second parts, so only the missing parts are analyzed for a longer piece or after an
interruption. Reads one clip and a model; writes grey films (white where the subject is) or one
strip of masks.
"""

import json
from typing import Any

from collide.instrument import (
    BITEXACT,
    MASKS,
    STORAGE,
    Argv,
    Clip,
    FrameRate,
    Knobs,
    Limit,
    Name,
    Passes,
    Range,
    chain,
    graph,
    number,
    opened,
    pictures_of,
    since,
)

DEFAULTS = {
    # the model that finds the subject: a file in library/models, without .onnx
    # low end: u2netp = 5 MB, quick, people and plain things; high end: birefnet-general = 1 GB,
    # hair and twigs, seconds per picture
    # typical u2netp; doit model name=u2net fetches another
    "rembg_model": "u2netp",

    # how many times a second the subject is found; in between, its outline stands still
    # low: 2 = a stencil that jumps after its dancer; high: 30 = it sticks to every finger
    # typical 12
    "matte_rate": 12,

    # the longer side of the pictures that the model sees, in pixels
    # low: 128 = a blob with a head; high: 1024 = single fingers, where the model is that good
    # typical 320, which is all that u2netp sees
    "matte_size": 320,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "rembg_model": Name(),
    "matte_rate": Range(1, 60, rolls=False),
    "matte_size": Range(64, 1024, rolls=False),
}

KEYED = tuple(DEFAULTS)
LIBRARIES = ("numpy", "onnxruntime", "pillow", "rembg")
VERSION = 1


def size(knobs: Knobs, *, clip: Clip) -> tuple[int, int]:
    """Return the width and the height of the pictures that the model sees."""
    factor = knobs["matte_size"] / max(clip.width, clip.height)
    width, height = (max(2, 2 * round(side * factor / 2)) for side in (clip.width, clip.height))
    return width, height


def looks(knobs: Knobs, *, frames: int, fps: FrameRate) -> tuple[FrameRate, int]:
    """Return the numbers of masks per second and in all for `frames` frames.

    At 23.976 frames per second, the rate of masks is reduced by the same factor, so that a segment
    has a whole number of masks.
    """
    whole = round(fps)
    rate = min(knobs["matte_rate"], whole)
    return rate if fps == whole else rate * fps / whole, max(1, -(-frames * rate // whole))


def film(
    clip: Clip,
    *,
    start: float,
    rate: float | FrameRate,
    looks: int,
    fps: float | FrameRate,
    whole: str,
    colors: str,
) -> dict[str, Any]:
    """Return the input of `passes` and the chain to its frames, for a video of `looks` masks.

    For each second of the clip, there are `rate` masks and `fps` frames of the layer. Each mask is
    taken in the middle of the frames that use it. The chain `whole` makes pictures progressive and
    uniform in shape; `colors` makes them BT.709.
    """
    middle = float((1 / rate - 1 / fps) / 2)
    first = min(start + middle, clip.latest())
    taken = "" if clip.still else f"fps={number(rate)}:start_time=0"
    return {
        "source": opened(clip, first, round(float(looks / rate) + 1 + clip.gap, 3)),
        "seen": f"[{pictures_of(clip)}]{chain(since(clip, first), whole, taken, colors)}",
    }


def strip(looks: int) -> dict[str, Any]:
    """Return what `film` returns, but for `looks` keyframes side by side in `@frames`."""
    return {"source": ["-i", "@frames"], "seen": f"[0:v:0]untile={looks}x1"}


def passes(
    knobs: Knobs,
    *,
    source: Argv,
    seen: str,
    size: tuple[int, int],
    rate: float | FrameRate,
    looks: int,
    tiled: bool,
) -> Passes:
    """Yield the runs that make `matte.mp4`, a video of `looks` masks (`rate` per second).

    `source` and `seen` come from `film` or `strip`. If `tiled` is true, the runs make `masks.png`
    instead, with the masks side by side.
    """
    shape = f"{size[0]}x{size[1]}"
    scaled = f"scale={size[0]}:{size[1]}:flags=area+accurate_rnd+bitexact,format=rgb24"
    ends = f"tpad=stop={looks}:stop_mode=clone,trim=end_frame={looks}"
    seen = graph(f"{seen},{scaled},{ends}[v]")
    raw = ["-frames:v", str(looks), "-c:v", "rawvideo", *BITEXACT, "-f", "rawvideo", "frames.rgb"]
    yield [*source, "-filter_complex", seen, "-map", "[v]", *raw]
    report = yield [MASKS, "@model", knobs["rembg_model"], shape, "frames.rgb", "masks.gray"]
    form = ["-f", "rawvideo", "-pixel_format", "gray", "-video_size", shape]
    written = _strip(looks) if tiled else [*STORAGE["ffv1"], *BITEXACT, "-f", "mp4", "matte.mp4"]
    yield [*form, "-framerate", number(rate), "-i", "@@masks.gray", *written]
    facts: dict[str, Any] = json.loads(report.strip().splitlines()[-1])
    return facts


def _strip(looks: int) -> Argv:
    one = ["-vf", f"tile={looks}x1", "-frames:v", "1", "-c:v", "png", *BITEXACT]
    return [*one, "-f", "image2", "-update", "1", "masks.png"]
