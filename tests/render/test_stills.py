"""Pictures and animations are clips: upright, of any length, and cheap to render."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.render.conftest import House, ffmpeg, make_clip
from tests.render.reading import md5s, one_command, raw, stacked, still
from tests.render.test_exact import composed

# One color for each quarter, starting at the upper left.
QUARTERS = [(200, 100, 80), (80, 160, 80), (60, 80, 200), (224, 176, 144)]
WIDE, HIGH = 128, 72
UPRIGHT = 0x112  # the EXIF tag for a picture's orientation


def quarters(width: int = WIDE, height: int = HIGH) -> Image.Image:
    """Return a four-color picture."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for at, color in enumerate(QUARTERS):
        x, y = at % 2 * width // 2, at // 2 * height // 2
        draw.rectangle([x, y, x + width // 2 - 1, y + height // 2 - 1], fill=color)
    return image


def animation() -> list[Image.Image]:
    """Return six transparent pictures, in which a yellow bar moves to the right."""
    images = []
    for at in range(6):
        image = Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 0))
        ImageDraw.Draw(image).rectangle([at * 20, 0, at * 20 + 19, HIGH], fill=(255, 220, 0, 255))
        images.append(image)
    return images


def photographs(folder: Path) -> None:
    """Write a picture of every kind that can show the four colors."""
    image = quarters()
    for name in ("a.png", "a.bmp", "a.tif"):
        image.save(folder / name)
    for name in ("a.jpg", "a.webp"):
        image.save(folder / name, quality=95)
    image.save(folder / "progressive.jpeg", quality=95, progressive=True)
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    image.convert("P", palette=Image.Palette.ADAPTIVE).save(folder / "palette.png")
    image.convert("P", palette=Image.Palette.ADAPTIVE).save(folder / "one.gif")
    image.save(folder / "a.avif", quality=95)
    ffmpeg("-v", "error", "-i", str(folder / "a.png"), "-pix_fmt", "rgb48be",
           str(folder / "deep.png"))  # fmt: skip
    (folder / "pattern%03d.png").write_bytes((folder / "a.png").read_bytes() + b"tail")
    image.save(folder / "png.mp4", format="PNG", compress_level=1)
    small = folder.parent / "small.jpg"
    image.resize((32, 18)).save(small)
    # cameras append a preview, and phones append a film
    (folder / "preview.jpg").write_bytes((folder / "a.jpg").read_bytes() + small.read_bytes())
    for held, turns in ((3, [2]), (5, [5]), (6, [4]), (8, [3]), (2, [0])):
        exif = Image.Exif()
        exif[UPRIGHT] = held
        turned = {2: Image.Transpose.ROTATE_180, 5: Image.Transpose.TRANSPOSE,
                  4: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_270,
                  0: Image.Transpose.FLIP_LEFT_RIGHT}[turns[0]]  # fmt: skip
        image.transpose(turned).save(folder / f"held{held}.jpg", quality=95, exif=exif)


@pytest.fixture(scope="module")
def album(tmp_path_factory) -> House:
    """Return a workspace with pictures and animations."""
    house = House(tmp_path_factory.mktemp("album"))
    folder = house.root / "library" / "video"
    photographs(folder)
    first, *rest = animation()
    given = {"save_all": True, "append_images": rest, "duration": [100] * 5 + [1500], "loop": 0}
    first.save(folder / "bar.webp", lossless=True, **given)
    first.save(folder / "bar.png", **given)
    first.save(folder / "bar.gif", disposal=2, **given)
    first.save(folder / "bar.avif", **given)
    quarters(640, 360).save(folder / "large.png")
    dot = Image.new("L", (1280, 720))
    ImageDraw.Draw(dot).ellipse([560, 320, 600, 360], fill=255)
    dot.save(folder / "dot.png")
    grey = Image.linear_gradient("L").resize((320, 180))
    grey.save(folder / "grey.jpg")
    clear = quarters().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((WIDE, HIGH)))
    clear.save(folder / "clear.png")
    make_clip(folder / "film.mp4", picture="testsrc2=s=160x90:r=25", seconds=3)
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "testsrc=s=128x72", "-frames:v", "1",
           "-c:v", "libx264", "-pix_fmt", "yuv420p", str(folder / "flash.mp4"))  # fmt: skip
    return house


