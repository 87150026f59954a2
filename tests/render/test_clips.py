"""collide uses real and odd clips correctly and rejects broken clips with a reason."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.render.conftest import SMALL, House, Ran, ffmpeg, make_clip
from tests.render.reading import streams

FOOTAGE = Path(__file__).parents[2].parent / "shared" / "footage"

# name -> displayed width and height, frames per second, channels, rotated, variable rate
REAL = {
    "autoed_man_on_green.mp4": (1280, 720, 30.0, 2, False, False),
    "drew_MVI_4823.avi": (640, 480, 30.0, 1, False, False),
    "drew_flir_thermal.mp4": (1080, 1440, 7.4, 1, False, True),
    "drew_with-gps.mov": (320, 568, 29.99, 1, True, False),
    "exo_h265_meta.mp4": (1080, 1920, 29.98, 2, True, False),
    "flutter_butterfly.mp4": (1280, 720, 29.97, 2, False, False),
    "gopro_karma.mp4": (854, 480, 29.97, 2, False, False),
    "intel_asl_book.mkv": (640, 480, 30.0, 0, False, False),
    "intel_car-detection.mp4": (768, 432, 12.5, 2, False, False),
    "mdn_flower.mp4": (960, 540, 29.97, 2, False, False),
    "mdn_stream-of-water.webm": (480, 360, 29.97, 1, False, False),
    "p5_crosswalk.mp4": (854, 480, 23.976, 1, False, False),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> House:
    """Return a workspace with the real clips in its library."""
    if not FOOTAGE.is_dir():
        pytest.skip("the real clips are not here: ../shared/footage beside this folder")
    house = House(tmp_path_factory.mktemp("real"))
    for name in REAL:
        shutil.copy(FOOTAGE / name, house.root / "library" / "video")
    make_clip(house.root / "library" / "video" / "below.mp4", picture="testsrc2=s=160x90:r=25")
    assert house.doit("scan").code == 0
    return house


def known(house: House) -> dict[str, dict]:
    """Map each file name to its entry in cache/library.json."""
    clips = json.loads((house.root / "cache" / "library.json").read_text())["clips"]
    return {name.rpartition("/")[2]: clip for name, clip in clips.items()}


def test_real_clips_are_probed_correctly(real):
    """A scan finds the display size, rate, sound and rotation of every real clip."""
    for name, (width, height, fps, channels, turned, uneven) in REAL.items():
        facts = known(real)[name]["facts"]
        assert abs(facts["width"] - width) <= 1, name  # a width in non-square pixels is rounded
        assert (facts["height"], facts["channels"]) == (height, channels), name
        assert facts["fps"] == pytest.approx(fps, rel=0.002), name
        assert (facts["rotated"], facts["variable"]) == (turned, uneven), name


def of_all(names: list[str]) -> list[str]:
    """Return the arguments for a short piece with one layer per clip."""
    pins = [f"layer{n}.clip={name}" for n, name in enumerate(names, start=1)]
    return [f"num_videos={len(names)}", "audio_sources=9", "duration=2", *pins]


@pytest.mark.parametrize("names", [list(REAL)[:6], list(REAL)[6:]], ids=" ".join)
def test_real_clips_work_as_layers(real, names):
    """Every real clip can be a keyed layer with its sound, and no damage is reported."""
    ran = real.render(*of_all(["below.mp4", *names]), f"seed={len(names[0])}", project="real")
    assert len(streams(real.video("real"))[0].pts) == 20
    assert "damaged" not in ran.out
    heard = [n for n, name in enumerate(names, start=2) if REAL[name][3]]
    assert real.manifest("real")["recipe"]["heard"] == heard


CONTAINERS = {
    ".mpg": [], ".ts": [], ".avi": [], ".wmv": [], ".flv": [], ".ogv": [], ".gif": [],
    ".webm": ["-c:v", "libvpx"], ".3gp": ["-c:v", "mpeg4", "-c:a", "aac"],
}  # fmt: skip


def test_any_container_works_as_a_layer(empty_house, clips):
    """Clips in nine containers are probed correctly and can be layers."""
    folder = empty_house.root / "library" / "video"
    for suffix, codec in CONTAINERS.items():
        ffmpeg(
            "-v", "error", "-i", str(clips / "a.mp4"), "-t", "3", *codec, str(folder / f"a{suffix}")
        )
    ran = empty_house.render(*of_all([f"a{suffix}" for suffix in CONTAINERS]), "start=0")
    for name, clip in known(empty_house).items():
        assert (clip["facts"]["width"], clip["facts"]["height"]) == (160, 90), name
        assert clip["facts"]["fps"] == pytest.approx(25, rel=0.02), name
        assert clip["facts"]["seconds"] == pytest.approx(3, abs=0.1), name
    assert "damaged" not in ran.out
    assert len(streams(empty_house.video())[0].pts) == 20
    assert len(empty_house.manifest()["recipe"]["heard"]) == 8, "all but the gif"


def test_broken_files_are_reported_and_never_drawn(empty_house, clips):
    """A scan reports broken files, playlists, sounds and links out of the library.

    No draw chooses these files.
    """
    folder = empty_house.root / "library" / "video"
    whole = (clips / "a.mp4").read_bytes()
    shutil.copy(clips / "a.mp4", folder)
    shutil.copy(clips / "c.mp4", folder)
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])  # lacks the index at the end
    (folder / "garbage.mov").write_bytes(bytes(range(256)) * 200)
    (folder / "empty.mkv").touch()
    (folder / "list.mp4").write_text(f"ffconcat version 1.0\nfile '{folder}/a.mp4'\n")
    (folder / "away.mp4").symlink_to(clips / "d.mov")
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "sine=300", "-t", "1", str(folder / "sound.mp4"))
    ran = empty_house.doit("scan")
    assert ran.code == 0
    broken = {"cut.mp4", "garbage.mov", "empty.mkv", "list.mp4", "away.mp4", "sound.mp4"}
    for name in broken:
        assert f"unreadable library/video/{name}: " in ran.out
    assert "2 clips can be used, 6 were left out" in ran.out
    empty_house.render("num_videos=2", "duration=1")
    chosen = {clip["name"] for clip in empty_house.manifest()["clips"]}
    assert chosen == {"library/video/a.mp4", "library/video/c.mp4"}
    assert empty_house.doit("render", "project=y", "num_videos=3", *SMALL).code == 3


@pytest.fixture
def failing(empty_house, clips) -> House:
    """Return a workspace whose layer 2 draws a clip with a good index but no second half."""
    for name in ("a.mp4", "c.mp4", "d.mov"):
        shutil.copy(clips / name, empty_house.root / "library" / "video")
    folder = empty_house.root / "projects" / "x" / "input"
    folder.mkdir(parents=True)
    bad = folder / "bad.mp4"
    ffmpeg("-v", "error", "-i", str(clips / "a.mp4"), "-an", "-c", "copy",
           "-movflags", "+faststart", str(bad))  # fmt: skip
    data = bad.read_bytes()
    bad.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    config = {"seed": 7, "num_videos": 3, "start": 0, "audio_sources": 2,
              "layer1.clip": "a.mp4", "layer3.clip": "d.mov"}  # fmt: skip
    (folder.parent / "config.json").write_text(json.dumps(config))
    return empty_house


def rendering_fails(house: House) -> Ran:
    """Render a project with a failing layer 2 and check the failure."""
    ran = house.doit("render", "project=x", *SMALL)
    assert ran.code == 1, ran.out
    assert ran.tasks("failed") == {"layer:2"}
    assert "layer:2 wrote " in ran.out
    assert "Traceback" not in ran.out
    assert not house.video().exists()
    return ran


def test_a_failing_clip_is_never_replaced_silently(failing):
    """A failing clip is not replaced; the message suggests the command that draws another clip."""
    ran = rendering_fails(failing)
    assert "doit set project=x layer2.take=1" in ran.out
    kept = {"layer:1", "layer:3", "audio:1", "audio:3", "mix", "loudness", "color:2", "color:3"}
    assert kept <= ran.tasks("rendered", "restored"), "the others are finished, and kept"
    rendering_fails(failing)
    draws = json.loads((failing.root / "projects" / "x" / "selection.json").read_text())["draws"]
    assert [d["name"] for d in draws if d["layer"] == 2] == ["projects/x/input/bad.mp4"]
    assert failing.doit("set", "project=x", "layer2.take=1").code == 0
    ran = failing.render()
    assert ran.rendered >= {"layer:2", "stack:0", "mux"}
    assert ran.tasks("kept") >= kept - {"color:2"}, "which depends on the clip"
    assert "bad.mp4" not in {
        clip["name"].rpartition("/")[2] for clip in failing.manifest()["clips"]
    }


def test_without_a_spare_clip_no_new_draw_is_proposed(failing):
    """If there is no spare clip, the message about a failing clip suggests no other draw."""
    (failing.root / "library" / "video" / "c.mp4").unlink()
    ran = rendering_fails(failing)
    assert "take=" not in ran.out


def test_the_proposed_command_unpins_a_failing_clip(failing):
    """If the failing clip was pinned, the suggested command also unpins it."""
    assert failing.doit("set", "project=x", "layer2.clip=bad.mp4").code == 0
    assert "doit set project=x layer2.clip=any layer2.take=1" in rendering_fails(failing).out


def test_a_slightly_damaged_clip_renders_and_is_reported(failing):
    """A render uses a damaged clip if it can be decoded, and the summary reports the damage."""
    bad = failing.root / "projects" / "x" / "input" / "bad.mp4"
    whole = failing.root / "library" / "video" / "a.mp4"
    ffmpeg(
        "-v", "error", "-i", str(whole), "-an", "-c", "copy", "-movflags", "+faststart", str(bad)
    )
    data = bytearray(bad.read_bytes())
    for place in range(len(data) * 2 // 5, len(data) * 4 // 5, 97):
        data[place] ^= 0x55
    bad.write_bytes(data)
    ran = failing.render("fps=5")
    assert "layer 2 (projects/x/input/bad.mp4) is damaged: ffmpeg reported" in ran.out


def test_own_clips_of_a_project_come_first(empty_house, clips):
    """A project draws clips from its own input folder first and never from another project's."""
    for name in ("a.mp4", "d.mov"):
        shutil.copy(clips / name, empty_house.root / "library" / "video")
    own = empty_house.root / "projects" / "x" / "input"
    own.mkdir(parents=True)
    for name in ("b.mp4", "c.mp4"):
        shutil.copy(clips / name, own)
    knobs = ["num_videos=2", "duration=1", "audio_sources=0"]
    for seed in (1, 2, 3):
        empty_house.render(*knobs, f"seed={seed}")
        chosen = {clip["name"] for clip in empty_house.manifest()["clips"]}
        assert chosen == {"projects/x/input/b.mp4", "projects/x/input/c.mp4"}
    empty_house.render(*knobs, project="y")
    chosen = {clip["name"] for clip in empty_house.manifest("y")["clips"]}
    assert chosen == {"library/video/a.mp4", "library/video/d.mov"}


