"""Sweeps and rolls: looks side by side that share all they can; each can be had in full."""

import json
import re

import pytest
from PIL import Image

from tests.render.conftest import House, Ran
from tests.render.reading import stacked

SMALL = "output_size=128x72 fps=10 duration=6 min_resolution=0".split()


def cells(ran: Ran) -> dict[str, str]:
    """Return the looks that were printed, and what was turned for each."""
    assert ran.code == 0, ran.out
    return dict(re.findall(r"^([0-9a-f]{8})  (\S+=.*|walk .*)$", ran.out, re.MULTILINE))


def sweep(house: House, *words: str) -> Ran:
    """Run a sweep at a small size."""
    return house.doit("sweep", "project=x", *SMALL, "at=3", *words)


def kinds(ran: Ran) -> list[str]:
    """Return the kinds of the tasks that rendered, one for each."""
    return [task.partition("/")[2].partition(":")[0] for task in ran.rendered]


# --- sweep ---


def test_a_sweep_is_a_picture_for_each_cell(house):
    """Three values of one knob and two of another: six stills, and nothing else is rendered."""
    ran = sweep(house, "layer2.similarity=0.1..0.5:3", "softness=0,0.2")
    assert set(cells(ran).values()) == {
        f"layer2.similarity={s} softness={b}" for s in ("0.1", "0.3", "0.5") for b in ("0", "0.2")
    }
    assert sorted(kinds(ran)) == ["frame"] * 3 + ["still"] * 6
    with Image.open(house.root / "projects" / "x" / "sweep.png") as sheet:
        assert sheet.width == 2 * 320 + 3 * 12
    assert "6 looks at 3 s: " in ran.out
    again = sweep(house, "layer2.similarity=0.1..0.5:3", "softness=0,0.2")
    assert again.rendered == set()


def test_cells_that_look_the_same_are_one_picture(house):
    """A knob of sound turns no picture: there is one, and the looks that share it are told."""
    ran = sweep(house, "layer3.pan=-1,0,1")
    assert len(cells(ran)) == 1
    assert len(re.findall(r"[0-9a-f]{8}  layer3.pan=", ran.out)) == 3
    assert kinds(ran).count("still") == 1


