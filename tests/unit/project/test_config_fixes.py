"""config_fixes: one command corrects all mistakes in a config.json written by hand."""

import json
import shlex
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.cli.request import understand
from collide.contract import RESERVED
from collide.project.config_fixes import refuse_config
from collide.project.project import named

SET = "doit set project=x "


def refused(house: Workspace, config: dict[str, Any]) -> InputError:
    """Write a config and return the error raised when it is opened."""
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
        ({"layers": [{"volume": -3}, {"clip": "a.mp4"}]},
         "layers= layer1.volume=-3 layer2.clip=a.mp4"),
        ({"layers": {"2": {"opacity": "50%"}}}, "layers= layer2.opacity=0.5"),
        ({"layers": ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]},
         "layers= layer1.clip=a.mp4 layer2.clip=b.mp4 layer3.clip=c.mp4 layer4.clip=d.mp4 "
         "num_videos=4"),
        ({"clip": ["a.mp4", "b.mp4"]}, "clip= layer1.clip=a.mp4 layer2.clip=b.mp4"),
        ({"knobs": {"layer2": {"opacity": 0.3}}}, "knobs= layer2.opacity=0.3"),
        ({"post": {"vhs": {"vhs_bleed": 0.5}}}, "post=vhs vhs_bleed=0.5"),
        ({"post": [{"name": "VHS", "bleed": 0.5}, "analog"]}, "post=vhs,analog vhs_bleed=0.5"),
        ({"effects": {"color grade": {"temperature": 5000}}},
         "effects= post=color-grade grade_temperature=5000"),
        ({"post": "analog", "vhs": {"bleed": 0.4}}, "vhs= post=analog,vhs vhs_bleed=0.4"),
        ({"post": "color grade, analog"}, "post=color-grade,analog"),
        ({"post": ["colour-grade", "anlog"]}, "post=color-grade,analog"),
        ({"layer2.blend": "screen"}, "layer2.blend= layer2.blend_mode=screen"),
        ({"mode": "greenscreen"}, "mode=fixed colorkey_hex=0x00FF00"),
        ({"presets": ["inkk"]}, "presets= preset=ink"),
        ({"extends": "x-ray"}, "extends= preset=x-ray"),
        ({"layer2.keyer": "chroma"},
         "layer2.keyer= layer2.mode=fixed layer2.colorkey_hex=0x00FF00"),
        ({"keyer": "luma"}, "keyer= mode=luminance"),
        ({"coverage": "0.4-0.6"}, "coverage=0.4..0.6"),
        ({"presets": "presets/blend/ink.json, vhs"}, "presets= preset=ink post=vhs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_one_command_corrects_every_wrong_knob(house, config, turned):
    """One valid command removes the unknown knobs of a config and sets the intended knobs."""
    (house.root / "presets/blend").mkdir(parents=True)
    for name in ("ink", "x-ray"):
        (house.root / f"presets/blend/{name}.json").write_text("{}")
    fix = refused(house, config).fix
    assert fix == SET + turned
    request = understand(house, "set", [], dict(word.split("=", 1) for word in fix.split()[2:]))
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
def test_misnamed_presets_are_corrected(house, config, turned):
    """A name like a preset's is corrected, an effect becomes post=, and other names are removed."""
    (house.root / "presets/blend").mkdir(parents=True)
    (house.root / "presets/blend/ink.json").write_text("{}")
    assert refused(house, config).fix == SET + turned


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"layer2": {"opacity": 1}}, 'write knobs side by side, not in groups: "layer2.si'),
        ({"_note": "x"}, "it takes only knobs and presets; notes go into projects/x/README"),
        ({"description": "x"}, "it takes only knobs and presets"),
    ],
    ids=["group", "note", "description"],
)
def test_groups_and_notes_are_refused_with_a_reason(house, config, why):
    """A group or a note is refused with a reason of its own."""
    assert refused(house, config).why.startswith(why)


@pytest.mark.parametrize("empty", ["", [], {}, None])
def test_an_empty_note_is_only_removed(house, empty):
    """The fix for an empty note is to remove it, not to move it into README.md."""
    assert refused(house, {"notes": empty}).fix == SET + "notes="


@pytest.mark.parametrize("name", ["", "a=b", "-x"])
def test_a_name_that_fits_no_command_is_removed_by_hand(house, name):
    """A name that does not fit into a `doit set` command must be removed from the file by hand."""
    assert refused(house, {name: 3}).fix == "open projects/x/config.json and remove it there"


