"""blend/presence: what is topmost, counted from films of alpha."""

from pathlib import Path

import numpy as np
import pytest

from collide.blend.presence import analyze

AREA = 4


def film(path: Path, *looks: list[float]) -> Path:
    """Write a film of alpha, four pixels a look."""
    (np.array(looks) * 255).round().astype(np.uint8).tofile(path)
    return path


def presence(
    films: dict[int, Path], materials: list[int], count: int, opacities: tuple[float, ...] = ()
) -> list[float]:
    """Return the shares, ten frames a look; layers are opaque unless told."""
    given = {"opacities": opacities or [1.0] * len(materials), "materials": materials}
    found = analyze({}, films=films, area=AREA, step=10, count=count, **given)
    return list(found["presence"])


def test_what_lies_above_takes_first_and_the_base_takes_the_rest(tmp_path: Path) -> None:
    """A half under a quarter has what the quarter leaves of it, pixel by pixel."""
    two = film(tmp_path / "2", [1, 1, 0, 0])
    three = film(tmp_path / "3", [1, 0, 0, 0])
    assert presence({2: two, 3: three}, [10, 10, 10], 10) == [0.5, 0.25, 0.25]


def test_half_transparent_is_half_seen(tmp_path: Path) -> None:
    """Smoke shares the picture with what is below it."""
    two, three = film(tmp_path / "2", [0.5] * 4), film(tmp_path / "3", [0.5] * 4)
    shares = presence({2: two, 3: three}, [10, 10, 10], 10)
    assert shares == pytest.approx([0.25, 0.25, 0.5], abs=0.004)
    whole = film(tmp_path / "whole", [1] * 4)
    assert presence({2: whole}, [10, 10], 10, (1.0, 0.25)) == [0.75, 0.25]


def test_a_short_layer_starts_over_and_a_longer_one_goes_on(tmp_path: Path) -> None:
    """Of four looks the short one shows its first, second, first, second."""
    two = film(tmp_path / "2", [1] * 4, [0] * 4)
    three = film(tmp_path / "3", [0] * 4, [0] * 4, [1] * 4, [0] * 4)
    assert presence({2: two, 3: three}, [40, 20, 40], 40) == [0.5, 0.25, 0.25]


def test_a_piece_of_one_layer_is_that_layer() -> None:
    """The base has all of it."""
    assert presence({}, [25], 100) == [1.0]


def test_a_film_with_a_look_too_few_stays_at_its_last(tmp_path: Path) -> None:
    """A clip may end a frame early."""
    two = film(tmp_path / "2", [0] * 4, [1] * 4)
    assert presence({2: two}, [30, 30], 30) == [0.3333, 0.6667]