def test_a_sweep_in_full_shares_its_layers(house):
    """Four values of one layer's knob, three layers: 4 + 3 - 1 layers are rendered; then each look
    renders nothing, and is what the sweep said.
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


def test_a_sweep_leaves_the_piece_as_it_was(house):
    """No output, no manifest, no config is touched, and the next render finds nothing to do."""
    house.render()
    kept = [p for p in (house.root / "projects" / "x").rglob("*") if p.is_file()]
    before = {path: path.read_bytes() for path in kept}
    sweep(house, "layer2.similarity=0.1,0.2", "full=true")
    assert {path: path.read_bytes() for path in kept} == before
    assert house.render().rendered == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["similarity=0.3"], "a sweep over 0 knobs, 1 looks"),
        (["similarity=0.1..0.5:900"], "so many values of a number, 2 to 256"),
        (["similarity=0.1,2"], "similarity=2 is not possible"),
        (["similarity=0.1..0.5:9", "softness=0..0.5:9", "contrast=1,1.1,1.2,1.3"], "324 looks"),
        (["similarty=0.1,0.2"], "did you mean 'similarity'?"),
        (["mode=fixed..kmeans:3"], "so many values of a number"),
    ],
)
def test_what_is_no_sweep_is_refused(house, words, said):
    """Before anything is made, with the line that would do."""
    ran = sweep(house, *words)
    assert ran.code == 3
    assert said in ran.out
    assert not ran.record


# --- roll ---


def test_a_roll_is_taken_and_undone(house):
    """New dice stand in the config, the still shows them, and undo goes back to the old ones."""
    path = house.root / "projects" / "x" / "config.json"
    before = json.loads(path.read_text())
    ran = house.doit("roll", "project=x", "at=0.5", *SMALL)
    assert ran.code == 0, ran.out
    after = json.loads(path.read_text())
    assert after["seed"] != before["seed"]
    assert f"seed = {after['seed']}" in ran.out
    assert "projects/x/still.png" in ran.out
    assert house.doit("undo", "project=x").code == 0
    assert json.loads(path.read_text()) == before


def test_what_is_kept_stays_as_it_is(house):
    """Layer 2 and the sound are locked: of another throw, neither is rendered again."""
    windows = ["contrast=0.8..1.4", "pan=-1..1", "start=0..1"]
    house.doit("set", "project=x", *SMALL, *windows, "layer2.clip=any", "layer3.clip=any")
    house.doit("render", "project=x")
    before = house.manifest()["recipe"]
    assert house.doit("roll", "project=x", "keep=layer2,audio").code == 0
    ran = house.doit("render", "project=x")
    after = house.manifest()["recipe"]
    assert after["seed"] != before["seed"]
    same = {k: v for k, v in after["layers"][1]["knobs"].items() if k != "dice"}
    assert same == before["layers"][1]["knobs"]
    assert after["layers"][1]["clip"] == before["layers"][1]["clip"]
    assert after["layers"][1]["start"] == before["layers"][1]["start"]
    assert after["layers"][0]["knobs"]["contrast"] != before["layers"][0]["knobs"]["contrast"]
    assert not {"layer:2", "mix", "loudness"} & ran.rendered
    pans = [[layer["knobs"].get("pan") for layer in r["layers"]] for r in (before, after)]
    assert pans[0] == pans[1]


def test_clips_are_kept(house):
    """Everything is thrown anew but what the layers show."""
    house.doit(
        "set", "project=x", *SMALL, "contrast=0.8..1.4", *(f"layer{n}.clip=any" for n in "123")
    )
    house.doit("render", "project=x")
    before = house.manifest()["recipe"]
    for _ in range(3):
        assert house.doit("roll", "project=x", "keep=clips").code == 0
    house.doit("render", "project=x")
    after = house.manifest()["recipe"]
    assert [x["clip"] for x in after["layers"]] == [x["clip"] for x in before["layers"]]
    assert after["layers"][0]["knobs"]["contrast"] != before["layers"][0]["knobs"]["contrast"]


def test_a_walk_keeps_its_clips_and_stays_near(house):
    """Within its window, no farther than its amount; what was said moves a little, the rest not."""
    house.doit("set", "project=x", *SMALL, "contrast=0.8..1.4", "similarity=0.3")
    house.doit("render", "project=x")
    before = house.manifest()["recipe"]
    assert house.doit("roll", "project=x", "amount=0.1").code == 0
    house.doit("render", "project=x")
    after = house.manifest()["recipe"]
    assert after["seed"] == before["seed"]
    for old, new in zip(before["layers"], after["layers"], strict=True):
        assert (new["clip"], new["start"]) == (old["clip"], old["start"])
        moved = new["knobs"]["contrast"] - old["knobs"]["contrast"]
        assert 0 < abs(moved) <= 0.1 * 0.6 + 1e-4
    keyed = after["layers"][1]["knobs"]["similarity"] - 0.3
    assert 0 < abs(keyed) <= 0.03
    assert after["layers"][1]["knobs"]["opacity"] == before["layers"][1]["knobs"]["opacity"]


def test_many_rolls_are_shown_and_none_is_taken(house):
    """A sheet of so many throws; the config stays, and each look opens by its name."""
    path = house.root / "projects" / "x" / "config.json"
    before = path.read_bytes()
    ran = house.doit("roll", "project=x", "n=5", "amount=0.5", "at=1", *SMALL, "contrast=0.5..1.5")
    found = cells(ran)
    assert len(found) == 5
    assert path.read_bytes() == before
    assert kinds(ran).count("still") == 5
    look = next(iter(found))
    opened = house.doit("still", "project=x", f"look={look}", "at=1")
    assert f"look {look} at 1 s" in opened.out, opened.out
    assert opened.rendered == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keep=layer9"], "keep=layer9: the piece has no such part"),
        (["keep=lyer2"], "did you mean"),
        (["amount=0"], "amount=0 is not possible"),
        (["amount=far"], "amount=far is not possible"),
        (["n=0"], "n=0 is not possible"),
        (["n=1000"], "n=1000 is not possible"),
    ],
)
def test_what_is_no_roll_is_refused(house, words, said):
    """With what can be said instead."""
    ran = house.doit("roll", "project=x", *words)
    assert ran.code == 3
    assert said in ran.out
