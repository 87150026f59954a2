"""After a change, only the affected tasks run, and the run record lists them."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

import collide
from collide.base.hashing import digest_file
from collide.catalog import FAMILIES
from tests.render.conftest import SMALL, make_clip

SEGMENTS = {"stack:0", "stack:1"}
ENCODED = {"encode:0", "encode:1"}
END = {"mux", "record"}
STACKED = {*SEGMENTS, *ENCODED, *END}
SHARES = {"presence", *STACKED}  # the visible shares of layers change with the picture

# Knobs that the stack applies to a layer's stored planes, each with the tasks that then run.
OF_THE_STACK = {
    "layer2.similarity=0.25": SHARES,
    "layer2.softness=0.1": SHARES,
    "layer2.choke=3": SHARES,
    "layer2.feather=12": SHARES,
    "layer2.x=0.25": SHARES,
    "layer3.y=-0.5": SHARES,
    "layer2.opacity=0.6": SHARES,
    "layer2.blend_mode=screen": STACKED,
    "layer2.coverage=0.4..0.6": {"keyframe:2", "color:2", *SHARES},
}

# Knobs of a layer's stored planes, with the tasks that then run and the unchanged planes.
OF_THE_LAYER = {
    "layer2.hue_shift=40": ({"layer:2", *SHARES}, set()),
    "layer2.scale=0.5": ({"layer:2", *SHARES}, {"cut"}),
    "layer2.fit=stretch": ({"layer:2", *SHARES}, {"cut"}),
    "layer2.speed=0.5": ({"layer:2", *SHARES}, set()),
    "layer2.colorkey_hex=0x0000FF": ({"color:2", "layer:2", *SHARES}, {"look"}),
    "layer2.mode=dominant": ({"keyframe:2", "color:2", "layer:2", *SHARES}, {"look"}),
    "layer2.mode=luminance": ({"keyframe:2", "color:2", "layer:2", *SHARES}, {"look"}),
    "layer2.clip=c.mp4": ({"select", "levels:2", "layer:2", *SHARES}, set()),
    "layer2.levels=0.3": ({"layer:2", *SHARES}, set()),
}


def test_an_unchanged_piece_renders_nothing(house):
    """A second render of the same piece renders nothing and says so."""
    ran = house.render()
    assert ran.tasks("rendered", "restored", "failed") == set()
    assert "rendered 0, restored 0" in ran.out


def kept(house) -> dict[str, set[str]]:
    """Map layer 2's stored planes, `look` (the colors) and `cut`, to the digests of their files."""
    made = house.manifest()["tasks"]["layer:2"]["objects"]
    return {n: {made[role] for role in made if role.startswith(n)} for n in ("look", "cut")}


@pytest.mark.parametrize("knob", OF_THE_STACK)
def test_a_knob_of_the_stack_renders_no_layer(house, knob):
    """If a knob of the stack is turned, such as a threshold, no layer is rendered.

    The reason names the knob. With a coverage, color:2 also runs, and the reason may name color:2
    instead.
    """
    before, video = kept(house), digest_file(house.video())
    ran = house.render(knob)
    assert ran.rendered == OF_THE_STACK[knob]
    assert {"layer:1", "layer:2", "layer:3"} <= ran.tasks("kept")
    assert kept(house) == before
    assert digest_file(house.video()) != video
    name, _, value = knob.partition("=")
    why = ran.record["tasks"]["stack:0"]["why"]
    assert re.fullmatch(f"{name} .* → {value}", why) or "color:2" in ran.rendered, why


@pytest.mark.parametrize("knob", OF_THE_LAYER)
def test_a_knob_of_color_planes_renders_only_its_layer(house, knob):
    """If a knob of a layer's planes is turned, no other layer and no other plane changes."""
    before = kept(house)
    ran = house.render(knob)
    rendered, same = OF_THE_LAYER[knob]
    assert ran.rendered == rendered
    assert {"layer:1", "layer:3"} <= ran.tasks("kept")
    assert {name for name, made in kept(house).items() if made == before[name]} == same


def test_a_luminance_threshold_renders_no_layer(house):
    """With mode=luminance, a new threshold or side reruns the analysis but not the layer."""
    said = {"mode": "luminance", "luminance_target": "lights", "luminance_threshold": "0.6"}
    house.render(*(f"{name}={value}" for name, value in said.items()))
    before = kept(house)
    for name, value in (("luminance_threshold", "0.4"), ("luminance_target", "darks")):
        said[name] = value
        ran = house.render(*(f"{name}={value}" for name, value in said.items()))
        assert ran.rendered == {"color:2", "color:3", *SHARES}, name
        assert kept(house) == before


