"""deinterlace, normalize and backdrop make real pictures progressive, uniform and opaque."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from collide.base.media import Clip
from collide.blend import backdrop, deinterlace, normalize
from collide.instrument import TAGS, chain
from collide.plan.planner import normalized
from tests.render.conftest import ffmpeg
from tests.steps.samples import CLIP
from tests.steps.studio import filtered, kinds, staged

HD = replace(CLIP, width=1280, height=720)
AUTO = {"deinterlace": "auto"}


def test_an_ordinary_clip_needs_no_filter() -> None:
    """A progressive clip of one shape needs no filter if it is SD, tagged BT.709, or RGB."""
    for clip in (CLIP, replace(HD, matrix="bt709"), replace(HD, pixels="gbrp")):
        assert normalized(clip) == ("", "")


# --- interlaced clips ---


@pytest.fixture(scope="module")
def bar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film whose frames are the fields of a bar that moves 10 pixels per field."""
    path = tmp_path_factory.mktemp("bar") / "bar.nut"
    moves = "geq=lum='if(lt(mod(X-N*10,128),40),235,16)':cb=128:cr=128"
    source = f"color=black:s=128x96:r=50:d=0.8,{moves},format=yuv420p"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", source, "-c:v", "rawvideo", str(path))
    return path


def combing(raw: bytes) -> float:
    """Return how much each line of 128x96 grey frames differs from its neighbors, on average."""
    frames = np.frombuffer(raw, np.uint8).reshape(-1, 96, 128).astype(float)
    between = (frames[:, :-2] + frames[:, 2:]) / 2
    return float(np.abs(frames[:, 1:-1] - between)[2:-2].mean())


WOVEN = {"top": "tinterlace=mode=interleave_top", "bottom": "tinterlace=mode=interleave_bottom"}


@pytest.mark.parametrize("first", ["top", "bottom"])
def test_the_right_field_order_removes_combs(bar: Path, tmp_path: Path, first: str) -> None:
    """Deinterlacing in the right field order removes combs and keeps the number of frames.

    Flags, detection and the knob produce the same frames; the wrong order does not.
    """
    woven = WOVEN[first]
    other = {"top": "bottom", "bottom": "top"}[first]
    by_flag = deinterlace.filters(AUTO, clip=replace(CLIP, fields="flagged"))
    by_look = deinterlace.filters(AUTO, clip=replace(CLIP, fields=first))
    by_word = deinterlace.filters({"deinterlace": first}, clip=CLIP)
    wrong = deinterlace.filters({"deinterlace": other}, clip=replace(CLIP, fields=first))
    untouched = filtered(tmp_path, woven, bar, "gray")
    made = [
        filtered(tmp_path, f"{woven},{each}", bar, "gray") for each in (by_flag, by_look, by_word)
    ]
    assert len({*made}) == 1 and len(made[0]) == len(untouched)
    assert combing(untouched) > 20 and combing(made[0]) < 3
    assert filtered(tmp_path, f"{woven},{wrong}", bar, "gray") != made[0]


def test_progressive_frames_in_a_flagged_clip_keep_every_bit(bar: Path, tmp_path: Path) -> None:
    """Progressive frames in a flagged clip keep every bit."""
    by_flag = deinterlace.filters(AUTO, clip=replace(CLIP, fields="flagged"))
    assert filtered(tmp_path, by_flag, bar, "yuv420p") == filtered(tmp_path, "", bar, "yuv420p")


def test_off_never_deinterlaces_and_auto_skips_progressive_clips() -> None:
    """`off` leaves every clip unchanged, and `auto` leaves progressive clips unchanged."""
    woven = replace(CLIP, fields="top")
    assert deinterlace.filters({"deinterlace": "off"}, clip=woven) == ""
    assert deinterlace.filters(AUTO, clip=CLIP) == ""


@pytest.mark.parametrize("size", ["128x96", "90x62", "34x38"])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p10le", "yuv444p12le", "yuva420p", "gray"])
def test_deinterlacing_is_identical_on_every_processor(
    bar: Path, tmp_path: Path, pixels: str, size: str
) -> None:
    """Deinterlacing makes the same bytes with every instruction set, at any depth and width."""
    woven = f"{WOVEN['top']},scale={size.replace('x', ':')}:flags=neighbor,format={pixels}"
    for fields in ("flagged", "top", "bottom"):
        made = chain(woven, deinterlace.filters(AUTO, clip=replace(CLIP, fields=fields)))
        assert len({filtered(tmp_path, made, bar, pixels, kind) for kind in ("all", *kinds())}) == 1


# --- uniform clips ---


