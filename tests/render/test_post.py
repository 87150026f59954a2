"""Effects on the finished stack need no render of layers or the stack, and leave no seams.

The instruments are toys that each test one property; a fixture copies them into post/.
"""

import json
import shutil
from pathlib import Path

import pytest

import collide
from collide.base.hashing import digest_file
from tests.render.conftest import CONFIG, SMALL, House
from tests.render.reading import md5s, one_command, posted, stacked

TOYS = Path(__file__).parent / "toys"
SEGMENTS = {"stack:0", "stack:1"}
POSTS = {"post:0", "post:1"}
ENCODED = {"encode:0", "encode:1"}
END = {"mux", "record"}

# A LUT that swaps red and blue.
SWAP = "LUT_3D_SIZE 2\n" + "".join(f"{b} {g} {r}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.fixture
def toys(house, monkeypatch) -> House:
    """Return the rendered workspace, with the toys added to its instruments."""
    package = house.root / "collide"
    shutil.copytree(Path(collide.__file__).parent, package)
    for toy in TOYS.glob("*.py"):
        shutil.copy(toy, package / "post")
    house.package = house.root
    return house


def chained(house: House, *chain: str) -> list[str]:
    """Render the project with a chain of effects; return the md5 of every encoded frame."""
    house.render(f"post={','.join(chain)}")
    return posted(house)


def exported(house: House, *said: str) -> list[str]:
    """Return the md5 of every frame that the exported command makes for the same piece."""
    names = {word.partition("=")[0] for word in said}
    return one_command(house, *(w for w in SMALL if w.partition("=")[0] not in names), *said)


def test_a_chain_renders_no_layer_and_no_stack(toys):
    """With a chain, no layer or stack is rendered; a plate is if its own knob is turned."""
    ran = toys.render("post=blink,speck")
    assert ran.rendered == {"plate:speck"} | POSTS | ENCODED | END
    ran = toys.render("post=blink,speck", "speck_size=3")
    assert ran.rendered == {"plate:speck"} | POSTS | ENCODED | END
    assert ran.record["tasks"]["plate:speck"]["why"] == "speck_size 2 → 3"
    ran = toys.render("post=blink,speck", "speck=0.4", "speck_size=3")
    assert ran.rendered == POSTS | ENCODED | END
    assert ran.record["tasks"]["post:0"]["why"] == "speck 0.5 → 0.4"
    assert toys.render("post=blink,speck", "speck=0.4", "speck_size=3").rendered == set()


def test_the_order_of_two_effects_changes_the_picture(toys):
    """Reversing two effects changes the picture, and the recipe records their order."""
    one, other = chained(toys, "blink", "speck"), chained(toys, "speck", "blink")
    assert len(one) == 60
    assert one != other
    assert toys.manifest()["recipe"]["piece"]["post"] == "speck,blink"


def test_an_effect_that_needs_earlier_frames_runs_in_one_task(toys):
    """An instrument that needs earlier frames processes the whole piece in a single task."""
    ran = toys.render("post=blink,smear,speck")
    assert ran.rendered == {
        "plate:speck", "post:0.blink", "post:1.blink", "post:smear", "post:0.speck",
        "post:1.speck", *ENCODED, *END,
    }  # fmt: skip
    seen = posted(toys)
    assert seen == exported(toys, "post=blink,smear,speck")
    assert len(set(seen)) > 50, "the picture must move, or nothing is compared"
    ran = toys.render("post=blink,smear,speck", "speck=0.3")
    assert ran.rendered == {"post:0.speck", "post:1.speck", *ENCODED, *END}


def test_one_command_gives_the_frames_of_the_chain(toys):
    """The exported command makes the render's frames; plates and time continue across segments."""
    assert exported(toys, "post=speck,blink") == chained(toys, "speck", "blink")


def test_the_second_pass_uses_the_result_of_the_first(toys):
    """The second pass of an effect uses the result of the first.

    `doit export as=ffmpeg` refuses an effect with two passes, because one command cannot run both
    passes.
    """
    ran = toys.render("post=settle", "settle=0.8")
    assert ran.rendered == {"post:settle", *ENCODED, *END}
    assert toys.manifest()["tasks"]["post:settle"]["facts"] == {"looked": 60}
    assert posted(toys) != stacked(toys)
    ran = toys.doit("export", "project=x", "as=ffmpeg", "post=blink,settle")
    assert ran.code == 3
    assert "settle cannot be rendered in one command" in ran.out
    assert "post=blink" in ran.out


def test_an_effect_with_neutral_settings_does_not_run(toys):
    """An effect with neutral settings does not run, and the encoder reads the stack itself."""
    ran = toys.render("post=blink,speck,smear,toned", "blink=0", "speck=0", "smear=false")
    assert ran.rendered == END
    assert not [task for task in toys.manifest()["tasks"] if task.startswith(("post", "plate"))]


def test_a_knob_of_an_unused_effect_changes_no_video(toys):
    """The recipe records only the chain's knobs; a render reports knobs that have no effect."""
    before = toys.video().read_bytes()
    ran = toys.render("blink=0.7")
    assert ran.rendered <= {"record"}
    assert toys.video().read_bytes() == before
    assert "blink has no effect: blink is not in the chain; add post=blink" in ran.out
    toys.render("post=smear")
    played = toys.manifest()["recipe"]["piece"]
    assert played["smear"] is True
    assert not {"blink", "speck"} & played.keys()


def test_a_renamed_lut_gives_the_same_video(toys):
    """A render with a renamed LUT makes the same video.

    If the LUT's bytes change, the effect and later steps are rendered again, and the record says
    why.
    """
    luts = toys.root / "library" / "luts"
    luts.mkdir()
    (luts / "a [b]'s, 1;2:3%d.CUBE").write_text(SWAP)
    said = ("post=toned", "toned=a [b]'s, 1;2:3%d.CUBE")
    toys.render(*said)
    seen, before = posted(toys), toys.video().read_bytes()
    assert seen != stacked(toys)
    assert exported(toys, *said) == seen
    assert (
        digest_file(luts / "a [b]'s, 1;2:3%d.CUBE") == toys.manifest()["files"]["toned"]["digest"]
    )
    (luts / "a [b]'s, 1;2:3%d.CUBE").rename(luts / "b.cube")
    assert toys.render("post=toned", "toned=b.cube").rendered == {"record"}
    assert toys.video().read_bytes() == before
    (luts / "b.cube").write_text(SWAP.replace("1 1 1", "0.5 1 1"))
    ran = toys.render("post=toned", "toned=b.cube")
    assert ran.rendered == POSTS | ENCODED | END
    assert "the file of toned" in ran.record["tasks"]["post:0"]["why"]


@pytest.mark.parametrize("name", ["nope.cube", "../../dodo.py", "link.cube", "b.txt", "pipe.cube"])
def test_an_unusable_lut_file_is_refused(toys, name):
    """A knob for a file accepts only the bare name of a plain file in the luts folder."""
    luts = toys.root / "library" / "luts"
    luts.mkdir()
    (luts / "b.cube").write_text(SWAP)
    (luts / "link.cube").symlink_to(toys.root / "dodo.py")
    (luts / "pipe.cube").mkdir()
    ran = toys.doit("render", "project=x", "post=toned", f"toned={name}")
    assert ran.code == 3, ran.out
    assert "why" in ran.out and "fix" in ran.out and "Traceback" not in ran.out


def test_an_effect_preset_appends_to_the_chain(toys):
    """A preset appends its effect to the chain of the config or the command, but never twice."""
    folder = toys.root / "presets" / "post"
    folder.mkdir(exist_ok=True)
    (folder / "snow.json").write_text(json.dumps({"speck": 0.8}))
    config = toys.root / "projects" / "x" / "config.json"
    config.write_text(json.dumps(CONFIG | {"post": "blink"}))
    toys.render("preset=snow")
    assert toys.manifest()["recipe"]["piece"]["post"] == "blink,speck"
    toys.render("preset=snow", "post=speck")
    assert toys.manifest()["recipe"]["piece"]["post"] == "speck"


def test_effects_run_only_on_changed_segments(toys):
    """In a longer piece, an effect runs only on the segments that change."""
    toys.render("post=speck")
    ran = toys.render("post=speck", "duration=9")
    assert {"post:1", "encode:1"} <= ran.rendered
    assert not {"post:0", "plate:speck"} & ran.rendered
    assert exported(toys, "post=speck", "duration=9") == posted(toys)


def test_the_encoder_reads_the_end_of_the_chain(toys):
    """The encoder reads the end of the chain, and its segments join without a seam."""
    toys.render("post=blink,speck")
    tasks = toys.manifest()["tasks"]
    parts = [toys.object(tasks[f"encode:{i}"]["objects"]["part.mp4"]) for i in (0, 1)]
    assert md5s(toys.video()) == [md5 for part in parts for md5 in md5s(part, "-f", "mp4")]
