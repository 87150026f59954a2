"""blend/mux: join the encoded segments and the sound into the video, with its recipe inside.

Played once all segments are encoded, to copy streams without encoding anything.
Reads every encoded segment and the finished sound, if any; writes one MP4 or MOV.
"""

from typing import Any

from collide.instrument import BITEXACT, Argv, FrameRate, Knobs, ticks

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}


def command(knobs: Knobs, *, sound: bool, recipe: str, fps: FrameRate, suffix: str = "mp4") -> Argv:
    """Return the command that writes `video.mp4` from the list `@parts` and `@sound`, if any.

    The recipe is stored as JSON in the comment field. With the suffix "mov", for streams that MP4
    cannot contain, the file is `video.mov`.
    """
    return [
        *("-safe", "0", "-i", "@parts"),
        *(["-i", "@sound"] if sound else []),
        *("-map", "0:v:0", *(["-map", "1:a:0"] if sound else []), "-c", "copy"),
        *("-video_track_timescale", str(ticks(fps)), "-movflags", "+faststart"),
        *("-map_metadata", "-1", "-metadata", f"comment={recipe}"),
        *(*BITEXACT, "-f", suffix, f"video.{suffix}"),
    ]
