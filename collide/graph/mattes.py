"""The steps of the mattes: where the subject of a layer is, found in pieces, and how it is held.

A film is cut where the layer is, five seconds a piece, each a step of its own: nothing else here
takes so long, so a stopped render must find what it had, and a longer piece what does not change.
"""

from collections.abc import Iterator
from typing import Any

from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument
from collide.graph.piece import Layer, Piece
from collide.step import Span, chain, clock


def matte_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find a layer's subject: over its time, or in its keyframes only."""
    if layer.cut:
        for index, span in enumerate(layer.pieces):
            yield _film(piece, layer, index, span)
    elif layer.mode == "rembg":
        yield _strip(layer)


def film_tasks(layer: Layer) -> list[str]:
    """Return the tasks that make a layer's film, in order; none where no matte is cut."""
    count = len(layer.pieces) if layer.cut else 0
    return [f"matte:{layer.number}.{index}" for index in range(count)]


def held(piece: Piece, layer: Layer, film: str, *, looped: bool = False) -> str:
    """Return the chain from a layer's film to one mask for each of its frames.

    Args:
        film: a pad, or the chain that gives the film.
        looped: start over with the layer, for ever.
    """
    rate, _ = _looks(piece, layer, layer.material)
    ends = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={layer.material},{clock(piece.fps)}"
    again = f"loop=loop=-1:size={layer.material}" if looped else ""
    return film + chain(clock(rate), f"fps={piece.fps}:start_time=0", ends, again)


def _looks(piece: Piece, layer: Layer, frames: int) -> tuple[int, int]:
    play = instrument("source/matte")
    rate, count = play.looks(layer.knobs, frames=frames, fps=piece.fps)
    return int(rate), int(count)


def _film(piece: Piece, layer: Layer, index: int, span: Span) -> Step:
    """Return the step that looks at the frames of one piece."""
    rate, count = _looks(piece, layer, span.count)
    asked = {
        "start": round(layer.pick.start + span.first / layer.rate(piece.fps), 6),
        "size": instrument("source/matte").size(layer.knobs, clip=layer.clip),
        "rate": layer.rate(rate),
        "looks": count,
        "fps": layer.rate(piece.fps),
        "tiled": False,
    }
    says = {name: layer.knobs[name] for name in ("rembg_model", "matte_rate", "matte_size")}
    clip = {"@clip": Input(layer.pick.digest)}

    def job(_: Results) -> Job:
        return _job(layer, asked, clip, {"matte.mp4": count})

    says |= {"clip": layer.pick.digest, "start": layer.pick.start, "frames": span.count}
    says["speed"] = layer.knobs["speed"]
    task = f"matte:{layer.number}.{index}"
    return Step(task, job, clips=(layer.pick.digest,), says=_with_model(layer, says), amount=count)


def _strip(layer: Layer) -> Step:
    """Return the step that looks at the keyframes, as they will be keyed."""
    keyframe, count = f"keyframe:{layer.number}", layer.knobs["keyframes"]
    size = instrument("source/keyframe").size(layer.clip)
    asked = {"start": 0.0, "size": size, "rate": 1, "looks": count, "fps": 1, "tiled": True}

    def job(results: Results) -> Job:
        frames = made_by(results, keyframe, "frames.png", "png_pipe")
        return _job(layer, asked, {"@frames": frames}, {})

    says = _with_model(layer, {"rembg_model": layer.knobs["rembg_model"]})
    return Step(f"matte:{layer.number}", job, (keyframe,), says=says, amount=count)


def _job(
    layer: Layer, asked: dict[str, Any], opened: dict[str, Input], made: dict[str, int]
) -> Job:
    play, (width, height) = instrument("source/matte"), asked["size"]
    knobs = {"rembg_model": layer.knobs["rembg_model"]}
    assert layer.model is not None
    return Job(
        "source/matte",
        {**opened, "@model": layer.model},
        passes=lambda: play.passes(knobs, clip=layer.clip, **asked),
        given={"knobs": knobs, "clip": layer.clip.facts(), **asked},
        version=play.VERSION,
        libraries=play.LIBRARIES,
        frames=made,
        drop=("frames.rgb", "masks.gray"),
        work=asked["looks"],
        size=asked["looks"] * width * height * 3 * 3 // 2 + (16 << 20),
    )


def _with_model(layer: Layer, says: dict[str, Any]) -> dict[str, Any]:
    """Return ingredients in words, the content of the model among them."""
    assert layer.model is not None
    return {**says, "the model's content": layer.model.digest[:8]}
