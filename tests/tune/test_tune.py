"""The page: exact pictures; after a turn, only affected steps run; `keep` saves knobs."""

import json

import pytest

from tests.patience import running, wait_until
from tests.render.conftest import House
from tests.tune.conftest import SMALL, Page, config, start, write_config


def ran(house: House, out: str) -> dict[str, str]:
    """Map each task of a tuning session's record, as `NUMBER/TASK`, to its status."""
    records = sorted((house.root / "cache" / "runs").glob("*.json"))
    record = json.loads(records[-1].read_text())
    assert record["words"][0] == "tune", out
    return {task: done["status"] for task, done in record["tasks"].items()}


def test_a_still_on_the_page_equals_doit_still(page: Page) -> None:
    """A still on the page equals the picture from `doit still`, for any knobs and any time."""
    first = page.wait("still", page.act("look")["number"])
    assert first["file"] == page.still()
    turned = page.turned(layer2_similarity="0.6")
    assert turned["file"] == page.still("layer2.similarity=0.6") != first["file"]
    later = page.wait("still", page.act("seek", at=1.2)["number"])
    assert later["file"] == page.still("layer2.similarity=0.6", "at=1.2") != turned["file"]


def test_turning_a_threshold_renders_no_layer(page: Page, house: House) -> None:
    """A new saturation needs a layer render; a new similarity, opacity or position does not."""
    # a still in a cross-fade needs two frames from the layer
    page.wait("loop", page.act("turn", knobs={"loop": "cut"})["number"])
    for knobs in ({"similarity": "0.5"}, {"layer2.opacity": "0.7"}, {"layer3.x": "0.2"}):
        page.wait("loop", page.act("turn", knobs=knobs)["number"])
    page.wait("loop", page.act("turn", knobs={"layer3.saturation": "0.4"})["number"])
    done = ran(house, page.end())
    by_wish = {
        number: {task.partition("/")[2] for task in done if task.startswith(f"{number}/")}
        for number in range(2, 6)
    }
    assert [by_wish[number] for number in (2, 3, 4)] == [{"still"}] * 3
    assert by_wish[5] == {"look:3", "still", "part:3", "row:3", "atlas"}, "its color is typed"


def test_a_render_reuses_colors_that_tuning_computed(house: House) -> None:
    """A render reuses the colors that tuning computed, and a second render has nothing to do."""
    write_config(house, mode="dominant", output_size="256x144", fps=10, duration=6)
    page = start(house)
    page.listen()
    page.wait("still", page.act("look")["number"])
    page.end()
    first = house.doit("render", "project=x")
    assert {"color:2", "color:3", "keyframe:2"} <= first.tasks("restored")
    second = house.doit("render", "project=x")
    assert second.tasks("rendered", "restored") == set()


def test_undo_and_redo_step_through_turns(page: Page) -> None:
    """Each turn and each drag is one undo step, and a new turn discards the undone steps."""
    page.act("turn", knobs={"similarity": "0.4"})
    for text in ("0.1", "0.2", "0.3"):
        page.act("turn", knobs={"softness": text}, gesture="7")
    assert page.act("undo")["typed"] == {"similarity": "0.4"}
    assert page.act("redo")["typed"] == {"similarity": "0.4", "softness": "0.3"}
    page.act("undo")
    held = page.act("turn", knobs={"contrast": "1.2"})
    assert (held["undo"], held["redo"]) == (True, False)
    assert page.act("undo")["typed"] == {"similarity": "0.4"}
    assert page.act("undo")["typed"] == {}
    assert page.act("undo")["undo"] is False


def test_keep_writes_the_shown_look_into_the_config(page: Page, house: House) -> None:
    """After `keep`, the config alone makes the same still; `doit undo` restores the old config."""
    before = config(house)
    page.act("turn", knobs={"layer2.similarity": "0.55", "crf": "30"})
    number = page.act("preset", names=["half-open"])["number"]
    seen = page.wait("still", number)
    held = page.act("keep")
    assert held["typed"] == {}
    assert held["presets"] == []
    assert config(house)["layer2.similarity"] == 0.55
    assert page.still() == seen["file"]
    assert house.doit("undo", "project=x").code == 0
    assert config(house) == before
    assert page.tried("keep")[0] == 422, "nothing is turned any more"