@pytest.mark.parametrize(
    ("config", "lines"),
    [
        (
            {"_note": "the rain", "about": "it's night", "fpss": 24},
            [
                "echo 'the rain' >> projects/x/README.md",
                """echo 'it'"'"'s night' >> projects/x/README.md""",
                "doit set project=x _note= about= fpss= fps=24",
            ],
        ),
        (
            {"similarity": [0.2, 0.3, 0.4]},
            [
                "doit set project=x similarity=0.2..0.4",
                "then, to compare the values: doit sweep project=x similarity=0.2,0.3,0.4",
            ],
        ),
        (
            {"seed": "random"},
            ["doit set project=x seed=", "then roll the dice: doit roll project=x"],
        ),
        ({"seed": -1}, ["doit set project=x seed=", "then roll the dice: doit roll project=x"]),
        (
            {"layer2.clip": ["a.mp4", "b.mp4"], "fpss": 24},
            [
                "doit set project=x layer2.clip=a.mp4 fpss= fps=24",
                "doit set project=x layer2.clip=b.mp4 fpss= fps=24",
            ],
        ),
        (
            {"blend_mode": ["screen", "multiply"]},
            ["doit set project=x blend_mode=screen", "doit set project=x blend_mode=multiply"],
        ),
    ],
    ids=["notes", "three numbers", "dice", "dice of others", "clips", "words"],
)
def test_each_possible_value_gets_a_command(house, config, lines):
    """The fix for a config lists a command for a note's text and for each possible value."""
    assert refused(house, config).fix.splitlines() == lines


@pytest.mark.parametrize(
    ("config", "lost"),
    [
        ({"qqqq": 3, "fpss": 24}, '"qqqq": 3'),
        ({"layer12.similarity": 0.3}, '"layer12.similarity": 0.3'),
        ({"post": "vhs,qqqq"}, '"post": "qqqq"'),
        ({"presets": ["inkk", "qqqq"]}, '"preset": "qqqq"'),
        ({"layers": [{"opacity": 0.5, "pan": 0.5}]}, '"layer1.opacity": 0.5 (layer 1 is the base)'),
        ({"fx": {"zzz": 0.5}}, '"zzz": 0.5'),
    ],
)
def test_every_removed_setting_is_listed(house, config, lost):
    """The error about a config lists every setting that the command removes without replacing."""
    (house.root / "presets/blend").mkdir(parents=True)
    (house.root / "presets/blend/ink.json").write_text("{}")
    assert refused(house, config).why.endswith(f"\nsettings without a counterpart, removed: {lost}")


def test_every_replaced_value_is_listed(house):
    """The reason why a config is refused ends with the invalid values that the command replaces."""
    why = refused(house, {"crf": "soft", "similarity": "abc"}).why
    assert why.endswith('\ninvalid values, replaced: "similarity": "abc"')


ODD = [
    None, True, -1, 0.5, 1e300, "", "a", "0.2..0.4", "vhs,x", "a.mp4", [], ["a"], ["vhs", 1],
    [1, 2, 3], [[1]], {}, {"a": 1}, {"vhs": None}, [{"vhs": {}}], [{"name": "vhs", "x": []}],
    {"1": {"clip": "a"}}, {"x": {"y": {"z": 1}}}, [None], [{}],
]  # fmt: skip
ODD_NAMES = (
    "layers clips layer2 layer2.clip post fx vhs presets seed similarity note knobs mode fps"
)


@pytest.mark.parametrize("name", ODD_NAMES.split())
@pytest.mark.parametrize("beside", [{}, {"post": "analog"}, {"num_videos": 2}], ids=str)
def test_each_printed_command_leaves_a_valid_config(name, beside):
    """Whatever a name's value, each `doit set` command in the fix leaves a valid config."""
    for value in ODD:
        config = {**beside, name: value}
        try:
            refuse_config("x", config, shipped(), ["ink"])
        except InputError as error:
            lines = [line for line in error.fix.splitlines() if line.startswith("doit set ")]
            for line in lines:
                turned = dict(word.split("=", 1) for word in shlex.split(line)[3:])
                after = {**config, **turned}
                kept = {n: v for n, v in after.items() if v != "" and n != "preset"}
                assert refuse_config("x", kept, shipped(), ["ink"]) is None, line


def test_effects_under_another_name_join_the_chain(house):
    """Effects under another name are added to the config's own chain."""
    assert refused(house, {"post": "analog", "fx": "vhs"}).fix == f"{SET}fx= post=analog,vhs"


@pytest.mark.parametrize("name", sorted(RESERVED - {"preset", "presets", "name"}))
def test_one_command_removes_a_variable_from_a_config(house: Workspace, name: str) -> None:
    """A verb's variable is not a knob, and the suggested command removes it."""
    fix = refused(house, {"seed": 7, name: "first"}).fix
    request = understand(house, "set", [], dict(w.split("=", 1) for w in shlex.split(fix)[2:]))
    assert fix.startswith("doit set project=x") and request.verb == "set"
    assert name in ("project", "look") or request.values()[name] == ""
    assert name != "look" or fix == "doit set project=x look=first"
    assert name != "project" or fix == "doit set project=x"
