"""modes/random: the dice choose a mode from a list, for each layer or for the whole piece.

Play it in batches, or to be surprised by clips you know; the seed brings every surprise back.
Reads nothing; answers with the name of the mode that plays, which then uses its own knobs.
"""

from collections.abc import Mapping
from typing import Any

from collide.instrument import Choice, Family, Knobs, Limit, place

DEFAULTS = {
    # the modes that the dice may choose
    # low end: one = no surprise; high end: all of them = a piece by several hands; rembg, if
    # listed, needs its model
    # typical dominant,kmeans,luminance
    "random_modes": "dominant,kmeans,luminance",

    # how often the dice are thrown
    # low end: piece = once, and every layer follows; high end: layer = each layer on its own
    # typical layer
    "random_by": "layer",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "random_modes": Family("modes", several=True, without=("random",)),
    "random_by": Choice(("piece", "layer")),
}

KEYED = tuple(DEFAULTS)
VERSION = 1


def analyze(knobs: Knobs, *, seed: int) -> dict[str, Any]:
    """Return `{"mode": name}`.

    Each mode throws its own die and the highest wins, so adding a mode to the list changes only the
    layers where it wins.
    """
    modes = knobs["random_modes"].split(",")
    return {"mode": max(modes, key=lambda mode: place(seed, "mode", mode))}


def drawn(answer: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """Return the drawn mode's answer, with the mode's name added."""
    return {"mode": mode, **answer}
