"""thresholds: which thresholds are free and which values are solved for them."""

from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.project.project import named
from collide.project.selection import Pick, Selection
from collide.project.settings import Settings, resolve
from collide.project.thresholds import free_thresholds, freed, recall

PICKS = [Pick(n, f"{n}" * 32, f"{n}.mp4", 0.0) for n in (1, 2, 3)]
DEFAULTS = {"seed": 7, "num_videos": 3}


def settings(**values: Any) -> Settings:
    """Return the settings of a three-layer piece; `similarity_of_2` is the knob of layer 2."""
    named = {name.replace("_of_2", ""): value for name, value in values.items()}
    said = {f"layer2.{n}" if f"{n}_of_2" in values else n: value for n, value in named.items()}
    return resolve([("config.json", {**DEFAULTS, **said})])


def names(**values: Any) -> list[str]:
    """Return the free thresholds' names."""
    return [one.name for one in free_thresholds(settings(**values), PICKS)]


def test_ranges_are_free_and_single_values_are_not() -> None:
    """An upper layer's threshold is free unless it is fixed, follows a coverage, or is excluded."""
    assert names() == ["layer2.similarity", "layer3.similarity"]
    assert names(similarity_of_2=0.3) == ["layer3.similarity"]
    assert names(similarity=0.3) == []
    assert names(coverage_of_2="0.3..0.5") == ["layer3.similarity"]
    assert names(balance=0) == []
    assert names(balance_of_2=0) == ["layer3.similarity"]
    assert names(similarity=[0.3, 0.3]) == []


@pytest.mark.parametrize(
    ("values", "free"),
    [
        ({"balance": 0, "similarity_of_2": 0.3}, {"layer2.similarity", "layer2.balance"}),
        ({"balance": 0, "similarity": 0.3}, {"layer2.similarity", "layer2.balance"}),
        ({"balance": 0}, {"layer2.balance"}),
        ({"similarity_of_2": 0.3}, {"layer2.similarity"}),
        ({"similarity": 0.3}, set()),
        ({"coverage_of_2": "0.3..0.5", "balance": 0}, set()),
        ({"clip_of_2": "a.mp4", "similarity_of_2": 0.3}, set()),
        ({}, set()),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
def test_a_fixed_threshold_can_be_freed_again(values: dict[str, Any], free: set[str]) -> None:
    """The knobs returned for a fixed threshold free it without changing any other setting."""
    before = settings(**values)
    found = freed(before, 2)
    assert set(found) == free
    explicit = {name: setting.value for name, setting in before.explicit.items()}
    after = resolve([("config.json", {**explicit, **found})])
    solved = {one.name for one in free_thresholds(after, PICKS)}
    assert ("layer2.similarity" in solved) == bool(free or not values)


def test_each_mode_determines_its_threshold() -> None:
    """luminance has its own threshold, a grey key uses similarity, and a matte has no threshold."""
    assert names(mode_of_2="luminance") == ["layer2.luminance_threshold", "layer3.similarity"]
    assert names(mode_of_2="luminance", luminance_key="grey") == names()
    assert names(mode_of_2="rembg") == ["layer3.similarity"]
    assert names(mode_of_2="rembg", rembg_use="colors") == names()
    assert names(mode="luminance", luminance_threshold=0.7) == []


def test_a_range_or_the_default_reach_limits_a_threshold() -> None:
    """If a range is set, it limits the threshold; otherwise the instrument's REACH does."""
    (two, three) = free_thresholds(settings(similarity_of_2=[0.25, 0.3]), PICKS)
    assert (two.low, two.high) == (0.25, 0.3)
    assert (three.low, three.high) == (0.14, 0.44)
    (two, _) = free_thresholds(settings(mode="luminance"), PICKS)
    assert (two.low, two.high) == (0.6, 0.9)


@pytest.fixture
def selection(house: Workspace) -> Selection:
    """Return a selection with a solved threshold for layer 2 of the default settings."""
    held = Selection(named(house, "x"))
    question = free_thresholds(settings(), PICKS)[0].question
    held.solved.append({**question, "similarity": 0.41})
    return held


def test_a_solved_threshold_sets_the_knob_of_its_layer(selection: Selection) -> None:
    """A solved value applies to its layer and clip; a narrower range clamps it."""
    piece = settings()
    drawn = [piece.layer(n)["similarity"] for n in (2, 3)]
    left = recall(piece, selection, free_thresholds(piece, PICKS))
    assert [one.name for one in left] == ["layer3.similarity"]
    assert [piece.layer(n)["similarity"] for n in (2, 3)] == [0.41, drawn[1]]
    for window, value in (([0.3, 0.5], 0.41), ([0.2, 0.4], 0.4), ([0.42, 0.5], 0.42)):
        piece = settings(similarity=window)
        recall(piece, selection, free_thresholds(piece, PICKS))
        assert piece.layer(2)["similarity"] == value


@pytest.mark.parametrize(
    "turned", [{"seed": 8}, {"dice_of_2": 9}, {"mode": "kmeans"}, {"balance": 2}]
)
def test_thresholds_are_solved_again_for_a_different_seed_or_mode(
    selection: Selection, turned: dict[str, Any]
) -> None:
    """A threshold is solved again for a different seed, dice, mode or balance."""
    piece = settings(**turned)
    free = free_thresholds(piece, PICKS)
    assert recall(piece, selection, free) == free
    assert piece.solved == {}


def test_a_different_duration_keeps_a_solved_threshold(selection: Selection) -> None:
    """A threshold is solved again for a different clip, but not for a different `duration`."""
    for turned in ({"hue_shift": 90}, {"duration": 99}, {"softness": 0.4}, {"start": 0.9},
                   {"dominant_quant": 64}, {"keyframes": 1}, {"take": 3}):  # fmt: skip
        piece = settings(**turned)
        recall(piece, selection, free_thresholds(piece, PICKS))
        assert piece.layer(2)["similarity"] == 0.41, turned
    other = [PICKS[0], Pick(2, "9" * 32, "9.mp4", 0.0), PICKS[2]]
    piece = settings()
    assert len(recall(piece, selection, free_thresholds(piece, other))) == 2


def test_a_changed_clip_keeps_its_solved_threshold(selection: Selection) -> None:
    """A clip with changed bytes keeps its solved threshold."""
    selection.follow("2" * 32, "9" * 32, "2.mp4")
    piece, other = settings(), [PICKS[0], Pick(2, "9" * 32, "2.mp4", 0.0), PICKS[2]]
    recall(piece, selection, free_thresholds(piece, other))
    assert piece.layer(2)["similarity"] == 0.41
