"""blend/key: make the colors found by a mode transparent, to show the layers below.

Played in two stages on every layer above the base, unless a matte cuts it. On a smoothed copy of
the clip's pictures, `cut` measures each pixel's distance from the colors that open, or its
brightness, and `steadied` removes flicker. In the stack, `filters` turns the result into alpha, so
no layer is rendered again after a change of the threshold. The instruments in modes/ choose what
opens. Reads pictures of any size; writes one 8-bit grey plane of the same size.
"""

import math
from collections.abc import Mapping
from typing import Any

from collide.instrument import (
    PLANE,
    SWS,
    Clip,
    Family,
    FrameRate,
    Knobs,
    Limit,
    Range,
    chain,
    margin,
    number,
    time_filter,
)

DEFAULTS = {
    # how the colors that become windows are found
    # low end: fixed = you name the color; palette = from a named set; luminance = by brightness;
    # high end: the clip decides: dominant = its most common shade, kmeans = its main colors;
    # rembg = a model finds the subject; random = the dice choose from random_modes
    # typical dominant; kmeans for larger windows, fixed for a clip whose color you know
    "mode": "dominant",

    # how close to the key color a pixel must be to become transparent
    # low: 0.1 = pinholes, only that color; high: 0.5 = most of the layer is gone
    # typical 0.2..0.4; if no range is set, balance tries 0.14..0.44
    "similarity": [0.2, 0.4],

    # how the edge of a hole looks
    # low: 0 = cut with scissors; high: 0.5 = smoke, the whole layer turns half transparent
    # typical 0..0.05
    "softness": [0.0, 0.05],

    # how much a picture is smoothed before it is cut; the picture itself remains sharp
    # low: 0 = each speck of noise and each block of a poor video is cut out; high: 4 = cut with a
    # broad brush, wires and twigs are gone; the brush is finer for a small clip
    # typical 1
    "smooth": 1.0,

    # how many seconds a hole must stay open, or a solid part stay shut, to be seen
    # low: 0 = edges swarm like ants; high: 0.25 = leaves and waves stand as if cast, and their
    # holes jump; what flies by is left alone
    # typical 0.15
    "steady": 0.15,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "mode": Family("modes"),
    "similarity": Range(0.001, 1.0),
    "softness": Range(0.0, 1.0),
    "smooth": Range(0.0, 4.0),
    "steady": Range(0.0, 0.25),
}

ALIASES = {
    "similarity": "threshold tolerance sensitivity",
    "softness": "edge",
    "mode": "keyer keyer_type keying keying_mode key_mode key_type chromakey greenscreen",
}

KEYED = tuple(DEFAULTS)
BEFORE = {"smooth": 0.0, "steady": 0.0}
REACH = {"similarity": (0.14, 0.44)}  # outside this range, pinholes and ghosts were seen

HARD = 0.0001  # a softness up to this counts as 0, as it does for colorkey
FURTHEST = math.sqrt(3) * 255  # black to white in 8-bit levels, a distance of 1 for colorkey


STEP = 640  # pixels of the longer side per pixel of radius
LONGEST = 8  # limit on how many frames a change must last in a slow clip


def neighbors(knobs: Knobs, *, clip: Clip, fps: FrameRate) -> int:
    """Return how many neighboring frames on each side the cut of a frame depends on."""
    frames = _lasting(knobs, clip, fps)
    return margin(frames) if frames else 0


def steadied(knobs: Knobs, *, clip: Clip, fps: FrameRate, layer: int) -> str:
    """Return the chain that removes flicker from a cut, or "" if every change is kept.

    The chain needs `neighbors` extra frames at each end; the caller drops those at the end.
    """
    frames = _lasting(knobs, clip, fps)
    return time_filter(f"S{layer}", frames, fps) if frames else ""


def _lasting(knobs: Knobs, clip: Clip, fps: FrameRate) -> int:
    """Return how many frames (2 or more) a change must last to be kept, or 0 to keep every change.

    In a slow clip, a change must outlast one frame of the clip, up to a limit of LONGEST frames.
    """
    if not knobs["steady"]:
        return 0
    stands = fps / clip.fps / knobs["speed"] if clip.fps else 1
    lasting = round(float(knobs["steady"]) * fps)
    return max(2, lasting, min(int(stands) + 1, LONGEST))


def cut(knobs: Knobs, *, clip: Clip, answer: Mapping[str, Any], layer: int) -> str:
    """Return the chain from pictures to the cut: each pixel's distance from the colors that open.

    `answer`, from the mode, contains `colors` (each "0xRRGGBB") or `light` (a band of brightness
    from 0 to 1). For colors, a level is 255 * sqrt(distance to the nearest color / `reach`): the
    root assigns most levels to small distances, because one shade may fill much of the picture. For
    light, a level is luma as stored. No threshold is applied.
    """
    if "light" in answer:
        tv = f"scale=iw:ih:out_range=tv:flags={SWS},format=yuv420p|yuv422p|yuv444p"
        return chain(tv, "extractplanes=y", _smoothed(knobs, clip), PLANE)
    colors = answer.get("colors")
    if not colors:  # if a mode finds no color, nothing opens
        return f"format=gray,lut=c0=255,{PLANE}"
    return chain(_smoothed(knobs, clip), _nearest(colors, f"L{layer}"))


