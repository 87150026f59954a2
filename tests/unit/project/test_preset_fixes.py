"""preset_fixes: the fix for an invalid preset shows the valid lines."""

import json
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.project import Project, named


@pytest.fixture
def project(house: Workspace) -> Project:
    """Create a folder for presets and return a project."""
    (house.root / "presets" / "blend").mkdir(parents=True)
    return named(house, "x")


@pytest.mark.parametrize("suffix", [".yaml", ".toml", ".txt"])
def test_a_malformed_preset_is_moved_and_rewritten(
    house: Workspace, project: Project, suffix: str
) -> None:
    """The fix for a file of `name: value` lines is to move it and to write a valid preset."""
    text = "# fog\nsoftness: 0.1\nlayer2.opacity: 70%\n\ncoverage = 0.4-0.6\nmode: 'fixed'\n"
    path = house.root / "presets" / "blend" / f"fog{suffix}"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        project.preset("fog")
    move, opens, *rows = caught.value.fix.splitlines()
    assert move == f"mv presets/blend/fog{suffix} presets/blend/fog.json"
    assert opens == "open presets/blend/fog.json and write"
    path.with_suffix(".json").write_text("\n".join(rows))
    path.unlink()
    assert project.preset("fog") == {
        "softness": 0.1,
        "layer2.opacity": 0.7,
        "coverage": "0.4..0.6",
        "mode": "fixed",
    }


@pytest.mark.parametrize(
    ("values", "fix"),
    [
        (
            {"layer2": {"opacity": "30%", "blend": "screen"}},
            [
                'open presets/blend/fog.json and replace "layer2" with:',
                '"layer2.opacity": 0.3,',
                '"layer2.blend_mode": "screen"',
            ],
        ),
        (
            {"note": 'the "rain"'},
            [
                'open presets/blend/fog.json and replace "note" with:',
                '"about": "the \\"rain\\""',
            ],
        ),
        (
            {"preset": ["ink"]},
            ["remove it from presets/blend/fog.json, and use both: preset=ink,fog"],
        ),
        (
            {"extends": ["ink", "x-ray"], "crf": 20},
            ["remove it from presets/blend/fog.json, and use both: preset=ink,x-ray,fog"],
        ),
        (
            {"coverage": "0.4-0.6", "crf": 20, "softness": [0.3, 0.1], "layer2.opacity": "70%"},
            [
                "open presets/blend/fog.json and write",
                '"coverage": "0.4..0.6",',
                '"softness": "0.1..0.3",',
                '"layer2.opacity": 0.7',
            ],
        ),
        ({"softness": "foggy"}, ["see: doit knobs softness"]),
    ],
    ids=["group", "note", "presets", "extends", "values", "no value"],
)
def test_invalid_parts_of_a_preset_are_rewritten(
    house: Workspace, project: Project, values: dict[str, Any], fix: list[str]
) -> None:
    """The fix shows what to write for groups, notes, nested presets and recognizable values."""
    (house.root / "presets" / "blend" / "fog.json").write_text(json.dumps(values))
    with pytest.raises(InputError) as caught:
        project.settings(["fog"], {})
    assert caught.value.what.startswith("presets/blend/fog.json")
    assert caught.value.fix.splitlines() == fix


def test_all_mistakes_of_a_preset_are_corrected_at_once(house: Workspace, project: Project) -> None:
    """The error lists a preset's wrong knobs, and the fix lists all lines to remove or to write."""
    wrong = {"opacity": 3, "author": "me", "wobbly": 1, "similarity": 0.2, "softness": "30%"}
    path = house.root / "presets" / "blend" / "fog.json"
    path.write_text(json.dumps(wrong))
    with pytest.raises(InputError) as caught:
        project.drafted({"seed": 7}).settings(["fog"], {})
    assert caught.value.what == "presets/blend/fog.json has 4 mistakes"
    assert len(caught.value.why.splitlines()) == 4
    opens, *lines = caught.value.fix.splitlines()
    assert opens == 'open presets/blend/fog.json and remove "author" and "wobbly", and write'
    path.write_text("{" + "\n".join(lines) + ', "similarity": 0.2}')
    assert project.preset("fog") == {"opacity": 1, "softness": 0.3, "similarity": 0.2}
    project.drafted({"seed": 7}).settings(["fog"], {})