def test_a_large_layer_renders_again_beyond_its_margin(house):
    """A layer larger than the frame is rendered again only if it moves beyond its margin."""
    house.render("layer2.scale=2")
    for near in ("0.1", "-0.1"):
        assert house.render("layer2.scale=2", f"layer2.x={near}").rendered == SHARES, near
    ran = house.render("layer2.scale=2", "layer2.x=0.9")
    assert ran.rendered == {"layer:2", *SHARES}


def test_crf_renders_only_the_encoder(house):
    """After a change of crf, only the encoder's steps and the steps after them are rendered."""
    assert house.render("crf=30").rendered == ENCODED | END


def test_panning_a_sound_renders_no_picture(house):
    """If a sound is panned, only its own task, the mix and the steps after the mix are rendered."""
    assert house.render("layer3.pan=0.9").rendered == {"audio:3", "mix", "loudness"} | END


def test_panning_a_silent_layer_changes_no_video(house):
    """Panning a silent layer does not change the video."""
    house.render("layer2.sound=off")
    ran = house.render("layer2.sound=off", "layer2.pan=0.1")
    assert ran.rendered <= {"record"}


def test_a_new_mode_with_the_same_colors_renders_no_layer(house):
    """If a mode finds the same colors, no layer, stack or segment is rendered (early cutoff)."""
    ran = house.render("mode=luminance", "luminance_key=grey", "luminance_target=lights",
                       "luminance_threshold=1.0")  # fmt: skip
    assert ran.rendered == {"keyframe:2", "color:2", "keyframe:3", "color:3", "mux", "record"}


def test_a_changed_color_renders_only_its_own_cut(house):
    """If k-means finds different colors, layer 2 is rendered only if its cut changes.

    The base and the color plane of layer 2 do not change.
    """
    house.render("mode=kmeans", "kmeans_colors=2", "kmeans_key_count=1")
    before = kept(house)
    ran = house.render("mode=kmeans", "kmeans_colors=5", "kmeans_key_count=1")
    assert {"color:2", "color:3"} <= ran.rendered
    assert "layer:1" not in ran.rendered and "keyframe:2" not in ran.rendered
    after = kept(house)
    assert after["look"] == before["look"]
    assert ("layer:2" in ran.rendered) == (after["cut"] != before["cut"])


def test_a_longer_piece_keeps_earlier_segments(house):
    """In a longer piece, only too short layers, the last segment and the sound are rendered."""
    ran = house.render("duration=9")
    assert ran.rendered == {
        "layer:1", "presence", "hear:1", "audio:1", "audio:3", "mix", "loudness", "stack:1",
        "encode:1", *END,
    }  # fmt: skip
    assert house.manifest()["recipe"]["frames"] == 90


def test_an_earlier_value_restores_every_byte(house):
    """If a value is set back, nothing is rendered, and the same video is restored."""
    before = house.video().read_bytes()
    house.render("layer2.similarity=0.2", "crf=33", "layer3.pan=-1")
    assert house.video().read_bytes() != before
    ran = house.render()
    assert ran.rendered == set()
    assert house.video().read_bytes() == before


def test_moving_a_value_into_the_config_changes_no_byte(house):
    """Moving a value from the command line to config.json does not change the video's bytes."""
    house.render("layer2.similarity=0.25")
    before = house.video().read_bytes()
    assert house.doit("set", "project=x", "layer2.similarity=0.25").code == 0
    assert house.render().rendered == {"record"}
    assert house.video().read_bytes() == before
    assert house.manifest()["origins"]["layer2.similarity"] == "config.json"


@pytest.mark.parametrize("how", ["renamed", "moved", "touched"])
def test_moving_or_renaming_a_clip_renders_nothing(house, how):
    """If a clip is renamed, moved or touched, no picture or sound is rendered."""
    before = house.video().read_bytes()
    clip = house.root / "library" / "video" / "b.mp4"
    config = house.root / "projects" / "x" / "config.json"
    if how == "touched":
        os.utime(clip)
    else:
        new = (
            clip.with_name("better name.mp4")
            if how == "renamed"
            else clip.parent / "new" / clip.name
        )
        new.parent.mkdir(exist_ok=True)
        clip.rename(new)
    ran = house.render()
    assert ran.rendered <= {"record"}, ran.out
    assert house.video().read_bytes() == before
    assert json.loads(config.read_text())["layer2.clip"] == "b.mp4"


def test_a_new_clip_does_not_change_earlier_choices(house):
    """A new clip in the library does not change earlier choices."""
    make_clip(house.root / "library" / "video" / "0.mp4", picture="testsrc=s=160x90:r=25")
    assert house.doit("scan").code == 0
    assert house.render().rendered == set()


