"""The exported command and the render make the same picture, and the times in files are exact."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from collide.base.hashing import digest_file
from collide.engine.programs import find_engine
from collide.engine.safety import Source, spelled
from collide.store.entry import unsealed
from tests.render.conftest import SMALL, House, ffmpeg, make_clip
from tests.render.reading import RATE, md5s, one_command, samples, stacked, still, streams

GLOW = "gradients=s={}:r={}:c0=white:c1={}:x0=0:y0={}:x1={}:y1={}:seed=3"


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> House:
    """Return a workspace with clips, each difficult in its own way."""
    house = House(tmp_path_factory.mktemp("odd"))
    folder = house.root / "library" / "video"
    make_clip(folder / "plain.mp4", picture="testsrc2=s=160x90:r=25", sound="sine=220", seconds=8)
    make_clip(folder / "portrait.mp4", picture=GLOW.format("90x160", 30, "navy", 60, 90, 100),
              seconds=2.5)  # fmt: skip
    make_clip(folder / "fast.mp4", picture="testsrc=s=160x120:r=60", seconds=2.3)
    make_clip(folder / "slow.mp4", picture="testsrc2=s=160x120:r=12.5", seconds=3.1)
    make_clip(folder / "short.mp4", picture=GLOW.format("64x64", 10, "red", 0, 64, 40),
              seconds=0.3)  # fmt: skip
    make_clip(folder / "flat.mp4", picture=GLOW.format("120x90", 30, "green", 90, 120, 0),
              sound="sine=330:r=22050", seconds=7)  # fmt: skip
    ffmpeg("-v", "error", "-display_rotation", "90", "-i", str(folder / "flat.mp4"),
           "-c", "copy", str(folder / "turned.mp4"))  # fmt: skip
    ffmpeg("-v", "error", "-i", str(folder / "flat.mp4"), "-an", "-vf",
           "select='lt(n,40)+not(mod(n,7))'", "-fps_mode", "vfr", "-c:v", "libx264",
           str(folder / "uneven.mp4"))  # fmt: skip
    ffmpeg("-v", "error", "-i", str(folder / "plain.mp4"), "-an", "-t", "2", "-pix_fmt", "yuvj422p",
           "-c:v", "mjpeg", str(folder / "full.avi"))  # fmt: skip
    ffmpeg("-v", "error", "-i", str(folder / "plain.mp4"), "-an", "-t", "2", "-pix_fmt",
           "yuv420p10le", "-c:v", "libx264", str(folder / "ten.mkv"))  # fmt: skip
    holes = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gt(mod(X+8*T,60),20)'"
    ffmpeg("-v", "error", "-i", str(folder / "plain.mp4"), "-an", "-t", "2.2", "-vf", holes,
           "-c:v", "qtrle", "-pix_fmt", "argb", str(folder / "clear.mov"))  # fmt: skip
    ffmpeg("-v", "error", "-i", str(folder / "clear.mov"), "-vf", "hflip,scale=90:120",
           "-c:v", "ffv1", "-pix_fmt", "yuva420p", str(folder / "glass.mkv"))  # fmt: skip
    return house


# Each piece tests several properties; in most pieces, a layer loops over two segments.
PIECES = {
    "fixed": (
        ["plain.mp4", "portrait.mp4", "short.mp4"],
        {"softness": 0.1},
    ),
    "kmeans-420": (
        ["slow.mp4", "fast.mp4", "turned.mp4", "uneven.mp4"],
        {"mode": "kmeans", "kmeans_colors": 4, "kmeans_key_count": 3, "chroma": "420"},
    ),
    "lights-contain-ffvhuff": (
        ["portrait.mp4", "flat.mp4", "full.avi"],
        {"mode": "luminance", "luminance_target": "lights", "luminance_threshold": 0.6,
         "fit": "contain", "storage": "ffvhuff"},
    ),
    "darks-stretch-ffv1": (
        ["uneven.mp4", "turned.mp4", "ten.mkv"],
        {"mode": "luminance", "luminance_target": "darks", "luminance_threshold": 0.6,
         "fit": "stretch", "storage": "ffv1"},
    ),
    "lit-placed-fogged": (
        ["plain.mp4", "portrait.mp4", "turned.mp4", "short.mp4"],
        {"fit": "blur", "opacity": 0.7, "blend_mode": "screen", "layer3.blend_mode": "difference",
         "layer3.scale": 0.6, "layer3.x": -0.7, "layer3.y": 0.4, "layer4.blend_mode": "overlay",
         "layer4.scale": 1.4, "layer4.x": 0.3, "layer2.similarity": 0.1},
    ),
    "ink-420": (
        ["slow.mp4", "portrait.mp4", "fast.mp4"],
        {"fit": "contain", "opacity": 0.8, "blend_mode": "multiply", "chroma": "420",
         "layer3.blend_mode": "normal", "layer3.scale": 0.5, "layer2.scale": 0.7},
    ),
    "at-their-own-pace": (
        ["fast.mp4", "slow.mp4", "plain.mp4", "short.mp4"],
        {"layer1.speed": 0.25, "layer2.speed": 1.6, "layer2.loop_seconds": 0.7, "layer3.speed": 4,
         "layer4.speed": 0.3333, "layer3.loop_seconds": 5.3, "layer3.start": 0.4},
    ),
    "own-holes-420": (
        ["plain.mp4", "clear.mov", "flat.mp4", "glass.mkv"],
        {"chroma": "420", "similarity": 0.05, "softness": 0.1, "layer2.opacity": 0.8,
         "layer3.opacity": 0.5, "layer4.fit": "blur", "layer4.scale": 0.6, "layer4.x": 0.5,
         "layer4.feather": 20},
    ),
    "edges-twice-as-large": (
        ["slow.mp4", "portrait.mp4", "fast.mp4", "plain.mp4"],
        {"chroma": "420", "scale": 2, "layer2.x": 0.4, "layer2.y": -0.7, "choke": 8,
         "layer3.choke": -8, "feather": 25, "layer3.x": -1, "layer4.scale": 0.3, "layer4.x": 1,
         "layer4.y": 1, "layer3.blend_mode": "lighten", "layer4.fit": "contain"},
    ),
    "fogged-by-light-444": (
        ["flat.mp4", "portrait.mp4", "turned.mp4"],
        {"chroma": "444", "mode": "luminance", "luminance_target": "lights", "softness": 0.2,
         "luminance_threshold": 0.5, "fit": "blur", "layer2.scale": 1.5, "layer2.x": 0.3,
         "layer3.scale": 0.5, "layer3.choke": 8, "layer3.blend_mode": "darken"},
    ),
    "moved-keys": (
        ["plain.mp4", "portrait.mp4", "slow.mp4"],
        {"coverage": "0.3..0.6", "layer2.mode": "kmeans", "layer3.mode": "luminance",
         "feather": 8, "layer3.fit": "contain"},
    ),
    "from-the-middle-23": (
        ["plain.mp4", "turned.mp4", "short.mp4"],
        {"layer1.start": 0.37, "start": 0.5, "fps": 23, "duration": 5.5},
    ),
}  # fmt: skip


def composed(house: House, project: str, clips: list[str], **knobs) -> None:
    """Write a small project with these clips, the base first."""
    small = dict(word.split("=") for word in SMALL)
    pinned = {f"layer{i}.clip": name for i, name in enumerate(clips, start=1)}
    config = {"seed": 5, "num_videos": len(clips), "audio_sources": 1, "similarity": 0.3,
              "storage": "raw", "min_seconds": 0, **small, **pinned, **knobs}  # fmt: skip
    path = house.root / "projects" / project / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config))


def piece(house: House, name: str) -> str:
    """Render one of PIECES unless another test has rendered it; return its name."""
    clips, knobs = PIECES[name]
    composed(house, name, clips, **knobs)
    ran = house.doit("render", f"project={name}")
    assert ran.code == 0, ran.out
    return name


@pytest.mark.parametrize("name", PIECES)
def test_one_command_gives_the_frames_of_the_stack(odd, name):
    """The exported command sends its encoder exactly the frames of the stack."""
    staged = stacked(odd, piece(odd, name))
    assert len(staged) == odd.manifest(name)["recipe"]["frames"]
    assert len(set(staged)) > len(staged) // 3, "the picture must move, or nothing is compared"
    assert one_command(odd, project=name) == staged


@pytest.mark.parametrize("name", PIECES)
def test_a_still_equals_the_frame_of_the_render(odd, name):
    """A still equals the render's frame before encoding, by md5, even in a looped layer."""
    staged = stacked(odd, piece(odd, name))
    fps = odd.manifest(name)["recipe"]["piece"]["fps"]
    for frame in (0, 1, len(staged) // 3, len(staged) - 7, len(staged) - 1):
        assert still(odd, name, frame / fps) == staged[frame], frame


def test_a_loop_restarts_at_the_start_of_its_layer(odd):
    """A layer longer than its clip restarts at its own start, also in the exported command."""
    composed(odd, "grown", ["slow.mp4", "flat.mp4"], start=1.0)
    odd.render("duration=6", project="grown")
    odd.render("duration=11", project="grown")
    assert odd.manifest("grown")["clips"][1]["start"] == 1.0, "a start is drawn once"
    assert one_command(odd, "duration=11", project="grown") == stacked(odd, "grown")


def test_storage_formats_do_not_change_the_picture(odd):
    """The storage formats raw, ffvhuff and ffv1 store the same stack, bit for bit."""
    name = piece(odd, "fixed")
    seen = [stacked(odd, name)]
    for storage in ("ffvhuff", "ffv1"):
        odd.render(f"storage={storage}", project=name)
        seen.append(stacked(odd, name))
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 60


def test_exporting_a_cold_project_renders_no_picture(odd):
    """To export a command, colors and loudness are analyzed, but no layer or stack is rendered."""
    composed(odd, "cold", ["plain.mp4", "flat.mp4"], mode="kmeans", hue_shift=33, duration=2)
    ran = odd.doit("export", "project=cold", "as=ffmpeg")
    assert ran.code == 0, ran.out
    assert len(ran.out.strip().splitlines()) == 1
    kinds = {task.partition(":")[0] for task in ran.record["tasks"]}
    assert kinds >= {"keyframe", "color", "audio", "mix", "loudness"}
    assert not kinds & {"layer", "stack", "encode", "mux", "record"}
    assert not (odd.root / "projects" / "cold" / "output").exists()


@pytest.mark.parametrize("name", ["fixed", "from-the-middle-23"])
def test_the_video_has_exact_frame_times(odd, name):
    """Frame count, duration and frame times are exact, and the sound ends with the picture."""
    video, recipe = odd.video(piece(odd, name)), odd.manifest(name)["recipe"]
    frames, seconds = recipe["frames"], recipe["frames"] / recipe["piece"]["fps"]
    picture, sound = streams(video)[0], streams(video)[1]
    assert len(picture.pts) == frames == round(recipe["piece"]["duration"] / seconds * frames)
    assert picture.pts[0] == 0
    assert {b - a for a, b in pairwise(picture.pts)} == {picture.lengths[-1]}
    assert picture.end == pytest.approx(seconds, abs=1e-9)
    assert len(md5s(video)) == frames, "as many can be decoded"
    assert sound.pts[0] * sound.tick == pytest.approx(0, abs=0.025)
    assert len(samples(video)) / RATE == pytest.approx(seconds, abs=0.025)


def test_segments_join_without_a_seam(odd):
    """The video consists of exactly the frames of its encoded segments, in order."""
    tasks = odd.manifest(piece(odd, "fixed"))["tasks"]
    parts = [odd.object(tasks[f"encode:{i}"]["objects"]["part.mp4"]) for i in (0, 1)]
    assert md5s(odd.video("fixed")) == [md5 for part in parts for md5 in md5s(part, "-f", "mp4")]


@pytest.mark.parametrize("name", [*list(PIECES)[:6], "own-holes-420", "edges-twice-as-large"])
def test_simd_does_not_change_the_bytes(odd, tmp_path, name):
    """The commands for layers and stack write the same bytes with and without SIMD."""
    receipts = odd.root / "cache" / "receipts" / piece(odd, name)
    for task in ("layer-1", "layer-2", "layer-3", "stack-1"):
        entry = unsealed((receipts / f"{task}.json").read_bytes())
        made = {role: digest for role, (digest, _) in entry["objects"].items()}
        assert again(odd, entry, tmp_path / task, "-cpuflags", "0") == made, task


def again(house: House, entry: dict, folder: Path, *options: str) -> dict[str, str]:
    """Run a recorded command again and map each file that it writes to its digest."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    clips = json.loads((house.root / "cache" / "library.json").read_text())["clips"]
    places = {clip["digest"]: house.root / name for name, clip in clips.items()}
    sources = {
        token: Source(places[digest], trusted=False)
        if digest in places
        else Source(house.object(digest), trusted=True, demuxer="nut")
        for token, digest in entry["preimage"]["inputs"].items()
    }
    command = spelled(find_engine().path, entry["preimage"]["argv"], sources)
    ffmpeg("-v", "error", *options, *command[1:], cwd=folder)
    return {path.name: digest_file(path) for path in folder.iterdir()}
