"""Numbered sequences and wide-gamut pictures are clips, and fake pictures are rejected."""

import shutil
from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from tests.model import write_model
from tests.render.conftest import House, make_clip
from tests.render.reading import one_command, raw, stacked, still
from tests.render.test_exact import composed
from tests.render.test_stills import QUARTERS, corners, facts, photographs, quarters
from tests.unit.base.test_icc import ADOBE, P3, profile

HOSTILE = {
    "header.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0",
    "text.png": b"hello " * 99,
    "vector.png": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///x"/></svg>',
    "letters.bmp": b"BMovie notes, nothing else in here " * 9,
    "list.jpg": b"ffconcat version 1.0\nfile ../../../canary.ts\n",
    "notes.ps": b"%!PS-Adobe-3.0\n" * 99,
    "code.ts": b"export const a = 1;\n" * 99,
    "text.h264": b"hello " * 9999,
    "short.webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "short.gif": b"GIF89a\xff\xff\xff\xff\x80\0\0",
}


def test_unusable_pictures_are_rejected(tmp_path):
    """A scan rejects text under a picture's name, and oversized or truncated pictures."""
    house = House(tmp_path)
    folder = house.root / "library" / "video"
    for name, data in HOSTILE.items():
        (folder / name).write_bytes(data)
    photographs(folder)
    half = (folder / "a.png").read_bytes()
    (folder / "half.png").write_bytes(half[:60])
    shutil.copy(folder / "a.jpg", folder / "jpeg.png")
    for name in ("huge.png", "huge.jpg", "huge.webp", "huge.gif", "huge.tif", "huge.bmp"):
        Image.new("L", (9000, 6000)).save(folder / name)
    known = facts(house)
    left_out = {name: clip["left_out"] for name, clip in known.items() if "left_out" in clip}
    huge = {name for name in left_out if name.startswith("huge")}
    assert len(huge) == 6
    assert set(left_out) == {*HOSTILE, *huge, "half.png"}
    assert {left_out[name] for name in huge} == {"its picture is larger than 35 megapixels"}
    assert known["jpeg.png"]["video"] == "mjpeg"


@pytest.fixture(scope="module")
def rushes(tmp_path_factory) -> House:
    """Return a workspace with a film and a sequence of numbered pictures in different greys."""
    house = House(tmp_path_factory.mktemp("rushes"))
    folder = house.root / "library" / "video" / "100% walk"
    folder.mkdir()
    for at in range(60):
        Image.new("RGB", (128, 72), (4 * at, 4 * at, 4 * at)).save(folder / f"w_{at + 7:04d}.png")
    make_clip(house.root / "library" / "video" / "film.mp4", picture="testsrc2=s=160x90:r=25")
    return house


def picture_numbers(house: House, name: str) -> list[int]:
    """Return the number of the picture that each frame of a piece shows."""
    data = raw("-i", str(house.video(name)), "-vf", "scale=1:1,format=gray", "-f", "rawvideo")
    return [round(value / 4) for value in data]


def test_numbered_pictures_are_one_clip_at_24_fps(rushes):
    """A sequence is one clip at 24 fps, named after its first file.

    The sequence starts at the requested time and loops.
    """
    known = facts(rushes)
    assert set(known) == {"w_0007.png", "film.mp4"}
    run = known["w_0007.png"]
    assert (run["frames"], run["seconds"], run["fps"], run["still"]) == (60, 2.5, 24.0, False)
    knobs = {"fps": 24, "duration": 4, "color_shift": False, "crf": 4, "start": 0, "loop": "cut"}
    composed(rushes, "walk", ["w_0007.png"], **knobs)
    assert rushes.doit("render", "project=walk").code == 0
    assert (
        np.abs(np.array(picture_numbers(rushes, "walk")) - [n % 60 for n in range(96)]).max() <= 1
    )
    composed(rushes, "late", ["w_0007.png"], **{**knobs, "start": 1, "duration": 1})
    assert rushes.doit("render", "project=late").code == 0
    assert np.abs(np.array(picture_numbers(rushes, "late")) - np.arange(36, 60)).max() <= 1
    staged = stacked(rushes, "late")
    assert still(rushes, "late", 0.5) == staged[12]
    assert one_command(rushes, project="late") == staged


