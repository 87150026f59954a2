"""blend/drift: a still on the screen, either fixed or with a camera that moves slowly over it.

Played instead of blend/pace on every layer whose clip is a still. A still has no speed and does not
start over: it lasts as long as the piece, and so does its move. Positions are fractions of a pixel,
so nothing jumps. Reads one picture of any size; writes one frame, or all frames of the layer if
the camera moves. A frame is no larger than the piece can show.
"""

from math import ceil

from collide.instrument import (
    Choice,
    Clip,
    Knobs,
    Limit,
    Range,
    chain,
    clock,
    number,
    scale,
    wide_and_high,
)

DEFAULTS = {
    # how a camera moves over a still, from the first frame to the last
    # low end: none = it stands, like a slide on the wall, and costs one frame; in = it comes
    # nearer; out = it steps back and all is seen; left, right, up, down = it looks along the
    # picture; high end: a choice for each layer, layer2.still_move=in layer3.still_move=left
    # typical in, for the base; none, for layers that are keyed to flat shapes
    "still_move": "none",

    # how far the camera moves, as a fraction of the picture
    # low: 0.02 = felt, not seen; high: 0.5 = from the whole crowd to one face
    # typical 0.1
    "still_reach": 0.1,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "still_move": Choice(("none", "in", "out", "left", "right", "up", "down")),
    "still_reach": Range(0.01, 0.6),
}
VALUE_ALIASES = {
    "still_move": {
        "still_move=in": "zoom-in zoomin push push-in dolly-in closer ken-burns true yes on",
        "still_move=out": "zoom-out zoomout pull pull-out pull-back dolly-out",
        "still_move=left": "pan-left",
        "still_move=right": "pan-right pan",
        "still_move=up": "pan-up tilt-up tilt",
        "still_move=down": "pan-down tilt-down",
        "still_move=none": "false no off static still 0",
    },
}
PER_LAYER = tuple(DEFAULTS)
BEFORE = dict(DEFAULTS)


def filters(
    knobs: Knobs, *, clip: Clip, output_size: str, material: int, fps: int, first: int = 0
) -> str:
    """Return the chain from a picture to `material` frames of a layer, beginning with `first`.

    If the camera does not move, the chain makes one frame.
    """
    sized = _sized(knobs, clip, output_size)
    move = moved(knobs, material=material, fps=fps, first=first)
    # set explicitly, so that the frame file of a still has the same format as in a render
    form = f"format={_pixels(clip)}"
    # a picture file has its own rate
    return chain(sized, form, move or clock(fps), f"fps={fps}:start_time=0")


def frames(knobs: Knobs, *, most: int) -> int:
    """Return how many of `most` frames of a still are kept: one, or all if the camera moves."""
    return 1 if knobs["still_move"] == "none" else most


def moved(knobs: Knobs, *, material: int, fps: int, first: int = 0) -> str:
    """Return the chain from a picture to the frames of its move, or "" if the camera is still.

    The chain makes `material` frames and works for pictures and masks of any size.
    """
    if knobs["still_move"] == "none":
        return ""
    # a part of the picture, with the same aspect ratio, is stretched to full size
    reach = number(knobs["still_reach"])
    part = f"min(1,(on-1+{first})/{max(1, material - 1)})"  # `on` counts from 1
    x, y, size = {
        "in": ("0.5", "0.5", f"(1-{reach}*{part})"),
        "out": ("0.5", "0.5", f"(1-{reach}*(1-{part}))"),
        "left": (f"(1-{part})", "0.5", f"(1-{reach})"),
        "right": (part, "0.5", f"(1-{reach})"),
        "up": ("0.5", f"(1-{part})", f"(1-{reach})"),
        "down": ("0.5", part, f"(1-{reach})"),
    }[str(knobs["still_move"])]
    left, top = f"W*(1-{size})*{x}", f"H*(1-{size})*{y}"
    right, bottom = f"{left}+W*{size}", f"{top}+H*{size}"
    corners = (left, top, right, top, left, bottom, right, bottom)
    sides = ":".join(f"{'xy'[at % 2]}{at // 2}='{corner}'" for at, corner in enumerate(corners))
    again = f"loop=loop={material - 1}:size=1"
    return f"{again},{clock(fps)},perspective={sides}:interpolation=cubic:eval=frame"


def _sized(knobs: Knobs, clip: Clip, output_size: str) -> str:
    """Return the chain that shrinks a picture as far as the frame allows, or "" if it is small.

    A photograph may have twenty times the pixels of a frame, and a key would analyze each of them.
    """
    wide, high = wide_and_high(output_size)
    near = 1 if knobs["still_move"] == "none" else 1 / (1 - knobs["still_reach"])
    ratio = max(wide / clip.width, high / clip.height) * near
    if ratio >= 1:
        return ""
    return scale(*(2 * max(1, ceil(side * ratio / 2)) for side in (clip.width, clip.height)))


def _pixels(clip: Clip) -> str:
    """Return the 8-bit pixel format that keeps a picture's chroma and alpha."""
    if clip.alpha:
        return "yuva420p" if clip.pixels.startswith("yuva420p") else "gbrap"
    if clip.fine and not clip.tone:
        return "yuv444p" if clip.pixels.startswith(("yuv444", "yuvj444")) else "gbrp"
    return "yuv444p" if clip.fine else "yuv420p"
