"""swatches: a card of the colors that a mode chose, and how much each color opens."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collide.views.swatches import GAP, HIGH, _rows, swatches

KNOBS = {"similarity": 0.2}


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Write keyframes that are one quarter white and three quarters navy."""
    picture = Image.new("RGB", (40, 10), (0, 0, 128))
    picture.paste((255, 255, 255), (0, 0, 10, 10))
    picture.save(tmp_path / "frames.png")
    return tmp_path / "frames.png"


def row_texts(frames: Path, answer: dict[str, Any]) -> list[str]:
    """Return each card row's text."""
    with Image.open(frames) as picture:
        return [text for _, text in _rows(picture, answer, KNOBS)]


def test_each_color_has_its_own_row(tmp_path: Path, frames: Path) -> None:
    """Under its title, a card shows a row for each color, in the order of the mode's answer."""
    answer = {"colors": ["0xFFFFFF", "0x102030"]}
    swatches(tmp_path / "card.png", title="layer 2", frames=frames, answer=answer, knobs=KNOBS)
    with Image.open(tmp_path / "card.png") as card:
        middle = [(GAP + 20, i * (HIGH + GAP) + HIGH // 2) for i in (1, 2)]
        assert [card.getpixel(place) for place in middle] == [(255, 255, 255), (16, 32, 48)]
        assert card.height == 3 * (HIGH + GAP)


def test_a_row_shows_the_percentage_that_a_color_opens(frames: Path) -> None:
    """A row shows the color's six digits, the percentage that it opens, and its similarity."""
    assert row_texts(frames, {"colors": ["0xFFFFFF", "0x000080"]}) == [
        "0xFFFFFF opens 25.0%, within a similarity of 0.20",
        "0x000080 opens 75.0%, within a similarity of 0.20",
    ]
    assert row_texts(frames, {"colors": ["0x808080"], "similarity": 1.0})[0].startswith(
        "0x808080 opens 100.0%, within a similarity of 1.00"
    )


def test_light_and_mattes_have_their_own_text(frames: Path) -> None:
    """A row describes a band of light or a matte's side, or says that no color was found."""
    assert row_texts(frames, {"light": [0.7, 1.0]}) == ["light 0.70 to 1.00 opens 25.0%"]
    assert row_texts(frames, {"light": [0.0, 0.3]}) == ["light 0.00 to 0.30 opens 75.0%"]
    assert row_texts(frames, {"matte": "background"})[0].startswith("the background opens")
    assert row_texts(frames, {"colors": []}) == ["no color was found: nothing opens"]
