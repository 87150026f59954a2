"""blend/loop on real pictures: reorders frames and cross-fades pairs of frames."""

from pathlib import Path

import numpy as np
import pytest

from collide.blend import loop
from collide.instrument import TAGS, Course, Run, Span, clock
from tests.steps.samples import middle
from tests.steps.studio import filtered, kinds

COUNT, BYTES = 10, 64 * 36 * 3 // 2
FADING = Course((Run(0, 4),), Run(4, 2))  # it fades at frames 4 and 5, 8 and 9, and so on


def pictures_of(raw: bytes) -> list[bytes]:
    """Return the pictures from raw video, 64x36 in 4:2:0."""
    return [raw[at : at + BYTES] for at in range(0, len(raw), BYTES)]


@pytest.mark.parametrize("way", ["cut", "back", "fade"])
@pytest.mark.parametrize("turned", [False, True])
def test_frames_follow_the_course(moving: Path, tmp_path: Path, way: str, turned: bool) -> None:
    """The frames come in the order of the course; a frozen layer shows one frame."""
    kept = pictures_of(filtered(tmp_path, "null", moving, "yuv420p"))
    for freeze in (-1.0, 0.3):
        knobs = middle() | {"loop": way, "reverse": turned, "loop_fade": 0.1, "freeze": freeze}
        course = loop.course(knobs, material=COUNT, frames=33, fps=25)
        played = loop.filters(knobs, material=COUNT, count=33, fps=25)
        seen = pictures_of(filtered(tmp_path, played, moving, "yuv420p"))
        assert seen == [kept[course.at(n)] for n in range(33)]


def fade_chain(course: Course, first: int, chroma: str) -> str:
    """Return a chain that cross-fades frames with their negatives wherever the course fades."""
    span = Span(first, COUNT)
    count = course.fading(span).count
    goes = f"negate,format=yuv{chroma}p,trim=end_frame={count},{loop.timed(course, span, 25)}"
    given = {"comes": "c", "goes": "g", "to": "s", "size": (64, 36), "chroma": chroma}
    start = f"{TAGS},{clock(25)},format=yuv{chroma}p,split[c][n];[n]{goes},{TAGS}[g]"
    return ";".join([start, *loop.crossed(course, span, 25, **given), "[s]null"])


@pytest.mark.parametrize("chroma", ["420", "444"])
def test_a_cross_fade_is_identical_on_every_processor(
    moving: Path, tmp_path: Path, chroma: str
) -> None:
    """A cross-fade makes the same bits in plain C and with every instruction set."""
    for first in (0, 4, 13):
        made = fade_chain(FADING, first, chroma)
        each = ("all", *kinds())
        assert len({filtered(tmp_path, made, moving, f"yuv{chroma}p", kind) for kind in each}) == 1


def test_a_fade_is_even_and_changes_nothing_outside(moving: Path, tmp_path: Path) -> None:
    """Nothing changes outside a fade; inside, the outgoing frame fades evenly."""
    plain = pictures_of(filtered(tmp_path, "null", moving, "yuv420p"))
    for first in (0, 4, 13):
        seen = pictures_of(filtered(tmp_path, fade_chain(FADING, first, "420"), moving, "yuv420p"))
        assert len(seen) == COUNT
        order = FADING.fading(Span(first, COUNT)).first
        other = pictures_of(filtered(tmp_path, "negate", moving, "yuv420p"))
        gone = 0
        for at, frame in enumerate(seen):
            place = (first + at) % 4
            if first + at < 4 or place >= 2:
                assert frame == plain[at]
                continue
            share = (2 - (order + gone) % 2) / 3
            light = [
                np.frombuffer(one, np.uint8)[: 64 * 36].astype(float)
                for one in (plain[at], other[gone], frame)
            ]
            gone += 1
            wanted = (1 - share) * light[0] + share * light[1]
            assert np.abs(light[2] - wanted).max() <= 2


def test_a_fade_takes_at_most_two_fifths_of_a_clip() -> None:
    """A fade takes at most two fifths of a clip, so two fades have no frame in common."""
    knobs = middle() | {"loop": "fade", "loop_fade": 10.0}
    for material in range(1, 40):
        course = loop.course(knobs, material=material, frames=100, fps=25)
        assert course.fade == 2 * material // 5
        assert course.period == material - course.fade
        assert loop.again(course, material) == course.period
    whole = loop.course(knobs, material=40, frames=40, fps=25)
    assert whole == Course((Run(0, 40),))
