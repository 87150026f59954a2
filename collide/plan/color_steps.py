"""Steps that find a layer's colors: extract keyframes, find the subject, and choose the colors.

Finding the subject is the slowest analysis. So a matte is rendered in five-second parts, like its
layer. Each part is a step, so an interrupted render keeps the finished parts, and the unchanged
parts are reused in a longer piece.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from collide.base import dice
from collide.instrument import FrameRate, Span, chain, clock
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.layer_chain import colors, normal, whole
from collide.plan.table import facts, key_moves
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.call import Call, parameters
from collide.store.step import Input, Job, Results, Step, made_by, tables

COVERAGE = "blend/coverage"


def color_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find a layer's colors: keyframe and matte (if needed), then color."""
    number, looks = layer.number, looks_at(layer)
    keyframe = f"keyframe:{number}" if looks or key_moves(layer) else ""
    needs = [*([keyframe] if keyframe else []), *([f"matte:{number}"] if "masks" in looks else [])]
    if keyframe:
        yield keyframe_step(piece, layer)
    yield from matte_steps(piece, layer)
    asks = (f"modes/{layer.mode}",) if looks else ()
    yield piece.step(f"color:{number}", _color, number, needs=needs, asks=asks)


def looks_at(layer: Layer) -> list[str]:
    """Return which of the inputs `frames` and `masks` a layer's mode analyzes."""
    wants = parameters(layer.catalog.instrument(f"modes/{layer.mode}").analyze)
    return [] if layer.cut else [name for name in ("frames", "masks") if name in wants]


