"""A still runs only the steps it needs, reuses results, and leaves the piece unchanged."""

import shlex
import shutil
import subprocess

from PIL import Image

from collide.store.entry import unsealed
from tests.render.conftest import House
from tests.render.reading import posted, stacked, still

SMALL = "output_size=128x72 fps=10 duration=6 min_resolution=0".split()
AT = "at=5.5"  # no layer fades at this time
FRAMES = {"frame:1", "frame:2", "frame:3"}
LOOKS = {"look:1", "look:2", "look:3"}

# Knobs that the stack applies to a layer's stored planes.
OF_THE_STACK = (
    "layer2.similarity=0.2", "layer2.softness=0.2", "layer2.choke=3", "layer2.feather=12",
    "layer2.x=0.3", "layer3.y=-0.4", "layer2.opacity=0.5", "layer3.blend_mode=screen",
)  # fmt: skip


def made(house: House, *words: str) -> set[str]:
    """Return the tasks that run for a still."""
    ran = house.doit("still", "project=x", *SMALL, *words)
    assert ran.code == 0, ran.out
    return ran.rendered


def test_a_still_in_a_cold_project_renders_no_layer(empty_house, clips):
    """With an empty cache, `doit still` renders its frame, but no layer, stack or sound."""
    house = empty_house
    for path in clips.iterdir():
        shutil.copy(path, house.root / "library" / "video")
    assert house.doit("new", "project=x", "preset=kmeans-default").code == 0
    ran = house.doit("still", "project=x", *SMALL, "num_videos=3", AT)
    assert ran.code == 0, ran.out
    kinds = {task.partition(":")[0] for task in ran.rendered}
    assert kinds <= {
        "select",
        "probe",
        "hear",
        "levels",
        "keyframe",
        "color",
        "frame",
        "look",
        "still",
    }
    assert FRAMES | LOOKS | {"color:2", "color:3", "still"} <= ran.rendered
    assert "at 5.5 s · projects/x/still.png" in ran.out.splitlines()
    with Image.open(house.root / "projects" / "x" / "still.png") as picture:
        assert picture.size == (128, 72)
        assert len(picture.getcolors(1 << 20)) > 100
    after = house.render("num_videos=3")
    named = f"look {house.manifest()['look']} at 5.5 s · projects/x/still.png"
    again = house.doit("still", "project=x", *SMALL, "num_videos=3", AT)
    assert named in again.out.splitlines()  # now the look can be opened by its name
    assert not {"keyframe", "color"} & {task.partition(":")[0] for task in after.rendered}


def test_a_knob_of_a_layer_renders_only_its_steps_and_the_still(house):
    """If a knob of a layer's color plane is turned, only that layer's steps and the still run.

    If the knob is turned back, nothing is rendered. At a different time, all frames and color
    planes are rendered.
    """
    assert made(house, AT) == FRAMES | LOOKS | {"still"}
    assert made(house, AT, "layer2.hue_shift=90") == {"look:2", "still"}
    assert made(house, AT, "layer2.scale=0.5") == {"look:2", "still"}
    assert made(house, AT, "layer2.colorkey_hex=0x0000FF") == {"color:2", "look:2", "still"}
    assert made(house, AT) == set()
    assert made(house, AT, "crf=35", "layer2.pan=0.4") == set()
    assert made(house, "at=1.4") == FRAMES | LOOKS | {"still"}
    assert made(house, AT, "layer2.speed=0.5") == {"frame:2", "look:2", "still"}


def test_a_knob_of_the_stack_decodes_no_clip(house, calls):
    """If a knob of the stack is turned, only the still is rendered, from stored planes."""
    made(house, AT)
    clips = {str(path) for path in (house.root / "library" / "video").iterdir()}
    assert [name for name in calls.opened() if name.removeprefix("file:") in clips], "the first"
    for path in calls.folder.iterdir():
        path.unlink()
    pictures = set()
    for knob in OF_THE_STACK:
        assert made(house, AT, knob) == {"still"}, knob
        pictures.add((house.root / "projects" / "x" / "still.png").read_bytes())
    assert len(pictures) == len(OF_THE_STACK), "each is visible"
    opened = calls.opened()
    assert len(opened) >= 5 * len(OF_THE_STACK), "three looks and two cuts"
    assert not [name for name in opened if name.removeprefix("file:") in clips]