def test_a_replaced_clip_with_an_old_time_stamp_is_rendered(house, clips):
    """A render finds and reports new bytes with the same name, size and mtime.

    Only the layer with the changed clip is rendered.
    """
    clip = house.root / "library" / "video" / "b.mp4"
    stamp, size = clip.stat().st_mtime_ns, clip.stat().st_size
    other = clips.parent / "other.mp4"
    make_clip(other, picture="color=c=teal:s=90x160:r=30", seconds=2.5)
    clip.write_bytes(other.read_bytes().ljust(size, b"\0"))
    os.utime(clip, ns=(stamp, stamp))
    assert clip.stat().st_size == size
    assert "layer 2: the clip changed" in house.doit("why", "project=x", *SMALL).out
    ran = _as_planned(house)
    assert "layer 2: the bytes of library/video/b.mp4 changed" in ran.out
    assert {"layer:2", "presence", "stack:0", "stack:1", "mux"} <= ran.rendered
    assert {"layer:1", "layer:3"} <= ran.tasks("kept")


def test_a_shorter_replacement_clip_gets_a_new_start(house):
    """If a shorter clip replaces another, collide chooses the layer's start again.

    After a scan, `doit plan` forecasts this render.
    """
    clip = house.root / "library" / "video" / "a.mp4"
    words = ["layer1.clip=a.mp4", "layer1.start=1"]
    house.render(*words)
    assert house.manifest()["clips"][0]["start"] == pytest.approx(2, abs=0.1)
    make_clip(clip, picture="testsrc2=s=160x90:r=25", seconds=7)
    house.doit("scan")
    ran = _as_planned(house, *words)
    assert "layer 1: its start was chosen again" in ran.out
    assert house.manifest()["clips"][0]["start"] == pytest.approx(1, abs=0.1)
    assert "layer:1" in ran.rendered


