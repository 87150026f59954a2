"""The frames of a segment, and the pieces of a looped layer that hold them. Arithmetic only.

Pieces of a layer are as long as segments of the stack, so a segment reads two pieces at most
before its layer loops.
"""

from dataclasses import dataclass
from fractions import Fraction

SECONDS = 5  # of a segment; part of the recipe: changing it renders every piece anew


@dataclass(frozen=True, slots=True)
class Span:
    """`count` frames from frame `first` on."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Read:
    """`count` frames out of one piece, from its frame `first` on; `loop`: again and again."""

    piece: int
    first: int
    count: int
    loop: bool


def length(fps: float | Fraction) -> int:
    """Return the frames in a whole segment: at 23.976 a second as many as at 24, in 5.005 s."""
    return SECONDS * round(fps)


def spans(frames: int, size: int) -> list[Span]:
    """Return the spans that cut `frames` frames into segments of `size`, the last one shorter."""
    return [Span(first, min(size, frames - first)) for first in range(0, frames, size)]


def reads(span: Span, material: int, size: int) -> list[Read]:
    """Return what to read, in order, so that a layer of `material` frames fills `span`.

    Args:
        span: frames of the finished piece.
        material: unique frames of the layer; it starts over after the last.
        size: frames in a piece.
    """
    found: list[Read] = []
    at, missing = span.first % material, span.count
    while missing:
        piece, first = divmod(at, size)
        there = min(size, material - piece * size) - first
        # one short piece may come round fifty times in a segment: read it as a loop instead
        loop = material <= size and first == 0 and missing > there
        count = missing if loop else min(there, missing)
        found.append(Read(piece, first, count, loop))
        missing -= count
        at = (at + count) % material
    return found