def corners(house: House, name: str) -> np.ndarray:
    """Return the mean color of each quarter of a piece's first frame."""
    cut = f"scale={WIDE}:{HIGH},format=rgb24"
    data = raw("-i", str(house.video(name)), "-vf", cut, "-frames:v", "1", "-f", "rawvideo")
    frame = np.frombuffer(data, np.uint8).reshape(HIGH, WIDE, 3)
    inner = [(18, 32), (18, 96), (54, 32), (54, 96)]
    return np.array([frame[y - 8 : y + 8, x - 8 : x + 8].mean((0, 1)) for y, x in inner])


ALIKE = (
    "a.png a.bmp a.tif a.jpg a.webp a.avif progressive.jpeg cmyk.jpg palette.png one.gif deep.png "
    "pattern%03d.png png.mp4 preview.jpg held2.jpg held3.jpg held5.jpg held6.jpg held8.jpg"
).split()


@pytest.mark.parametrize("name", ALIKE)
def test_every_kind_of_picture_is_upright_and_keeps_its_colors(album, name):
    """A picture of any kind is upright, keeps its colors, and is stored as a single frame."""
    project = name.replace(".", "-").replace("%", "-")
    composed(album, project, [name], color_shift=False, duration=2, min_seconds=1, crf=10)
    ran = album.doit("render", f"project={project}")
    assert ran.code == 0, ran.out
    frames = md5s(album.video(project))
    assert len(frames) == 20
    assert len(set(stacked(album, project))) == 1
    far = np.abs(corners(album, project) - np.array(QUARTERS)).max()
    assert far < 10, corners(album, project)
    looks = album.manifest(project)["tasks"]["layer:1"]["objects"]["look-000.nut"]
    assert len(md5s(album.object(looks), "-f", "nut")) == 1, "a layer of one frame"


def facts(house: House) -> dict[str, dict]:
    """Scan a workspace and map the file name of each clip to its facts."""
    ran = house.doit("scan")
    assert ran.code == 0, ran.out
    known = json.loads((house.root / "cache" / "library.json").read_text())["clips"]
    return {Path(name).name: clip.get("facts", clip) for name, clip in known.items()}


def test_a_one_picture_animation_is_a_still_but_a_video_is_not(album):
    """A picture or a one-picture animation is a still, but a one-frame video is not."""
    known = facts(album)
    stills = {name for name, clip in known.items() if clip.get("still")}
    assert stills == {*ALIKE, "large.png", "grey.jpg", "clear.png", "dot.png"}
    assert {(known[n]["seconds"], known[n]["frames"]) for n in stills} == {(0.0, 1)}
    assert (known["flash.mp4"]["frames"], known["flash.mp4"]["still"]) == (1, False)
    assert known["flash.mp4"]["seconds"] > 0
    lines = album.doit("clips", "a.jpg").out.splitlines()
    assert lines[0].split()[:3] == ["library/video/a.jpg", "still", "128x72"]