def test_a_page_that_joins_later_gets_the_kept_still(page: Page, house: House) -> None:
    """In A/B, A is the config's still at any requested time, even after the config changes."""
    first = page.wait("still", page.act("look")["number"])
    assert page.wait("kept")["file"] == first["file"]
    assert page.turned(layer2_opacity="0.5")["file"] != first["file"]
    other = Page(page.house, page.process, page.address)
    other.listen()
    again = other.wait("kept")
    assert (again["file"], again["at"]) == (first["file"], first["at"])
    assert again["values"]["layer2.opacity"] == 1
    later = page.wait("kept", page.act("kept", at=1.2)["number"])
    assert (later["at"], later["file"]) == (1.2, page.still("at=1.2"))
    write_config(house, **SMALL, softness=0.2)
    assert page.wait("kept") == {"of": later["of"] + 1}, "it is no longer current"
    held = page.act("kept", at=1.2)
    assert held["typed"] == {"layer2.opacity": "0.5"}
    changed = page.wait("kept", held["number"])
    assert changed["file"] == page.still("at=1.2") != later["file"]
    assert changed["values"]["softness" if "softness" in changed["values"] else "layer2.softness"]


def test_the_kept_still_omits_knobs_of_the_command(house: House) -> None:
    """In A/B, A is the still of the config alone, without the knobs of the command."""
    page = start(house, "layer2.opacity=0.5")
    page.listen()
    held = page.act("kept", at=1)
    assert page.wait("still", held["number"])["file"] == page.still("layer2.opacity=0.5", "at=1")
    assert page.wait("kept", held["number"])["file"] == page.still("at=1")
    page.end()


def test_a_roll_keeps_locked_layers(page: Page) -> None:
    """A roll keeps a locked layer's draws, and one layer's dice do not affect the other layers."""
    first = page.wait("piece", page.act("look")["number"])
    thrown = page.wait("piece", page.act("dice", keep=["layer2"])["number"])
    alone = page.wait("piece", page.act("dice", layer=3)["number"])

    def drawn(piece: dict, layer: int) -> dict:
        controls = (one for one in piece["controls"] if one["layer"] == layer and one["drawn"])
        return {one["knob"]: one["value"] for one in controls}

    assert drawn(first, 2) == drawn(thrown, 2) == drawn(alone, 2)
    assert drawn(first, 3) != drawn(thrown, 3) != drawn(alone, 3)


def test_a_roll_solves_fixed_thresholds_again(page: Page) -> None:
    """A roll solves fixed thresholds again, except in locked layers, and a note says so."""
    fixed = {"balance": "0", "layer2.similarity": "0.31", "layer3.similarity": "0.32"}
    fixed |= {f"layer{number}.clip": "any" for number in (1, 2, 3)}
    page.wait("piece", page.act("turn", knobs=fixed)["number"])
    told = page.act("dice", keep=["layer2"])
    assert told["note"] == "thresholds of layer 3: solved again for the new clips"
    piece = page.wait("piece", told["number"])
    shown = {one["name"]: one for one in piece["controls"]}
    assert shown["layer2.similarity"]["value"] == 0.31
    assert shown["layer3.similarity"]["drawn"]
    assert told["typed"]["layer3.balance"] == "1"
    assert told["typed"]["layer2.similarity"] == "0.31"
    assert "note" not in page.act("dice", layer=3), "they are free already"


def test_a_star_on_the_page_equals_doit_star(page: Page, house: House) -> None:
    """A star on the page is saved in stars.json; the same action removes the star and its pin.

    A pin that has no star would become a star again at the next render.
    """
    house.doit("render", "project=x")
    pins = house.root / "cache" / "pins"
    held = page.act("star")
    (look,) = held["starred"]
    stars = json.loads((house.root / "projects" / "x" / "stars.json").read_text())
    assert look in json.dumps(stars)
    assert held["did"] == f"doit star project=x look={look}"
    house.doit("render", "project=x")
    assert [one.stem for one in pins.iterdir()] == [f"x-{look}"]
    assert page.act("star", off=True)["starred"] == []
    assert list(pins.iterdir()) == []


