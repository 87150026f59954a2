"""source/select: choose a clip for each layer and the part of it to show.

Played when a layer has no clip yet. The choice is kept until you ask for another clip; a new clip
in the library or a longer piece does not change it. Reads the facts of the clips; answers with one
clip.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import Choice, Knobs, Limit, MaterialName, Range, place

DEFAULTS = {
    # --- the dice ---

    # the number that decides every throw of the dice
    # no low, no high: another number is another piece, the same number the same piece
    # typical: what `doit new` wrote; the record of every video has it
    "seed": 1,

    # --- which clips ---

    # how many clips lie on top of each other
    # low: 2 = one picture seen through the holes of another; high: 5 and more = a thicket
    # typical 3
    "num_videos": 3,

    # the smallest clip that is chosen: the length of its shorter side, in pixels
    # low: 0 = anything, blur and blocks included; high: 1080 = only crisp footage
    # typical 360 for scraped clips, 720 for camera clips
    "min_resolution": 240,

    # the shortest clip that is chosen, in seconds
    # low: 0 = even a single flash, looped into a flicker; high: 30 = only long takes
    # typical 1..5
    "min_seconds": 1.0,

    # the file name of the clip a layer shows, or `any` to leave it to the dice
    # no low, no high; pin it for one layer: layer2.clip=DSC_0047.mp4; if two clips have that name,
    # add enough of the path to tell them apart: layer2.clip=day2/DSC_0047.mp4
    # typical any
    "clip": "any",

    # another throw for one layer: the same dice, the next clip
    # low: 0 = the first choice; high: any number, each one clip further, then from the first again
    # typical: layer2.take=1 when layer 2 is the wrong clip
    "take": 0,

    # separate dice for one layer, which then stays as it is when the piece is rolled again
    # low: 0 = the dice of the piece, from its seed; high: any number, a seed for this layer alone
    # typical: what `doit roll keep=layer2` writes
    "dice": 0,

    # where a layer begins in its clip
    # low: 0 = at the clip's first frame; high: 1 = so late that the piece just fits
    # typical 0..1: anywhere
    "start": [0.0, 1.0],

    # whether a layer may run over the cuts of its clip
    # low end: any = it begins anywhere, and the street may turn into a kitchen halfway
    # high end: shot = it begins where one shot is long enough for it, like one look through one
    # window
    # typical any, which decodes nothing; shot for films and other edited clips, with short layers
    # (duration or loop_seconds of a few seconds): each chosen clip is searched for shots once
    "start_in": "any",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "seed": Range(0, 2**53, rolls=False),
    "num_videos": Range(1, 9),
    "min_resolution": Range(0, 4320, rolls=False),
    "min_seconds": Range(0.0, 3600.0, rolls=False),
    "clip": MaterialName(),
    "take": Range(0, 9999, rolls=False),
    "dice": Range(0, 2**53, rolls=False),
    "start": Range(0.0, 1.0),
    "start_in": Choice(("any", "shot")),
}

ALIASES = {
    "num_videos": "layers num_layers clips videos tracks",
    "clip": "file video input source footage media",
    "start": "offset in begin",
    "seed": "random_seed",
}

VALUE_ALIASES = {
    "min_resolution": {
        "min_resolution=720": "hd",
        "min_resolution=1080": "fullhd full-hd",
        "min_resolution=1440": "2k",
        "min_resolution=2160": "4k uhd",
        "min_resolution=4320": "8k",
    },
    "start": {
        "start=0": "begin beginning first",
        "start=0.5": "middle center centre",
        "start=1": "end last",
    },
    "start_in": {
        "start_in=shot": "scene scenes shots cut cuts true yes on",
        "start_in=any": "false no off none anywhere random",
    },
    "seed": {"seed=1": "random rand any auto dice shuffle new"},
    "dice": {
        "dice=1": "random rand any auto dice shuffle",
    },
}

PER_LAYER = ("clip", "take", "dice", "start", "start_in")
VERSION = 1


def analyze(
    knobs: Knobs, *, layer: int, clips: Sequence[dict[str, Any]], taken: Sequence[str]
) -> dict[str, Any] | None:
    """Return the clip that a layer shows, or None if all `clips` are taken.

    Each of `clips` has a `digest`, a `name`, and `own`, which is true for clips in the project's
    input/. `taken` are the digests of clips that other layers show. The choice uses rendezvous
    hashing: each clip has its own number for this layer, so adding or removing a clip leaves the
    order of the other clips unchanged. A project's own clips come first.
    """
    free = [clip for clip in clips if clip["digest"] not in taken]
    ranked = sorted(
        free,
        key=lambda clip: (not clip["own"], place(knobs["seed"], "clip", layer, clip["digest"])),
    )
    return ranked[knobs["take"] % len(ranked)] if ranked else None
