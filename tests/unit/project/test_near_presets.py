"""near_presets: the presets and effects that the names in a config refer to."""

import pytest

from collide.catalog import shipped
from collide.project.near_presets import corrected_presets, right_presets
from collide.project.presets import preset_name

THERE = ("ink", "x-ray")


@pytest.mark.parametrize(
    ("named", "found", "effects", "lost"),
    [
        (["inkk"], ["ink"], [], []),
        ("ink.json, presets/blend/x-ray.json", ["ink", "x-ray"], [], []),
        (["ink", "INK", "vhs", "anlog"], ["ink"], ["vhs", "analog"], []),
        (["ink", "qqqq"], ["ink"], [], ["qqqq"]),
        ("ink+x-ray", ["ink", "x-ray"], [], []),
        (["[ink", "vhs & xray]"], ["ink", "x-ray"], ["vhs"], []),
    ],
)
def test_each_name_is_a_preset_an_effect_or_nothing(named, found, effects, lost):
    """A name, file or path is a preset, an effect or nothing; repeated presets count once."""
    assert right_presets(named, THERE, shipped()) == (found, effects, lost)


def test_correct_names_need_no_command():
    """If all names are right, the mistake is elsewhere, so no command is suggested."""
    assert not corrected_presets("x", ["ink"], THERE, shipped())
    assert corrected_presets("x", "inkk", THERE, shipped()) == "doit set project=x preset=ink"


@pytest.mark.parametrize(
    "text", ["ink", "ink.json", "INK.JSON", "presets/blend/ink", r"a\ink.json"]
)
def test_a_path_finds_the_preset_with_its_file_name(text):
    """A path refers to the preset with its file name, without the suffix."""
    assert preset_name(text).lower() == "ink"
