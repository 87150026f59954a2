"""A still is made of what it needs, reuses what is there, and leaves the piece as it was."""

import shlex
import shutil
import subprocess

from PIL import Image

from collide.store.entry import unsealed
from tests.render.conftest import House
from tests.render.reading import posted, still

SMALL = "output_size=128x72 fps=10 duration=6 min_resolution=0".split()
AT = "at=4.5"


def made(house: House, *words: str) -> set[str]:
    """Return the tasks that a still renders."""
    ran = house.doit("still", "project=x", *SMALL, *words)
    assert ran.code == 0, ran.out
    return ran.rendered


def test_a_still_needs_a_frame_of_each_clip_and_the_analysis(empty_house, clips):
    """In a cold house no layer, stack or sound is rendered for it; its PNG shows what it made."""
    house = empty_house
    for path in clips.iterdir():
        shutil.copy(path, house.root / "library" / "video")
    assert house.doit("new", "project=x", "preset=kmeans-default").code == 0
    ran = house.doit("still", "project=x", *SMALL, "num_videos=3", AT)
    assert ran.code == 0, ran.out
    kinds = {task.partition(":")[0] for task in ran.rendered}
    assert kinds <= {"select", "probe", "hear", "keyframe", "color", "frame", "still"}
    assert {f"frame:{n}" for n in (1, 2, 3)} | {"color:2", "color:3", "still"} <= ran.rendered
    assert "at 4.5 s · projects/x/still.png" in ran.out
    with Image.open(house.root / "projects" / "x" / "still.png") as picture:
        assert picture.size == (128, 72)
        assert len(picture.getcolors(1 << 20)) > 100
    after = house.render("num_videos=3")
    assert not {"keyframe", "color"} & {task.partition(":")[0] for task in after.rendered}


def test_only_what_a_knob_touches_is_made_again(house):
    """One knob of one layer: the still alone; back: nothing; another time: the frames of it."""
    assert made(house, AT) >= {"frame:1", "frame:2", "frame:3", "still"}
    assert made(house, AT, "layer2.similarity=0.2") == {"still"}
    assert made(house, AT, "layer2.hue_shift=90") == {"still"}
    assert made(house, AT) == set()
    assert made(house, AT, "crf=35", "layer2.pan=0.4") == set()
    assert made(house, "at=3") == {"frame:1", "frame:2", "frame:3", "still"}
    assert made(house, AT, "layer2.speed=0.5") == {"frame:2", "still"}


def test_a_still_says_what_moved(house):
    """Its line names the knob, old and new."""
    house.doit("still", "project=x", *SMALL, AT, "layer2.similarity=0.3")
    ran = house.doit("still", "project=x", *SMALL, AT, "layer2.similarity=0.2")
    assert "still        rendered" in ran.out
    assert "layer2.similarity 0.3 → 0.2" in ran.out
    assert "to keep it: doit set project=x" in ran.out


def test_a_still_changes_nothing_of_the_piece(house):
    """Video, manifest and looks stay; to why and a render nothing moved, no task was touched."""
    house.render()
    files = [p for p in (house.root / "projects" / "x").rglob("*") if p.is_file()]
    before = {path: path.read_bytes() for path in files}
    made(house, AT, "layer2.similarity=0.2", "layer2.mode=kmeans", "layer3.pan=-0.9")
    assert {path: path.read_bytes() for path in files} == before
    assert "nothing moved" in house.doit("why", "project=x", *SMALL).out
    again = house.render()
    assert again.tasks("kept") == set(again.record["tasks"])


def test_a_still_of_a_chain_is_a_frame_of_it(house):
    """Plates, neighbors, and what needs the frames before it, in any order: that frame, by md5."""
    for post in ("analog,color-grade", "feedback,analog", "vhs,feedback"):
        words = [f"post={post}", "layer2.mode=luminance"]
        house.render(*words)
        frames = posted(house)
        assert [still(house, "x", at, *SMALL, *words) for at in (0, 5.2, 5.9)] == [
            frames[0],
            frames[52],
            frames[59],
        ], post


def test_a_frame_far_into_a_clip_is_jumped_to(house):
    """With its index it is the same frame as without one, where all before it is gone through."""
    words = ["duration=7.5", "layer1.start=0"]
    house.render(*words)
    frames = posted(house)
    assert still(house, "x", 7, *SMALL[:2], *SMALL[3:], *words) == frames[70]
    receipt = house.root / "cache" / "receipts" / "x" / "still" / "frame-1.json"
    assert unsealed(receipt.read_bytes())["preimage"]["given"]["frame"] == 70


def test_a_time_after_the_end_is_refused(house):
    """The piece is six seconds long."""
    ran = house.doit("still", "project=x", *SMALL, "at=6")
    assert ran.code == 3
    assert "6 s is after the end\n  why  the piece is 6 s long\n  fix  say at=3" in ran.out


def test_a_still_of_a_project_that_is_not_there_is_refused(house):
    """It makes none: its nearest name is said."""
    ran = house.doit("still", "project=xx", AT)
    assert ran.code == 3
    assert "no project named 'xx'" in ran.out


def test_a_line_to_paste_runs_nothing_of_a_name(house):
    """A clip may be called anything; what keeps it is quoted for the shell."""
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
