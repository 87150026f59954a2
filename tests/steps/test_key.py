"""blend/key on real pictures: which pixels open, to the pixel."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend.key import filters
from tests.steps.samples import middle
from tests.steps.studio import looked

RED, GREEN, BLUE, GREY = (200, 30, 20), (20, 160, 40), (30, 40, 210), (128, 128, 128)


def quarters(*colors: tuple[int, int, int]) -> np.ndarray:
    """Return a picture of 64x36 in four upright stripes."""
    return np.repeat(np.array([colors], np.uint8), 16, axis=1).repeat(36, axis=0)


def keyed(folder: Path, picture: np.ndarray, answer: dict[str, Any], **turned: Any) -> np.ndarray:
    """Return the picture with its key cut, RGBA."""
    settled = {**middle(), "similarity": 0.1, "softness": 0.0, **turned}
    return looked(folder, filters(settled, answer=answer, layer=2), picture)


def hexed(*colors: tuple[int, int, int]) -> dict[str, Any]:
    """Return the answer of a mode that found these colors."""
    return {"colors": ["0x{:02X}{:02X}{:02X}".format(*color) for color in colors]}


@pytest.mark.parametrize(
    "opened",
    [(RED,), (RED, BLUE), (BLUE, RED), (RED, GREEN, BLUE), (RED, GREEN, BLUE, GREY)],
    ids=lambda colors: f"{len(colors)}",
)
def test_every_color_of_the_key_opens_and_no_other(tmp_path: Path, opened: Any) -> None:
    """One key must not close what another has opened; what is left keeps its color."""
    stripes = (RED, GREEN, BLUE, GREY)
    picture = quarters(*stripes)
    found = keyed(tmp_path, picture, hexed(*opened))
    alpha = np.repeat([0 if color in opened else 255 for color in stripes], 16)
    assert (found[..., 3] == alpha).all()
    assert (found[..., :3] == picture).all()


def test_a_higher_similarity_never_closes_a_pixel(tmp_path: Path) -> None:
    """Turning similarity up opens more and more, to the whole picture at 1."""
    steps = np.linspace(0, 255, 64).astype(np.uint8)
    rows = np.linspace(0, 255, 36).astype(np.uint8)
    picture = np.stack(np.broadcast_arrays(steps[None, :], rows[:, None], np.uint8(90)), axis=-1)
    holes = [keyed(tmp_path, picture, hexed(GREY), similarity=s)[..., 3] == 0
             for s in (0.001, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)]  # fmt: skip
    assert all((less <= more).all() for less, more in pairwise(holes))
    sizes = [int(hole.sum()) for hole in holes]
    assert sizes[0] < sizes[2] < sizes[4] < holes[0].size
    assert sizes[-1] == holes[0].size


def test_softness_makes_the_edge_soft_and_leaves_the_hole(tmp_path: Path) -> None:
    """Cut with scissors there are two alphas; with softness there are many, and none is lower."""
    picture = np.zeros((36, 64, 3), np.uint8)
    picture[..., :] = np.linspace(0, 255, 64).astype(np.uint8)[None, :, None]
    white = {"colors": ["0xFFFFFF"]}
    hard, soft = (
        keyed(tmp_path, picture, white, similarity=0.2, softness=s)[..., 3] for s in (0, 0.3)
    )
    assert set(np.unique(hard)) == {0, 255}
    assert len(np.unique(soft)) > 8
    assert (soft[hard == 0] == 0).all()


def ramp() -> np.ndarray:
    """Return every grey from black to white, a column each."""
    return np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (36, 256, 3))


@pytest.mark.parametrize(
    ("band", "opens"),
    [
        ([0.7, 1.0], lambda grey: grey >= 0.7),
        ([0.0, 0.3], lambda grey: grey <= 0.3),
        ([0.5, 1.0], lambda grey: grey >= 0.5),
        ([0.0, 1.0], lambda grey: grey >= 0),
        ([0.4, 0.6], lambda grey: (grey >= 0.4) & (grey <= 0.6)),
    ],
    ids=["lights", "darks", "half", "all", "between"],
)
def test_the_key_of_light_opens_its_band_of_brightness(
    tmp_path: Path, band: list[float], opens: Any
) -> None:
    """Lights open white and keep black, darks the reverse; the edge is exact to two greys."""
    alpha = keyed(tmp_path, ramp(), {"light": band})[..., 3]
    grey = np.arange(256) / 255
    wanted = np.where(opens(grey), 0, 255)
    near_an_end = np.min([np.abs(grey - end) for end in band], axis=0) < 2.1 / 255
    unsure = near_an_end & (grey > 0.01) & (grey < 0.99)
    assert (alpha == alpha[0]).all()
    assert (alpha[0][~unsure] == wanted[~unsure]).all()


def test_a_softer_key_of_light_never_closes_what_was_open(tmp_path: Path) -> None:
    """Softness widens the edge of the band outwards."""
    hard, soft = (
        keyed(tmp_path, ramp(), {"light": [0.7, 1.0]}, softness=s)[0, :, 3] for s in (0, 0.2)
    )
    assert (soft[hard == 0] == 0).all()
    assert len(np.unique(soft)) > 8
