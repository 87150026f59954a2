"""The rows of a moving preview: the visible frames of each layer, and the layout of the tiles.

A row is a span of a layer's stored frames. A layer that starts over in the preview has two rows
(its end and its beginning) unless these are close together. A layer that cross-fades has both
outgoing and incoming frames in the atlas.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from collide.base import segments
from collide.base.segments import SHORT, Round, in_memory
from collide.instrument import FrameRate, Read, Run, Span, wide_and_high
from collide.plan.layer_chain import END
from collide.project.layers import Layer
from collide.project.piece import Piece

FASTEST = 30  # frames per second; at 1.5 times this rate or more, frames are skipped
NEAR = 24  # frames; a shorter gap between visible frames is rendered too
LARGEST = 2_100_000  # maximum pixels of an atlas: it is decoded while a slider moves
HIGHEST = 4096  # pixels; every decoder accepts this height


def streams(layer: Layer, seen: Span) -> Iterator[tuple[str, Span, tuple[Run, ...]]]:
    """Yield the label, frames and runs of each stream of a layer in the atlas."""
    course = layer.course
    yield f"k{layer.number}", seen, course.runs
    if course.ends and (fading := course.fading(seen)).count:
        yield f"k{layer.number}{END}", fading, (course.ends,)


def fades(layer: Layer, seen: Span) -> bool:
    """Return whether a layer cross-fades in a span."""
    return len([*streams(layer, seen)]) > 1


def kept(layer: Layer, seen: Span) -> list[Span]:
    """Return the visible stored frames of a layer as spans, including short gaps."""
    frames = set[int]()
    for frame in range(seen.first, seen.first + seen.count):
        end = layer.course.end_at(frame)
        frames |= {layer.course.at(frame), *([] if end is None else [end])}
    spans = list[Span]()
    for frame in sorted(frames):
        before = spans[-1] if spans else None
        if before and frame - before.first - before.count < NEAR:
            spans[-1] = Span(before.first, frame + 1 - before.first)
        else:
            spans.append(Span(frame, 1))
    return spans


def reads(layer: Layer, seen: Span, span: Span, runs: tuple[Run, ...]) -> list[Read]:
    """Return the reads for a span of `runs`, each with the number of its row as its `piece`."""
    result, spans = list[Read](), kept(layer, seen)
    for read in segments.reads(span, layer.material, _size(layer, span, runs), runs):
        last = max(at for at, one in enumerate(spans) if one.first <= read.first)
        result.append(replace(read, piece=last, first=read.first - spans[last].first))
    return result


def again(layer: Layer, span: Span, runs: tuple[Run, ...]) -> Round | None:
    """Return the round that is read once and repeated, or None if every round is read."""
    return in_memory(span, layer.material, _size(layer, span, runs), runs)


def _size(layer: Layer, span: Span, runs: tuple[Run, ...]) -> int:
    """Return a file size, in frames, at which a round that fits in `span` is kept in memory."""
    each = sum(run.count for run in runs)
    return max(layer.material, SHORT * each if each <= span.count else 0)


def row_task(layer: Layer, at: int) -> str:
    """Return the name of the task that renders a row of a layer."""
    return f"row:{layer.number}" + (f".{at}" if at else "")


def count(piece: Piece, seen: Span) -> int:
    """Return the number of tiles in the atlas."""
    return sum((1 + len(o.planes)) * (2 if fades(o, seen) else 1) for o in piece.layers)


def tile(piece: Piece) -> tuple[int, int]:
    """Return a tile's size: the piece's size, or smaller if there are many layers."""
    wide, high = wide_and_high(piece.knobs["output_size"])
    most = sum(1 + len(layer.planes) for layer in piece.layers)
    share = min(1.0, (LARGEST / (wide * high * most)) ** 0.5)
    return 2 * max(1, round(wide * share / 2)), 2 * max(1, round(high * share / 2))


def columns(piece: Piece, seen: Span) -> int:
    """Return the number of columns of tiles."""
    return -(-count(piece, seen) * tile(piece)[1] // HIGHEST)


def every(piece: Piece) -> int:
    """Return n if every nth frame of the piece is in the atlas."""
    return max(1, round(piece.fps / FASTEST))


def slower(piece: Piece) -> FrameRate:
    """Return the frame rate of the atlas."""
    rate = Fraction(piece.fps) / every(piece)
    return rate.numerator if rate.denominator == 1 else rate
