"""post/color-grade on known colors: what each knob changes and what it leaves unchanged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.post import color_grade
from collide.post.color_grade import CURVES, LUMA, balance
from tests.steps.studio import looked

GREYS = (0, 40, 128, 215, 255)


def graded(folder: Path, picture: np.ndarray, **turned: Any) -> np.ndarray:
    """Return a graded picture: (height, width, RGB)."""
    bare = {**color_grade.DEFAULTS, **color_grade.NEUTRAL}
    said = bare | {f"grade_{name}": value for name, value in turned.items()}
    chain = color_grade.filters(said, size=(64, 36), fps=25, seed=1)
    return looked(folder, chain, picture)[:, :, :3].astype(int)


def greys(folder: Path, **turned: Any) -> np.ndarray:
    """Return five greys from black to white after grading: (5, RGB)."""
    picture = np.repeat(np.array(GREYS, np.uint8), 12)[None, :, None].repeat(36, 0).repeat(3, 2)
    return graded(folder, picture, **turned)[18, 6::12]


def flat(*color: int) -> np.ndarray:
    """Return a one-color picture."""
    return np.full((36, 64, 3), color, np.uint8)


@pytest.mark.parametrize("kelvin", [2000, 3000, 5200, 6500, 9000, 15000])
def test_temperature_changes_color_but_not_lightness(kelvin: int, tmp_path: Path) -> None:
    """A grey becomes warmer below 6500 K and cooler above it, but keeps its lightness."""
    red, green, blue = graded(tmp_path, flat(90, 90, 90), temperature=kelvin)[18, 32]
    assert np.sign(red - blue) == np.sign(6500 - kelvin)
    assert red * LUMA[0] + green * LUMA[1] + blue * LUMA[2] == pytest.approx(90, abs=2)
    assert sum(g * s for g, s in zip(balance(kelvin, 0.3), LUMA, strict=True)) == pytest.approx(1)


def test_tint_ranges_from_green_to_magenta(tmp_path: Path) -> None:
    """A low tint makes a picture greener, and a high tint makes it more magenta."""
    for tint, sign in ((-1.0, 1), (1.0, -1)):
        red, green, blue = graded(tmp_path, flat(120, 120, 120), tint=tint)[18, 32]
        assert np.sign(green - red) == np.sign(green - blue) == sign


def test_saturation_removes_or_adds_color(tmp_path: Path) -> None:
    """Saturation 0 makes a grey of the same lightness; 2 doubles the distance from that grey."""
    color = (150, 100, 90)
    grey = graded(tmp_path, flat(*color), saturation=0.0)[18, 32]
    assert len(set(grey)) == 1
    assert grey[0] == pytest.approx(sum(c * s for c, s in zip(color, LUMA, strict=True)), abs=1)
    strong = graded(tmp_path, flat(*color), saturation=2.0)[18, 32]
    assert strong - grey == pytest.approx(2 * (np.array(color) - grey), abs=2)


def test_contrast_clips_nothing(tmp_path: Path) -> None:
    """High contrast darkens darks and lightens lights, but keeps black, white and the middle.

    Low contrast narrows the scale.
    """
    black, dark, middle, light, white = greys(tmp_path, contrast=2.0)[:, 0]
    assert (black, white) == (0, 255)
    assert middle == pytest.approx(128, abs=2)
    assert 0 < dark < 25
    assert 230 < light < 255
    assert np.ptp(greys(tmp_path, contrast=0.5)[:, 0]) == pytest.approx(128, abs=2)


def test_gamma_moves_the_middle_and_brightness_moves_all(tmp_path: Path) -> None:
    """Gamma leaves black and white unchanged; brightness lifts black as well."""
    black, _, middle, _, white = greys(tmp_path, gamma=2.0)[:, 0]
    assert (black, white) == (0, 255)
    assert middle > 170
    assert greys(tmp_path, brightness=0.1)[0, 0] == pytest.approx(25, abs=1)


@pytest.mark.parametrize(
    ("knob", "most"), [("shadows", 0), ("mids", 2), ("highlights", 3)], ids=str
)
def test_shadows_mids_and_highlights_lift_their_own_part(
    knob: str, most: int, tmp_path: Path
) -> None:
    """Shadows, mids and highlights each lift their own part of the scale most."""
    lifted = greys(tmp_path, **{knob: 0.5})[:, 0] - np.array(GREYS)
    assert lifted.argmax() == most
    assert lifted[most] > 12
    assert (greys(tmp_path, **{knob: -0.5})[:, 0] <= np.array(GREYS)).all()


def test_tones_color_only_their_end_of_the_scale(tmp_path: Path) -> None:
    """Teal shadows and orange lights each color their own end of the scale."""
    found = greys(tmp_path, shadow_tone=-1.0, highlight_tone=1.0)
    dark, light = found[1], found[3]
    assert dark[2] > dark[0] + 10
    assert light[0] > light[2] + 10


@pytest.mark.parametrize("name", CURVES)
def test_all_curves_look_different(name: str, tmp_path: Path) -> None:
    """Every curve differs from all others and changes the picture."""
    looks = {other: greys(tmp_path, curve=other).tobytes() for other in ("none", name)}
    assert looks["none"] != looks[name]
    assert len({repr(points) for points in CURVES.values()}) == len(CURVES)


def test_a_lut_maps_colors(tmp_path: Path) -> None:
    """A LUT can swap red and blue; an identity LUT changes levels by at most one."""
    swap = [(b, g, r) for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    same = [(r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    for table, wanted in ((swap, (20, 90, 200)), (same, (200, 90, 20))):
        text = "".join(f"{r} {g} {b}\n" for r, g, b in table)
        (tmp_path / "grade_lut.cube").write_text(f"LUT_3D_SIZE 2\n{text}")
        found = graded(tmp_path, flat(200, 90, 20), lut="x.CUBE")[18, 32]
        assert np.abs(found - np.array(wanted)).max() <= 1


def test_a_lut_is_blended_by_its_strength(tmp_path: Path) -> None:
    """At strength 0 a LUT has no effect, at 0.5 half its effect, and at 1 its full effect."""
    swap = "".join(f"{b} {g} {r}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    (tmp_path / "grade_lut.cube").write_text(f"LUT_3D_SIZE 2\n{swap}")
    for strength, wanted in ((0.0, (200, 90, 20)), (0.5, (110, 90, 110)), (1.0, (20, 90, 200))):
        found = graded(tmp_path, flat(200, 90, 20), lut="x.cube", lut_strength=strength)[18, 32]
        assert np.abs(found - np.array(wanted)).max() <= 1
