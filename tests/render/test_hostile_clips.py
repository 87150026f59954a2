"""collide rejects hostile files with video names, prints a reason, and never opens them again."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.canary import Canary
from tests.render.conftest import SMALL, House, ffmpeg
from tests.render.shim import Calls

NO_VIDEO = "it is not a video but a picture, a playlist, or text"
PART = "it is not a video, or only part of one"
TEXTS = {
    "text.mp4": ("hello\n" * 100, PART),
    "hls.mp4": (
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{out}\n#EXT-X-ENDLIST\n", PART
    ),
    "ffconcat.mp4": ("ffconcat version 1.0\nfile ../../../canary.ts\n", NO_VIDEO),
    "session.mp4": ("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
                    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n", NO_VIDEO),
    "title.mp4": ("1\n00:00:01,000 --> 00:00:02,000\nhello\n", NO_VIDEO),
}  # fmt: skip
UNOPENED = {
    "empty.mp4": "it is empty",
    "fifo.mp4": "it is not a regular file",
    "folder.mp4": "it is not a regular file",
    "away.mp4": "it links to a file elsewhere: add that file's folder with doit scan path=…",
    "nowhere.mp4": "it is a broken link: its target is missing, or on a disk that is not "
    "plugged in",
}
MADE = {
    "bomb.mov": "its picture is larger than 35 megapixels",
    "cut.mp4": PART,
    "gap.mp4": "it has 7200 s without a picture",
    "sound.mp4": "it has no moving picture",
}
WHY = {**{name: why for name, (_, why) in TEXTS.items()}, **UNOPENED, **MADE}


def make(folder: Path, canary: Path, whole: Path) -> None:
    """Fill a folder with files that must be rejected."""
    for name, (text, _) in TEXTS.items():
        (folder / name).write_text(text.replace("{out}", str(canary)))
    (folder / "empty.mp4").touch()
    os.mkfifo(folder / "fifo.mp4")
    (folder / "folder.mp4").mkdir()
    (folder / "away.mp4").symlink_to(whole)
    (folder / "nowhere.mp4").symlink_to("nothing")
    (folder / "cut.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    still = ["-v", "error", "-f", "lavfi", "-i"]
    ffmpeg(*still, "color=s=8000x5000,format=gray", "-frames:v", "1", "-c:v", "png",
           str(folder / "bomb.mov"))  # fmt: skip
    ffmpeg(*still, "testsrc=s=320x240:r=25:d=1", "-vf", "setpts='if(gte(N,12),PTS+7200/TB,PTS)'",
           "-fps_mode", "passthrough", "-c:v", "libx264", str(folder / "gap.mp4"))  # fmt: skip
    ffmpeg(*still, "sine=d=2", str(folder / "sound.mp4"))


@pytest.fixture
def canary(tmp_path):
    """Yield a canary that watches a file outside the library during the test."""
    bird = Canary(tmp_path / "canary.ts")
    bird.start()
    yield bird
    bird.stop = True
    bird.join()


def test_hostile_files_are_rejected_and_other_clips_render(
    empty_house: House, clips, canary, calls: Calls
):
    """Each hostile file is rejected with a reason and is never opened after its probe."""
    library = empty_house.root / "library" / "video"
    make(library, canary.path, clips / "a.mp4")
    for name in ("a.mp4", "b.mp4", "d.mov"):
        shutil.copy(clips / name, library)
    ran = empty_house.render("num_videos=3", "duration=1", "audio_sources=1")
    assert not canary.sung, "a file outside the library was opened"
    known = json.loads((empty_house.root / "cache" / "library.json").read_text())["clips"]
    left_out = {Path(name).name: clip.get("left_out") for name, clip in known.items()}
    assert left_out == {**WHY, "a.mp4": None, "b.mp4": None, "d.mov": None}
    for name, why in WHY.items():
        assert f"skipped library/video/{name}: {why}" in ran.out.splitlines()
    opened = calls.opened()
    times = {name: opened.count(f"file:{library}/{name}") for name in WHY}
    looked = {name: 0 if name in UNOPENED else 1 for name in WHY}
    assert times == {**looked, "gap.mp4": 6}, "only a readable video needs more"
    used = {Path(clip["name"]).name for clip in empty_house.manifest()["clips"]}
    assert used == {"a.mp4", "b.mp4", "d.mov"}


def test_a_rejected_file_is_not_opened_again(empty_house, canary, clips, calls):
    """A second scan does not open a rejected file and prints the same reasons."""
    make(empty_house.root / "library" / "video", canary.path, clips / "a.mp4")
    first = empty_house.doit("scan")
    before = len(calls.opened())
    # the progress of a scan depends on the clock
    found = [line for line in first.out.splitlines() if not line.startswith("looking at clips")]
    assert empty_house.doit("scan").out.splitlines() == found
    assert len(calls.opened()) == before


@pytest.fixture
def secret(house, tmp_path) -> Path:
    """Replace layer 2's clip with a link to a file outside the library; return that file."""
    clip, away = house.root / "library" / "video" / "b.mp4", tmp_path / "secret.mp4"
    shutil.copy(house.root / "library" / "video" / "c.mp4", away)
    clip.unlink()
    clip.symlink_to(away)
    return away


def test_a_clip_replaced_by_an_outside_link_is_not_followed(house, secret):
    """If a clip becomes a link out of the library, only its layer fails, with a message."""
    ran = house.doit("render", "project=x", *SMALL, "layer2.brightness=0.1")
    assert ran.code == 1
    assert ran.tasks("failed") == {"layer:2"}
    assert ran.record["tasks"]["layer:2"]["why"].startswith("a clip it needs is missing")
    assert "skipped library/video/b.mp4: it links to a file elsewhere" in ran.out


def test_a_link_out_of_the_library_is_not_followed(house, secret, calls):
    """If no results of the linked clip are stored, the error names the layer and the file.

    Neither the link nor its target is opened.
    """
    ran = house.doit("render", "project=x", *SMALL)
    assert (ran.code, ran.record) == (3, {})
    assert (
        ran.out.strip()
        == """ERROR: the clip of layer 2 is missing
  why  library/video/b.mp4 was deleted or changed, or its disk is not plugged in
  fix  bring it back
       or set another: doit set project=x layer2.clip=…"""
    )
    assert not [path for path in calls.opened() if path.endswith(("b.mp4", "secret.mp4"))]
