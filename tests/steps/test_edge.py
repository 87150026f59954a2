"""blend/edge on planes with known pixels: how far an edge moves and how wide its ramp is."""

from pathlib import Path

import numpy as np
import pytest

from collide.blend.edge import filters
from tests.steps.studio import plane

HD = "1280x720"  # at 720p, one unit of choke or feather is one pixel
MIDDLE = 48  # the first column of the hole


def edge_alpha(folder: Path, alpha: np.ndarray, size: str = HD, **turned: float) -> np.ndarray:
    """Return an alpha plane after blend/edge."""
    chain = filters({"choke": 0.0, "feather": 0.0, **turned}, output_size=size)
    grey = f"format=gray,{chain}" if chain else "format=gray"
    return plane(folder, grey, np.repeat(alpha[..., None], 3, axis=2))


def subject_and_hole(width: int = 96, height: int = 40) -> np.ndarray:
    """Return an alpha plane with a subject on the left and a hole on the right."""
    return np.broadcast_to(np.where(np.arange(width) < MIDDLE, 255, 0), (height, width))


def test_neutral_knobs_need_no_filter() -> None:
    """With choke and feather at 0, the chain is empty."""
    assert filters({"choke": 0.0, "feather": 0.0}, output_size=HD) == ""


@pytest.mark.parametrize("choke", [-8, -3, -2, -1, 1, 2, 3, 8])
def test_choke_moves_an_edge_by_that_many_pixels(tmp_path: Path, choke: int) -> None:
    """A choke of n moves a sharp edge by n pixels, inward if positive and outward if negative."""
    found = edge_alpha(tmp_path, subject_and_hole(), choke=float(choke))
    assert (found == np.where(np.arange(96) < MIDDLE - choke, 255, 0)).all()


def test_the_smallest_choke_is_one_pixel(tmp_path: Path) -> None:
    """A choke of less than one pixel still moves the edge by one pixel."""
    found = edge_alpha(tmp_path, subject_and_hole(), choke=0.1)
    assert (found == np.where(np.arange(96) < MIDDLE - 1, 255, 0)).all()


@pytest.mark.parametrize(("size", "by"), [("640x360", 2), ("1080x1920", 6), ("2560x1440", 8)])
def test_choke_scales_with_the_size_of_the_frame(tmp_path: Path, size: str, by: int) -> None:
    """The width of a choke grows with the shorter side of the frame."""
    found = edge_alpha(tmp_path, subject_and_hole(), size, choke=4.0)
    assert (found == np.where(np.arange(96) < MIDDLE - by, 255, 0)).all()


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("turned", [{"choke": 8.0}, {"choke": -8.0}, {"feather": 60.0}], ids=str)
def test_choke_leaves_the_border_whole(
    tmp_path: Path, level: int, turned: dict[str, float]
) -> None:
    """A subject or hole that fills the frame remains whole up to the border."""
    assert (edge_alpha(tmp_path, np.full((40, 96), level), **turned) == level).all()


@pytest.mark.parametrize("turned", [{"choke": 5.0}, {"choke": -5.0}, {"feather": 12.0}], ids=str)
def test_edges_stay_straight_up_to_the_border(tmp_path: Path, turned: dict[str, float]) -> None:
    """An edge does not bend near the border of the frame."""
    found = edge_alpha(tmp_path, subject_and_hole(), **turned)
    assert (found == found[20]).all()
    turned_over = edge_alpha(tmp_path, subject_and_hole().T, **turned)
    assert (turned_over == found.T).all()


def test_a_disk_stays_nearly_round(tmp_path: Path) -> None:
    """Choking a disk of radius 30 by 8 pixels leaves nearly a disk of radius 22."""
    down, right = np.indices((81, 81)) - 40
    radius = np.hypot(down, right)
    found = edge_alpha(tmp_path, np.where(radius <= 30, 255, 0), choke=8.0) > 0
    assert found.sum() == pytest.approx(np.pi * 22**2, rel=0.08)
    assert found[radius <= 20].all()
    assert not found[radius > 24.5].any()


@pytest.mark.parametrize("feather", [2, 3, 4, 8, 20, 40])
def test_feather_makes_a_ramp_of_the_given_width(tmp_path: Path, feather: int) -> None:
    """A feather of n makes a monotonic ramp of n columns, centered on the edge."""
    row = edge_alpha(tmp_path, subject_and_hole(), feather=float(feather))[7]
    assert ((row > 0) & (row < 255)).sum() == pytest.approx(feather, abs=2 + feather / 10)
    assert (np.diff(row) <= 0).all()
    assert np.diff(row).min() > -255 / feather * 2.1
    assert row[MIDDLE - 1] + row[MIDDLE] == pytest.approx(255, abs=2)


def test_an_edge_is_choked_before_it_is_feathered(tmp_path: Path) -> None:
    """With both knobs turned, the ramp is centered on the choked edge."""
    row = edge_alpha(tmp_path, subject_and_hole(), choke=6.0, feather=8.0)[7]
    assert row[MIDDLE - 7] + row[MIDDLE - 6] == pytest.approx(255, abs=2)


@pytest.mark.parametrize("shape", [(2, 96), (40, 2), (4, 4), (2, 2), (16, 64)])
def test_tiny_layers_survive_wide_edges(tmp_path: Path, shape: tuple[int, int]) -> None:
    """Wide edges work without an error on a layer that is only a few pixels wide or high."""
    found = edge_alpha(tmp_path, np.full(shape, 255), size="3840x2160", feather=60.0, choke=8.0)
    assert (found == 255).all()
