"""The steps of the mattes: where the subject of a layer is, found in pieces, and how it is held.

A film is cut where the layer is, five seconds a piece, each a step of its own: nothing else here
takes so long, so a stopped render must find what it had, and a longer piece what does not change.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from collide.instrument import chain, clock
from collide.project.piece import Layer, Piece
from collide.store.step import Input, Job, Results, Step, made_by


def matte_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find a layer's subject: over its time, or in its keyframes only."""
    clips, number = (layer.pick.digest,), layer.number
    if layer.cut:
        for at, task in enumerate(film_tasks(layer)):
            count = _looks(piece, layer, layer.pieces[at].count)[1]
            yield piece.step(task, _film, number, at, clips=clips, amount=count)
    elif layer.mode == "rembg":
        needs, count = (f"keyframe:{number}",), layer.knobs["keyframes"]
        yield piece.step(f"matte:{number}", _strip, number, needs=needs, amount=count)


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
    play = piece.catalog.instrument("source/matte")
    rate, count = play.looks(layer.knobs, frames=frames, fps=piece.fps)
    return int(rate), int(count)


def _film(piece: Piece, number: int, at: int, *, results: Results) -> Job:
    """Return the job that looks at the frames of one piece."""
    layer = piece.layers[number - 1]
    span = layer.pieces[at]
    rate, count = _looks(piece, layer, span.count)
    given = {
        "start": round(layer.start + span.first / layer.rate(piece.fps), 6),
        "size": piece.catalog.instrument("source/matte").size(layer.knobs, clip=layer.clip),
        "rate": layer.rate(rate),
        "looks": count,
        "fps": layer.rate(piece.fps),
        "tiled": False,
    }
    return _job(layer, given, {"@clip": layer.source}, {"matte.mp4": count})


def _strip(piece: Piece, number: int, *, results: Results) -> Job:
    """Return the job that looks at the keyframes, as they will be keyed."""
    layer = piece.layers[number - 1]
    size = piece.catalog.instrument("source/keyframe").size(layer.clip)
    count = layer.knobs["keyframes"]
    given = {"start": 0.0, "size": size, "rate": 1, "looks": count, "fps": 1, "tiled": True}
    frames = made_by(results, f"keyframe:{number}", "frames.png", "png_pipe")
    return _job(layer, given, {"@frames": frames}, {})


def _job(
    layer: Layer, arguments: dict[str, Any], opened: dict[str, Input], frames: Mapping[str, int]
) -> Job:
    width, height = arguments["size"]
    knobs = {"rembg_model": layer.knobs["rembg_model"]}
    assert layer.model is not None
    return Job(
        "source/matte",
        "passes",
        {"knobs": knobs, "clip": layer.clip, **arguments},
        {**opened, "@model": layer.model},
        frames=frames,
        drop=("frames.rgb", "masks.gray"),
        work=arguments["looks"],
        size=arguments["looks"] * width * height * 3 * 3 // 2 + (16 << 20),
    )
