"""blend/key: make the colors that a mode found transparent, so that what lies below shows.

Played on every layer but the base, in two halves. With the clip's pictures, `cut` measures how far
each pixel is from what opens; in the stack, `filters` turns that into alpha. So the knobs of the
threshold render no layer. Which colors open: see the instruments in modes/.
Reads pictures of any size; writes one grey plane of the same size, 8 bit, all of 0..255.
"""

import math
from collections.abc import Mapping
from typing import Any

from collide.instrument import PLANE, SWS, Family, Knobs, Limit, Range, number

DEFAULTS = {
    # how the colors that become windows are found
    # low end: fixed = you name them; palette = out of a named set; luminance = by brightness;
    # high end: the clip decides: dominant = its one commonest shade, kmeans = its main colors;
    # rembg = a model finds the subject; random = the dice choose between these
    # typical dominant; kmeans for larger windows, fixed for a clip whose color you know
    "mode": "dominant",

    # how close to the key color a pixel must be to become transparent
    # low: 0.1 = pinholes, just that color; high: 0.5 = most of the layer is gone
    # typical [0.2, 0.4]
    "similarity": [0.2, 0.4],

    # how the edge of a hole looks
    # low: 0 = cut with scissors; high: 0.5 = smoke, the whole layer turns half transparent
    # typical [0, 0.05]
    "softness": [0.0, 0.05],
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "mode": Family("modes"),
    "similarity": Range(0.001, 1.0),
    "softness": Range(0.0, 1.0),
}

KEYED = tuple(DEFAULTS)

HARD = 0.0001  # a softness up to this is none, as colorkey has it
FIRST = 0.00001  # the least distance that colorkey tells from none


def cut(knobs: Knobs, *, answer: Mapping[str, Any], layer: int) -> str:
    """Return the chain from pictures to the cut: how far each pixel is from what opens.

    `answer` is that of the mode: `colors`, "0xRRGGBB" each, or `light`, a band of brightness 0..1.
    For colors the plane is 255 at the distance `_reach` and 0 at none, that to the nearest color;
    for light it is luma as stored. No threshold is in it.
    """
    if "light" in answer:
        tv = f"scale=iw:ih:out_range=tv:flags={SWS},format=yuv420p|yuv422p|yuv444p"
        return f"{tv},extractplanes=y,{PLANE}"
    colors = answer.get("colors")
    if not colors:  # a mode may find no color: then nothing opens
        return f"format=gray,lut=c0=255,{PLANE}"
    reach = number(_reach(colors))
    keys = [
        f"colorkey=color={color}:similarity={number(FIRST)}:blend={reach},alphaextract"
        for color in colors
    ]
    if len(keys) == 1:
        return f"format=rgba,{keys[0]},{PLANE}"
    return _nearest(keys, f"L{layer}")


def filters(knobs: Knobs, *, answer: Mapping[str, Any]) -> str:
    """Return the chain from the cut to alpha, by the threshold that the knobs, or `answer`, set.

    `answer` has `similarity`, or another `light`, where blend/coverage has moved it. Both follow
    ffmpeg's own keys, colorkey and lumakey, to the rounding of the plane.
    """
    if "light" in answer:
        return _light(answer["light"], knobs["softness"])
    if not answer.get("colors"):
        return ""
    moved = "similarity" in answer
    similarity, soft = (answer if moved else knobs)["similarity"], knobs["softness"]
    # a level of the plane stands for a range of distances, of which the middle is taken
    distance = f"min(val+0.5,255)*{_reach(answer['colors']) / 255:.8f}"
    if soft > HARD:
        alpha = f"clip(({distance}-{number(similarity)})/{number(soft)},0,1)*255"
    else:
        alpha = f"gt({distance},{number(similarity)})*255"
    return f"lut=c0='if(val,{alpha},0)'"


def _reach(colors: list[str]) -> float:
    """Return the distance from a color to the furthest corner of RGB, of several the largest.

    Distances are those of colorkey: in RGB, of that from black to white.
    """

    def furthest(color: str) -> float:
        levels = (int(color[at : at + 2], 16) for at in (2, 4, 6))
        return math.sqrt(sum(max(level, 255 - level) ** 2 for level in levels) / (3 * 255**2))

    return round(max(map(furthest, colors)), 6)


def _light(band: list[float], softness: float) -> str:
    """Return the chain from luma to alpha, which opens a band of brightness.

    Luma is stored as 16 to 235 of 255, so 0..1 is moved there. The ends reach past black and
    white: noise and overshoot belong to the lamp as well.
    """
    low, high = (16 + 219 * end for end in band)
    low, high = (0.0 if band[0] <= 0 else low), (255.0 if band[1] >= 1 else high)
    beyond, width = f"max({int(low)}-val,val-{int(high)})", int(softness * 255)
    alpha = f"clip({beyond}*255/{width},0,255)" if width else f"gt({beyond},0)*255"
    return f"lut=c0='{alpha}'"


def _nearest(keys: list[str], tag: str) -> str:
    """Return the chain to the cut of several colors: of all distances the shortest.

    colorkey writes alpha anew, so of two in a row only the last one counts (measured, 9.0.2):
    each gets a copy of its own.
    """
    copies = "".join(f"[{tag}c{i}]" for i in range(len(keys)))
    parts = [f"format=rgba,split={len(keys)}{copies}"]
    parts += [f"[{tag}c{i}]{key}[{tag}a{i}]" for i, key in enumerate(keys)]
    below = f"[{tag}a0]"
    for i in range(1, len(keys)):
        parts.append(f"{below}[{tag}a{i}]blend=all_mode=darken[{tag}m{i}]")
        below = f"[{tag}m{i}]"
    return ";".join([*parts, f"{below}{PLANE}"])
