"""segments: the frames that a segment shows, compared with a model that counts each frame."""

from collections.abc import Iterator
from itertools import islice

from hypothesis import example, given
from hypothesis import strategies as st

from collide.base.segments import (
    SECONDS,
    SHORT,
    Course,
    Read,
    Run,
    Span,
    in_memory,
    length,
    reads,
    spans,
)
from collide.blend import loop


def model(span: Span, material: int, size: int) -> list[tuple[int, int]]:
    """Return (file, frame in the file) for each frame of a span, counted one by one."""
    frames = (n % material for n in range(span.first, span.first + span.count))
    return [divmod(frame, size) for frame in frames]


def shown(read: Read, material: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield (file, frame in the file) for each frame of a read, in order."""
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
def test_reads_fill_a_span_exactly_and_in_order(
    first: int, count: int, material: int, size: int
) -> None:
    """The reads fill a span exactly, in order, and loop where the material ends."""
    span = Span(first, count)
    found = [frame for read in reads(span, material, size) for frame in shown(read, material, size)]
    assert found == model(span, material, size)


@given(st.integers(0, 900), st.integers(1, 400), st.integers(1, 150), st.data())
def test_a_segment_opens_at_most_three_files(
    first: int, material: int, size: int, data: st.DataObject
) -> None:
    """However short the clip, a segment opens at most three files: a short loop is one read."""
    count = data.draw(st.integers(1, size))
    assert 1 <= len(reads(Span(first, count), material, size)) <= 3


@given(st.integers(0, 900), st.integers(1, 200), st.integers(1, 400), st.integers(1, 150))
def test_no_read_is_empty(first: int, count: int, material: int, size: int) -> None:
    """Each read shows at least one frame and starts within its file."""
    for read in reads(Span(first, count), material, size):
        assert read.count > 0
        assert 0 <= read.first < size


@given(st.integers(0, 900), st.integers(1, 200), st.integers(1, 400), st.integers(1, 150))
@example(first=2, count=150, material=3, size=150)
def test_a_loop_begins_at_the_first_frame(first: int, count: int, material: int, size: int) -> None:
    """A loop is read from its first frame, because seeking into a looped file is not exact."""
    for read in reads(Span(first, count), material, size):
        if read.loop:
            assert (read.piece, read.first) == (0, 0)
            assert material <= size


@given(st.integers(1, 2000), st.integers(1, 300))
def test_spans_have_no_gap_or_overlap(frames: int, size: int) -> None:
    """A piece's spans cover each frame once, in order, and all but the last have the full size."""
    cut = spans(frames, size)
    assert [n for span in cut for n in range(span.first, span.first + span.count)] == [
        *range(frames)
    ]
    assert all(span.count == size for span in cut[:-1])


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 200))
def test_a_longer_piece_keeps_its_whole_segments(short: int, more: int, size: int) -> None:
    """A longer piece keeps the complete segments of a shorter piece, so only its end is new."""
    whole = [span for span in spans(short, size) if span.count == size]
    assert list(islice(spans(short + more, size), len(whole))) == whole


def test_a_segment_is_five_seconds() -> None:
    """At a whole rate, a segment lasts five seconds, or all pieces would be rendered again."""
    assert SECONDS == 5
    assert [length(fps) for fps in (1, 25, 60)] == [5, 125, 300]


@st.composite
def courses(draw: st.DrawFn) -> tuple[Course, int]:
    """Draw a layer's course and its number of kept frames."""
    material = draw(st.integers(1, 200))
    knobs = {
        "loop": draw(st.sampled_from(["cut", "fade", "back"])),
        "loop_fade": draw(st.floats(0, 2)),
        "reverse": draw(st.booleans()),
        "freeze": draw(st.sampled_from([-1.0, -1.0, 0.0, 3.7])),
    }
    frames = draw(st.integers(1, 900))
    return loop.course(knobs, material=material, frames=max(material, frames), fps=25), material


def in_order(course: Course, frames: int) -> list[tuple[int, int | None]]:
    """Return each frame shown, round after round; during a fade, add the outgoing frame."""
    walked: list[tuple[int, int | None]] = []
    ends = listed(course.ends) if course.ends else []
    while len(walked) < frames:
        place = [kept for run in course.runs for kept in listed(run)]
        goes = [*ends, *[None] * len(place)] if walked else [None] * len(place)
        walked += zip(place, goes, strict=False)
    return walked[:frames]


def listed(run: Run) -> list[int]:
    """Return the kept frames of a run."""
    return [run.first + (-n if run.back else n) for n in range(run.count)]


def shown_by(read: Read, size: int, material: int) -> list[tuple[int, int]]:
    """Return (file, frame in the file) for each frame of a read, in viewing order."""
    found = list(shown(read, material, size))
    return found[::-1] if read.back else found


@given(courses(), st.integers(0, 700), st.integers(1, 150), st.integers(1, 150))
def test_a_course_reads_the_frames_at_its_position(
    drawn: tuple[Course, int], first: int, count: int, size: int
) -> None:
    """A segment shows the frames at its position; during a fade, it also shows the outgoing frames.

    The rule holds for forward and backward reads, and for rounds kept in memory.
    """
    (course, material), span = drawn, Span(first, count)
    walked = in_order(course, first + count)[first:]
    assert [course.at(first + n) for n in range(count)] == [comes for comes, _ in walked]
    assert [course.end_at(first + n) for n in range(count)] == [goes for _, goes in walked]
    going, gone = course.fading(span), [goes for _, goes in walked if goes is not None]
    assert going.count == len(gone)
    tracks = [(span, course.runs, [comes for comes, _ in walked])]
    tracks += [(going, (course.ends,), gone)] if course.ends and gone else []
    for asked, runs, wanted in tracks:
        found = [
            frame
            for read in reads(asked, material, size, runs)
            for frame in shown_by(read, size, material)
        ]
        if kept := in_memory(asked, material, size, runs):
            assert len(found) == kept.length
            assert kept.length * SHORT <= size
            found = [found[(kept.skip + n) % kept.length] for n in range(kept.count)]
        assert found == [divmod(frame, size) for frame in wanted]


@given(courses(), st.integers(1, 900))
def test_a_course_reaches_exactly_the_last_frame_shown(drawn: tuple[Course, int], end: int) -> None:
    """A course reaches up to the highest frame shown, so a preview renders no frame beyond it."""
    course, _ = drawn
    seen = [kept for pair in in_order(course, end) for kept in pair if kept is not None]
    assert course.reach(end) == max(seen) + 1


@given(courses(), st.integers(0, 700), st.integers(8, 150))
def test_a_segment_of_any_course_opens_few_files(
    drawn: tuple[Course, int], first: int, size: int
) -> None:
    """A segment opens few files, however often a course repeats: a short round is read once."""
    (course, material), span = drawn, Span(first, size)
    assert len(reads(span, material, size, course.runs)) <= 2 * (SHORT + 3)
