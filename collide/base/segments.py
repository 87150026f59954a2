"""The frames of a segment, and the pieces of a layer that contain them: pure arithmetic.

Pieces of a layer are as long as segments of the stack, so consecutive frames for a segment come
from at most two pieces. A layer keeps only distinct frames; the order in which they are shown, once
or repeatedly, is its course.
"""

from dataclasses import dataclass
from fractions import Fraction

SECONDS = 5  # length of a segment; changing it renders existing pieces again
SHORT = 8  # a round of at most an eighth of a segment can be kept in memory


@dataclass(frozen=True, slots=True)
class Span:
    """`count` frames from frame `first`."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Read:
    """`count` frames out of one piece, from its frame `first`.

    With `loop` they are repeated; with `back` they are in reverse order.
    """

    piece: int
    first: int
    count: int
    loop: bool
    back: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """`count` kept frames in a row from frame `first`; with `back`, in reverse order."""

    first: int
    count: int
    back: bool = False

    def at(self, place: int) -> int:
        """Return the kept frame at a position in the run."""
        return self.first - place if self.back else self.first + place


@dataclass(frozen=True, slots=True)
class Round:
    """A round of `length` frames that fills `count` frames: repeated, without the first `skip`."""

    length: int
    skip: int
    count: int


@dataclass(frozen=True, slots=True)
class Course:
    """The kept frames of a layer in viewing order: `runs`, repeated.

    `ends` are the outgoing frames of the cross-fade at the beginning of every round but the first.
    During a fade, which is shorter than a round, each frame of the piece shows two pictures.
    """

    runs: tuple[Run, ...]
    ends: Run | None = None

    @property
    def period(self) -> int:
        """Return the number of frames in a round."""
        return sum(run.count for run in self.runs)

    @property
    def fade(self) -> int:
        """Return the number of frames in a cross-fade; 0 for none."""
        return self.ends.count if self.ends else 0

    @property
    def turned(self) -> bool:
        """Return whether part of the course runs backwards, which needs frames in memory."""
        return any(run.back for run in self.runs)

    def at(self, frame: int) -> int:
        """Return the kept frame shown at a frame of the piece; in a fade, the incoming one."""
        return _at(self.runs, frame)

    def end_at(self, frame: int) -> int | None:
        """Return the outgoing kept frame at a frame of the piece; None outside a fade."""
        place = frame % self.period
        return self.ends.at(place) if self.ends and self._fades(frame) else None

    def fading(self, span: Span) -> Span:
        """Return which frames of all fades, counted consecutively, lie in a span."""
        first = self._faded(span.first)
        return Span(first, self._faded(span.first + span.count) - first)

    def reach(self, end: int) -> int:
        """Return the end, exclusive, of the kept frames that the first `end` frames need."""
        most, past = 0, 0
        for run in self.runs:
            shown = min(run.count, end - past)
            if shown > 0:
                most = max(most, run.at(0), run.at(shown - 1))
            past += run.count
        if self.ends and (shown := min(self.fade, end - past)) > 0:
            most = max(most, self.ends.at(0), self.ends.at(shown - 1))
        return most + 1

    def _fades(self, frame: int) -> bool:
        return frame >= self.period and frame % self.period < self.fade

    def _faded(self, frame: int) -> int:
        """Return the number of frames before `frame` that are in a fade."""
        rounds, place = divmod(frame, self.period)
        return (rounds - 1) * self.fade + min(place, self.fade) if rounds else 0


def length(fps: float | Fraction) -> int:
    """Return the number of frames in a whole segment: at 23.976 fps, as many as at 24."""
    return SECONDS * round(fps)


def spans(frames: int, size: int) -> list[Span]:
    """Return spans that cut `frames` frames into segments of `size`; the last may be shorter."""
    return [Span(first, min(size, frames - first)) for first in range(0, frames, size)]


def in_memory(span: Span, material: int, size: int, runs: tuple[Run, ...]) -> Round | None:
    """Return how one round kept in memory fills a span; None if it is not kept in memory.

    A round is kept if it is short and ends before the span does, unless it consists of all kept
    frames in order: that round is read as a loop instead.
    """
    each = sum(run.count for run in runs)
    skip = span.first % each
    once = skip + span.count <= each
    if once or each * SHORT > size or runs == (Run(0, material),):
        return None
    return Round(each, skip, span.count)


def reads(span: Span, material: int, size: int, runs: tuple[Run, ...] = ()) -> list[Read]:
    """Return the reads, in order, with which a layer of `material` frames fills `span`.

    Args:
        span: frames of the finished video.
        material: unique frames of the layer.
        size: frames in a piece of the layer.
        runs: the runs of frames that a round consists of; () for one run of all frames, read as a
            loop if they fit in one piece. Other rounds that fit in memory are read once (see
            `in_memory`).
    """
    runs = runs or (Run(0, material),)
    whole = runs == (Run(0, material),)
    if kept := in_memory(span, material, size, runs):
        span = Span(0, kept.length)
    found: list[Read] = []
    at, missing = span.first, span.count
    while missing:
        frame, left, back = _place(runs, at)
        piece, first = divmod(frame, size)
        there = min(size, material - piece * size) - first
        # a short piece may repeat fifty times in a segment: read it as a loop instead
        loop = whole and material <= size and first == 0 and missing > there
        count = missing if loop else min(first + 1 if back else there, left, missing)
        found.append(Read(piece, first - count + 1 if back else first, count, loop, back))
        missing -= count
        at += count
    return found


def _place(runs: tuple[Run, ...], at: int) -> tuple[int, int, bool]:
    """Return the kept frame at a position, the number left in its run, and the run's `back`."""
    at %= sum(run.count for run in runs)
    for run in runs:
        if at < run.count:
            return run.at(at), run.count - at, run.back
        at -= run.count
    raise AssertionError("a place in a round is in one of its runs")


def _at(runs: tuple[Run, ...], at: int) -> int:
    return _place(runs, at)[0]
