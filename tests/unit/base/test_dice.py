"""dice: a draw depends only on the seed and on its own name."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.dice import new_seed, place, within

PLACES = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ((1, "knob", 2, "similarity"), 0.5825333769984518),
        ((1, "knob", "piece", "duration"), 0.6220777050596782),
        ((424242, "clip", 1, "ab" * 16), 0.8366506357979324),
    ],
)
def test_a_draw_never_changes(name: tuple[object, ...], value: float) -> None:
    """A seed and a name always produce the same number; another number would change old pieces."""
    assert place(*name) == value  # type: ignore[arg-type]


@given(st.integers(), st.lists(st.text() | st.integers(), max_size=4))
def test_a_draw_is_at_least_zero_and_below_one(seed: int, name: list[object]) -> None:
    """Any seed and any name produce a number in [0, 1)."""
    assert 0 <= place(seed, *name) < 1


def test_draws_are_spread_evenly() -> None:
    """Each tenth of the range gets about a tenth of 4000 draws."""
    tenths = [0] * 10
    for seed in range(4000):
        tenths[int(10 * place(seed, "knob", 1, "contrast"))] += 1
    assert min(tenths) > 320
    assert max(tenths) < 480


def test_every_part_of_a_name_changes_the_draw() -> None:
    """A different seed, purpose, layer or knob produces a different draw."""
    names = [(1, "knob", 2, "fit"), (2, "knob", 2, "fit"), (1, "clip", 2, "fit"),
             (1, "knob", 3, "fit"), (1, "knob", 2, "pan")]  # fmt: skip
    assert len({place(*name) for name in names}) == len(names)


@given(PLACES, st.floats(-1000, 1000), st.floats(0, 1000))
def test_a_drawn_number_stays_within_its_range(at: float, low: float, width: float) -> None:
    """Rounding never moves a value out of its range."""
    high = low + width
    assert low <= within(at, low, high, whole=False) <= high


def test_a_drawn_zero_has_no_sign() -> None:
    """A draw of -0.0 becomes 0.0: -0.0 would make a different recipe for the same picture."""
    assert repr(within(0.4, -0.0001, 0.0001, whole=False)) == "0.0"


@given(PLACES, st.integers(-1000, 1000), st.integers(0, 1000))
def test_a_drawn_whole_number_is_an_int_within_its_range(at: float, low: int, width: int) -> None:
    """A whole number is drawn as an int within its range."""
    value = within(at, low, low + width, whole=True)
    assert isinstance(value, int)
    assert low <= value <= low + width


def test_whole_numbers_reach_both_ends_equally_often() -> None:
    """In a range of three whole numbers, each takes up a third of [0, 1)."""
    drawn = [within(at / 300, 3, 5, whole=True) for at in range(300)]
    assert [drawn.count(value) for value in (3, 4, 5)] == [100, 100, 100]


@given(PLACES, st.integers(1, 9))
def test_a_narrower_range_keeps_the_relative_position(at: float, tenths: int) -> None:
    """A drawn value keeps its relative position when its range narrows."""
    low, high = 0.0, 100.0
    narrow = (low + tenths * 5, high - tenths * 5)
    share = (within(at, *narrow, whole=False) - narrow[0]) / (narrow[1] - narrow[0])
    assert share == pytest.approx(within(at, low, high, whole=False) / 100, abs=2e-4)


@given(st.lists(PLACES, min_size=2, max_size=6).map(sorted))
def test_a_higher_position_never_gives_a_lower_value(places: list[float]) -> None:
    """A higher relative position never produces a lower value."""
    drawn = [within(at, 0.2, 0.4, whole=False) for at in places]
    assert all(a <= b for a, b in pairwise(drawn))


def test_new_seeds_differ_and_fit_the_knob() -> None:
    """New seeds are random and within the limits of the knob `seed`."""
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) > 15
    assert all(0 <= seed < 2**53 for seed in seeds)
