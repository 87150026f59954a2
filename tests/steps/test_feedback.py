"""post/feedback: a trail fades, moves and ends."""

from pathlib import Path

import numpy as np

from tests.steps.films import played, still


def flash(count: int = 50, light: int = 235, ground: int = 16) -> np.ndarray:
    """Return a film with an even background and a square in frame 5 only."""
    film = still(np.full((64, 96), ground), count)
    film[5, 28:36, 60:68] = light
    return film


def test_a_trail_fades_out_completely(tmp_path: Path) -> None:
    """A trail of one second starts at full light, only fades, and is gone after 40 frames."""
    turned = {"feedback_trail": 1.0, "feedback_zoom": 1.0, "feedback_cool": 0.0}
    after = played(tmp_path, "feedback", flash(), **turned)[:, 32, 64]
    assert (after[:5] == 16).all()
    assert after[5] >= 234
    assert (np.diff(after[5:30]) <= 0).all()
    assert after[10] > 100
    assert after[45] <= 17


def test_a_long_trail_has_as_many_echoes_as_a_short_one(tmp_path: Path) -> None:
    """A trail of 75 frames echoes every third frame and lasts about as long as requested."""
    turned = {"feedback_trail": 3.0, "feedback_zoom": 1.0, "feedback_cool": 0.0}
    after = played(tmp_path, "feedback", flash(90), **turned)[:, 32, 64]
    echoes = [at for at, light in enumerate(after) if at > 5 and light > 17]
    assert set(np.diff(echoes)) == {3}
    assert 65 <= echoes[-1] <= 5 + 75 + 3 * 18


def test_darken_gives_dark_objects_a_trail(tmp_path: Path) -> None:
    """A dark square on a bright background leaves a trail with `darken`, but not with `lighten`."""
    turned = {"feedback_trail": 1.0, "feedback_zoom": 1.0, "feedback_cool": 0.0}
    ink = flash(light=16, ground=235)
    after = played(tmp_path, "feedback", ink, feedback_mix="darken", **turned)[:, 32, 64]
    assert after[10] < 150
    assert after[4] >= 234
    assert after[45] >= 233
    bright = played(tmp_path, "feedback", ink, feedback_mix="lighten", **turned)[:, 32, 64]
    assert bright[10] >= 234


def test_averaging_a_still_film_changes_nothing(tmp_path: Path) -> None:
    """Averaging a still film changes nothing, because the weights sum to one."""
    steps = still(np.repeat(16 + np.arange(96)[None] * 2, 64, axis=0), 40)
    turned = {"feedback_trail": 1.0, "feedback_mix": "average", "feedback_zoom": 1.0}
    after = played(tmp_path, "feedback", steps, **turned)
    assert abs(after - steps).max() <= 3


def test_zoom_sets_the_direction_of_a_trail(tmp_path: Path) -> None:
    """An echo moves away from the middle at a zoom above 1 and towards it below 1."""
    turned = {"feedback_trail": 2.0, "feedback_cool": 0.0}
    places = []
    for zoom in (0.6, 1.0, 1.6):
        frame = played(tmp_path, "feedback", flash(), feedback_zoom=zoom, **turned)[25]
        _, right = np.nonzero(frame > 40)
        places.append(right.mean())
    assert places[0] < places[1] - 2 < places[2] - 4
