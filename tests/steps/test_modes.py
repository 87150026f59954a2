"""modes: the answers for keyframes with known colors."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collide.modes import kmeans, luminance
from tests.steps.conftest import PLANTED
from tests.steps.samples import middle

HEX = ["0x{:02X}{:02X}{:02X}".format(*color) for color, _ in PLANTED]


def colors(frames: Path, seed: int = 7, **turned: Any) -> list[str]:
    """Return the colors that k-means finds, by default when asked for three."""
    wanted = {"kmeans_colors": 3, "kmeans_key_count": 3, "kmeans_distinct_threshold": 2000}
    return list(
        kmeans.analyze({**middle(), **wanted, **turned}, frames=frames, seed=seed)["colors"]
    )


def nearly_equal(one: str, other: str) -> bool:
    """Return whether two colors differ by at most one level in each channel."""
    pairs = zip(bytes.fromhex(one[2:]), bytes.fromhex(other[2:]), strict=True)
    return all(abs(a - b) <= 1 for a, b in pairs)


def test_kmeans_finds_the_planted_colors_in_order_of_area(frames: Path) -> None:
    """k-means finds the planted colors in order of area: white, then blue, then red."""
    found = colors(frames)
    assert len(found) == 3
    assert all(nearly_equal(one, other) for one, other in zip(found, HEX, strict=True))


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**40])
def test_kmeans_finds_distinct_colors_with_any_seed(frames: Path, seed: int) -> None:
    """If the colors are distinct, k-means finds the same colors with any seed."""
    assert colors(frames, seed) == colors(frames)


def test_kmeans_key_count_is_a_maximum(frames: Path) -> None:
    """kmeans_key_count is a maximum; colors that are too similar count as one."""
    assert [len(colors(frames, kmeans_key_count=count)) for count in (1, 2, 3, 6)] == [1, 2, 3, 3]
    assert len(colors(frames, kmeans_colors=8, kmeans_key_count=6)) == 3
    assert len(colors(frames, kmeans_distinct_threshold=195075)) == 1


def test_kmeans_finds_one_color_in_a_black_clip(tmp_path: Path) -> None:
    """A black clip has one color, however many are requested."""
    Image.new("RGB", (160, 90)).save(tmp_path / "black.png")
    assert colors(tmp_path / "black.png", kmeans_colors=16, kmeans_key_count=6) == ["0x000000"]


def light(frames: Path, seed: int = 7, **turned: Any) -> dict[str, Any]:
    """Return the answer of luminance, by default at a threshold of 0.75."""
    settled = {**middle(), "luminance_threshold": 0.75, "luminance_key": "light", **turned}
    return luminance.analyze(settled, frames=frames, seed=seed)


def test_luminance_opens_the_requested_end(frames: Path) -> None:
    """At 0.75, `lights` opens the band above 0.75, and `darks` the band below 0.25."""
    assert light(frames, luminance_target="lights") == {"target": "lights", "light": [0.75, 1.0]}
    assert light(frames, luminance_target="darks") == {"target": "darks", "light": [0.0, 0.25]}


@pytest.mark.parametrize(("level", "target"), [(30, "darks"), (230, "lights"), (128, "lights")])
def test_auto_luminance_opens_the_larger_end(tmp_path: Path, level: int, target: str) -> None:
    """`auto` opens the end that covers more of the clip, or the lights if both ends are empty."""
    Image.new("L", (160, 90), level).save(tmp_path / "grey.png")
    assert light(tmp_path / "grey.png", luminance_target="auto")["target"] == target


def test_luminance_measures_bt709_luma(tmp_path: Path) -> None:
    """Brightness is BT.709 luma, not the mean: pure green is a light, and pure blue is not."""
    for color, target in (((0, 255, 0), "lights"), ((0, 0, 255), "darks")):
        Image.new("RGB", (16, 9), color).save(tmp_path / "color.png")
        found = light(tmp_path / "color.png", luminance_target="auto", luminance_threshold=0.7)
        assert found["target"] == target


def test_a_random_luminance_target_depends_on_the_seed(frames: Path) -> None:
    """With `random`, a seed always picks the same target, and many seeds include both targets."""
    thrown = [light(frames, seed, luminance_target="random")["target"] for seed in range(20)]
    assert thrown == [
        light(frames, seed, luminance_target="random")["target"] for seed in range(20)
    ]
    assert set(thrown) == {"lights", "darks"}


@pytest.mark.parametrize(("target", "grey"), [("lights", "0xBFBFBF"), ("darks", "0x404040")])
def test_luminance_can_be_one_grey_as_in_earlier_versions(
    frames: Path, target: str, grey: str
) -> None:
    """With luminance_key=grey, the answer is a grey at the threshold instead of a band."""
    found = light(frames, luminance_target=target, luminance_key="grey")
    assert found == {"target": target, "colors": [grey]}
