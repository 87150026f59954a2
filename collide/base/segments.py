"""The frames in a segment, and the layer files that contain them: pure arithmetic.

A layer's files are as long as the stack's segments, so consecutive frames for a segment come from
at most two files. A layer keeps each distinct frame once. Its course is the order in which these
frames are shown, once or repeatedly.
"""

from dataclasses import dataclass
from fractions import Fraction

SECONDS = 5  # length of a segment; after a change, every existing piece is rendered again
SHORT = 8  # a round of at most an eighth of a segment can be kept in memory


@dataclass(frozen=True, slots=True)
class Span:
    """`count` frames, starting with frame `first`."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Read:
    """`count` frames of a layer's file number `piece`, starting with its frame `first`.

    `loop` repeats them, and `back` reverses their order.
    """

    piece: int
    first: int
    count: int
    loop: bool
    back: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """`count` consecutive kept frames, starting with frame `first`; `back` counts backwards."""

    first: int
    count: int
    back: bool = False

    def at(self, place: int) -> int:
        """Return the kept frame at a position in the run."""
        return self.first - place if self.back else self.first + place


@dataclass(frozen=True, slots=True)
class Round:
    """A round of `length` frames, repeated to fill `count` frames after the first `skip`."""

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
        """Return the number of frames in a cross-fade, or 0 if there is none."""
        return self.ends.count if self.ends else 0

    @property
    def turned(self) -> bool:
        """Return whether part of the course runs backwards, which needs frames in memory."""
        return any(run.back for run in self.runs)

    def at(self, frame: int) -> int:
        """Return the kept frame shown at a frame of the piece; in a fade, the incoming frame."""
        return _at(self.runs, frame)

    def end_at(self, frame: int) -> int | None:
        """Return the outgoing kept frame at a frame of the piece, or None outside a fade."""
        place = frame % self.period
        return self.ends.at(place) if self.ends and self._fades(frame) else None

    def fading(self, span: Span) -> Span:
        """Return the frames of a span that are in cross-fades, numbered across all fades."""
        first = self._faded(span.first)
        return Span(first, self._faded(span.first + span.count) - first)

    def reach(self, end: int) -> int:
        """Return how many kept frames, counted from frame 0, the first `end` frames need."""
        most, past = 0, 0
        for run in self.runs:
            frames = min(run.count, end - past)
            if frames > 0:
                most = max(most, run.at(0), run.at(frames - 1))
            past += run.count
        if self.ends and (frames := min(self.fade, end - past)) > 0:
            most = max(most, self.ends.at(0), self.ends.at(frames - 1))
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
    """Cut `frames` frames into segments of `size` frames, of which the last may be shorter."""
    return [Span(first, min(size, frames - first)) for first in range(0, frames, size)]


def in_memory(span: Span, material: int, size: int, runs: tuple[Run, ...]) -> Round | None:
    """Return how a round in memory fills a span, or None if the round is not kept in memory.

    A round is kept in memory if it is short and ends before the span does. A round that consists of
    all kept frames in order is read as a loop instead.
    """
    each = sum(run.count for run in runs)
    skip = span.first % each
    once = skip + span.count <= each
    if once or each * SHORT > size or runs == (Run(0, material),):
        return None
    return Round(each, skip, span.count)


def reads(span: Span, material: int, size: int, runs: tuple[Run, ...] = ()) -> list[Read]:
    """Return the reads, in order, that fill `span` from a layer of `material` frames.

    Args:
        span: frames of the finished video.
        material: unique frames of the layer.
        size: frames in each of the layer's files.
        runs: the runs in a round; () for a single run of all frames, which is read as a loop if it
            fits in one file. Other rounds that fit in memory are read once (see `in_memory`).
    """
    runs = runs or (Run(0, material),)
    whole = runs == (Run(0, material),)
    if kept := in_memory(span, material, size, runs):
        span = Span(0, kept.length)
    result: list[Read] = []
    at, missing = span.first, span.count
    while missing:
        frame, left, back = _place(runs, at)
        piece, first = divmod(frame, size)
        there = min(size, material - piece * size) - first
        # a short file may repeat fifty times in a segment: read it as a loop instead
        loop = whole and material <= size and first == 0 and missing > there
        count = missing if loop else min(first + 1 if back else there, left, missing)
        result.append(Read(piece, first - count + 1 if back else first, count, loop, back))
        missing -= count
        at += count
    return result


def _place(runs: tuple[Run, ...], at: int) -> tuple[int, int, bool]:
    """Return the kept frame at a position, the frames left in its run, and the run's `back`."""
    at %= sum(run.count for run in runs)
    for run in runs:
        if at < run.count:
            return run.at(at), run.count - at, run.back
        at -= run.count
    raise AssertionError("a position in a round must be in one of its runs")


def _at(runs: tuple[Run, ...], at: int) -> int:
    return _place(runs, at)[0]
