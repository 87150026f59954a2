"""sound_loop: a sound's edges, read from a report, and the arithmetic of a seam."""

import pytest

from collide.base.sound_loop import EDGE, Join, edges, join, looped

SECOND = 48000


@pytest.mark.parametrize(
    ("silences", "found"),
    [
        ([], (0, SECOND)),
        ([(0.0, 0.038)], (1824 + EDGE, SECOND)),
        ([(0.968, 1.0)], (0, 46464 - EDGE)),
        ([(0.968, None)], (0, 46464 - EDGE)),
        ([(0.0, 0.1), (0.4, 0.5), (0.9, 1.0)], (4800 + EDGE, 43200 - EDGE)),
        ([(0.4, 0.5)], (0, SECOND)),
        ([(0.0, 0.05), (0.055, 0.09)], (4320 + EDGE, SECOND)),
        ([(0.005, 0.09), (0.9, 0.94), (0.945, 0.998)], (4320 + EDGE, 43200 - EDGE)),
        ([(0.0, 1.0)], (0, SECOND)),
        ([(0.0, 0.49), (0.51, 1.0)], (0, SECOND)),
    ],
)
def test_silence_at_either_end_is_cut_off(
    silences: list[tuple[float, float | None]], found: tuple[int, int]
) -> None:
    """Silence at either end is cut off with a small margin, unless little sound would remain."""
    lines = [
        line
        for start, end in silences
        for line in (f"silence_start: {start}", f"silence_end: {end} | x" if end else "")
    ]
    assert edges("\n".join(lines), SECOND) == found


@pytest.mark.parametrize("seam", [0, 1, 960, 96000])
@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        (SECOND, 0, SECOND),
        (SECOND, 2064, SECOND),
        (SECOND, 0, 46000),
        (SECOND, 9000, 40001),
        (40000, 0, SECOND),
        (40001, 2064, 47000),
        (3, 0, 3),
        (1, 0, 1),
    ],
)
def test_a_round_is_as_long_as_its_period(period: int, begins: int, ends: int, seam: int) -> None:
    """Sound and bridge together fill the period, and the bridge mirrors only existing sound."""
    one = join(period=period, begins=begins, ends=ends, seam=seam, fill=SECOND)
    assert one is not None
    assert one.last - one.first + one.bridge == period
    assert begins <= one.first <= one.last <= ends
    assert 0 <= one.fade <= one.bridge
    assert max(one.before, one.behind) <= ends - begins
    assert one.first - one.bridge >= begins - one.before
    assert one.last + one.bridge <= ends + one.behind


@pytest.mark.parametrize(("begins", "ends", "fill"), [(0, 40000, 7999), (20000, 40000, SECOND)])
def test_a_long_gap_is_not_bridged(begins: int, ends: int, fill: int) -> None:
    """A gap longer than the limit or the sound is not bridged."""
    assert join(period=SECOND, begins=begins, ends=ends, seam=960, fill=fill) is None


def test_rounds_that_fit_follow_each_other_directly() -> None:
    """If there is neither a seam nor a gap, the rounds follow each other directly."""
    one = join(period=SECOND, begins=0, ends=SECOND, seam=0, fill=0)
    assert one == Join(0, SECOND, 0, SECOND, 0, 0)
    assert "amix" not in looped(one, period=SECOND, tag="x")
