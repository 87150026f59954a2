"""blend/hevc: the finished picture as H.265 in ten bits: half the size, and skies without steps.

Played by `doit export as=h265-10`, segment by segment, never in a render. Reads one lossless
segment; writes the same frames as H.265, Main 10, in MP4.
"""

from collide.instrument import BITEXACT, SWS, TAGS, Argv, Knobs, Limit, Range, ticks

DEFAULTS = {
    # how much of the picture the H.265 file keeps
    # low: 16 = grain survives, as large as H.264; high: 32 = the shadows swim
    # typical 22, which looks like crf 20
    "hevc_crf": 22,
}  # fmt: skip

# The bytes differ between kinds of processors; x265 has no option to prevent that.
PORTABLE = False

LIMITS: dict[str, Limit] = {"hevc_crf": Range(0, 51, rolls=False)}

# Options that make identical bytes on any number of processors and omit the encoder's name.
FIXED = "log-level=error:pools=4:frame-threads=2:info=0"


def command(knobs: Knobs) -> Argv:
    """Return the command that writes `part.mp4` from `@stack`, tagged hvc1 for Apple's players."""
    return [
        *("-i", "@stack", "-map", "0:v:0"),
        *("-vf", f"scale=iw:ih:flags={SWS},format=yuv420p10le,{TAGS}"),
        *("-c:v", "libx265", "-preset", knobs["encoding_preset"], "-crf", str(knobs["hevc_crf"])),
        *("-x265-params", FIXED, "-tag:v", "hvc1"),
        *(
            "-video_track_timescale",
            str(ticks(knobs["fps"])),
            *BITEXACT,
            "-f",
            "mp4",
            "part.mp4",
        ),
    ]
