"""The step that measures the light of a clip, and the chains that it shares with other steps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collide.catalog import shipped
from collide.instrument import Clip, chain
from collide.plan.table import Facts
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.call import Call
from collide.store.step import Job, Results, Step, tables

PLAY = "source/levels"


def spread(layer: Layer) -> bool:
    """Return whether a layer's light is stretched according to its clip's measured levels."""
    return bool(layer.catalog.instrument("blend/look").spreads(layer.knobs))


def level_tasks(layer: Layer) -> list[str]:
    """Return a list with the task that measures a clip's light, or [] if no knob needs it."""
    return [f"levels:{layer.number}"] if spread(layer) else []


def level_steps(piece: Piece, layer: Layer) -> list[Step]:
    """Return a list with the step that measures a clip's light, or [] if no knob needs it."""
    clips, number = (layer.pick.digest,), layer.number
    return [piece.step(task, _levels, number, clips=clips) for task in level_tasks(layer)]


def leveled(facts: Facts, results: Results) -> Facts:
    """Add the measured light of the clip to a layer's facts; raise KeyError until it is known."""
    light: Mapping[str, Any] = {}
    for task in level_tasks(facts.layer):
        light = results[task].facts
    return replace(facts, light=light)


def normalized(clip: Clip) -> tuple[str, str]:
    """Return two chains: to make a clip's pictures progressive, and to convert them to BT.709."""
    woven, form = (shipped().instrument(f"blend/{n}") for n in ("deinterlace", "normalize"))
    whole = chain(woven.filters(woven.DEFAULTS, clip=clip), form.filters({}, clip=clip))
    return whole, form.colors({}, clip=clip)


def _levels(piece: Piece, number: int, *, results: Results) -> Job:
    """Return the job that measures a clip, only once because it is the same in every piece."""
    layer = piece.layers[number - 1]
    play, (whole, colors) = piece.catalog.instrument(PLAY), normalized(layer.clip)
    arguments = {"knobs": {}, "clip": layer.clip, "whole": whole, "colors": colors}
    then = (Call(PLAY, "answer", {"size": (layer.clip.width, layer.clip.height)}),)
    inputs, drop = {"@clip": layer.source, **tables(layer.clip)}, play.leaves(layer.clip)
    return Job(PLAY, "passes", arguments, inputs, then=then, drop=drop)