def _color(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    name, looks, moves = f"modes/{layer.mode}", looks_at(layer), key_moves(layer)
    arguments: dict[str, Any] = {"knobs": piece.catalog.own(name, layer.knobs)}
    if "seed" in parameters(piece.catalog.instrument(name).analyze):
        arguments["seed"] = int(dice.place(layer.knobs["seed"], "analysis", number) * 2**32)
    inputs = {}
    if moves or looks:
        inputs["@frames"] = made_by(results, f"keyframe:{number}", "frames.png")
    if "masks" in looks:
        inputs["@masks"] = made_by(results, f"matte:{number}", "masks.png")
    arguments |= {look: f"@{look}" for look in looks}
    then = []
    if layer.knobs["mode"] == "random":  # the drawn mode is part of the answer
        then.append(Call("modes/random", "drawn", {"mode": layer.mode}))
    if moves:
        knobs = {one: layer.knobs[one] for one in ("coverage", "similarity", "softness")}
        then.append(Call(COVERAGE, "analyze", {"knobs": knobs, "frames": "@frames"}))
    return Job(name, "analyze", arguments, inputs, then=tuple(then))


def keyframe_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that extracts color-corrected frames for finding a key."""
    clips, needs = (layer.pick.digest,), level_tasks(layer)
    return piece.step(f"keyframe:{layer.number}", _keyframe, layer.number, needs=needs, clips=clips)


def _keyframe(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    layer_facts = leveled(facts(piece, layer, {}), results)
    arguments = {
        "clip": layer.clip,
        "start": layer.start,
        "seconds": layer.reads(piece.fps),
        "whole": whole(layer_facts),
        "look": colors(layer_facts),
    }
    inputs = {"@clip": layer.source, **tables(layer.clip)}
    return piece.command("source/keyframe", arguments, knobs=layer.knobs, inputs=inputs)


def kept_keyframes(piece: Piece, layer: Layer, step: Step) -> list[Step]:
    """Return a faster keyframe step for a layer, preceded by a step that keeps the decoded frames.

    With these frames, no clip is decoded again when a color knob changes. The fast step and the
    ordinary step produce the same bytes, so they have the same key. Return only the ordinary step
    if the clip's format does not allow the fast step, or if the project has instruments of its own.
    """
    if layer.catalog.scripts or not layer.catalog.instrument("source/keyframe").plain(layer.clip):
        return [step]
    task, clips = f"moments:{layer.number}", (layer.pick.digest,)
    kept = piece.step(task, _moments, layer.number, clips=clips)
    faster_step = piece.step(step.task, _sooner, layer.number, task)
    return [kept, replace(step, needs=(*step.needs, task), sooner=faster_step.job)]


def _moments(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    arguments = {
        "clip": layer.clip,
        "start": layer.start,
        "seconds": layer.reads(piece.fps),
        "whole": whole(facts(piece, layer, {})),
    }
    frames, inputs = {"kept.mkv": layer.knobs["keyframes"]}, {"@clip": layer.source}
    size = piece.most_bytes(layer.knobs["keyframes"], layer.clip.width * layer.clip.height)
    more: dict[str, Any] = {"shape": "kept", "inputs": inputs, "frames": frames, "size": size}
    return piece.command("source/keyframe", arguments, knobs=layer.knobs, **more)


def _sooner(piece: Piece, number: int, task: str, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    look = colors(leveled(facts(piece, layer, {}), results))
    inputs = {"@kept": made_by(results, task, "kept.mkv", "matroska"), **tables(layer.clip)}
    arguments = {"clip": layer.clip, "look": look}
    more: dict[str, Any] = {"shape": "command_of_kept", "inputs": inputs}
    return piece.command("source/keyframe", arguments, knobs=layer.knobs, **more)


def matte_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps, if needed, that find a layer's subject in all its frames or in keyframes."""
    clips, number = (layer.pick.digest,), layer.number
    if layer.cut:
        for at, task in enumerate(film_tasks(layer)):
            count = _looks(piece, layer, _filmed(layer)[at].count)[1]
            yield piece.step(task, _film, number, at, clips=clips, amount=count)
    elif layer.mode == "rembg":
        needs, count = (f"keyframe:{number}",), layer.knobs["keyframes"]
        yield piece.step(f"matte:{number}", _strip, number, needs=needs, amount=count)


def film_tasks(layer: Layer) -> list[str]:
    """Return the tasks that render a layer's matte, in order, or [] if it has no matte."""
    count = len(_filmed(layer)) if layer.cut else 0
    return [f"matte:{layer.number}.{index}" for index in range(count)]


def _filmed(layer: Layer) -> list[Span]:
    """Return the spans to search for the subject; for a still, this is a single picture."""
    return [Span(0, 1)] if layer.clip.still else layer.pieces


def held(piece: Piece, layer: Layer, film: str) -> str:
    """Return the chain that turns the masks in `film` into one mask per frame of a layer."""
    rate, _ = _looks(piece, layer, layer.material)
    if layer.clip.still:
        drift = layer.catalog.instrument("blend/drift")
        moved = drift.moved(layer.knobs, material=layer.material, fps=piece.fps)
        timed = chain(clock(piece.fps), moved)
    else:
        timed = chain(clock(rate), f"fps={piece.fps}:start_time=0")
    ends = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={layer.material},{clock(piece.fps)}"
    return film + chain(timed, ends)


def _looks(piece: Piece, layer: Layer, frames: int) -> tuple[FrameRate, int]:
    play = piece.catalog.instrument("source/matte")
    rate, count = play.looks(layer.knobs, frames=frames, fps=piece.fps)
    return rate, int(count)


def _film(piece: Piece, number: int, at: int, *, results: Results) -> Job:
    """Return the job that finds the subject in the frames of one span of a layer."""
    layer = piece.layers[number - 1]
    span = _filmed(layer)[at]
    rate, count = _looks(piece, layer, span.count)
    play, layer_facts = piece.catalog.instrument("source/matte"), facts(piece, layer, {})
    film = play.film(
        layer.clip,
        start=round(layer.start + float(span.first / layer.rate(piece.fps)), 6),
        rate=layer.rate(rate),
        looks=count,
        fps=layer.rate(piece.fps),
        whole=whole(layer_facts),
        colors=normal(layer_facts),
    )
    size = play.size(layer.knobs, clip=layer.clip)
    arguments = {**film, "size": size, "rate": layer.rate(rate), "looks": count, "tiled": False}
    opened = {"@clip": layer.source, **tables(layer.clip)}
    return _job(layer, arguments, opened, {"matte.mp4": count})


def _strip(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    frames = made_by(results, f"keyframe:{number}", "frames.png", "png_pipe")
    return strip_job(layer, frames, layer.knobs["keyframes"])


def strip_job(layer: Layer, frames: Input, count: int) -> Job:
    """Return the job that finds a layer's subject in a strip of `count` pictures."""
    play = layer.catalog.instrument
    size = play("source/keyframe").size(layer.clip)
    strip = play("source/matte").strip(count)
    arguments = {**strip, "size": size, "rate": 1, "looks": count, "tiled": True}
    return _job(layer, arguments, {"@frames": frames}, {})


def _job(
    layer: Layer, arguments: dict[str, Any], opened: dict[str, Input], frames: Mapping[str, int]
) -> Job:
    width, height = arguments["size"]
    knobs = {"rembg_model": layer.knobs["rembg_model"]}
    assert layer.model is not None
    return Job(
        "source/matte",
        "passes",
        {"knobs": knobs, **arguments},
        {**opened, "@model": layer.model},
        frames=frames,
        drop=("frames.rgb", "masks.gray"),
        work=arguments["looks"],
        size=arguments["looks"] * width * height * 3 * 3 // 2 + (16 << 20),
    )
