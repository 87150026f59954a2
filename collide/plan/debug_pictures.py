"""The step that shows what a key does: only for who asks, and no part of a piece."""

from pathlib import Path

from collide.base import segments
from collide.instrument import piece_name
from collide.project.piece import Layer, Piece
from collide.store.step import Job, Results, Step, command_job, made_by

MOMENTS = 5  # at which a layer is looked at


def folder(piece: Piece) -> Path:
    """Return where the pictures of doit debug go."""
    return piece.project.path / "debug"


def debug_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that shows what of a finished layer is open, at some moments."""
    start = f"layer{layer.number}"
    deliver = {f"{name}.png": folder(piece) / f"{start}-{name}.png" for name in ("keyed", "mask")}
    needs = (f"layer:{layer.number}",)
    return piece.step(f"debug:{layer.number}", _debug, layer.number, needs=needs, deliver=deliver)


def _debug(piece: Piece, number: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    size, count = segments.length(piece.fps), min(MOMENTS, layer.material)
    moments = [divmod(int(layer.material * (i + 0.5) / count), size) for i in range(count)]
    names = {index: piece_name(index) for index, _ in moments}
    inputs = {f"@p{i}": made_by(results, f"layer:{number}", n, "nut") for i, n in names.items()}
    given = {"moments": moments, "fps": piece.fps, "output_size": piece.knobs["output_size"]}
    return command_job(piece.catalog, "blend/tint", {}, given, inputs=inputs)
