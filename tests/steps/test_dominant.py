"""modes/dominant: counts pixels to find the most common shade."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collide.modes.dominant import analyze
from tests.steps.conftest import PLANTED


def answer_for(path: Path, **turned: Any) -> dict[str, Any]:
    """Return the mode's answer, by default with boxes of 24 levels."""
    return analyze({"dominant_quant": 24, **turned}, frames=path)


def write_stripes(folder: Path, *stripes: tuple[tuple[int, int, int], int]) -> Path:
    """Write a picture of vertical stripes with these colors and widths; return its path."""
    row = np.concatenate([np.full((width, 3), color) for color, width in stripes])
    Image.fromarray(np.repeat(row[None], 20, axis=0).astype(np.uint8)).save(folder / "p.png")
    return folder / "p.png"


def test_the_most_common_color_is_found(frames: Path) -> None:
    """The answer gives the most common planted color, apart from the grain, and its exact area."""
    (color, rows), *_ = PLANTED
    answer = answer_for(frames)
    pairs = zip(bytes.fromhex(answer["colors"][0][2:]), color, strict=True)
    assert all(abs(a - b) <= 3 for a, b in pairs)
    assert answer["share"] == rows / sum(rows for _, rows in PLANTED)


def test_a_shade_across_two_boxes_counts_as_one(tmp_path: Path) -> None:
    """Greys 47 and 48 fall into different boxes, but count together and outweigh the blue."""
    path = write_stripes(tmp_path, ((47, 47, 47), 30), ((48, 48, 48), 30), ((10, 40, 200), 40))
    answer = answer_for(path)
    assert answer["share"] == 0.6
    assert answer["colors"][0] in ("0x2F2F2F", "0x303030")


@pytest.mark.parametrize(("quant", "share"), [(8, 0.4), (64, 0.6)])
def test_larger_boxes_include_shadows(tmp_path: Path, quant: int, share: float) -> None:
    """With small boxes, the blue wins; with large boxes, a grey and its shadow win together."""
    path = write_stripes(tmp_path, ((70, 70, 70), 30), ((100, 100, 100), 30), ((10, 10, 200), 40))
    assert answer_for(path, dominant_quant=quant)["share"] == share


def test_the_darker_of_two_equally_common_colors_wins(tmp_path: Path) -> None:
    """If two colors are equally common, the darker one wins, whatever their order."""
    dark, light = (20, 20, 20), (200, 200, 200)
    for stripes in (((dark, 50), (light, 50)), ((light, 50), (dark, 50))):
        assert answer_for(write_stripes(tmp_path, *stripes))["colors"] == ["0x141414"]
