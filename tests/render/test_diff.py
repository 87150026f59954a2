"""`doit diff` compares two looks, and `doit save-preset` saves the knobs of a look."""

import json

import pytest
from PIL import Image

from tests.render.conftest import SMALL
from tests.render.refusals import answered, tree


@pytest.fixture
def two(house):
    """Return a workspace with two looks in its project x, and the looks' names, older first."""
    first = house.manifest()["look"]
    house.render("similarity=0.2", "crf=30")
    return house, first, house.manifest()["look"]


def test_diff_prints_changed_knobs_and_shows_both_looks(two):
    """`doit diff` prints each changed knob with both values and makes a picture of both looks."""
    house, first, second = two
    ran = house.doit("diff", "project=x", f"a={first[:5]}", f"b={second[:5]}", "at=2")
    assert ran.code == 0, ran.out
    assert ran.out.splitlines()[:3] == [
        f"{first} → {second}",
        "  crf 20 → 30",
        "  similarity 0.3 → 0.2",
    ]
    assert "both looks at 2 s: projects/x/diff.png\n" in ran.out
    with Image.open(house.root / "projects" / "x" / "diff.png") as picture:
        left, right = picture.crop((12, 12, 652, 372)), picture.crop((664, 12, 1304, 372))
        assert picture.width == 2 * 640 + 3 * 12
        assert left.tobytes() != right.tobytes()
    last = house.doit("diff", "project=x", "at=2").out.splitlines()
    assert last == [*ran.out.splitlines()[:3], ran.out.splitlines()[-1]], "no still is made twice"
    back = house.doit("diff", "project=x", f"a={second}", f"b={first}").out
    assert "  similarity 0.2 → 0.3\n" in back


def test_diff_of_one_look_is_refused(house):
    """`doit diff` needs two looks and refuses an unknown look."""
    look = house.manifest()["look"]
    said = answered(house, "diff", "project=x")
    assert said.startswith("ERROR: x does not have two looks to compare\n") and look in said
    assert answered(house, "diff", "project=x", "a=zz").startswith("ERROR: x has no look 'zz'\n")


def test_diff_writes_only_its_picture_into_the_project(two):
    """`doit diff` writes only diff.png into the project."""
    house, _, _ = two
    before = tree(house.root / "projects")
    assert house.doit("diff", "project=x").code == 0
    after = tree(house.root / "projects")
    assert {name for name in after if after[name] != before.get(name)} == {"x/diff.png"}


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "project=x", "a={first}", "b={second}"],
        ["export", "project=x", "as=ffmpeg", *SMALL, "layer2.similarity=0.25"],
        ["export", "project=x", "as=h265-10", "look={first}"],
        ["prove", "project=x", "look={first}"],
        ["star", "project=x", "look={first}", "name=kept"],
        ["identify", "file=projects/x/output/x.mp4"],
    ],
    ids=" ".join,
)
def test_only_a_render_of_the_piece_writes_its_receipts(two, words):
    """A verb that uses another look changes neither receipts nor the output of `doit why`."""
    house, first, second = two
    receipts = house.root / "cache" / "receipts" / "x"
    before = {path: path.read_bytes() for path in receipts.glob("*.json")}
    last = ["why", "project=x", *SMALL, "similarity=0.2", "crf=30"]
    why = house.doit(*last).out
    ran = house.doit(*(word.format(first=first, second=second) for word in words))
    assert ran.code == 0, ran.out
    assert {path: path.read_bytes() for path in receipts.glob("*.json")} == before
    assert house.doit(*last).out == why


def test_a_saved_preset_gives_the_same_knobs_elsewhere(two):
    """A saved preset sets the same knobs in another project with other clips."""
    house, first, _ = two
    ran = house.doit("save-preset", "project=x", f"look={first}", "name=mine", "everywhere=true")
    assert ran.code == 0, ran.out
    assert "saved " in ran.out and "presets/blend/mine.json\n" in ran.out
    ran = house.doit("render", "project=y", "preset=mine", "min_resolution=0", "storage=raw")
    assert ran.code == 0, ran.out
    mine = json.loads((house.root / f"projects/x/looks/{first}.json").read_text())["recipe"]
    theirs = house.manifest("y")["recipe"]
    assert theirs["piece"] == mine["piece"]
    for here, there in zip(mine["layers"], theirs["layers"], strict=True):
        shared = here["knobs"].keys() & there["knobs"].keys()
        assert {n: here["knobs"][n] for n in shared} == {n: there["knobs"][n] for n in shared}


def test_a_preset_saves_selected_knobs_and_ranges(two):
    """With knobs=, only the listed knobs are saved; with wide=, a threshold becomes a range.

    The preset is saved in the project's folder; over= replaces an existing preset.
    """
    house, _, second = two
    words = ["save-preset", "project=x", f"look={second}", "name=soft", "knobs=similarity,crf"]
    ran = house.doit(*words, "wide=0.5")
    assert ran.code == 0, ran.out
    path = house.root / "projects" / "x" / "presets" / "blend" / "soft.json"
    assert json.loads(path.read_text()) == {"crf": 30, "similarity": [0.1, 0.3]}
    assert "  similarity=0.1..0.3\n" in ran.out
    assert "now: similarity = 0.1..0.3   from preset soft (typed)" in (
        house.doit("knobs", "similarity", "project=x", "preset=soft").out
    )
    said = answered(house, *words)
    assert said.startswith("ERROR: a preset called 'soft' already exists\n")
    assert "replace it: doit save-preset project=x" in said and " over=true" in said
    assert house.doit(*words, "over=true").code == 0
    assert json.loads(path.read_text()) == {"crf": 30, "similarity": 0.2}


def test_a_wide_preset_omits_length_rate_size_and_layers(two):
    """A wide preset leaves out length, rate, size and number of layers unless knobs= lists them.

    If knobs= lists them, their values are not widened.
    """
    house, _, second = two
    words = ["save-preset", "project=x", f"look={second}", "wide=0.2"]
    assert house.doit(*words, "name=loose").code == 0
    shelf = house.root / "projects" / "x" / "presets" / "blend"
    loose = json.loads((shelf / "loose.json").read_text())
    assert not {"duration", "fps", "output_size", "num_videos"} & loose.keys()
    assert loose["similarity"] == [0.16, 0.24]
    assert house.doit(*words, "name=long", "knobs=duration,fps,similarity").code == 0
    assert json.loads((shelf / "long.json").read_text()) == {
        "duration": 6, "fps": 10, "similarity": [0.16, 0.24],
    }  # fmt: skip


def test_an_invalid_preset_is_refused(house):
    """`doit save-preset` refuses a missing, invalid or taken name, and any other invalid value."""
    for words, what in {
        ("name=../x",): "name=../x is not a valid value",
        ("name=classic-white",): "a preset called 'classic-white' already exists",
        ("name=f", "family=video"): "family=video is not a valid value",
        ("name=f", "wide=2"): "wide=2 is not a valid value",
        ("name=f", "knobs=nonsense"): "no knob named 'nonsense'",
        ("name=f", "look=zz"): "x has no look 'zz'",
        (): "doit save-preset needs name=",
    }.items():
        said = answered(house, "save-preset", "project=x", *words)
        assert said.startswith(f"ERROR: {what}"), said
