"""source/matte and blend/matte: how often masks are made and exactly which pixels open."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.base.frame_rate import NTSC, exact
from collide.blend.matte import cut, filters
from collide.instrument import Clip, chain
from collide.source import matte
from tests.steps.samples import CLIP, middle
from tests.steps.studio import plane

GREYS = "nullsrc=s=256x36:r=25,format=gray,geq=lum=X,trim=end_frame=1"  # 0 to 255, left to right


def alpha(folder: Path, side: str, softness: float, shift: float = 0.0) -> np.ndarray:
    """Return one row of the alpha that a matte makes from a mask of all greys."""
    knobs = {"matte_softness": softness, "matte_shift": shift}
    clip = replace(CLIP, width=256, height=36)
    made = chain(whole(clip, GREYS), filters(knobs, answer={"matte": side}))
    row: np.ndarray = plane(folder, made, np.full((36, 256, 3), 90))[7]
    return row


def whole(clip: Clip, matte: str) -> str:
    """Return the chain to the cut of a matte that is generated within the graph."""
    return f"nullsink;{cut({}, clip=clip, matte=matte)}"


def test_alpha_equals_the_mask_at_full_softness(tmp_path: Path) -> None:
    """At full softness the alpha equals the mask, so the subject is kept."""
    assert (alpha(tmp_path, "background", 1.0) == np.arange(256)).all()


@pytest.mark.parametrize("softness", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("shift", [-0.2, 0.0, 0.2])
def test_foreground_and_background_are_complementary(
    tmp_path: Path, softness: float, shift: float
) -> None:
    """The alphas of foreground and background add up to 255, except for rounding."""
    both = (alpha(tmp_path, side, softness, shift) for side in ("background", "foreground"))
    assert np.abs(sum(both) - 255).max() <= 1


def test_softness_is_the_width_of_the_edge(tmp_path: Path) -> None:
    """A hard edge has at most one grey, and an edge of softness 0.3 spans 30% of the greys."""
    hard, soft = (alpha(tmp_path, "background", softness) for softness in (0, 0.3))
    assert ((hard > 3) & (hard < 252)).sum() <= 1
    assert ((soft > 0) & (soft < 255)).sum() == pytest.approx(0.3 * 256, abs=2)
    assert soft[127] in (125, 126, 127) and soft[0] == 0 and soft[255] == 255


def test_shift_moves_the_edge_and_keeps_its_width(tmp_path: Path) -> None:
    """A shift is the fraction of the greys by which the edge moves; a higher shift keeps more."""
    rows = {shift: alpha(tmp_path, "background", 0.1, shift) for shift in (-0.3, 0.0, 0.3)}
    halves = [int(np.searchsorted(row, 127)) for row in rows.values()]
    assert halves == pytest.approx([127 + 76, 127, 127 - 76], abs=1)


def test_a_small_mask_is_enlarged_to_the_picture(tmp_path: Path) -> None:
    """A small mask is enlarged to the picture's size, and the part under its white half is kept."""
    clip, half = replace(CLIP, width=64, height=36), "geq=lum=255*gt(X\\,7)"
    small = f"nullsrc=s=16x9:r=25,format=gray,{half},trim=end_frame=1"
    knobs = {**middle(), "matte_softness": 0.0}
    made = chain(whole(clip, small), filters(knobs, answer={"matte": "background"}))
    found = plane(tmp_path, made, np.full((36, 64, 3), 90))
    assert (found[:, :30] == 0).all() and (found[:, 34:] == 255).all()


def test_the_cut_depends_on_neither_softness_nor_shift() -> None:
    """The cut depends on neither softness nor shift, which are applied afterwards."""
    turned = ({}, {"matte_softness": 1.0, "matte_shift": 0.4})
    assert len({cut(knobs, clip=CLIP, matte="[1:v:0]null") for knobs in turned}) == 1


@pytest.mark.parametrize(
    ("rate", "fps", "frames", "looks"),
    [(12, 24, 120, (12, 60)), (12, 24, 1, (12, 1)), (12, 10, 50, (10, 50)), (7, 30, 31, (7, 8))],
)
def test_masks_are_made_at_the_requested_rate(
    rate: int, fps: int, frames: int, looks: tuple[int, int]
) -> None:
    """Masks have the requested rate, but at most one per frame and at least one in all."""
    assert matte.looks({"matte_rate": rate}, frames=frames, fps=fps) == looks


@pytest.mark.parametrize(
    ("shape", "size"),
    [((1920, 1080), (320, 180)), ((90, 160), (180, 320)), ((4000, 16), (320, 2))],
)
def test_the_model_sees_the_shape_of_the_clip(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    """The model's pictures have the clip's shape, a longer side of matte_size, and even sides."""
    clip: Any = replace(CLIP, width=shape[0], height=shape[1])
    assert matte.size({"matte_size": 320}, clip=clip) == size


@pytest.mark.parametrize("number", NTSC)
@pytest.mark.parametrize("rate", [1, 7, 12, 60])
def test_masks_stay_in_step_at_ntsc_rates(number: float, rate: int) -> None:
    """A segment has the same whole number of masks at an NTSC rate as at the nearest whole rate.

    Mask segments are joined into one film, where a remainder per segment would accumulate.
    """
    fps, whole = exact(number), round(number)
    taken, count = matte.looks({"matte_rate": rate}, frames=5 * whole, fps=fps)
    assert count == 5 * min(rate, whole)
    assert count / taken == 5 * whole / fps, "both last as long"
    assert matte.looks({"matte_rate": rate}, frames=5 * whole, fps=whole) == (
        min(rate, whole), count,
    )  # fmt: skip