def test_a_changed_picture_renders_the_layer_of_its_sequence(rushes, request):
    """If one picture in a sequence changes, only the sequence's layer is rendered again."""
    composed(rushes, "turn", ["film.mp4", "w_0007.png"], duration=2, mode="fixed")
    for _ in range(2):
        assert rushes.doit("render", "project=turn").code == 0
    assert rushes.doit("render", "project=turn").rendered == set()
    place = rushes.root / "library" / "video" / "100% walk" / "w_0030.png"
    request.addfinalizer(partial(place.write_bytes, place.read_bytes()))
    Image.new("RGB", (128, 72), (255, 0, 0)).save(place)
    ran = rushes.doit("render", "project=turn")
    assert ran.code == 0, ran.out
    assert "layer:2" in ran.rendered
    assert "layer:1" not in ran.rendered


@pytest.mark.parametrize(("name", "colors"), [("p3", P3), ("adobe", ADOBE)])
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_wide_gamut_pictures_convert_to_srgb(tmp_path, name, colors, suffix):
    """Photographs in Display P3 and Adobe RGB get the sRGB colors that littleCMS computes."""
    house, wide = House(tmp_path), profile(colors)
    image = quarters(320, 180)
    path = house.root / "library" / "video" / f"{name}.{suffix}"
    image.save(path, quality=95, icc_profile=wide)
    right = ImageCms.profileToProfile(
        image, ImageCms.ImageCmsProfile(BytesIO(wide)), ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )  # fmt: skip
    composed(house, "x", [path.name], color_shift=False, duration=1, crf=4)
    assert house.doit("render", "project=x").code == 0
    wanted = np.array([right.getpixel((x, y)) for y in (45, 135) for x in (80, 240)])
    plain = np.array(QUARTERS)
    assert np.abs(wanted - plain).max() > 8, "nothing would be compared"
    assert np.abs(corners(house, "x") - wanted).max() < 9


def test_a_still_needs_one_mask_that_moves_with_it(tmp_path):
    """A still needs a single mask, which moves with the still."""
    house = House(tmp_path)
    write_model(house.root / "library" / "models" / "u2netp.onnx")
    folder = house.root / "library" / "video"
    disc = Image.new("L", (640, 360))
    ImageDraw.Draw(disc).ellipse([280, 140, 360, 220], fill=255)
    disc.save(folder / "disc.png")
    Image.new("RGB", (320, 180), (0, 0, 255)).save(folder / "blue.png")
    knobs = {
        "color_shift": False,
        "layer2.mode": "rembg",
        "duration": 12,
        "layer2.still_reach": 0.2,
    }
    composed(house, "x", ["blue.png", "disc.png"], **knobs, **{"layer2.still_move": "left"})
    ran = house.doit("render", "project=x")
    assert ran.code == 0, ran.out
    assert {task for task in ran.rendered if task.startswith("matte")} == {"matte:2.0"}
    staged = stacked(house, "x")
    assert len(set(staged)) > 100
    assert one_command(house, project="x") == staged
    seen = raw("-i", str(house.video()), "-vf", "format=gray", "-f", "rawvideo")
    frames = np.frombuffer(seen, np.uint8).reshape(-1, 72, 128).astype(float)
    places = [(frame > 128).sum(0) @ np.arange(128) / (frame > 128).sum() for frame in frames]
    assert 128 * 0.2 * 0.8 < places[-1] - places[0] < 128 * 0.2 * 1.4
    standing = house.doit("render", "project=x", "layer2.still_move=none")
    assert standing.code == 0
    assert not {task for task in standing.rendered if task.startswith("matte")}
