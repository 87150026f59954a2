"""audio/bed: rain, room tone, music or another sound from a file, under all layers.

Play it when the layers have no sound worth hearing, or to put all of them in one place. A bed is
chosen once, like a clip, and is not panned. Reads the facts of the sound files in the library and
in the project's input/; answers with one of these files.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import Choice, Knobs, Limit, MaterialName, Range, Toggle, place

DEFAULTS = {
    # how many beds lie under the layers
    # low: 0 = only what the clips bring; 1 = rain on all of it; high: 3 = weather, a room, music
    # typical 0; 1 if the clips are silent
    "audio_beds": 0,

    # the file name of the first bed, or `any` to leave it to the dice
    # no low, no high: bed1=rain.wav
    # typical any
    "bed1": "any",

    # the file name of the second bed, or `any`
    # no low, no high: bed2=room.flac
    # typical any
    "bed2": "any",

    # the file name of the third bed, or `any`
    # no low, no high: bed3=song.mp3
    # typical any
    "bed3": "any",

    # how much louder or softer the beds are than the layers, in decibels
    # low: -30 = you notice them when they stop; high: 6 = the layers must shout over them
    # typical -8
    "bed_volume": -8.0,

    # where a bed begins in its file
    # low: 0 = with its first note; high: 1 = so late that the piece just fits
    # typical 0 for music, 0..1 for weather
    "bed_start": [0.0, 1.0],

    # whether a bed that is shorter than the piece starts over
    # low: false = it is played once; high: true = again and again
    # typical true
    "bed_again": True,

    # how a bed passes from its end to its beginning, like `sound_seam` for layers
    # low end: dip = it breathes out and in; high end: cross = its end fades into its beginning
    # typical cross; earlier versions had dip
    "bed_seam": "cross",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "audio_beds": Range(0, 3),
    "bed1": MaterialName(),
    "bed2": MaterialName(),
    "bed3": MaterialName(),
    "bed_volume": Range(-60.0, 12.0),
    "bed_start": Range(0.0, 1.0),
    "bed_again": Toggle(),
    "bed_seam": Choice(("dip", "cross")),
}
BEFORE = {"bed_seam": "dip"}

VERSION = 1

# A bed is played like the sound of a layer (see audio/extract), but always leveled and never
# panned. Some knobs of audio/extract have a different name for a bed; the others have fixed values.
NAMES = {"volume": "bed_volume", "sound_again": "bed_again", "sound_seam": "bed_seam"}
FIXED = {"pan": 0.0, "level": True, "seam_ms": 20.0, "fill_ms": 400.0}


def analyze(
    knobs: Knobs, *, bed: int, sounds: Sequence[dict[str, Any]], taken: Sequence[str]
) -> dict[str, Any] | None:
    """Return the sound that a bed plays, or None if all `sounds` are taken; see source/select."""
    free = [sound for sound in sounds if sound["digest"] not in taken]
    ranked = sorted(
        free,
        key=lambda sound: (not sound["own"], place(knobs["seed"], "bed", bed, sound["digest"])),
    )
    return ranked[0] if ranked else None
