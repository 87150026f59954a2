"""The steps that find what of a layer opens: its keyframes, its subject, its colors."""

from collections.abc import Iterator
from typing import Any

from collide.base import dice
from collide.plan.layer_steps import facts
from collide.plan.matte_steps import matte_steps
from collide.plan.table import colors, key_moves
from collide.project.piece import Layer, Piece
from collide.store.call import Call, parameters
from collide.store.step import Job, Results, Step, command_job, made_by

COVERAGE = "blend/coverage"


def color_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find what opens: keyframe, if the mode looks at pictures, and color."""
    number, looks = layer.number, looks_at(layer)
    keyframe = f"keyframe:{number}" if looks or key_moves(layer) else ""
    needs = [*([keyframe] if keyframe else []), *([f"matte:{number}"] if "masks" in looks else [])]
    if keyframe:
        yield keyframe_step(piece, layer)
    yield from matte_steps(piece, layer)
    yield piece.step(f"color:{number}", _color, number, needs=needs)


def looks_at(layer: Layer) -> list[str]:
    """Return what a layer's mode looks at: its keyframes, the masks of those, or nothing."""
    wants = parameters(layer.catalog.instrument(f"modes/{layer.mode}").analyze)
    return [] if layer.cut else [name for name in ("frames", "masks") if name in wants]


def _color(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    name, looks, moves = f"modes/{layer.mode}", looks_at(layer), key_moves(layer)
    given: dict[str, Any] = {"knobs": piece.catalog.own(name, layer.knobs)}
    if "seed" in parameters(piece.catalog.instrument(name).analyze):
        given["seed"] = int(dice.place(layer.knobs["seed"], "analysis", number) * 2**32)
    inputs = {}
    if moves or looks:
        inputs["@frames"] = made_by(results, f"keyframe:{number}", "frames.png")
    if "masks" in looks:
        inputs["@masks"] = made_by(results, f"matte:{number}", "masks.png")
    given |= {look: f"@{look}" for look in looks}
    then = []
    if layer.knobs["mode"] == "random":  # what the dice chose is part of the answer
        then.append(Call("modes/random", "drawn", {"mode": layer.mode}))
    if moves:
        knobs = {one: layer.knobs[one] for one in ("coverage", "similarity", "softness")}
        then.append(Call(COVERAGE, "analyze", {"knobs": knobs, "frames": "@frames"}))
    return Job(name, "analyze", given, inputs, then=tuple(then))


def keyframe_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that takes the frames a mode looks at, in their turned colors."""
    clips = (layer.pick.digest,)
    return piece.step(f"keyframe:{layer.number}", _keyframe, layer.number, clips=clips)


def _keyframe(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    given = {
        "clip": layer.clip,
        "start": layer.start,
        "seconds": layer.reads(piece.fps),
        "look": colors(facts(piece, layer, {})),
    }
    inputs = {"@clip": layer.source}
    return command_job(piece.catalog, "source/keyframe", layer.knobs, given, inputs=inputs)
