"""The laws of every shipped preset."""

from pathlib import Path

import pytest

from collide.base.strict_json import read_json
from collide.catalog import PACKAGE
from collide.project.presets import FAMILIES, about, listed, names, read
from collide.project.settings import resolve

PRESETS = sorted((PACKAGE.parent / "presets").glob("*/*.json"))


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_presets_turn_only_knobs_that_exist(path: Path) -> None:
    """Every shipped preset is read without an error or a note."""
    assert read_json(path, label=path.name).get("name", path.stem) == path.stem
    values = read(path, label=path.name)
    assert values
    assert resolve([(f"preset {path.stem}", values)]).notes == []


def test_no_two_presets_have_the_same_name() -> None:
    """No two presets have the same name, so `preset=fog` refers to one file."""
    names = [path.stem for path in PRESETS]
    assert len(set(names)) == len(names)


def test_every_preset_is_in_the_folder_of_a_family() -> None:
    """Every file in presets/ is a preset in the folder of a known family."""
    everything = {path for path in (PACKAGE.parent / "presets").rglob("*") if path.is_file()}
    assert everything == set(PRESETS)
    assert {path.parent.name for path in PRESETS} <= set(FAMILIES)


def test_each_listed_preset_has_a_description() -> None:
    """Each listed preset has a description that fits into a list, and the list is short."""
    shelf = [PACKAGE.parent / "presets"]
    assert not [name for name, path in listed(shelf).items() if not 10 < len(about(path)) < 90]
    picture = [name for name, path in listed(shelf).items() if path.parent.name != "audio"]
    assert len(picture) <= 20, "a list that can be looked through"
    assert {"dominant-auto", "kmeans-default", "well"} <= {*names(shelf)} - {*picture}


@pytest.mark.parametrize("path", [path for path in PRESETS if path.parent.name == "blend"])
def test_blend_presets_leave_the_threshold_to_the_clip(path: Path) -> None:
    """Each blend/ preset sets coverage, a similarity range, or a blend mode other than `normal`.

    A fixed threshold alone would suit only some clips.
    """
    values = read_json(path, label=path.name)
    laid = values.get("blend_mode", "normal") != "normal"
    assert laid or "coverage" in values or isinstance(values.get("similarity"), list)
