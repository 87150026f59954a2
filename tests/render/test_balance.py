"""balance solves thresholds once, records them with the clips, and solves them again on request."""

import json
import shutil
import subprocess
import sys

import pytest

from collide.base import dice
from tests.model import write_model
from tests.render.conftest import CONFIG, SMALL, House, make_clip

DISC = "geq=lum='255*lt(hypot(X-80-40*sin(T*2.1),Y-45),18)':cb=128:cr=128"


@pytest.fixture
def free(house: House) -> House:
    """Return a workspace whose project x leaves the thresholds to balance."""
    config = {name: value for name, value in CONFIG.items() if name != "similarity"}
    path = house.root / "projects" / "x" / "config.json"
    path.write_text(json.dumps({**config, "similarity": [0.02, 0.6], "seed": 17}))
    return house


def solved(house: House) -> list[dict]:
    """Return the solved thresholds in selection.json."""
    path = house.root / "projects" / "x" / "selection.json"
    return json.loads(path.read_text()).get("solved", [])


def used(house: House) -> list[float]:
    """Return the similarities of layer 2 and later layers in the recipe."""
    return [layer["knobs"]["similarity"] for layer in house.manifest()["recipe"]["layers"][1:]]


def presence(house: House) -> list[float]:
    """Return the visible share of each layer."""
    return house.manifest()["tasks"]["presence"]["facts"]["presence"]


def solves(ran) -> bool:
    """Return whether a run reports that it solved thresholds."""
    return any(line.startswith("balanced ") for line in ran.out.splitlines())


def test_balance_makes_every_layer_visible(free: House) -> None:
    """Balance makes every layer visible.

    A render prints the solved values and records them in the recipe as plain values.
    """
    free.render("balance=0")
    assert min(presence(free)) < 0.01
    ran = free.render()
    assert min(presence(free)) > 0.15
    values = used(free)
    assert all(0.02 <= value <= 0.6 for value in values)
    line = next(line for line in ran.out.splitlines() if line.startswith("balanced"))
    told = [f"layer{n}.similarity={value:g}" for n, value in enumerate(values, start=2)]
    assert line.endswith(", ".join(told))
    assert [one["similarity"] for one in solved(free)] == values
    assert "balance" not in json.dumps(free.manifest()["recipe"])
    assert "(balanced)" in free.doit("knobs", "similarity", "project=x").out


def test_other_knobs_do_not_change_a_threshold(free: House) -> None:
    """If another knob is turned, such as hue_shift or duration, no threshold is solved or moved."""
    free.render()
    values, kept = used(free), solved(free)
    placed = ["layer2.opacity=0.5", "layer3.blend_mode=screen", "fit=contain"]
    for words in (["hue_shift=90"], ["duration=9"], ["softness=0.3"], ["keyframes=2", "start=0.5"],
                  placed):  # fmt: skip
        ran = free.render(*words)
        assert not solves(ran), words
        assert used(free) == values, words
    assert solved(free) == kept
    assert free.render().rendered == set()


def test_only_the_layer_with_a_new_clip_is_solved(free: House) -> None:
    """Balance solves only the layer of a new clip; the old clip gets its old result back."""
    free.render()
    two, three = used(free)
    other = free.render("layer2.clip=c.mp4")
    assert solves(other)
    assert used(free)[1] == three
    assert free.render().rendered == set()
    assert used(free) == [two, three]
    assert not solves(free.render("layer2.clip=c.mp4"))


def test_a_balance_request_or_a_roll_solves_again(free: House) -> None:
    """With balance=2, thresholds are solved again; with the default, the first result returns.

    A roll solves thresholds with a new seed, except for kept layers.
    """
    free.render()
    first = used(free)
    asked = free.render("balance=2", "softness=0.3")
    assert solves(asked)
    assert len(solved(free)) == 4
    free.render()
    assert used(free) == first
    ran = free.doit("roll", "project=x", "keep=layer2", *SMALL)
    assert ran.code == 0, ran.out
    assert "balanced" in ran.out
    free.render()
    assert used(free)[0] == first[0]
    assert [one["layer"] for one in solved(free) if one["seed"] != 17] == [3]


def test_a_pinned_threshold_is_never_moved(free: House) -> None:
    """Balance does not solve pinned thresholds or thresholds of layers with a coverage.

    If all thresholds are pinned, balance solves nothing.
    """
    free.render("layer2.similarity=0.3")
    assert used(free)[0] == 0.3
    assert [one["layer"] for one in solved(free)] == [3]
    ran = free.render("similarity=0.3")
    assert used(free) == [0.3, 0.3]
    assert not solves(ran)
    ran = free.render("layer2.coverage=0.3..0.5", "balance=3")
    assert [one["layer"] for one in solved(free) if one["balance"] == 3] == [3]


