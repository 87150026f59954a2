"""modes/rembg: which side of the given masks opens, and that side's colors."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collide.modes.rembg import analyze

WALL, DOOR, COAT = (30, 60, 160), (180, 180, 40), (200, 30, 30)


@pytest.fixture
def seen(tmp_path: Path) -> dict[str, Path]:
    """Return masks and two keyframes: a red coat in front of a blue wall with a yellow door."""
    picture = np.full((40, 160, 3), WALL, np.uint8)
    picture[:, 60:70] = DOOR
    picture[10:30, 20:40] = picture[10:30, 100:120] = COAT
    mask = np.where((picture == COAT).all(axis=-1), 230, 20).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "frames.png")
    Image.fromarray(mask).save(tmp_path / "masks.png")
    return {"frames": tmp_path / "frames.png", "masks": tmp_path / "masks.png"}


def answer_for(seen: dict[str, Path], side: str, colors: int = 4, seed: int = 7) -> dict[str, Any]:
    """Return the answer for one side of the masks."""
    knobs = {"rembg_use": "colors", "rembg_target": side, "rembg_colors": colors}
    return analyze(knobs, seed=seed, **seen)


def hex_color(color: tuple[int, int, int]) -> str:
    """Return a color in the form of a mode's answer."""
    return "0x{:02X}{:02X}{:02X}".format(*color)


def test_only_colors_of_the_opened_side_are_found(seen: dict[str, Path]) -> None:
    """In the background, the mode finds the wall and then the door; in the foreground, the coat."""
    behind, before = answer_for(seen, "background"), answer_for(seen, "foreground")
    assert behind == {
        "side": "background", "colors": [hex_color(WALL), hex_color(DOOR)], "share": 0.875,
    }  # fmt: skip
    assert before == {"side": "foreground", "colors": [hex_color(COAT)], "share": 0.125}
    assert answer_for(seen, "background", colors=1)["colors"] != behind["colors"]


def test_an_absent_side_has_no_color(seen: dict[str, Path]) -> None:
    """If the masks show no subject, the foreground has no color, and all is background."""
    with Image.open(seen["masks"]) as mask:
        Image.new("L", mask.size).save(seen["masks"])
    assert answer_for(seen, "foreground") == {"side": "foreground", "colors": [], "share": 0.0}
    assert answer_for(seen, "background")["share"] == 1.0


def test_the_seed_of_a_layer_picks_its_side(seen: dict[str, Path]) -> None:
    """With `random`, the layer's seed alone picks the side, both for colors and for a matte."""
    drawn = [answer_for(seen, "random", seed=seed)["side"] for seed in range(12)]
    knobs = {"rembg_use": "matte", "rembg_target": "random", "rembg_colors": 2}
    assert [analyze(knobs, seed=seed)["matte"] for seed in range(12)] == drawn
    assert set(drawn) == {"background", "foreground"}


def test_a_hundred_analyses_give_one_answer(seen: dict[str, Path]) -> None:
    """The same frames, masks and seed always produce the same answer."""
    assert len({str(answer_for(seen, "background", colors=3)) for _ in range(100)}) == 1
