"""modes/random: the seed decides which mode plays."""

from collections import Counter

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import knobs, shipped
from collide.modes.random import DEFAULTS, analyze
from collide.project.layers import drawn_mode
from collide.project.settings import parse
from tests.dry import Dry

ALL = "dominant,fixed,kmeans,luminance,palette"


def drawn(pool: str, seed: int) -> str:
    """Return the mode that a seed draws from a pool."""
    return str(analyze({"random_modes": pool}, seed=seed)["mode"])


def layers(seed: int, **turned: str) -> list[str]:
    """Return the modes of layers 2 to 9 of a piece."""
    settled = {"mode": "random", **DEFAULTS, **turned, "seed": seed}
    return [drawn_mode(shipped(), settled, number) for number in range(2, 10)]


def test_every_mode_is_drawn_about_equally_often() -> None:
    """Over 500 seeds, each of five modes is drawn about 100 times, to within a third."""
    counts = Counter(drawn(ALL, seed) for seed in range(500))
    assert set(counts) == set(ALL.split(","))
    assert all(66 <= count <= 133 for count in counts.values())


def test_adding_a_mode_moves_draws_only_to_that_mode() -> None:
    """If a mode is added to the list, each seed draws the same mode as before, or the new mode."""
    before = [drawn("fixed,kmeans", seed) for seed in range(200)]
    after = [drawn("fixed,kmeans,luminance", seed) for seed in range(200)]
    assert {new for old, new in zip(before, after, strict=True) if new != old} == {"luminance"}


def test_modes_are_drawn_per_layer_or_per_piece() -> None:
    """Drawing by layer picks different modes within a piece; drawing by piece picks one mode.

    A seed always draws the same modes.
    """
    assert any(len(set(layers(seed))) > 1 for seed in range(3))
    assert all(len(set(layers(seed, random_by="piece"))) == 1 for seed in range(20))
    assert len({layers(seed, random_by="piece")[0] for seed in range(20)}) > 1
    assert layers(7) == layers(7)


def test_a_named_mode_is_not_drawn() -> None:
    """random_modes applies only to layers with mode=random."""
    assert layers(7, mode="fixed") == ["fixed"] * 8


def test_the_base_has_no_mode(house: Workspace) -> None:
    """Every layer except the base, which has nothing below it, has a mode."""
    layers = Dry(house).plan({"mode": "random", "duration": 1.0}).piece.layers
    assert [bool(layer.mode) for layer in layers] == [False, True, True]


def test_random_modes_accepts_the_names_of_modes() -> None:
    """random_modes accepts all modes but `random`, in any order, as a string or a list."""
    assert parse("random_modes", "kmeans, fixed,kmeans") == "fixed,kmeans"
    assert parse("layer2.random_modes", ["luminance", "fixed"]) == "fixed,luminance"
    assert "random" not in knobs()["random_modes"].limit.words  # type: ignore[union-attr]
    for wrong in ("", "random", "kmean", [], ["fixed", 7], "fixed..kmeans"):
        with pytest.raises(InputError, match="is not a valid value"):
            parse("random_modes", wrong)
