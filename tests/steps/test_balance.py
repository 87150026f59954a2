"""blend/balance: finds the thresholds in their ranges at which the faintest layer is seen best."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend import key
from collide.blend.balance import CRUMB, MOMENTS, SIZE, analyze
from tests.steps.studio import plane

WIDE, HIGH = SIZE
ACROSS = np.tile(np.linspace(0, 255, WIDE).astype(np.uint8), (HIGH, 1))
DOWN = np.tile(np.linspace(0, 255, HIGH).astype(np.uint8)[:, None], (1, WIDE))
SHARP = np.random.default_rng(1).integers(0, 255, (1, 32, 32)).astype(np.uint8)
BLURRED = np.tile(np.linspace(0, 255, 32).astype(np.uint8), (1, 32, 1))


def layer(number: int, **other: Any) -> dict[str, Any]:
    """Return the data of a layer with a color key and a free threshold."""
    told = {"layer": number, "detail": 1.0, "middle": [32, 32], "key": "color", "reach": 1.0}
    return {**told, "softness": 0.0, "opacity": 1.0, "value": 0.05, "range": [0.05, 0.9], **other}


def thresholds_of(
    folder: Path, cuts: list[Any], layers: list[dict[str, Any]], pictures: list[Any] | None = None
) -> dict[str, Any]:
    """Return the answer for constant cuts of layers 2 and up, with sharp pictures by default."""
    films: dict[str, dict[str, Path]] = {"cuts": {}, "pictures": {}}
    for number, cut in enumerate(cuts, start=2):
        path = films["cuts"][str(number)] = folder / f"cut{number}"
        path.write_bytes(np.stack([cut] * MOMENTS + [np.full_like(cut, 255)] * MOMENTS).tobytes())
    for number, picture in enumerate(pictures or [SHARP] * (len(cuts) + 1), start=1):
        path = films["pictures"][str(number)] = folder / f"picture{number}"
        path.write_bytes(picture.tobytes())
    base = {"layer": 1, "detail": 1.0, "middle": [32, 32]}
    return analyze({}, **films, layers=[base, *layers])


def test_thresholds_move_until_no_layer_is_hidden(tmp_path: Path) -> None:
    """Thresholds that hide layers move until each layer fills more than a quarter of the frame."""
    found = thresholds_of(tmp_path, [ACROSS, DOWN], [layer(2), layer(3)])
    assert min(found["seen"]) > 0.27
    assert all(0.05 <= value <= 0.9 for value in found["thresholds"].values())
    again = [thresholds_of(tmp_path, [ACROSS, DOWN], [layer(2), layer(3)]) for _ in range(3)]
    assert again == [found] * 3


def test_a_range_limits_the_threshold(tmp_path: Path) -> None:
    """If the best threshold lies outside its range, the nearer end of the range is chosen."""
    found = thresholds_of(tmp_path, [ACROSS, DOWN], [layer(2), layer(3, range=[0.02, 0.1])])
    assert 0.09 <= found["thresholds"]["3"] <= 0.1  # from 0.09 to 0.1, no more pixels open


def test_layers_adapt_to_a_fixed_layer(tmp_path: Path) -> None:
    """The answer omits the threshold of a layer without a range; other layers adapt to it."""
    found = thresholds_of(tmp_path, [ACROSS, DOWN], [layer(2), layer(3, range=None, value=0.25)])
    assert found["thresholds"].keys() == {"2"}
    assert found["seen"][2] == pytest.approx(0.5, abs=0.02)  # 0.25 opens half the ramp
    assert min(found["seen"]) > 0.2


def test_isolated_dots_count_as_unseen(tmp_path: Path) -> None:
    """A layer of isolated dots counts as unseen, even if they cover a quarter of the picture."""
    dots = np.zeros((HIGH, WIDE), np.uint8)
    dots[::2, ::2] = 255
    assert CRUMB * dots.size > 1
    found = thresholds_of(tmp_path, [dots], [layer(2, range=None, value=0.5)])
    assert found["seen"][1] == 0
    whole = np.where(ACROSS > 190, 255, 0).astype(np.uint8)
    found = thresholds_of(tmp_path, [whole], [layer(2, range=None, value=0.5)])
    assert found["seen"][1] == pytest.approx(0.25, abs=0.02)


def test_thresholds_without_isolated_dots_win(tmp_path: Path) -> None:
    """If two thresholds show a layer equally, the threshold without isolated dots wins."""
    noise = np.random.default_rng(2).integers(60, 255, (HIGH, WIDE)).astype(np.uint8)
    cut = np.where(ACROSS < 128, noise, 255).astype(np.uint8)
    found = thresholds_of(tmp_path, [cut], [layer(2, range=[0.2, 0.99], value=0.5)])
    assert found["thresholds"]["2"] > 0.9
    assert found["seen"][1] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("poor", [{"detail": 0.3}, {}])
def test_a_poor_clip_fills_less_of_the_frame(tmp_path: Path, poor: dict[str, float]) -> None:
    """A layer with few pixels or little detail fills less of the frame; other layers fill more."""
    layers = [layer(2), layer(3)]
    before = thresholds_of(tmp_path, [ACROSS, DOWN], layers)
    pictures = [SHARP, SHARP, SHARP if poor else BLURRED]
    after = thresholds_of(tmp_path, [ACROSS, DOWN], [layers[0], {**layers[1], **poor}], pictures)
    assert 0.1 < after["seen"][2] < before["seen"][2] - 0.03
    assert min(after["seen"][:2]) > min(before["seen"][:2])


@pytest.mark.parametrize("softness", [0.0, 0.03, 0.2])
@pytest.mark.parametrize("end", ["color", "lights", "darks"])
def test_visibility_matches_the_alpha_of_the_key(tmp_path: Path, end: str, softness: float) -> None:
    """The visibility that balance computes matches the mean alpha of blend/key in ffmpeg."""
    value = 0.6 if end == "lights" else 0.3
    answers: dict[str, dict[str, Any]] = {
        "color": {"colors": ["0x000000"]},
        "lights": {"light": [value, 1.0]},
        "darks": {"light": [0.0, round(1 - value, 4)]},
    }
    knobs = {"similarity": value, "softness": softness}
    rgb = np.repeat(ACROSS[:, :, None], 3, axis=2)
    chain = f"format=gray,{key.filters(knobs, answer=answers[end])}"
    alpha = plane(tmp_path, chain, rgb).astype(float) / 255
    told = layer(2, range=None, value=value, key=end, softness=softness)
    found = thresholds_of(tmp_path, [ACROSS], [told])
    assert found["seen"][1] == pytest.approx(float(alpha.mean()), abs=0.012)


def test_tiny_pictures_have_no_sharpness() -> None:
    """Sharpness is 0 if there is no picture, or if it has no two pixels at a distance of four."""
    import numpy as np

    from collide.blend import balance

    assert balance._sharpness(np.zeros(3 * 4 * 2, np.uint8), (4, 2)) == 0.0
    assert balance._sharpness(np.zeros(0, np.uint8), (64, 36)) == 0.0
