"""A sweep renders many looks that share results, and each look can be opened in full."""

import json
import re

import pytest
from PIL import Image

from tests.render.conftest import House, Ran
from tests.render.reading import stacked
from tests.render.sheets import SMALL, cells, kinds


def sweep(house: House, *words: str) -> Ran:
    """Run a sweep at a small size."""
    return house.doit("sweep", "project=x", *SMALL, "at=3", *words)


def test_a_sweep_has_a_still_for_each_cell(house):
    """Three values of one knob and two of another make six stills from the same three layers."""
    ran = sweep(house, "layer2.similarity=0.1..0.5:3", "softness=0,0.2", "loop=cut")
    assert set(cells(ran).values()) == {
        f"layer2.similarity={s} softness={b}" for s in ("0.1", "0.3", "0.5") for b in ("0", "0.2")
    }
    assert sorted(kinds(ran)) == ["frame"] * 3 + ["look"] * 3 + ["still"] * 6
    with Image.open(house.root / "projects" / "x" / "sweep.png") as sheet:
        assert sheet.width > 2 * 320 + 4 * 12, "two columns, and the values of the rows"
        assert 3 * 180 < sheet.height < 4 * 180, "three rows"
    assert "6 looks at 3 s; " in ran.out
    assert "earlier sheets" not in ran.out
    again = sweep(house, "layer2.similarity=0.1..0.5:3", "softness=0,0.2", "loop=cut")
    assert again.rendered == set()
    assert "earlier sheets, with pictures: doit gallery project=x\n" in again.out


def test_cells_that_look_the_same_share_one_picture(house):
    """A sweep over a sound knob makes a single picture and lists all its looks."""
    ran = sweep(house, "layer3.pan=-1,0,1")
    assert len(cells(ran)) == 1
    assert len(re.findall(r"[0-9a-f]{8}  layer3.pan=", ran.out)) == 3
    assert kinds(ran).count("still") == 1


def test_a_full_sweep_shares_its_layers(house):
    """With full=true and four values of one layer's knob, 4 + 3 - 1 layers are rendered in all.

    If one of the looks is rendered afterwards, at most the `record` step runs.
    """
    ran = sweep(house, "layer2.hue_shift=10,40,70,100", "full=true", "layer1.contrast=1.1",
                "layer3.contrast=1.1")  # fmt: skip
    found = cells(ran)
    assert kinds(ran).count("layer") == 4 + 3 - 1
    pictures = set()
    for look, shown in found.items():
        full = house.doit("render", "project=x", f"look={look}")
        assert full.code == 0, full.out
        assert full.rendered <= {"record"}, shown
        assert house.manifest()["look"] == look
        value = float(shown.partition("=")[2])
        assert house.manifest()["recipe"]["layers"][1]["knobs"]["hue_shift"] == value
        pictures.add(tuple(stacked(house)))
    assert len(pictures) == 4


def test_a_full_sweep_of_stack_knobs_shares_all_layers(house):
    """With full=true, looks with different thresholds and positions use the same layers."""
    ran = sweep(house, "layer2.similarity=0.1,0.2", "layer3.x=0,0.4", "full=true")
    assert len(cells(ran)) == 4
    sheet = {"frame", "look", "still"}
    assert set(kinds(ran)) == {"presence", "stack", "encode", "mux", *sheet}
    assert kinds(ran).count("stack") == 2 * 4


def test_a_sweep_does_not_change_the_piece(house):
    """A sweep leaves output, manifest and config unchanged.

    The next render finds nothing to do.
    """
    house.render()
    kept = [p for p in (house.root / "projects" / "x").rglob("*") if p.is_file()]
    before = {path: path.read_bytes() for path in kept}
    sweep(house, "layer2.similarity=0.1,0.2", "full=true")
    assert {path: path.read_bytes() for path in kept} == before
    assert house.render().rendered == set()


def test_a_knob_that_every_layer_sets_is_not_swept(house):
    """A sweep of a knob that every layer sets for itself is refused."""
    pins = ["layer2.similarity=0.3", "layer3.similarity=0.2"]
    ran = sweep(house, "similarity=0.1,0.2", *pins)
    assert ran.code == 3
    assert "similarity is set separately for every layer that has it" in ran.out
    fix = ran.out.partition("  fix  ")[2]
    assert re.search(r"layer 2 only: doit sweep .*layer2\.similarity=0\.1,0\.2", fix)
    unset = "doit set project=x layer2.similarity= layer3.similarity= && doit sweep "
    assert f"all layers, without their own values: {unset}" in fix
    assert all("layer3.similarity=0.2" not in text for text in fix.splitlines())
    ran = house.doit("still", "project=x", *SMALL, "similarity=0.1", pins[0])
    assert "similarity changed only layer 3: layer 2 has its own value" in ran.out


def test_a_cell_that_fails_does_not_stop_the_others(house):
    """A sweep reports a cell that lacks clips as failed and shows the other cells."""
    ran = sweep(house, "num_videos=3,9")
    assert ran.code == 1
    assert "num_videos=9: failed\nERROR: fewer clips than layers" in ran.out
    assert re.search(r"^1  [0-9a-f]{8}  num_videos=3$", ran.out, re.MULTILINE)
    assert ran.tasks("failed") == {"num_videos=9/still"}