def test_balance_off_keeps_the_drawn_thresholds(free: House) -> None:
    """With balance=0, the drawn thresholds are used; setting these values makes the same bytes."""
    free.render()
    ran = free.render("balance=0")
    before = free.video().read_bytes()
    drawn = [dice.within(dice.place(17, "knob", n, "similarity"), 0.02, 0.6, whole=False)
             for n in (2, 3)]  # fmt: skip
    assert used(free) == drawn
    assert not solves(ran)
    typed = [f"layer{n}.similarity={value}" for n, value in enumerate(drawn, start=2)]
    # at most the record is made again, because it lists the origins of knobs
    assert free.render("balance=2", *typed).rendered <= {"record"}
    assert free.video().read_bytes() == before


def test_a_narrower_range_clamps_a_solved_value(free: House) -> None:
    """A new range clamps a solved value; the old range brings the value back."""
    free.render()
    values = used(free)
    low, high = min(values), max(values)
    free.render(f"similarity={low:g}..{high:g}")
    assert used(free) == values
    free.render(f"similarity={high + 0.01:g}..0.9")
    assert used(free) == [round(high + 0.01, 4)] * 2
    free.render()
    assert used(free) == values


def test_a_look_without_balance_replays_unchanged(free: House) -> None:
    """A replay of a balance=0 render solves nothing, because the recipe records the thresholds.

    A render of that look also solves nothing and makes the same bytes.
    """
    free.render("balance=0")
    video = free.video().read_bytes()
    record = free.root / "before.json"
    shutil.copy(free.root / "projects" / "x" / "manifest.json", record)
    look = free.manifest()["look"]
    free.render()
    kept = solved(free)
    ran = free.doit("replay", f"manifest={record}")
    assert ran.code == 0, ran.out
    assert not solves(ran)
    again = free.render(f"look={look}")
    assert not solves(again)
    assert free.video().read_bytes() == video
    assert solved(free) == kept


def test_plan_and_why_decode_nothing(free: House, calls) -> None:
    """Before thresholds are solved, `doit plan` and `doit why` say so and decode nothing.

    After a render, `doit plan` finds nothing to render.
    """
    ran = free.doit("render", "engine=new", "project=x", *SMALL, "balance=0")
    assert ran.code == 0, ran.out
    before = len(calls.argvs())
    for verb in ("plan", "why"):
        ran = free.doit(verb, "project=x", *SMALL)
        assert "its thresholds are not chosen yet" in ran.out, ran.out
    assert len(calls.argvs()) == before
    assert not solved(free)
    free.render()
    planned = free.doit("plan", "project=x", *SMALL).out
    assert "up to date" in planned and "would render" not in planned


def test_an_older_selection_without_thresholds_is_solved(free: House) -> None:
    """A render solves a selection without thresholds, but refuses a damaged threshold."""
    free.render()
    values, path = used(free), free.root / "projects" / "x" / "selection.json"
    held = json.loads(path.read_text())
    path.write_text(json.dumps({"storage": held["storage"], "draws": held["draws"]}))
    ran = free.render()
    assert "balanced" in ran.out
    assert used(free) == values
    held["solved"][0].pop("seed")
    path.write_text(json.dumps(held))
    ran = free.doit("render", "project=x", *SMALL)
    assert ran.code == 3 and "selection.json" in ran.out


def test_two_simultaneous_runs_record_one_threshold_per_layer(free: House) -> None:
    """Two runs that solve at the same time both succeed and record one threshold per layer."""
    words = [sys.executable, "-m", "doit", "still", "project=x", *SMALL]
    both = [subprocess.Popen([*words, f"hue_shift={hue}"], cwd=free.root, env=free.env(),
                             stdout=subprocess.PIPE, text=True) for hue in (0, 40)]  # fmt: skip
    told = [run.communicate()[0] for run in both]
    assert [run.returncode for run in both] == [0, 0], told
    assert sorted(one["layer"] for one in solved(free)) == [2, 3]
    free.render()
    assert used(free) == [
        one["similarity"] for one in sorted(solved(free), key=lambda o: o["layer"])
    ]


def test_balance_solves_luminance_keys_but_not_mattes(free: House) -> None:
    """Balance solves a luminance threshold for a luminance key, and nothing for a matte layer."""
    write_model(free.root / "library" / "models" / "u2netp.onnx")
    folder = free.root / "library" / "video"
    make_clip(folder / "disc.mp4", picture=f"color=black:s=160x90:r=20,{DISC}", seconds=7)
    ran = free.render("layer2.clip=disc.mp4", "layer2.mode=rembg", "layer3.mode=luminance")
    (one,) = solved(free)
    assert (one["layer"], one["mode"]) == (3, "luminance")
    assert 0.6 <= one["luminance_threshold"] <= 0.9
    log = max((free.root / "cache" / "runs").glob("*.log")).read_text()
    for task in ("mask:2", "moments:1", "moments:2", "moments:3"):
        assert f"# {task}\n" in log, task
    assert solves(ran)
