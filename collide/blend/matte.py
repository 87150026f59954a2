"""blend/matte: cut a layer along the outline of its subject, whatever the colors are.

Played instead of blend/key where mode=rembg cuts a matte; see source/matte for how it is found.
Reads pictures of any size and a grey film, white where the subject is; writes the pictures, at the
clip's own size, with an alpha channel.
"""

from collections.abc import Mapping
from typing import Any

from collide.instrument import SWS, Clip, Knobs, Limit, Range, number

DEFAULTS = {
    # how the outline looks
    # low: 0 = cut with scissors; high: 1 = as unsure as the model is, hair like breath on glass
    # typical 0.3
    "matte_softness": 0.3,

    # where the outline runs
    # low: -0.4 = the subject is nibbled at, no rim of wall is left; high: 0.4 = it wears a halo
    # of what was behind it
    # typical -0.1 to 0.1
    "matte_shift": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"matte_softness": Range(0.0, 1.0), "matte_shift": Range(-0.45, 0.45)}
KEYED = tuple(DEFAULTS)

HARD = 0.004  # the width of an edge between two greys


def filters(knobs: Knobs, *, answer: Mapping[str, Any], clip: Clip, matte: str, layer: int) -> str:
    """Return the chain that cuts the matte, at the size of the clip: one mask pixel for each.

    `answer["matte"]` is the side that opens; `matte` is a chain that gives a mask for each picture.
    """
    width = max(HARD, knobs["matte_softness"])
    # the grey that becomes half transparent lies in the middle of the softness
    slope, middle = number(1 / width), number(127.5 - 255 * knobs["matte_shift"])
    subject = f"(val-{middle})*{slope}"
    alpha = f"127.5+{subject}" if answer["matte"] == "background" else f"127.5-{subject}"
    size, tag = f"scale={clip.width}:{clip.height}", f"L{layer}"
    return (
        f"{size}:out_range=tv:flags={SWS},format=yuva444p[{tag}p];"
        f"{matte},{size}:flags={SWS},format=gray,lut=c0={alpha}[{tag}m];"
        f"[{tag}p][{tag}m]alphamerge"
    )
