"""What is looked at and heard before a piece is rendered: a small video of it, its mix alone."""

from pathlib import Path

from collide.base import segments
from collide.instrument import RATE, Span, number, wide_and_high
from collide.plan import post_chain
from collide.plan.post_chain import Source
from collide.project.piece import Piece
from collide.store.step import Job, Results, Step, command_job, made_by

SHORT = 360  # pixels of the shorter side


def small(size: str) -> str:
    """Return the size of a preview: 360 lines, in the shape of `size`, and never larger than it."""
    width, height = wide_and_high(size)
    share = min(1.0, SHORT / min(width, height))
    return "x".join(str(2 * max(8, round(side * share / 2))) for side in (width, height))


def preview_step(piece: Piece, span: Span, deliver: Path) -> Step:
    """Return the step that makes a small video of some frames, with their sound.

    Args:
        piece: in its small size.
        span: of its frames.
        deliver: where people see it.
    """
    size = segments.length(piece.fps)
    first, last = span.first // size, (span.first + span.count - 1) // size
    sources = [post_chain.picture(piece, index) for index in range(first, last + 1)]
    sound = ("loudness",) if piece.sounds else ()
    needs = (*dict.fromkeys(task for task, _ in sources), *sound)
    deliver_to = {"preview.mp4": deliver}
    return piece.step("preview", _preview, span, first, sources, needs=needs, deliver=deliver_to)


def _preview(
    piece: Piece, span: Span, first: int, sources: list[Source], *, results: Results
) -> Job:
    size, fps = segments.length(piece.fps), piece.fps
    piece.log.update({"from": number(span.first / fps), "for": number(span.count / fps)})
    inputs = {f"@P{i:03d}": made_by(results, *one, "nut") for i, one in enumerate(sources)}
    lists = {"@pictures": list(inputs)}
    lasts = {t: piece.spans[first + at].count / fps for at, t in enumerate(inputs)}
    if piece.sounds:
        inputs["@sound"] = made_by(results, "loudness", "sound.m4a", "mp4")
    ends = [round(frame * RATE / fps) for frame in (span.first, span.first + span.count)]
    return command_job(
        piece.catalog,
        "blend/encode",
        {},
        {
            "fps": fps,
            "at": span.first - first * size,
            "count": span.count,
            "samples": ends if piece.sounds else None,
        },
        shape="preview",
        inputs=inputs,
        lists=lists,
        lasts=lasts,
        frames={"preview.mp4": span.count},
        work=span.count,
        size=piece.most_bytes(span.count),
    )


def listen_step(piece: Piece, deliver: Path) -> Step:
    """Return the step that measures the finished sound, and lays it where it can be played."""
    return piece.step("listen", _listen, needs=("loudness",), deliver={"mix.m4a": deliver})


def _listen(piece: Piece, *, results: Results) -> Job:
    inputs = {"@sound": made_by(results, "loudness", "sound.m4a", "mp4")}
    return Job("audio/listen", "passes", {"knobs": {}}, inputs)
