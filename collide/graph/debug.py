"""The step that shows what a key does: only for who asks, and no part of a piece."""

from pathlib import Path

from collide import segments
from collide.build.key import Job, Results, Step, made_by
from collide.catalog import instrument
from collide.graph.piece import Layer, Piece
from collide.step import piece_name

MOMENTS = 5  # at which a layer is looked at


def folder(piece: Piece) -> Path:
    """Return where the pictures of doit debug go."""
    return piece.project.path / "debug"


def debug_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that shows what of a finished layer is open, at some moments."""
    size, count = segments.length(piece.fps), min(MOMENTS, layer.material)
    frames = [int(layer.material * (i + 0.5) / count) for i in range(count)]
    moments = [divmod(frame, size) for frame in frames]
    argv = instrument("blend/tint").command(
        {}, moments=moments, fps=piece.fps, output_size=piece.knobs["output_size"]
    )

    def job(results: Results) -> Job:
        task = f"layer:{layer.number}"
        pieces = {index: piece_name(index) for index, _ in moments}
        inputs = {f"@p{i}": made_by(results, task, name, "nut") for i, name in pieces.items()}
        return Job("blend/tint", inputs, argv=argv)

    start = f"layer{layer.number}"
    deliver = {f"{name}.png": folder(piece) / f"{start}-{name}.png" for name in ("keyed", "mask")}
    return Step(f"debug:{layer.number}", job, (f"layer:{layer.number}",), deliver=deliver)
