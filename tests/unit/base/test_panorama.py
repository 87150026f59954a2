"""panorama: voices are panned to balance the mix between left and right."""

import itertools

import pytest

from collide.base.panorama import LEAN, Power, balanced, decibels, gains, lean

MONO = (Power(1.0, 1.0, 4.0), 1)
WIDE = (Power(1.0, 1.0, 2.0), 2)


@pytest.mark.parametrize("channels", [1, 2])
def test_pan_places_a_voice_from_left_to_right(channels: int) -> None:
    """A pan of -1 plays only on the left, 0 on both sides equally, and 1 only on the right."""
    voice = {1: WIDE if channels == 2 else MONO}
    leans = [lean({1: pan}, voice) for pan in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert leans == sorted(leans, reverse=True)
    assert leans[2] == pytest.approx(0)
    assert leans[0] > 100
    assert leans[4] < -100
    assert [round(sum(one**2 for one, _ in gains(pan, 1)), 9) for pan in (-0.7, 0.2)] == [1, 1]


def test_a_single_voice_is_centered() -> None:
    """A single voice is centered wherever it was drawn; a one-sided recording is balanced."""
    assert balanced({3: 0.7}, {3: MONO}, mirrors=True) == {3: 0.0}
    one_sided = {3: (Power(1.0, 0.01, 1.01), 2)}
    (pan,) = balanced({3: 0.7}, one_sided, mirrors=True).values()
    assert pan > 0
    assert abs(lean({3: pan}, one_sided)) <= LEAN


@pytest.mark.parametrize("loud", [-20.0, -6.0, 0.0, 6.0])
def test_several_voices_are_balanced(loud: float) -> None:
    """Two to four voices are balanced wherever they were drawn and however loud one voice is."""
    places = (-0.8, -0.4, 0.1, 0.5, 0.79)
    for count in (2, 3, 4):
        for draw in itertools.product(places, repeat=count):
            stands = dict(enumerate(draw, start=1))
            voices = {n: (decibels((0.0, 0.0, 6.0), loud if n == 1 else 0.0), 1) for n in stands}
            found = balanced(stands, voices, mirrors=True)
            assert abs(lean(found, voices)) <= LEAN, (stands, found)


def test_balanced_voices_are_not_moved() -> None:
    """A draw that is already balanced is not changed."""
    stands = {1: -0.6, 2: 0.1, 4: 0.5}
    assert balanced(stands, dict.fromkeys(stands, MONO), mirrors=True) == stands


def test_as_few_voices_as_possible_change_sides() -> None:
    """If two voices are at nearly the same position, only one is mirrored."""
    found = balanced({1: 0.69, 2: 0.68}, dict.fromkeys((1, 2), MONO), mirrors=True)
    assert sorted(map(abs, found.values())) == [0.68, 0.69]
    assert sum(pan < 0 for pan in found.values()) == 1


def test_voices_keep_their_order_from_left_to_right() -> None:
    """If mirroring is off, the voices are balanced and keep their order from left to right."""
    voices = {1: (Power(9.0, 9.0, 36.0), 1), 2: MONO, 3: MONO}
    found = balanced({1: -0.8, 2: 0.0, 3: 0.8}, voices, mirrors=False)
    assert [*found.values()] == sorted(found.values())
    assert abs(lean(found, voices)) <= LEAN


def test_silent_voices_are_not_moved() -> None:
    """The pans of several silent voices remain as drawn."""
    silent = (decibels((None, None, None), 0.0), 2)
    assert balanced({1: 0.3, 2: 0.4}, dict.fromkeys((1, 2), silent), mirrors=True) == {
        1: 0.3,
        2: 0.4,
    }