def test_a_sweep_counts_steps_that_are_already_rendered(house):
    """A sweep prints how many of its steps an earlier sweep has rendered."""
    sweep(house, "layer2.similarity=0.1,0.2")
    ran = sweep(house, "layer2.similarity=0.2,0.3")
    found = re.search(r"; already rendered: (\d+) of (\d+) steps", ran.out)
    there, whole = map(int, found.groups())
    assert (whole - there, len(ran.rendered)) == (1, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["similarity=0.2..0.5"], "0.2..0.5 is a range, and 0.2..0.5:7 takes seven values from it"),
        (["similarity=0.3"], "a sweep over 0 knobs, 1 look"),
        (
            ["preset=ink,silk"],
            "a sweep compares values of knobs, not presets\n  why  doit sheet compares presets",
        ),
        (["similarity=0.1..0.5:900"], "similarity takes 2 to 256 values"),
        (["similarity=0.1,2"], "similarity=2 is not a valid value"),
        (["similarity=0.1..0.5:9", "softness=0..0.5:9", "contrast=1,1.1,1.2,1.3"], "324 looks"),
        (["similarty=0.1,0.2"], "did you mean 'similarity'?"),
        (["mode=fixed..kmeans:3"], "mode has no steps"),
    ],
)
def test_an_impossible_sweep_is_refused(house, words, said):
    """An impossible sweep is refused before it starts, with the reason or the fix."""
    ran = sweep(house, *words)
    assert ran.code == 3
    assert said in ran.out
    assert not ran.record


def test_a_range_that_ends_in_a_range_is_refused(house):
    """`doit sweep` refuses a range that ends in another range."""
    ran = house.doit("sweep", "project=x", "similarity=0.2..0.3..0.5:3")
    assert ran.code == 3 and "why  similarity takes 2 to 256 values" in ran.out, ran.out


def test_a_cell_number_is_accepted_as_a_look(house):
    """Six verbs accept the number of a cell as a look.

    `doit render` accepts the number even without project=, and prints the look's name.
    """
    found = list(cells(sweep(house, "layer2.similarity=0.1,0.2", "layer3.opacity=0.5,1")))
    turned = "layer2.similarity=0.2 layer3.opacity=0.5"
    note = f"look 3 of x is {found[2]}, cell 3 of the last sweep: {turned}"
    ran = house.doit("render", "look=3")
    assert ran.code == 0 and house.manifest()["look"] == found[2]
    assert note in ran.out.splitlines()
    assert set(ran.record["words"]) == {"render", f"look={found[2]}", "project=x"}
    assert f"look {found[1]} at " in house.doit("still", "project=x", "look=2").out
    ran = house.doit("diff", "project=x", "a=1", "b=4")
    assert f"{found[0]} → {found[3]}" in ran.out.splitlines()
    assert house.doit("save-preset", "project=x", "look=3", "name=third").code == 0
    assert house.doit("star", "project=x", "look=1,3").code == 0
    stars = json.loads((house.root / "projects" / "x" / "stars.json").read_text())["looks"]
    assert stars == sorted([found[0], found[2]])
    assert house.doit("star", "project=x", "look=3", "off=true").code == 0
    assert house.doit("set", "project=x", "look=3").code == 0
    config = json.loads((house.root / "projects" / "x" / "config.json").read_text())
    assert config["layer3.opacity"] == 0.5
    ran = house.doit("still", "project=x", "look=5")  # refused even if a look's name begins with 5
    assert ran.code == 3 and "there is no cell 5" in ran.out, ran.out
    assert "why  the last sweep has 4 cells" in ran.out, ran.out


def test_a_cell_number_refers_to_the_last_sheet(house):
    """A cell number refers to the last sheet, even if the same command was a no-op before."""
    first = list(cells(sweep(house, "layer2.similarity=0.1,0.2")))
    for _ in range(2):
        assert house.doit("render", "project=x", "look=1").code == 0
        assert house.manifest()["look"] == first[0]
    second = list(cells(sweep(house, "layer2.similarity=0.4,0.2")))
    assert house.doit("render", "project=x", "look=1").code == 0
    assert house.manifest()["look"] == second[0] != first[0]


def test_a_starred_cell_is_pinned_once_it_is_rendered(house):
    """A starred cell is listed among the looks and pins its objects after it is rendered."""
    look = next(iter(cells(sweep(house, "layer2.similarity=0.1,0.2"))))
    ran = house.doit("star", "project=x", "look=1")
    assert ran.code == 0, ran.out
    assert f"look {look} is starred but was never rendered" in ran.out
    pins = house.root / "cache" / "pins"
    assert not pins.exists() or not list(pins.glob("*.json"))
    assert look in house.doit("looks", "project=x").out
    assert house.doit("render", "project=x", "look=1").code == 0
    assert [path.stem for path in pins.glob("*.json")] == [f"x-{look}"]
    assert house.doit("star", "project=x", "look=2", "name=second").code == 3, "there is no video"
    assert house.doit("star", "project=x", f"look={look}", "off=true").code == 0


def test_numbers_are_drawn_on_the_cells(house):
    """Each picture has its number in a corner, in yellow on the sheet's dark background."""
    cells(sweep(house, "layer2.similarity=0.1,0.5"))
    with Image.open(house.root / "projects" / "x" / "sweep.png") as sheet:
        for left in (12, 12 + 320 + 12):
            corner = sheet.convert("RGB").crop((left, 12, left + 20, 40))
            colors = {color for _, color in corner.getcolors(1000)}
            assert {(0x16, 0x16, 0x1A), (0xF0, 0xC6, 0x74)} <= colors


def test_a_sweep_names_a_knob_that_changes_no_picture(house):
    """If all cells show the same picture, a line of output names the knob that has no effect."""
    out = house.doit("sweep", "project=x", *SMALL, "crf=18,22", "at=1").out
    assert "2 looks at 1 s" in out
    assert re.search(r"^1  \w{8}  crf=18  \(the same picture: 2  \w{8}  crf=22\)$", out, re.M), out
    assert "\ncells 1 to 2 show the same picture: crf changes nothing in it\n" in out
