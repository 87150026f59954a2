"""blend/drift: how many frames a still becomes and which part of it each frame shows."""

from dataclasses import replace
from pathlib import Path

import pytest

from collide.blend.drift import DEFAULTS, filters, frames, moved
from tests.steps.samples import CLIP
from tests.steps.studio import filtered, kinds

STILL = replace(CLIP, seconds=0.0, frames=1, gap=0.0, still=True, width=4000, height=3000)
KNOBS = dict(DEFAULTS)
HERE = {"output_size": "640x360", "material": 100, "fps": 25}


def test_a_still_without_movement_is_one_frame() -> None:
    """A fixed still becomes one frame; a moving still has as many frames as the piece."""
    assert frames(KNOBS, most=1500) == 1
    assert frames({**KNOBS, "still_move": "in"}, most=1500) == 1500


@pytest.mark.parametrize(("move", "size"), [("none", "640:480"), ("in", "712:534")])
def test_a_photograph_is_shrunk_to_the_size_shown(move: str, size: str) -> None:
    """A large photograph is reduced to the size that its move needs; a small one is not scaled."""
    knobs = {**KNOBS, "still_move": move}
    assert filters(knobs, clip=STILL, **HERE).startswith(f"scale={size}:")
    small = replace(STILL, width=400, height=300)
    assert filters(knobs, clip=small, **HERE).startswith("format=")


def test_a_later_frame_needs_no_earlier_frames() -> None:
    """A single frame of a move can be rendered without the frames before it."""
    knobs = {**KNOBS, "still_move": "left"}
    assert "(on-1+0)/99" in moved(knobs, material=100, fps=25)
    assert "(on-1+40)/99" in moved(knobs, material=100, fps=25, first=40)
    assert moved(KNOBS, material=1, fps=25) == ""


@pytest.mark.parametrize(
    ("pixels", "form"),
    [("yuvj420p", "yuv420p"), ("yuvj444p", "yuv444p"), ("rgb24", "gbrp"), ("rgba", "gbrap"),
     ("yuva420p", "yuva420p"), ("pal8", "gbrap"), ("gray", "yuv420p"), ("rgb48be", "gbrp")],
)  # fmt: skip
def test_a_picture_keeps_its_colors_and_its_alpha(pixels: str, form: str) -> None:
    """A still is converted to 8 bits, in a format that keeps its colors and its alpha."""
    clip = replace(STILL, pixels=pixels)
    assert f"format={form}," in filters(KNOBS, clip=clip, **HERE)


@pytest.mark.parametrize("move", ["in", "out", "left", "right", "up", "down"])
def test_a_move_is_identical_on_every_processor(move: str, moving: Path, tmp_path: Path) -> None:
    """A move has the same bits in plain C and with every instruction set."""
    small = replace(STILL, width=64, height=36, pixels="yuva420p")
    asked = {"clip": small, "output_size": "48x48", "material": 12, "fps": 25}
    chain = "trim=end_frame=1," + filters({**KNOBS, "still_move": move}, **asked)
    for pixels in ("yuva420p", "gbrap"):
        found = {filtered(tmp_path, chain, moving, pixels, kind) for kind in ("all", *kinds())}
        assert len(found) == 1