def test_a_deleted_clip_with_a_stored_layer_renders_nothing(house):
    """If a stored layer's clip is deleted, no picture is rendered; the summary names the clip."""
    before = house.video().read_bytes()
    (house.root / "library" / "video" / "b.mp4").unlink()
    ran = house.render()
    assert ran.rendered <= {"record"}
    assert house.video().read_bytes() == before
    assert "layer 2: its clip library/video/b.mp4 is missing" in ran.out


def test_a_fourth_layer_renders_no_other_layer(house):
    """With a fourth layer, the stack and later steps are rendered, but no other layer or sound."""
    ran = house.render("num_videos=4", "layer4.clip=c.mp4")
    assert ran.rendered == {
        "select", "levels:4", "layer:4", "presence", *SEGMENTS, *ENCODED, *END,
    }  # fmt: skip
    assert "color:4" in ran.tasks("restored"), "layer 2 had the same request"
    assert ran.tasks("kept") >= {"layer:1", "layer:2", "layer:3", "audio:1", "audio:3", "loudness"}


def test_a_fourth_layer_does_not_change_other_draws(empty_house, clips):
    """A fourth layer draws its own clip and does not change the draws of other layers."""
    for clip in clips.iterdir():
        shutil.copy(clip, empty_house.root / "library" / "video")
    empty_house.render("num_videos=3", "duration=1", "audio_sources=0")
    three = empty_house.manifest()["recipe"]["layers"]
    empty_house.render("num_videos=4", "duration=1", "audio_sources=0")
    four = empty_house.manifest()["recipe"]["layers"]
    assert four[:3] == three
    assert len({layer["clip"] for layer in four}) == 4


def test_a_second_project_restores_the_same_layer(house):
    """A project restores results that another project rendered."""
    config = json.loads((house.root / "projects" / "x" / "config.json").read_text())
    (house.root / "projects" / "y").mkdir()
    (house.root / "projects" / "y" / "config.json").write_text(json.dumps({**config, "crf": 31}))
    ran = house.render(project="y")
    assert ran.rendered == {"select", *ENCODED, *END}
    assert {"layer:1", "layer:2", "layer:3", *SEGMENTS} <= ran.tasks("restored")


def test_an_evicted_object_without_readers_is_not_rendered(house):
    """A render does not make an evicted object again if no step reads it."""
    for made in house.manifest()["tasks"]["layer:2"]["objects"].values():
        house.object(made).unlink()
    assert house.render().tasks("rendered", "restored") == set()
    assert house.render("crf=30").rendered == ENCODED | END


def test_an_evicted_object_with_a_reader_is_rendered_again(house):
    """If a step needs an evicted object, a render makes the object again with the same bytes."""
    made = house.manifest()["tasks"]["layer:2"]["objects"]
    for digest in made.values():
        house.object(digest).unlink()
    ran = house.render("layer3.similarity=0.2")
    assert ran.rendered == {"layer:2", *SHARES}
    assert all(digest_file(house.object(digest)) == digest for digest in made.values())


def test_changed_code_with_an_equal_version_renders_nothing(house):
    """If an instrument's code changes, nothing is rendered unless its VERSION also changes."""
    shutil.copytree(Path(collide.__file__).parent, house.root / "collide")
    house.package = house.root
    for family in FAMILIES:
        for path in (house.root / "collide" / family).glob("[a-z]*.py"):
            code = path.read_text()
            thought = re.sub(r"^(?=def |VERSION)", "# a thought\n", code, flags=re.MULTILINE)
            assert thought != code
            path.write_text(thought)
    ran = house.render()
    assert ran.rendered == set()
    assert len(ran.record["tasks"]) > 15, "every task was checked"
    presence = house.root / "collide" / "blend" / "presence.py"
    raised = re.sub(r"^VERSION = .*", "VERSION = 99", presence.read_text(), flags=re.MULTILINE)
    presence.write_text(raised)
    ran = house.render()
    assert "presence" in ran.rendered, "it is the copy that runs"
    assert ran.rendered <= {"presence", "record"}, "and its result is the one before"
    assert "version of blend/presence" in ran.record["tasks"]["presence"]["why"]


def test_two_workers_render_the_same_bytes(house):
    """`doit -n 2` with an empty cache makes the same video."""
    before = digest_file(house.video())
    shutil.rmtree(house.root / "cache")
    ran = house.doit("-n", "2", "render", "project=x", *SMALL)
    assert ran.code == 0, ran.out
    assert "layer:1" in ran.rendered
    assert digest_file(house.video()) == before