def test_a_render_from_the_page_equals_doit_render(page: Page, house: House) -> None:
    """A render from the page writes the same video as `doit render`; the page keeps responding."""
    told = page.act("render")
    assert told["rendering"] is True
    assert told["did"] == "doit render project=x"
    assert page.tried("render")[0] == 422, "one at a time"
    assert page.wait("still", page.act("look")["number"])
    assert page.wait("rendered")["failed"] == ""
    status, video, headers = page.ask(f"/{page.token}/video.mp4", Range="bytes=0-99")
    assert (status, len(video), headers["Content-Type"]) == (206, 100, "video/mp4")
    assert house.video().read_bytes()[:100] == video
    for at in ("9" * 30, "9" * 5000):
        assert page.ask(f"/{page.token}/video.mp4", Range=f"bytes={at}-")[0] == 416
    assert house.doit("render", "project=x").tasks("rendered") == set()


def test_the_page_estimates_the_time_of_a_preview(page: Page) -> None:
    """The time left comes from steps that were timed before, and is 0 for a finished preview."""
    first = page.wait("making", page.act("look")["number"])
    assert first["unpriced"] > 0, "never timed here"
    page.wait("loop", first["of"])
    number = page.act("turn", knobs={"layer3.saturation": "0.4"})["number"]
    again = page.wait("making", number)
    assert again["unpriced"] == 0
    assert again["seconds"] > 0
    page.wait("loop", number)
    there = page.wait("making", page.act("seek", at=again["at"])["number"])
    assert (there["unpriced"], there["seconds"]) == (0, 0)


def test_a_hundred_moves_finish_the_last_and_leave_no_process(page: Page, house: House) -> None:
    """Of a hundred quick moves, some get no picture, but the last does; then all processes end."""
    for step in range(100):
        held = page.act("turn", knobs={"layer2.saturation": f"{0.5 + step / 100:.2f}"})
    page.wait("loop", held["number"])
    stills = [news["of"] for kind, news in page.heard if kind == "still"]
    assert stills[-1] == held["number"]
    wait_until(lambda: not running(house.root / "cache"), what="a process of a move goes on")
    assert len(stills) < 100


def test_invalid_actions_are_refused_with_a_fix(page: Page) -> None:
    """Invalid knobs, values, layers, presets and actions cause an error and turn nothing."""
    for name, body in (
        ("turn", {"knobs": {"similarty": "0.3"}}),
        ("turn", {"knobs": {"similarity": "7"}}),
        ("turn", {"knobs": {"layer9.similarity": "0.3"}}),
        ("turn", {"knobs": 7}),
        ("preset", {"names": ["clasic-white"]}),
        ("preset", {"names": ["../../x"]}),
        ("seek", {"at": "never"}),
        ("dice", {"keep": ["layer7"]}),
        ("shell", {}),
    ):
        status, told = page.tried(name, **body)
        assert status == 422, (name, body, told)
        assert all(told[part] for part in ("what", "why", "fix")), told
    assert page.act("look")["typed"] == {}


def test_a_still_that_waits_for_all_frames_names_the_steps(page: Page) -> None:
    """If an effect needs all frames, the page names the steps that the still is waiting for."""
    number = page.act("turn", knobs={"post": "stabilize"})["number"]
    assert any(task.startswith("stack:") for task in page.wait("waits", number)["tasks"])
    assert page.wait("still", number)["file"] == page.still("post=stabilize")


def test_two_pages_show_the_same_turned_knobs(page: Page) -> None:
    """A knob turned on one page is turned on the other page too."""
    other = Page(page.house, page.process, page.address)
    other.listen()
    page.act("turn", knobs={"softness": "0.2"})
    while other.wait("holds")["typed"] != {"softness": "0.2"}:
        pass


def test_knobs_of_the_command_apply_from_the_start(house: House) -> None:
    """Knobs and presets in the command apply from the start and must be valid."""
    page = start(house, "similarity=0.44", "preset=ink", "at=2")
    held = page.act("look")
    assert held["typed"] == {"similarity": "0.44"}
    assert held["presets"] == ["ink"]
    assert held["line"] == "doit still project=x preset=ink similarity=0.44 at=2"
    page.end()
    refused = house.doit("tune", "project=x", "open=false", "similarity=7")
    assert refused.code == 3


@pytest.mark.parametrize("verb", [["list"], ["help"], ["plan", "project=x"], ["knobs", "crf"]])
def test_every_other_verb_works_without_the_tune_folder(house: House, verb: list[str]) -> None:
    """If the folder collide/tune is missing, all other verbs work."""
    (house.root / "sitecustomize.py").write_text("import sys; sys.modules['collide.tune'] = None\n")
    env = {**house.env(), "PYTHONPATH": f"{house.root}:{house.package}"}
    house.env = lambda: env
    assert house.doit(*verb).code == 0