@pytest.mark.parametrize("name", ["bar.webp", "bar.png", "bar.gif", "bar.avif"])
def test_an_animation_plays_at_its_own_rate_and_loops(album, name):
    """An animation plays at its own rate, holds its last picture, and loops.

    The animation keeps its transparency; the test does not check this for AVIF.
    """
    project = name.replace(".", "-")
    knobs = {"color_shift": False, "duration": 4, "min_seconds": 1, "loop": "cut"}
    composed(album, project, [name], **knobs)
    ran = album.doit("render", f"project={project}", "backdrop=0x0000FF")
    assert ran.code == 0, ran.out
    data = raw("-i", str(album.video(project)), "-vf", "scale=128:72,format=rgb24",
               "-f", "rawvideo")  # fmt: skip
    frames = np.frombuffer(data, np.uint8).reshape(-1, 72, 128, 3)[:, 36].astype(int)
    places = [int(np.argmax(row[:, 0])) // 20 for row in frames]
    once = [0, 1, 2, 3, 4, *[5] * 15]
    assert places == (once * 3)[:40]
    if name != "bar.avif":
        assert frames[0][60].tolist()[2] > 200, "the color behind is seen through its holes"


MOVES = {
    "moves": (
        ["large.png", "clear.png", "grey.jpg"],
        {"still_move": "in", "layer2.still_move": "left", "layer2.similarity": 0.1,
         "layer3.still_move": "out", "layer3.still_reach": 0.3, "layer3.mode": "luminance"},
    ),
    "stands": (["large.png", "clear.png", "grey.jpg"], {"layer3.fit": "contain"}),
    "mixed": (
        ["film.mp4", "held6.jpg", "bar.webp"],
        {"still_move": "up", "still_reach": 0.5, "fit": "blur"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_stills_and_one_command_give_the_frames_of_the_render(album, name):
    """Stills and the exported command make the frames of the render, by md5."""
    clips, knobs = MOVES[name]
    composed(album, name, clips, **knobs)
    assert album.doit("render", f"project={name}").code == 0
    staged = stacked(album, name)
    assert (len(set(staged)) > 20) == (name != "stands")
    for frame in (0, 1, 25, 59):
        assert still(album, name, frame / 10) == staged[frame], frame
    assert one_command(album, project=name) == staged


def test_a_moving_still_covers_its_distance_in_equal_steps(album):
    """A moving still covers the requested distance in equal steps, to within 0.1 pixels."""
    knobs = {"still_move": "left", "still_reach": 0.05, "crf": 4, "color_shift": False}
    composed(album, "dot", ["dot.png"], **{**knobs, "output_size": "640x360", "duration": 3})
    assert album.doit("render", "project=dot").code == 0
    data = raw("-i", str(album.video("dot")), "-vf", "format=gray", "-f", "rawvideo")
    frames = np.frombuffer(data, np.uint8).reshape(-1, 360, 640).astype(float)
    frames[frames < 24] = 0
    x = (frames.sum(1) * np.arange(640)).sum(1) / frames.sum((1, 2))
    steps = np.diff(x)
    assert len(steps) == 29
    assert abs(x[-1] - x[0] - 640 * 0.05 / 0.95) < 0.5
    assert np.abs(steps - steps.mean()).max() < 0.1


def test_moving_a_still_renders_only_its_layer(album):
    """If a still is set in motion, only its layer is rendered.

    In a longer piece, a fixed still is not rendered again.
    """
    composed(album, "turned", ["large.png", "clear.png"], mode="fixed", similarity=0.1)
    assert album.doit("render", "project=turned").code == 0
    longer = album.doit("render", "project=turned", "duration=8")
    assert {task for task in longer.rendered if task.startswith("layer")} == set()
    ran = album.doit("render", "project=turned", "layer2.still_move=in")
    assert {task for task in ran.rendered if task.startswith("layer")} == {"layer:2"}
    why = ran.record["tasks"]["layer:2"]["why"]
    assert "still_move none → in" in str(why)


def test_the_page_of_clips_shows_one_picture_for_a_still(album):
    """The clips page shows a single picture for a still."""
    facts(album)
    ran = album.doit("clips", "page=true", "large")
    assert ran.code == 0, ran.out
    strips = list((album.root / "cache" / "clips").glob("*.jpg"))
    sizes = {_size(path) for path in strips}
    assert (214, 120) in sizes or (212, 120) in sizes


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size
