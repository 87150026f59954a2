"""The free thresholds of a piece, and the values that are solved for them once.

A threshold is free if balance is not 0 and the threshold is a range, as it is by default. A single
value is fixed, a layer with a coverage follows the coverage, and a matte has no threshold. A solved
value is kept like the roll of a die: selection.json stores it with its inputs, so the same inputs
always give the same value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collide.instrument import Knobs
from collide.project.layers import Layer, drawn_mode, is_matte
from collide.project.piece import Piece
from collide.project.selection import LAYER, Pick, Selection
from collide.project.settings import Settings, Window


@dataclass(frozen=True)
class Threshold:
    """A free threshold: its layer, its knob, its range, and the inputs that identify its draw."""

    layer: int
    knob: str
    low: float
    high: float
    question: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the knob as typed: layer2.similarity."""
        return f"layer{self.layer}.{self.knob}"


def free_thresholds(settings: Settings, picks: Sequence[Pick]) -> list[Threshold]:
    """Return the free thresholds of a piece's layers above the base."""
    clips = {pick.layer: pick.digest for pick in picks if pick.of == LAYER}
    candidates = (_free(settings, number, clips[number]) for number in sorted(clips) if number > 1)
    return [one for one in candidates if one]


def _free(settings: Settings, number: int, clip: str) -> Threshold | None:
    knobs = settings.layer(number)
    mode = drawn_mode(settings.catalog, knobs, number)
    if not knobs["balance"] or knobs["coverage"] != "off" or is_matte(mode, knobs):
        return None
    knob = threshold_of(settings, mode, knobs)
    window = settings.reach(knob, number)
    if window is None:
        return None
    question = {"layer": number, "digest": clip, "seed": knobs["seed"]}
    question |= {"mode": mode, "balance": knobs["balance"]}
    return Threshold(number, knob, window.low, window.high, question)


def freed(settings: Settings, number: int) -> dict[str, Any]:
    """Return the knobs that free a layer's threshold again, if it was fixed for its clip.

    An adopted look (with `balance=0`) or a value for this layer alone fixes the threshold for the
    clip. A coverage, a clip chosen by name, or a value for all layers with balance on is a
    deliberate choice and is not freed.
    """
    knobs, free, every = settings.layer(number), dict[str, Any](), settings.catalog.knobs
    mode = drawn_mode(settings.catalog, knobs, number)
    if (
        knobs["coverage"] != "off"
        or is_matte(mode, knobs)
        or knobs["clip"] != every["clip"].default
    ):
        return free
    name = threshold_of(settings, mode, knobs)
    knob, called = every[name], f"layer{number}.{name}"
    own = called in settings.explicit or not knobs["balance"]
    if own and not isinstance(settings.of(name, number).value, Window):
        free[called] = tuple(knob.reach or knob.default)
    if not knobs["balance"]:
        free[f"layer{number}.balance"] = every["balance"].default
    return free


def freed_by_roll(settings: Settings, before: Piece) -> dict[int, dict[str, Any]]:
    """Map each layer that has a new seed after a roll to the knobs that free its threshold.

    Args:
        settings: the settings after the roll.
        before: the piece before the roll.
    """
    layers = [one.number for one in before.layers if one.keyed and _new_dice(settings, one)]
    return {number: free for number in layers if (free := freed(settings, number))}


def _new_dice(settings: Settings, layer: Layer) -> bool:
    return bool(settings.layer(layer.number)["seed"] != layer.knobs["seed"])


def threshold_of(settings: Settings, mode: str, knobs: Knobs) -> str:
    """Return the threshold knob of a mode's key: the mode's own, or `similarity`."""
    play = settings.catalog.instrument(f"modes/{mode}")
    return str(play.threshold(knobs)) if hasattr(play, "threshold") else "similarity"


def recall(settings: Settings, selection: Selection, free: Sequence[Threshold]) -> list[Threshold]:
    """Copy solved thresholds into settings and return the thresholds that are still unsolved."""
    solved = {one.name: selection.solved_value(one.question, one.knob) for one in free}
    settings.solved = {name: value for name, value in solved.items() if value is not None}
    return [one for one in free if solved[one.name] is None]
