"""Rolls draw new values except in kept parts; with amount=, values stay near the old values."""

import json

import pytest

from tests.render.conftest import ffmpeg
from tests.render.sheets import SMALL, cells, kinds


def test_a_roll_writes_a_seed_that_undo_removes(house):
    """A roll writes a new seed into the config and renders a still.

    `doit undo` restores the old config.
    """
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


def test_a_roll_does_not_render_kept_parts_again(house):
    """After a roll with keep=layer2,audio, neither layer 2 nor the sound is rendered again."""
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
    config = house.root / "projects" / "x" / "config.json"
    assert house.doit("roll", "project=x", "keep=audio").code == 0
    assert not {"mix", "loudness"} & house.doit("render", "project=x").rendered
    assert "layer2.dice" not in json.loads(config.read_text()), "it is no longer kept"


def test_a_roll_can_keep_the_clips(house):
    """With keep=clips, or each clip by its knob, a roll changes other values, but not the clips."""
    house.doit(
        "set", "project=x", *SMALL, "contrast=0.8..1.4", *(f"layer{n}.clip=any" for n in "123")
    )
    house.doit("render", "project=x")
    before = house.manifest()["recipe"]
    for kept in ("clips", "clip", "layer1.clip,layer2.clip,layer3.clip"):
        assert house.doit("roll", "project=x", f"keep={kept}").code == 0
    house.doit("render", "project=x")
    after = house.manifest()["recipe"]
    assert [x["clip"] for x in after["layers"]] == [x["clip"] for x in before["layers"]]
    assert after["layers"][0]["knobs"]["contrast"] != before["layers"][0]["knobs"]["contrast"]


def test_a_walk_keeps_clips_and_changes_values_slightly(house):
    """With amount=, a value changes by at most that fraction of its range, and no clip changes."""
    words = ["contrast=0.8..1.4", "similarity=0.3", "saturation=0.9..1.1", "layer2.saturation=2.5"]
    house.doit("set", "project=x", *SMALL, *words)
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
    far = after["layers"][1]["knobs"]["saturation"]
    assert 0 < abs(far - 2.5) <= 0.1, "a value outside its range moves from where it is"
    keyed = after["layers"][1]["knobs"]["similarity"] - 0.3
    assert 0 < abs(keyed) <= 0.03
    assert after["layers"][1]["knobs"]["opacity"] == before["layers"][1]["knobs"]["opacity"]


def test_a_roll_after_a_walk_draws_pinned_values_again(house):
    """After a roll with amount=, the next roll draws the pinned values again.

    The next roll keeps values that were set in between, and the values of kept layers.
    """
    house.doit("set", "project=x", *SMALL, "contrast=0.8..1.4", "similarity=0.1..0.4")
    assert house.doit("roll", "project=x", "amount=0.5").code == 0
    config = house.root / "projects" / "x" / "config.json"
    pins = {name for name in json.loads(config.read_text()) if name.endswith(".contrast")}
    assert pins == {"layer1.contrast", "layer2.contrast", "layer3.contrast"}
    house.doit("set", "project=x", "layer2.contrast=1.2")
    ran = house.doit("roll", "project=x", "keep=layer3")
    assert ran.code == 0, ran.out
    after = json.loads(config.read_text())
    assert {"layer2.contrast", "layer3.contrast"} == {n for n in after if n.endswith(".contrast")}
    assert "pins from earlier rolls are removed" in ran.out


def test_keeping_the_sound_keeps_its_bed(house):
    """With keep=audio, every roll keeps the bed."""
    songs = house.root / "library" / "audio"
    songs.mkdir(parents=True)
    for pitch in (220, 330, 440, 550, 660, 770):
        ffmpeg(
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            f"sine={pitch}",
            "-t",
            "9",
            str(songs / f"{pitch}.wav"),
        )
    house.doit("set", "project=x", *SMALL, "audio_beds=1")
    house.doit("render", "project=x")
    before = house.manifest()["recipe"]["beds"]
    for _ in range(3):
        assert house.doit("roll", "project=x", "keep=audio").code == 0
    ran = house.doit("render", "project=x")
    assert house.manifest()["recipe"]["beds"] == before
    assert not {"mix", "loudness"} & ran.rendered


def test_several_rolls_make_a_sheet_and_keep_the_config(house):
    """With n=, a roll shows n looks on a sheet and leaves the config unchanged."""
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


def test_looks_of_a_rolled_sheet_have_different_base_clips(house):
    """The looks of a rolled sheet do not all have the same base clip.

    If only a cell number is given, `doit star` suggests the command with look=.
    """
    free = [f"layer{n}.clip=any" for n in "123"]
    ran = house.doit("roll", "project=x", "n=4", "at=1", *SMALL, *free)
    looks = [house.root / f"projects/x/looks/{look}.json" for look in cells(ran)]
    recipes = [json.loads(look.read_text())["recipe"] for look in looks]
    assert "doit star project=x look=3" in house.doit("star", "project=x", "3").out
    assert len({recipe["layers"][0]["clip"] for recipe in recipes}) > 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keep=layer9"], "keep=layer9: the piece has no such part"),
        (["keep=layer9,audio"], "doit roll project=x keep=layer3,audio"),
        (["keep=lyer2"], "did you mean"),
        (
            ["keep=a.mp4"],
            "to keep what a clip plays, keep its layer: doit roll project=x keep=layer",
        ),
        (["amount=0"], "amount=0 is not a valid value"),
        (["amount=far"], "amount=far is not a valid value"),
        (["n=0"], "n=0 is not a valid value"),
        (["n=1000"], "n=1000 is not a valid value"),
    ],
)
def test_an_invalid_roll_is_refused(house, words, said):
    """`doit roll` refuses an unknown part or an invalid value."""
    ran = house.doit("roll", "project=x", *words)
    assert ran.code == 3
    assert said in ran.out
