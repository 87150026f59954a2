"""Choose the heard layers and their positions in the stereo image, anew in each plan.

A pinned layer never moves, and pinning it does not move the other layers, which are placed as if it
were free.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from collide.plan.voices import hear_step
from collide.project.layers import HEARD, Layer
from collide.project.piece import Piece
from collide.project.settings import Window
from collide.store.step import Step

Hear = Callable[[Step], Mapping[str, Any] | None]  # returns the answer from a hear step, if known
UNKNOWN = {"lufs": None, "power": (-20.0, -20.0, -14.0)}  # a typical sound, in the center


def once(hear: Hear) -> Hear:
    """Cache the answers from `hear`, which are needed both to choose and to place layers."""
    answers: dict[str, Mapping[str, Any] | None] = {}

    def hear_once(step: Step) -> Mapping[str, Any] | None:
        if step.task not in answers:
            answers[step.task] = hear(step)
        return answers[step.task]

    return hear_once


def choose_heard(piece: Piece, hear: Hear) -> tuple[list[int], list[int]]:
    """Return the heard layers and the layers left out because they are silent."""
    silent: list[int] = []

    def is_silent(number: int) -> bool:
        facts = hear(hear_step(piece, str(number)))
        lufs = facts["lufs"] if facts else 0.0  # assume that an unmeasured sound is audible
        if lufs is None or lufs < piece.knobs["silence_lufs"]:
            silent.append(number)
        return number in silent

    choices = [(layer.number, layer.knobs["sound"]) for layer in piece.layers if layer.probed.audio]
    mix = piece.catalog.instrument("audio/mix")
    heard = mix.heard(piece.knobs, seed=piece.knobs["seed"], choices=choices, silent=is_silent)
    return heard, sorted(set(silent) - set(heard))


def place_heard(piece: Piece, heard: Sequence[int], hear: Hear) -> list[Layer]:
    """Return all layers; pan the heard layers to their positions unless they are pinned."""
    mix = piece.catalog.instrument("audio/mix")
    spread = mix.apart(piece.knobs, layers=heard)
    stands = spread or {number: _drawn(piece, number) for number in heard}
    free = [number for number in stands if _is_free(piece, number, spread=bool(spread))]
    if not free:
        return piece.layers
    unheard: tuple[str, ...] = ()
    hangs_on: dict[str, Any] = {HEARD: ",".join(map(str, heard))}
    if piece.knobs["pan_balance"]:
        facts = {number: _facts(piece, number, hear) for number in stands}
        tasks = (hear_step(piece, str(number)) for number in stands)
        unheard = tuple(step.task for step in tasks if hear(step) is None)
        stands = mix.level(piece.knobs, stands=stands, facts=facts)
        for number in facts:
            hangs_on[f"layer{number}.level"] = piece.layers[number - 1].knobs["level"]
    return [
        replace(
            layer,
            knobs={**layer.knobs, "pan": stands[layer.number]},
            placed=hangs_on,
            unheard=unheard,
            spread=stands[layer.number] == spread.get(layer.number),
        )
        if layer.number in free
        else layer
        for layer in piece.layers
    ]


def _is_free(piece: Piece, number: int, *, spread: bool) -> bool:
    """Return whether a layer may be moved because its pan is not pinned."""
    if spread:
        return f"layer{number}.pan" not in piece.settings.explicit
    return isinstance(piece.settings.of("pan", number).value, Window)


def _drawn(piece: Piece, number: int) -> float:
    """Return the pan drawn for a layer, as if it were not pinned."""
    settings, pinned = piece.settings, f"layer{number}.pan"
    if not isinstance(settings.of("pan", number).value, Window):
        others = {n: setting for n, setting in settings.explicit.items() if n != pinned}
        settings = replace(settings, explicit=others)
    return float(settings.roll("pan", piece.layers[number - 1].knobs["seed"], number))


def _facts(piece: Piece, number: int, hear: Hear) -> dict[str, Any]:
    """Return a layer's power (a typical value until it is measured), gain and channels."""
    layer = piece.layers[number - 1]
    facts = hear(hear_step(piece, str(number))) or UNKNOWN
    gain = piece.catalog.instrument("audio/extract").gain(layer.knobs, lufs=facts["lufs"])
    channels = layer.probed.channels if layer.probed.steady else 2
    return {"power": facts["power"], "gain": gain, "channels": channels}