def test_a_reused_frame_with_a_different_key_equals_the_render(house):
    """A still that reuses planes of an earlier still equals the render's frame, by md5."""
    still(house, "x", 5.5, *SMALL)
    words = ["layer2.similarity=0.2", "softness=0.1", "layer3.x=0.4", "choke=4", "feather=20"]
    house.render(*words)
    assert still(house, "x", 5.5, *SMALL, *words) == stacked(house)[55]


def test_a_still_prints_the_changed_knob(house):
    """A still prints the old and new value of the changed knob."""
    house.doit("still", "project=x", *SMALL, AT, "layer2.similarity=0.3")
    ran = house.doit("still", "project=x", *SMALL, AT, "layer2.similarity=0.2")
    assert "still        rendered" in ran.out
    assert "layer2.similarity 0.3 → 0.2" in ran.out
    assert "to keep it: doit set project=x" in ran.out


def test_a_still_does_not_change_the_piece(house):
    """A still does not change the video, manifest or looks, or make another render necessary."""
    house.render()
    files = [p for p in (house.root / "projects" / "x").rglob("*") if p.is_file()]
    before = {path: path.read_bytes() for path in files}
    made(house, AT, "layer2.similarity=0.2", "layer2.mode=kmeans", "layer3.pan=-0.9")
    assert {path: path.read_bytes() for path in files} == before
    assert "nothing changed" in house.doit("why", "project=x", *SMALL).out
    again = house.render()
    assert again.tasks("kept") == set(again.record["tasks"])


def test_a_still_with_effects_equals_the_frame_of_the_render(house):
    """A still of a piece with effects equals the render's frame."""
    for post in ("analog,color-grade", "feedback,analog", "vhs,feedback"):
        words = [f"post={post}", "layer2.mode=luminance"]
        house.render(*words)
        frames = posted(house)
        assert [still(house, "x", at, *SMALL, *words) for at in (0, 5.2, 5.9)] == [
            frames[0],
            frames[52],
            frames[59],
        ], post


def test_a_still_far_into_a_clip_seeks_to_its_frame(house):
    """A still far into a clip seeks to its frame and equals the render's frame."""
    words = ["duration=7.5", "layer1.start=0"]
    house.render(*words)
    frames = posted(house)
    assert still(house, "x", 7, *SMALL[:2], *SMALL[3:], *words) == frames[70]
    receipt = house.root / "cache" / "receipts" / "x" / "still" / "frame-1.json"
    assert unsealed(receipt.read_bytes())["preimage"]["given"]["frame"] == 70


def test_a_time_after_the_end_is_refused(house):
    """`doit still` refuses the time at which the piece ends."""
    ran = house.doit("still", "project=x", *SMALL, "at=6")
    assert ran.code == 3
    why = "the piece is 6 s long"
    assert f"6 s is after the last frame\n  why  {why}\n  fix  use at=5.9" in ran.out


def test_a_still_of_a_missing_project_is_refused(house):
    """`doit still` refuses the name of a project that does not exist."""
    ran = house.doit("still", "project=xx", AT)
    assert ran.code == 3
    assert "no project named 'xx'" in ran.out


def test_a_printed_command_quotes_any_clip_name(house):
    """The printed command quotes any clip name for the shell."""
    name = "$(touch pwned) it's.mp4"
    shutil.copy(house.root / "library" / "video" / "b.mp4", house.root / "library" / "video" / name)
    ran = house.doit("still", "project=x", *SMALL, AT, f"layer2.clip={name}")
    assert ran.code == 0, ran.out
    (line,) = (text for text in ran.out.splitlines() if text.startswith("to keep it: "))
    assert f"layer2.clip={name}" in shlex.split(line)
    said = subprocess.run(["bash", "-c", line.removeprefix("to keep it: ").replace("doit", "echo")],
                          cwd=house.root, capture_output=True, text=True)  # fmt: skip
    assert name in said.stdout
    assert not (house.root / "pwned").exists()
