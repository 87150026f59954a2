"""post/deflicker: steadies the light and leaves movement, detail and cuts unchanged."""

from pathlib import Path

import numpy as np

from tests.steps.films import played, still

DICED = np.add.outer(np.arange(72) * 37 % 97, np.arange(128) * 53 % 101).astype(int) // 2 + 60


def light_jumps(film: np.ndarray) -> float:
    """Return how much the overall light jumps from frame to frame."""
    light = film.mean(axis=(1, 2))
    return float(abs(light[2:-1] - (light[1:-2] + light[3:]) / 2).mean())


def test_deflickering_steadies_the_light(tmp_path: Path) -> None:
    """Deflickering reduces the jumps of light from frame to frame to less than a tenth."""
    lamp = still(DICED, 30) + 8 * (-1) ** np.arange(30)[:, None, None]
    after = played(tmp_path, "deflicker", lamp, deflicker_flow=1.0)
    assert light_jumps(after) < light_jumps(lamp) / 10


def test_detail_is_not_blurred(tmp_path: Path) -> None:
    """Deflickering changes a film without flicker only by rounding."""
    after = played(tmp_path, "deflicker", still(DICED, 20), deflicker_flow=1.0)
    assert abs(after - DICED).max() <= 2


def test_a_cut_stays_clean(tmp_path: Path) -> None:
    """At a cut, neither picture shows through the other."""
    other = np.flipud(DICED) + 90 * (np.arange(128) % 32 < 16)
    film = np.concatenate([still(DICED, 12), still(other, 12)])
    after = played(tmp_path, "deflicker", film, deflicker_flow=1.0)
    for at in (11, 12):
        assert abs(after[at] - film[at]).mean() < 2


def test_a_moving_square_leaves_no_ghost(tmp_path: Path) -> None:
    """A moving square keeps its position in each frame, without a ghost before or behind it."""
    film = still(np.full((72, 128), 60), 30)
    for at in range(30):
        film[at, 24:48, 10 + 3 * at : 34 + 3 * at] = 180
    after = played(tmp_path, "deflicker", film, deflicker_flow=1.0)
    assert abs(after[4:-4] - film[4:-4]).mean() < 2


def test_deflicker_light_evens_out_a_slow_swell(tmp_path: Path) -> None:
    """deflicker_light evens out light that swells over several frames."""
    swell = still(DICED, 50) + (10 * np.sin(np.arange(50) * 0.9))[:, None, None].astype(int)
    after = played(tmp_path, "deflicker", swell, deflicker_light=0.5)
    assert after.mean(axis=(1, 2))[8:-8].std() < swell.mean(axis=(1, 2))[8:-8].std() / 3
