"""blend/prores: the picture as ProRes 4444, for an editor or a grading suite: 4:4:4, ten bits.

Played by `doit export as=prores4444`, segment by segment, never in a render. Reads one lossless
segment, or encodes a 4:4:4 stack in the command that makes it; writes .mov.
"""

from typing import Any

from collide.instrument import BITEXACT, SWS, TAGS, Argv, Knobs, ticks

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

PIXELS = "yuv444p10le"


def command(knobs: Knobs) -> Argv:
    """Return the command that writes `part.mov` from `@stack`."""
    picture = f"scale=iw:ih:flags={SWS},format={PIXELS},{TAGS}"
    return ["-i", "@stack", "-map", "0:v:0", "-vf", picture, *coded(knobs)]


def coded(knobs: Knobs) -> Argv:
    """Return the options that encode to `part.mov`, with the same bytes on every processor."""
    return [
        *("-c:v", "prores_ks", "-profile", "4444", "-vendor", "apl0", "-pix_fmt", PIXELS),
        *(
            "-video_track_timescale",
            str(ticks(knobs["fps"])),
            *BITEXACT,
            "-f",
            "mov",
            "part.mov",
        ),
    ]
