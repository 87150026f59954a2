"""blend/tint: show the open parts of a layer, in magenta over the layer's own picture.

Played only by doit debug, never in a piece. Reads the kept planes of a layer; writes two PNGs, each
with several moments side by side. One shows the layer above a copy with the open parts in magenta,
the other shows the mask, which is black where the layer is open.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import BITEXACT, SWS, Argv, Knobs, graph, number, wide_and_high

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

HIGH = 180  # height of one picture, in pixels
TINT = 0.8  # opacity of the paint over fully open parts


def command(
    knobs: Knobs, *, opened: Argv, chains: Sequence[str], count: int, output_size: str
) -> Argv:
    """Return the command that writes `keyed.png` and `mask.png`.

    `opened` opens the inputs, and `chains` lead from them to `[keyed]`: `count` frames of the
    layer, with its holes.
    """
    width, height = wide_and_high(output_size)
    wide = 2 * round(width * HIGH / height / 2)
    strip = f"[keyed]scale={wide}:{HIGH}:flags={SWS},format=yuva444p,tile={count}x1,"
    graphs = [
        *chains,
        f"{strip}split=3[plain][under][cut]",
        "[plain]format=gbrp[top]",
        "[under]format=gbrp[below]",
        "[cut]alphaextract,format=gray,split[mask][hole]",
        f"[hole]lut=c0=(255-val)*{number(TINT)}[open]",
        f"color=c=magenta:s={wide * count}x{HIGH}:r=1:d=1,format=rgba[paint]",
        "[paint][open]alphamerge[tint]",
        "[below][tint]overlay=format=gbrp[tinted]",
        "[top][tinted]vstack,format=rgb24[tints]",
    ]
    png = ["-frames:v", "1", "-c:v", "png", *BITEXACT, "-f", "image2", "-update", "1"]
    return [
        *(*opened, "-filter_complex", graph(*graphs)),
        *("-map", "[tints]", *png, "keyed.png", "-map", "[mask]", *png, "mask.png"),
    ]