def _as_planned(house: House, *words: str) -> Ran:
    """Plan and render after a clip has been replaced; assert that the plan was right."""
    said = house.doit("plan", "project=x", "json=true", *SMALL, *words)
    assert "the bytes of library/video/" in said.out
    tasks = json.loads(said.out[said.out.index("{") : said.out.rindex("}") + 1])["tasks"]
    ran = house.render(*words)
    assert {one["task"] for one in tasks if one["verdict"] == "render"} <= ran.rendered
    assert {one["task"] for one in tasks if one["verdict"] == "keep"} <= ran.tasks("kept")
    return ran


def test_a_large_clip_keeps_its_size_in_a_small_piece(house):
    """Even in a small piece, a layer is stored at its clip's size, and a still can be rendered."""
    large = house.root / "library" / "video" / "large.mp4"
    make_clip(large, picture="mandelbrot=s=1280x720:r=10", seconds=6)
    words = ["layer2.clip=large.mp4", "layer3.fit=blur", "layer3.scale=2", "chroma=444"]
    ran = house.render(*words)
    assert {"layer:2", "layer:3", "mux"} <= ran.rendered
    made = house.manifest()["tasks"]["layer:2"]["objects"]["cut-000.nut"]
    assert house.object(made).stat().st_size > 50 * 1280 * 720
    assert house.doit("still", "project=x", *SMALL, *words, "at=1").code == 0