def _smoothed(knobs: Knobs, clip: Clip) -> str:
    """Return the chain that smooths pictures as much as their size allows, or "" if they are small.

    At `smooth` 1, the radius is one pixel if the longer side has 480 pixels or more, and two from
    1120 on. In smaller pictures, thin lines would vanish.
    """
    radius = int(knobs["smooth"] * max(clip.width, clip.height) / STEP + 0.25)
    return f"avgblur={radius}" if knobs["smooth"] and radius else ""


def filters(knobs: Knobs, *, answer: Mapping[str, Any]) -> str:
    """Return the chain that turns the cut into alpha, with the threshold in `knobs` or `answer`.

    `answer` contains a `similarity` or a changed `light` if blend/coverage set the key. If there
    are no colors and no light, the chain is "". The keys are the same as ffmpeg's colorkey and
    lumakey, except for the rounding of the plane.
    """
    if "light" in answer:
        return _light(answer["light"], knobs["softness"])
    if not answer.get("colors"):
        return ""
    moved = "similarity" in answer
    similarity, soft = (answer if moved else knobs)["similarity"], knobs["softness"]
    distance = f"val*val*{reach(answer['colors']) / 255**2:.10f}"
    if soft > HARD:
        alpha = f"clip(({distance}-{number(similarity)})/{number(soft)},0,1)*255"
    else:
        alpha = f"gt({distance},{number(similarity)})*255"
    return f"lut=c0='{alpha}'"


def reach(colors: list[str]) -> float:
    """Return the largest distance that a pixel can have from one of the colors.

    Distances are measured as in colorkey: in RGB, relative to the distance from black to white.
    """
    far = (math.hypot(*(max(level, 255 - level) for level in _levels(one))) for one in colors)
    return round(max(far) / FURTHEST, 6)


def _levels(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(color[at : at + 2], 16) for at in (2, 4, 6))
    return red, green, blue


def _light(band: list[float], softness: float) -> str:
    """Return the filters that turn luma into alpha: a band of brightness becomes transparent.

    0..1 is mapped to 16..235, the range of stored luma. A band that ends at black or white also
    includes the levels beyond, for noise and overshoot.
    """
    low, high = (16 + 219 * end for end in band)
    low, high = (0.0 if band[0] <= 0 else low), (255.0 if band[1] >= 1 else high)
    under, over, width = f"({int(low)}-val)", f"(val-{int(high)})", int(softness * 255)
    if not width:
        return f"lut=c0='gt(max({under},{over}),0)*255'"
    # lumakey rounds up below the band and down above it
    alpha = f"max(ceil({under}*255/{width}),{over}*255/{width})"
    return f"lut=c0='clip({alpha},0,255)'"


def _nearest(colors: list[str], tag: str) -> str:
    """Return the chain that computes the cut of colors: the distance to the nearest color.

    Two tables per color (with two planes each) cost less than colorkey's square root per pixel and
    round to the nearest level instead of down.
    """
    furthest, count = reach(colors) * FURTHEST, len(colors)
    parts = [f"format=rgb24,extractplanes=r+g+b[{tag}r][{tag}g][{tag}b]"]
    if count > 1:
        copies = {one: "".join(f"[{tag}{one}{i}]" for i in range(count)) for one in "rgb"}
        parts += [f"[{tag}{one}]split={count}{pads}" for one, pads in copies.items()]
    for i, (red, green, blue) in enumerate(map(_levels, colors)):
        at = i if count > 1 else ""
        side = math.hypot(max(green, 255 - green), max(blue, 255 - blue))
        two = f"1023*sqrt(hypot(x-{green},y-{blue})/{side:.4f})+0.5"
        all_three = f"hypot(x*x*{side / 1023**2:.10f},y-{red})/{furthest:.4f}"
        parts += [
            f"[{tag}g{at}][{tag}b{at}]lut2=c0='{two}':d=10[{tag}s{i}]",
            f"[{tag}s{i}][{tag}r{at}]lut2=c0='255*sqrt(min({all_three},1))+0.5':d=8[{tag}d{i}]",
        ]
    below = f"[{tag}d0]"
    for i in range(1, count):
        parts.append(f"{below}[{tag}d{i}]blend=all_mode=darken[{tag}m{i}]")
        below = f"[{tag}m{i}]"
    return ";".join([*parts, f"{below}format=gray,{PLANE}"])
