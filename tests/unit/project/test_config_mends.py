"""A config.json written by hand: one line fixes all that is wrong in it."""

import json
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.arguments import verb_module
from collide.cli.request import understand
from collide.project.project import named

SET = "doit set project=x "


def refused(house: Workspace, config: dict[str, Any]) -> InputError:
    """Write a config, and return the error of opening it."""
    project = named(house, "x")
    project.path.mkdir(parents=True, exist_ok=True)
    (project.path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError) as caught:
        project.settings([], {})
    assert caught.value.what.startswith("projects/x/config.json: ")
    return caught.value


@pytest.mark.parametrize(
    ("config", "turned"),
    [
        ({"similarty": 0.3}, "similarty= similarity=0.3"),
        ({"threshold": [0.2, 0.4]}, "threshold= similarity=0.2..0.4"),
        ({"similarity": "0.2 to 0.4"}, "similarity=0.2..0.4"),
        ({"opacity": "50%"}, "opacity=0.5"),
        ({"size": [640, 360]}, "size= output_size=640x360"),
        ({"width": 640, "height": 360}, "width= output_size=640x360 height="),
        ({"layer2": {"similarity": 0.3}}, "layer2= layer2.similarity=0.3"),
        ({"knobs": {"fps": 24, "seed": 4}}, "knobs= fps=24 seed=4"),
        ({"layer2": {}}, "layer2="),
        ({"layer2.duration": 3}, "layer2.duration= duration=3"),
        ({"layer12.similarity": 0.3}, "layer12.similarity="),
        ({"blur": None}, "blur="),
        ({"presets": ["ink", "x-ray"]}, "presets= preset=ink,x-ray"),
        ({"_note": "the rain", "about": "night", "fpss": 24}, "_note= about= fpss= fps=24"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_line_mends_every_wrong_knob(house, config, turned):
    """The fix removes unknown knobs and sets the intended ones, in one valid line."""
    fix = refused(house, config).fix
    assert fix == SET + turned
    request = understand(
        house, "set", verb_module("set"), [], dict(word.split("=", 1) for word in fix.split()[2:])
    )
    before = {name: value for name, value in config.items() if name not in request.knobs}
    after = {**before, **{n: v for n, v in request.values().items() if v != ""}}
    named(house, "x").drafted(after).settings([], {})


@pytest.mark.parametrize(
    ("config", "turned"),
    [
        ({"preset": ["vhs"]}, "preset= post=vhs"),
        ({"preset": "inkk,analog"}, "preset=ink post=analog"),
        ({"preset": 3}, "preset="),
        ({"preset": ["nonsense"]}, "preset="),
    ],
    ids=["effect", "both", "number", "none near"],
)
def test_presets_are_named_as_they_are_called(house, config, turned):
    """A similar name is used, an effect becomes post=, and any other name is left out."""
    (house.root / "presets/blend").mkdir(parents=True)
    (house.root / "presets/blend/ink.json").write_text("{}")
    assert refused(house, config).fix == SET + turned


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"layer2": {"opacity": 1}}, 'knobs stand side by side, not in groups, as "layer2.si'),
        ({"_note": "x"}, "it holds knobs only; notes have a file of their own, projects/x/README"),
        ({"description": "x"}, "it holds knobs only"),
    ],
    ids=["group", "note", "description"],
)
def test_what_cannot_be_a_knob_is_explained(house, config, why):
    """A group and a note are refused with the reason, not as a mistyped knob."""
    assert refused(house, config).why.startswith(why)


@pytest.mark.parametrize("name", ["", "a=b", "-x"])
def test_a_name_that_no_line_can_hold_is_removed_in_the_file(house, name):
    """`set` cannot be typed with such a name, so the file is named."""
    assert refused(house, {name: 3}).fix == "open projects/x/config.json and remove it there"