def test_untagged_hd_is_read_as_bt709(tmp_path: Path) -> None:
    """An untagged HD clip is read as if it were tagged BT.709, which is not ffmpeg's default."""
    picture = np.array([[[200, 40, 30], [20, 180, 60], [40, 60, 200], [250, 200, 20]]], np.uint8)
    source = staged(tmp_path, picture.repeat(8, axis=0).repeat(8, axis=1))
    made = "scale=iw:ih:out_color_matrix=bt709:out_range=tv:flags=accurate_rnd,format=yuv444p"
    untagged = f"{made},setparams=colorspace=unknown"
    colors = normalize.colors({}, clip=HD)
    found, tagged, taken = (
        filtered(tmp_path, f"{each},scale=iw:ih:flags=accurate_rnd", source, "rgb24")
        for each in (f"{untagged},{colors}", f"{untagged},setparams=colorspace=bt709", untagged)
    )
    assert found == tagged != taken


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        ({"matrix": "bt2020nc"}, "scale=iw:ih:flags="),
        ({"matrix": ""}, "scale=iw:ih:in_color_matrix=bt2020:flags="),
        ({"transfer": "", "primaries": "smpte432"}, "scale=iw:ih:in_color_matrix=bt709:flags="),
    ],
)
def test_a_missing_matrix_is_inferred_from_the_gamut(facts: dict[str, str], begins: str) -> None:
    """A missing matrix is inferred from the gamut, and the result is tagged BT.709."""
    clip = replace(CLIP, **{"transfer": "smpte2084", "primaries": "bt2020", **facts})
    made = normalize.colors({}, clip=clip)
    assert made.startswith(begins) and made.endswith(f"format=yuv420p,{TAGS}")
    assert f"lut3d=file={clip.tone}.cube:" in made
    fine = normalize.colors({}, clip=replace(clip, pixels="yuv444p10le"))
    assert fine.endswith(f"format=yuv444p,{TAGS}")


SHAPES = [(160, 120, "1"), (256, 144, "1"), (72, 96, "1"), (90, 72, "16/15"), (33, 25, "1")]


def canvas(clip: Clip, wide: int, high: int, sar: str) -> str:
    """Return the chain that scales any picture to one shape and places it on the canvas."""
    return f"scale={wide}:{high},format=yuv420p,setsar={sar},{normalize.filters({}, clip=clip)}"


@pytest.mark.parametrize(("wide", "high", "sar"), SHAPES)
def test_frames_are_centered_on_the_canvas(tmp_path: Path, wide: int, high: int, sar: str) -> None:
    """A frame of any shape fills as much of the transparent canvas as it can and is centered."""
    clip = replace(CLIP, width=256, height=144, shapes=True)
    source = staged(tmp_path, np.full((50, 50, 3), 200))
    raw = filtered(tmp_path, canvas(clip, wide, high, sar), source, "rgba")
    opaque = np.frombuffer(raw, np.uint8).reshape(144, 256, 4)[..., 3] > 127
    top, left = (np.flatnonzero(opaque.any(axis=side))[[0, -1]] for side in (1, 0))
    inside = opaque[top[0] : top[1] + 1, left[0] : left[1] + 1]
    assert inside.all(), "one rectangle"
    assert abs(top[0] - (143 - top[1])) <= 2 and abs(left[0] - (255 - left[1])) <= 2
    shape = float(Fraction(sar) * wide / high)
    assert inside.shape[1] / inside.shape[0] == pytest.approx(shape, rel=0.03)
    assert inside.shape[0] == 144 or inside.shape[1] == 256


def test_each_frame_is_placed_by_its_own_size(bar: Path, tmp_path: Path) -> None:
    """A frame is placed by its own size, whatever the sizes of the other frames."""
    clip = replace(CLIP, width=256, height=144, shapes=True)
    last = normalize.filters({}, clip=clip)
    sizes = "w='if(lt(n,20),160,256)':h='if(lt(n,20),120,144)':eval=frame"
    frame = 256 * 144 * 4
    raw = filtered(tmp_path, f"scale={sizes},{last}", bar, "rgba")
    for at, size in ((3, "160:120"), (30, "256:144")):
        alone = filtered(tmp_path, f"scale={size},{last}", bar, "rgba")
        assert raw[at * frame : (at + 1) * frame] == alone[at * frame : (at + 1) * frame]


@pytest.mark.parametrize(("wide", "high", "sar"), SHAPES)
def test_the_canvas_is_identical_on_every_processor(
    bar: Path, tmp_path: Path, wide: int, high: int, sar: str
) -> None:
    """The canvas has the same bits in plain C and with every instruction set."""
    made = canvas(replace(CLIP, width=256, height=144, shapes=True), wide, high, sar)
    found = {filtered(tmp_path, made, bar, "yuva420p", kind) for kind in ("all", *kinds())}
    assert len(found) == 1


# --- the color behind the base ---


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (64, 160, 224)])
def test_a_transparent_base_blends_with_its_color(
    tmp_path: Path, color: tuple[int, int, int]
) -> None:
    """Opaque pixels do not change, transparent pixels take the color, and all others blend."""
    dice = np.random.default_rng(5)
    picture = dice.integers(0, 256, (37, 53, 4), np.uint8)
    picture[:, :20, 3], picture[:, 20:40, 3] = 0, 255
    knobs = {"backdrop": f"0x{bytes(color).hex().upper()}"}
    source, made = staged(tmp_path, picture), backdrop.filters(knobs)
    raw = filtered(tmp_path, made, source, "gbrp")
    green, blue, red = np.frombuffer(raw, np.uint8).reshape(3, 37, 53)
    found = np.stack([red, green, blue], axis=-1).astype(int)
    alpha = picture[..., 3:] / 255
    between = picture[..., :3] * alpha + np.array(color) * (1 - alpha)
    assert (found[:, :20] == color).all()
    assert (found[:, 20:40] == picture[:, 20:40, :3]).all()
    assert np.abs(found - between).max() <= 1.5
    assert len({filtered(tmp_path, made, source, "gbrp", kind) for kind in ("all", *kinds())}) == 1
