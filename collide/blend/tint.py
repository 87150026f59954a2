"""blend/tint: show what of a layer is open, in magenta over the layer's own picture.

Played by doit debug only: nothing of a piece is made of it.
Reads pieces of a finished layer; writes two PNGs of some moments side by side: the layer as it is
with its open parts in magenta below it, and its mask, black where it is open.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import BITEXACT, SWS, Argv, Knobs, graph, number, wide_and_high

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

HIGH = 180  # pixels of one picture
TINT = 0.8  # of the picture is hidden where it is wholly open


def command(
    knobs: Knobs, *, moments: Sequence[tuple[int, int]], fps: int, output_size: str
) -> Argv:
    """Return the command that writes `keyed.png` and `mask.png`; a moment is (piece, frame)."""
    width, height = wide_and_high(output_size)
    wide = 2 * round(width * HIGH / height / 2)
    argv: Argv = []
    chains = []
    for i, (piece, frame) in enumerate(moments):
        # half a frame early: a seek to the exact time of a frame may round to the next one
        seek = ["-ss", number(round((frame - 0.5) / fps, 6))] if frame else []
        argv += [*seek, "-i", f"@p{piece}"]
        small = f"scale={wide}:{HIGH}:flags={SWS}"
        chains.append(f"[{i}:v:0]trim=end_frame=1,setpts=0,{small},format=yuva444p[k{i}]")
    count = len(moments)
    strip = "".join(f"[k{i}]" for i in range(count))
    strip += f"hstack=inputs={count}," if count > 1 else "null,"
    chains += [
        f"{strip}split=3[plain][under][cut]",
        "[plain]format=gbrp[top]",
        "[under]format=gbrp[below]",
        "[cut]alphaextract,format=gray,split[mask][hole]",
        f"[hole]lut=c0=(255-val)*{number(TINT)}[open]",
        f"color=c=magenta:s={wide * count}x{HIGH}:r=1:d=1,format=rgba[paint]",
        "[paint][open]alphamerge[tint]",
        "[below][tint]overlay=format=gbrp[tinted]",
        "[top][tinted]vstack,format=rgb24[keyed]",
    ]
    png = ["-frames:v", "1", "-c:v", "png", *BITEXACT, "-f", "image2", "-update", "1"]
    return [
        *(*argv, "-filter_complex", graph(*chains)),
        *("-map", "[keyed]", *png, "keyed.png", "-map", "[mask]", *png, "mask.png"),
    ]
