"""segments: which frames a segment shows, against a model that counts frame by frame."""

from collections.abc import Iterator
from itertools import islice

from hypothesis import example, given
from hypothesis import strategies as st

from collide.base.segments import SECONDS, Read, Span, length, reads, spans


def model(span: Span, material: int, size: int) -> list[tuple[int, int]]:
    """Return (piece, frame in it) of each frame of a span, one by one."""
    frames = (n % material for n in range(span.first, span.first + span.count))
    return [divmod(frame, size) for frame in frames]


def shown(read: Read, material: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield (piece, frame in it) as a reader of files meets them."""
    end = min(size, material - read.piece * size)
    at = read.first
    for _ in range(read.count):
        assert at < end, "read beyond the end of a piece"
        yield read.piece, at
        at += 1
        if read.loop and at == end:
            at = 0


@given(st.integers(0, 900), st.integers(1, 200), st.integers(1, 400), st.integers(1, 150))
@example(first=0, count=150, material=3, size=150)
@example(first=7, count=150, material=151, size=150)
@example(first=150, count=1, material=1, size=1)
def test_reads_show_what_counting_frame_by_frame_shows(
    first: int, count: int, material: int, size: int
) -> None:
    """What is read fills the span exactly, in order, looping where the material ends."""
    span = Span(first, count)
    found = [frame for read in reads(span, material, size) for frame in shown(read, material, size)]
    assert found == model(span, material, size)


@given(st.integers(0, 900), st.integers(1, 400), st.integers(1, 150), st.data())
def test_a_segment_reads_three_files_at_most(
    first: int, material: int, size: int, data: st.DataObject
) -> None:
    """However short the clip, a segment opens few files: a short loop is read as one."""
    count = data.draw(st.integers(1, size))
    assert 1 <= len(reads(Span(first, count), material, size)) <= 3


@given(st.integers(0, 900), st.integers(1, 200), st.integers(1, 400), st.integers(1, 150))
def test_no_read_is_empty(first: int, count: int, material: int, size: int) -> None:
    """Each read shows at least one frame; none starts beyond its piece."""
    for read in reads(Span(first, count), material, size):
        assert read.count > 0
        assert 0 <= read.first < size


@given(st.integers(0, 900), st.integers(1, 200), st.integers(1, 400), st.integers(1, 150))
@example(first=2, count=150, material=3, size=150)
def test_a_loop_begins_at_the_first_frame(first: int, count: int, material: int, size: int) -> None:
    """Seeking into a looped file goes to the wrong place, so what is looped is read from 0."""
    for read in reads(Span(first, count), material, size):
        if read.loop:
            assert (read.piece, read.first) == (0, 0)
            assert material <= size


@given(st.integers(1, 2000), st.integers(1, 300))
def test_spans_cut_without_gap_or_overlap(frames: int, size: int) -> None:
    """The spans are the frames 0, 1, 2 … once each, all but the last of full size."""
    cut = spans(frames, size)
    assert [n for span in cut for n in range(span.first, span.first + span.count)] == [
        *range(frames)
    ]
    assert all(span.count == size for span in cut[:-1])


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 200))
def test_a_longer_piece_keeps_its_whole_segments(short: int, more: int, size: int) -> None:
    """Every whole segment of a piece is a segment of the longer one: only the end is new."""
    whole = [span for span in spans(short, size) if span.count == size]
    assert list(islice(spans(short + more, size), len(whole))) == whole


def test_a_segment_is_five_seconds() -> None:
    """The length is part of the recipe: changing it renders every piece anew."""
    assert SECONDS == 5
    assert [length(fps) for fps in (1, 25, 60)] == [5, 125, 300]
