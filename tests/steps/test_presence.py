"""blend/presence: counts how much of each layer is visible, from alpha films."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend.presence import SIZE, answer
from tests.steps.layers import Played
from tests.steps.studio import filtered, staged

AREA = SIZE[0] * SIZE[1]


def write_film(path: Path, *looks: list[float]) -> Path:
    """Write an alpha film with four equal areas per sample; return its path."""
    quarters = np.repeat(np.array(looks) * 255, AREA // 4, axis=1)
    quarters.round().astype(np.uint8).tofile(path)
    return path


def answer_for(
    films: dict[int, Path], materials: list[int], count: int, opacities: tuple[float, ...] = ()
) -> dict[str, Any]:
    """Return the answer for ten frames per sample, by default for opaque layers."""
    seen = [[frame % material // 10 for frame in range(0, count, 10)] for material in materials]
    given = {"opacities": opacities or [1.0] * len(materials), "seen": seen}
    files = {f"alpha{number}.gray": path for number, path in films.items()}
    return answer(files, **given)


def presence(*asked: Any) -> list[float]:
    """Return each layer's share of the picture."""
    return list(answer_for(*asked)["presence"])


def test_higher_layers_hide_lower_layers_pixel_by_pixel(tmp_path: Path) -> None:
    """Higher layers hide lower layers pixel by pixel, and the rest belongs to the base."""
    two = write_film(tmp_path / "2", [1, 1, 0, 0])
    three = write_film(tmp_path / "3", [1, 0, 0, 0])
    assert presence({2: two, 3: three}, [10, 10, 10], 10) == [0.5, 0.25, 0.25]


def test_a_translucent_layer_shares_the_picture(tmp_path: Path) -> None:
    """A translucent layer shares the picture with the layer below it."""
    two, three = write_film(tmp_path / "2", [0.5] * 4), write_film(tmp_path / "3", [0.5] * 4)
    shares = presence({2: two, 3: three}, [10, 10, 10], 10)
    assert shares == pytest.approx([0.25, 0.25, 0.5], abs=0.004)
    whole = write_film(tmp_path / "whole", [1] * 4)
    assert presence({2: whole}, [10, 10], 10, (1.0, 0.25)) == [0.75, 0.25]


def test_a_short_layer_repeats_while_a_longer_one_continues(tmp_path: Path) -> None:
    """A short layer repeats its samples while a longer layer continues."""
    two = write_film(tmp_path / "2", [1] * 4, [0] * 4)
    three = write_film(tmp_path / "3", [0] * 4, [0] * 4, [1] * 4, [0] * 4)
    assert presence({2: two, 3: three}, [40, 20, 40], 40) == [0.5, 0.25, 0.25]


def test_a_single_layer_fills_the_whole_picture() -> None:
    """In a one-layer piece, the base fills the whole picture."""
    assert presence({}, [25], 100) == [1.0]


def test_the_last_sample_of_a_short_film_is_repeated(tmp_path: Path) -> None:
    """If a film has one sample too few, the last sample is repeated."""
    two = write_film(tmp_path / "2", [0] * 4, [1] * 4)
    assert presence({2: two}, [30, 30], 30) == [0.3333, 0.6667]


def test_coverage_is_the_open_fraction_of_each_layer(tmp_path: Path) -> None:
    """Coverage is the open fraction of a layer over all its samples, whatever lies above it."""
    two = write_film(tmp_path / "2", [1, 1, 1, 0], [1, 0, 0, 0])
    three = write_film(tmp_path / "3", [0, 0, 0, 0])
    found = answer_for({2: two, 3: three}, [40, 20, 10], 40, (1.0, 0.3, 1.0))
    assert found["coverage"] == {"2": 0.5, "3": 1.0}
    assert answer_for({}, [25], 100)["coverage"] == {}


@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_a_small_layer_has_a_small_share(tmp_path: Path, opacity: float) -> None:
    """A layer whose sides are a quarter of the frame's covers a sixteenth of the frame."""
    played = Played.of((64, 36), "320x180", answer={"colors": []}, scale=0.25, x=0.6)
    source = staged(tmp_path, np.full((36, 64, 3), 90))
    small = f"{played.counted()},scale={SIZE[0]}:{SIZE[1]}:flags=area"
    (tmp_path / "2").write_bytes(filtered(tmp_path, small, source, "gray"))
    found = answer_for({2: tmp_path / "2"}, [10, 10], 10, (1.0, opacity))
    assert found["coverage"]["2"] == pytest.approx(15 / 16, abs=0.01)
    assert found["presence"][1] == pytest.approx(opacity / 16, abs=0.01)
