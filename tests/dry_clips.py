"""Facts about the clips in planned pieces; see `tests.dry`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collide.base.media import Clip, Sound

CLIP = Clip(
    seconds=30.0, width=640, height=360, frames=750, fps=25.0, variable=False, rotated=False,
    video="h264", audio="aac", channels=2, rate=44100, gap=0.04, pixels="yuv420p",
)  # fmt: skip
TALL = replace(CLIP, width=360, height=640, rotated=True, fps=29.97, frames=899, variable=True)

# Clips that the layers take in turn: one is short, one has alpha, one is silent and 4:4:4.
CLIPS = (
    CLIP,
    replace(CLIP, seconds=3.2, frames=80, channels=1),
    replace(TALL, pixels="yuva420p"),
    replace(CLIP, audio=None, channels=0, rate=0, pixels="yuv444p"),
)
# Other clips, under the names that layers pin.
ODD = {
    "tape.mpg": replace(CLIP, pixels="yuva420p", fields="flagged", pictures=2, sounds=2, early=1.5),
    "photo.png": replace(
        CLIP, seconds=0.0, frames=1, gap=0.0, still=True, audio=None, channels=0, rate=0
    ),
}
SOUND = Sound(seconds=90.0, audio="pcm_s16le", channels=2, rate=48000)


def played(layer: Mapping[str, Any], usual: Clip) -> Clip:
    """Return a layer's pinned clip, or the clip `usual`, with the tracks that the layer selects."""
    clip = ODD.get(layer["clip"], usual)
    tracks = {"picture": layer["picture_track"], "sound": layer["sound_track"] + 2}
    return replace(clip, **tracks) if clip.pictures > 1 else clip
