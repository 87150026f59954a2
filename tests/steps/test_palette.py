"""modes/palette: finds the colors of a named set that cover most of a clip."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collide.instrument import Color
from collide.modes.palette import SETS, analyze


def found(frames: Path, name: str, count: int = 5) -> dict[str, Any]:
    """Return the mode's answer for a set of colors."""
    return analyze({"palette_name": name, "palette_count": count}, frames=frames)


def test_the_colors_of_a_set_are_ordered_by_area(frames: Path) -> None:
    """The answer lists the colors of a set in order of the area they cover."""
    assert found(frames, "classic")["colors"] == ["0xFFFFFF", "0x000000"]
    assert found(frames, "cool", 1)["colors"] == ["0x0066CC"]


def test_only_pixels_near_a_color_count(frames: Path) -> None:
    """Only pixels near a color count, so the color nearest to white covers 55% of the picture."""
    answer = found(frames, "pastel")
    assert answer["colors"][0] == "0xFFFFE0"
    assert answer["shares"] == [0.55, 0.0, 0.0, 0.0]


def test_palette_count_is_a_maximum(frames: Path) -> None:
    """palette_count is a maximum: a set may have fewer colors."""
    assert [len(found(frames, "rgb", count)["colors"]) for count in (1, 2, 3, 5)] == [1, 2, 3, 3]


def test_a_clip_without_its_colors_gets_the_first_of_the_set(tmp_path: Path) -> None:
    """If no pixel is near any color, the answer is the first color of the set, with 0%."""
    Image.new("RGB", (160, 90), (128, 128, 128)).save(tmp_path / "grey.png")
    assert found(tmp_path / "grey.png", "rgb", 1) == {"colors": ["0xFF0000"], "shares": [0.0]}


@pytest.mark.parametrize("name", SETS)
def test_every_set_lists_colors_in_the_notation_of_the_key(name: str) -> None:
    """Every set lists each color once, in the key's notation."""
    assert [Color().check(color) for color in SETS[name]] == list(SETS[name])
    assert len(set(SETS[name])) == len(SETS[name])
