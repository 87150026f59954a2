"""shot_starts: a fraction from 0 to 1 becomes a start inside a shot that is long enough."""

from collections.abc import Sequence

import pytest

from collide.project.shot_starts import begin_in_shot, too_short

SHOTS = [[0.0, 4.0], [4.0, 6.0], [6.5, 16.5]]  # room for starts that need 3 s: 1, 0 and 7 s


@pytest.mark.parametrize(
    ("share", "start", "shot"),
    [
        (0.0, 0.0, (0.0, 4.0)),
        (0.125, 1.0, (0.0, 4.0)),
        (0.25, 7.5, (6.5, 16.5)),
        (0.5, 9.5, (6.5, 16.5)),
        (1.0, 13.5, (6.5, 16.5)),
    ],
)
def test_a_fraction_covers_the_starts_in_all_shots(
    share: float, start: float, shot: Sequence[float]
) -> None:
    """Of the starts whose layer stays inside one shot, 0 gives the first and 1 gives the last."""
    assert begin_in_shot(SHOTS, share, needs=3.0, room=13.5) == (start, shot, True)


@pytest.mark.parametrize("at", range(21))
def test_no_start_crosses_a_cut(at: int) -> None:
    """If a shot is long enough, the layer shows only frames from the recorded shot."""
    begin = begin_in_shot(SHOTS, at / 20, needs=1.7, room=14.8)
    assert begin is not None and begin.fits
    assert begin.shot[0] <= begin.start and begin.start + 1.7 <= begin.shot[1] + 1e-9
    assert list(begin.shot) in SHOTS


def test_a_shot_just_long_enough_fits() -> None:
    """A shot of exactly the needed length is shown whole."""
    assert begin_in_shot([[0, 1], [1, 3]], 0.7, needs=2.0, room=1.0) == (1, (1, 3), True)


def test_without_a_fitting_shot_the_longest_usable_one_is_used() -> None:
    """If no shot is long enough, the longest that is early enough is used, otherwise the first."""
    assert begin_in_shot(SHOTS, 0.4, needs=12.0, room=4.5) == (0.0, (0.0, 4.0), False)
    assert begin_in_shot(SHOTS, 0.4, needs=10.1, room=6.6) == (6.5, (6.5, 16.5), False)
    assert begin_in_shot([[3.0, 5.0]], 0.4, needs=10.0, room=0.0) == (3.0, (3.0, 5.0), False)
    assert begin_in_shot([], 0.4, needs=10.0, room=0.0) is None


def test_the_proposed_loop_makes_the_layer_fit() -> None:
    """With the suggested loop, the layer fits into the clip's longest shot at the layer's speed."""
    said = too_short(2, "a.mp4", [[0, 2.96], [3, 4]], {"speed": 0.5}, 9.0)
    assert "no shot of a.mp4 lasts 9.00 s (the longest lasts 2.96 s)" in said
    assert "layer2.loop_seconds=5.9 " in said
    assert 5.9 * 0.5 <= 2.96
