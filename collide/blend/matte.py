"""blend/matte: cut a layer along the outline of its subject, whatever the colors are.

Played instead of blend/key if modes/rembg cuts a matte, around the subject that source/matte finds.
Reads a grey film of any size, white where the subject is; writes alpha, a grey plane as large as
the clip.
"""

from collections.abc import Mapping
from typing import Any

from collide.instrument import PLANE, SWS, Clip, Knobs, Limit, Range, number

DEFAULTS = {
    # how the outline looks
    # low: 0 = cut with scissors; high: 1 = as unsure as the model is, hair like breath on glass
    # typical 0.3
    "matte_softness": 0.3,

    # where the outline runs
    # low: -0.4 = the subject is nibbled at, no rim of wall is left; high: 0.4 = it wears a halo
    # of what was behind it
    # typical -0.1..0.1
    "matte_shift": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"matte_softness": Range(0.0, 1.0), "matte_shift": Range(-0.45, 0.45)}
KEYED = tuple(DEFAULTS)

HARD = 0.004  # the minimum softness: the edge is one grey level wide


def cut(knobs: Knobs, *, clip: Clip, matte: str) -> str:
    """Return the chain that scales `matte`, a mask for each picture, to the clip's size.

    The cut of a matte is the mask itself, 255 where the subject is; the side that opens and the
    outline are applied later.
    """
    return f"{matte},scale={clip.width}:{clip.height}:flags={SWS},format=gray,{PLANE}"


def filters(knobs: Knobs, *, answer: Mapping[str, Any]) -> str:
    """Return the chain from masks to alpha, which opens the side in `answer["matte"]`."""
    width = max(HARD, knobs["matte_softness"])
    # the grey that becomes half transparent lies in the middle of the softness
    slope, middle = number(1 / width), number(127.5 - 255 * knobs["matte_shift"])
    subject = f"(val-{middle})*{slope}"
    alpha = f"127.5+{subject}" if answer["matte"] == "background" else f"127.5-{subject}"
    return f"lut=c0='clip({alpha},0,255)'"
