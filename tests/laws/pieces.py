"""Pieces that together read every knob, and other values for each knob."""

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from collide.base.workspace import Workspace
from collide.catalog import Knob
from collide.limits import Range
from tests.dry import PIECES, Dry
from tests.laws.turning import Base
from tests.steps.samples import ends

# A project's own instrument, which plays in each layer above the base.
DUST = '''"""blend/dust: specks.

Play it on anything. Reads and writes pictures of any size.
"""

from collide.instrument import Limit, Range

DEFAULTS = {
    # how many specks there are
    # low: 0 = none; high: 1 = a storm; typical 0.2
    "dust": 0.0,

    # how large they are
    # low: 0 = points; high: 1 = flakes; typical 0.2
    "dust_size": 0.2,
}
LIMITS: dict[str, Limit] = {"dust": Range(0.0, 1.0), "dust_size": Range(0.0, 1.0)}
KEYED = tuple(DEFAULTS)
AFTER = "blend/key"


def filters(knobs):
    """Return the chain, "" without dust."""
    return f"boxblur={knobs['dust_size']},eq=contrast={knobs['dust']}" if knobs["dust"] else ""
'''

SMALL: dict[str, Any] = {"output_size": "320x180", "fps": 25, "duration": 2.0, "num_videos": 2}
MORE: dict[str, dict[str, Any]] = {
    "worn": {**SMALL, "post": "analog", "grain": 0, "color_drift": 0.02, "breathe_position": 0.02},
    "snow": {
        **SMALL,
        "post": "vhs",
        "vhs_noise": 0.3,
        "vhs_tracking": 0,
        "vhs_heads": 0,
        "vhs_dropouts": 0,
    },
    "dusty": {**SMALL, "dust": 0.5, "mode": "fixed"},
    "dusty matte": {**SMALL, "dust": 0.5, "mode": "rembg", "rembg_use": "matte"},
    "large": {**SMALL, "scale": 1.6, "feather": 12.0, "choke": 2.0},
    "long": {**SMALL, "duration": 40, "fps": 5, "audio_beds": 1, "bed_start": 1.0},
    "archive": {**SMALL, "clip": "tape.mpg", "mode": "fixed"},
    "cropped": {**SMALL, "upright_fill": "crop"},
    "clean": {**SMALL, "dust_size": 0.5, "color_shift": False, "speed": 2.0},
    "broadcast": {
        **SMALL,
        "fps": 23.976,
        "duration": 7.0,
        "post": "stabilize,analog,vhs",
        "mode": "rembg",
        "rembg_use": "matte",
    },
    "still": {**SMALL, "clip": "photo.png", "still_move": "in", "mode": "fixed"},
    # While a layer fades into itself, its real sound fills the gap that `fill_ms` would fill.
    "holes": {**SMALL, "num_videos": 2, "loop": "cut", "loop_seconds": 1.5, "fill_ms": 300.0},
    "spread": {**SMALL, "num_videos": 3, "audio_sources": 2, "spread": 0.5, "seam_ms": 50.0},
}
THREE = {"coverage", "placed", "heard", "nine"}  # pieces that use a third layer
ALL = {
    n: p if n in THREE else {**p, "num_videos": min(p["num_videos"], 2)} for n, p in PIECES.items()
}
ALL |= MORE

# Other values for knobs whose limits are not useful as values.
OTHER: Mapping[str, list[Any]] = {
    "bed1": ["wind.wav"], "bed2": ["wind.wav"], "bed3": ["wind.wav"],
    "clip": ["clip9.mp4"], "take": [3], "seed": [8], "dice": [9], "start": [0.1, 0.9],
    "duration": [1.5, 6.5], "fps": [24, 12, 29.97], "output_size": ["160x90", "180x180"],
    "loop_seconds": [0.6], "num_videos": [1, 4], "post": ["none", "analog", "vhs,stabilize"],
    "rembg_model": ["silueta"], "random_modes": ["kmeans", "rembg"],
    "storage": ["ffvhuff"], "grade_lut": ["none", "other.cube"],
}  # fmt: skip


@cache
def workshop() -> tuple[TemporaryDirectory[str], Dry]:
    """Return a temporary folder and a workspace in it, whose project has its own instrument."""
    folder = TemporaryDirectory(prefix="laws")
    root = Path(folder.name)
    (root / "library" / "video").mkdir(parents=True)
    own = root / "projects" / "dry" / "scripts" / "blend"
    own.mkdir(parents=True)
    (own / "dust.py").write_text(DUST)
    return folder, Dry(Workspace(root))


@cache
def base(name: str) -> Base:
    """Return a piece before any knob is turned."""
    return Base(workshop()[1], ALL[name])


def knobs() -> dict[str, Knob]:
    """Map the name of every knob, including the project's own knobs, to the knob."""
    return dict(workshop()[1].settings({}).catalog.knobs)


def others(knob: Knob, piece: Base) -> list[Any]:
    """Return up to three other values for a knob: its limits, and a value between them.

    For a knob in OTHER, return values listed there.
    """
    now = {repr(value) for value in piece.values_of(knob.name)}
    found = [value for value in OTHER.get(knob.name) or ends(knob) if repr(value) not in now]
    if isinstance(knob.limit, Range) and knob.name not in OTHER:
        low, high = knob.limit.low, knob.limit.high
        part = low + (high - low) / 3
        found.append(int(part) if knob.limit.whole else round(part, 3))
    dice = random.Random(knob.name)
    return found if len(found) < 4 else [found[0], found[-1], dice.choice(found[1:-1])]


def homes(knob: Knob, most: int) -> list[str]:
    """Return up to `most` pieces that read a knob, starting with one that sets it."""
    reading = [name for name in ALL if knob.name in base(name).read]
    typed = [name for name in reading if knob.name in ALL[name]]
    dice = random.Random(knob.name)
    rest = [name for name in reading if name not in typed[:1]]
    return [*typed[:1], *dice.sample(rest, min(len(rest), most - len(typed[:1])))]
