"""blend/fit: scales any shape to the size of the piece; only `stretch` distorts it."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.media import Clip
from collide.blend import fit as instrument
from collide.instrument import PLANE, SWS, chain, wide_and_high
from tests.steps.samples import CLIP
from tests.steps.studio import filtered, staged

FITS = ("cover", "contain", "blur", "stretch")
SHAPES = {
    "landscape": (64, 36),
    "portrait": (36, 64),
    "square": (48, 48),
    "odd": (47, 27),
    "wide": (120, 17),
    "tape": (1200, 18),
    "thread": (9, 900),
    "line": (300, 3),
}
EVEN = st.integers(8, 1100).map(lambda half: 2 * half)


def filters(fit: str, shape: tuple[int, int], size: str) -> str:
    """Return the chain that fits a clip of `shape` and fills the frame around it."""
    given = {"clip": clip(*shape), "output_size": size}
    knobs = {"fit": fit}
    return chain(instrument.filters(knobs, **given), instrument.around(knobs, layer=2, **given))


def clip(width: int, height: int) -> Clip:
    """Return a clip of the given size."""
    return Clip(**CLIP.facts() | {"width": width, "height": height})


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", ["64x36", "36x64", "48x48", "30x62"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_a_clip_of_any_shape_is_rendered_at_the_exact_size(
    tmp_path: Path, fit: str, size: str, shape: tuple[int, int]
) -> None:
    """A clip of any shape becomes a frame of exactly the piece's size."""
    source = staged(tmp_path, np.full((shape[1], shape[0], 3), 200))
    width, height = map(int, size.split("x"))
    made = filters(fit, shape, size)
    assert len(filtered(tmp_path, made, source, "gray")) == width * height


def bars(tmp_path: Path, fit: str, shape: tuple[int, int], size: tuple[int, int]) -> np.ndarray:
    """Return which pixels of the piece a white clip leaves black."""
    source = staged(tmp_path, np.full((shape[1], shape[0], 3), 255))
    made = filters(fit, shape, "{}x{}".format(*size))
    raw = filtered(tmp_path, made, source, "gray")
    return np.frombuffer(raw, np.uint8).reshape(size[1], size[0]) < 128


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_only_contain_leaves_space(tmp_path: Path, shape: tuple[int, int]) -> None:
    """With cover, blur and stretch, a white clip does not leave black in the frame."""
    for fit in ("cover", "blur", "stretch"):
        assert not bars(tmp_path, fit, shape, (64, 36)).any()


@pytest.mark.parametrize("shape", [(36, 64), (48, 48), (120, 17)])
def test_contain_leaves_equal_space_on_two_sides(tmp_path: Path, shape: tuple[int, int]) -> None:
    """`contain` centers the whole clip in the frame, with equal space on opposite sides."""
    black = bars(tmp_path, "contain", shape, (64, 36))
    assert black.any()
    assert not black.all()
    for axis in (0, 1):
        empty = np.flatnonzero(black.all(axis=axis))
        length = black.shape[1 - axis]
        assert abs(len(empty[empty < length / 2]) - len(empty[empty > length / 2])) <= 2


def upright_picture(folder: Path) -> Path:
    """Return an upright picture, its upper half red and its lower half blue."""
    picture = np.zeros((64, 36, 3))
    picture[:32], picture[32:] = (200, 20, 20), (20, 20, 200)
    return staged(folder, picture)


def test_blur_puts_fog_around_the_whole_clip(tmp_path: Path) -> None:
    """With `blur`, the middle is the same as with `contain`; in the fog, red blends into blue."""
    source = upright_picture(tmp_path)
    whole, fogged = (
        np.frombuffer(
            filtered(tmp_path, filters(fit, (36, 64), "64x36"), source, "rgb24"), np.uint8
        )
        .reshape(36, 64, 3)
        .astype(int)
        for fit in ("contain", "blur")
    )
    assert np.abs(whole[:, 24:40] - fogged[:, 24:40]).max() <= 3
    strip = fogged[:, 4, 0]
    assert strip[0] > 150
    assert strip[-1] < 80
    assert np.abs(np.diff(strip)).max() < 40 < np.abs(np.diff(whole[:, 32, 0])).max()


def test_a_keyed_color_leaves_holes_in_the_clip_and_its_fog(tmp_path: Path) -> None:
    """A keyed color leaves a hole in the clip and a soft hole in the fog, without any glow."""
    made = f"format=rgba,colorkey=0x1414C8:0.1,{filters('blur', (36, 64), '64x36')}"
    raw = filtered(tmp_path, made, upright_picture(tmp_path))
    pixels = np.frombuffer(raw, np.uint8).reshape(36, 64, 4).astype(int)
    assert (pixels[20:, 28:36, 3] == 0).all()
    assert (pixels[:15, 28:36, 3] == 255).all()
    strip = pixels[:, 4]
    assert strip[0, 3] > 200
    assert strip[-1, 3] < 50
    seen = strip[strip[:, 3] > 60]
    assert (seen[:, 2] < 60).all(), "the blue that was keyed must not glow around its hole"


@given(st.integers(16, 4096), st.integers(16, 4096), EVEN, EVEN)
def test_sizes_are_even_and_fill_or_fit_the_frame(w: int, h: int, width: int, height: int) -> None:
    """The sizes of a fitted clip are even, `cover` fills the frame, and `contain` fits into it."""
    for fit, beyond in (("cover", True), ("contain", False)):
        made = filters(fit, (w, h), f"{width}x{height}")
        if made.startswith("crop="):  # a clip whose shape is far from the frame's is cropped first
            assert beyond
            assert f"scale={width}:{height}:" in made
            assert all(0 < float(share) <= 1 for share in re.findall(r"i[wh]\*([0-9.]+)", made))
            continue
        found = re.match(r"scale=(\d+):(\d+):", made)
        assert found
        wide, high = int(found[1]), int(found[2])
        assert wide % 2 == high % 2 == 0
        assert (wide >= width and high >= height) if beyond else (wide <= width and high <= height)
        assert wide == width or high == height


# --- planes are fitted like the colors ---


def marked_picture(shape: tuple[int, int]) -> np.ndarray:
    """Return a black picture with a grey corner and a white square slightly off its middle."""
    width, height = shape
    picture = np.zeros((height, width, 3), np.uint8)
    side = max(2, min(shape) // 3)
    left, top = (width - side) // 2 + side // 4, (height - side) // 2
    picture[top : top + side, left : left + side] = 255
    picture[: height // 4, : width // 4] = 90
    return picture


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", ["64x36", "36x64", "30x62", "320x32"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_colors_and_alpha_share_one_geometry(
    tmp_path: Path, fit: str, size: str, shape: tuple[int, int]
) -> None:
    """For any shape and fit, a marked square fills the same pixels in colors and alpha."""
    source = staged(tmp_path, marked_picture(shape))
    given = {"clip": clip(*shape), "output_size": size}
    knobs = {"fit": fit}
    wide, high = instrument.size(knobs, **given)
    sized, plane = instrument.filters(knobs, **given), instrument.plane(knobs, **given)
    camera = f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuv420p"
    luma = f"{camera},{sized},format=yuv420p,extractplanes=y,{PLANE}"
    same = f"{camera},extractplanes=y,{PLANE},{plane}"
    look, alpha = (
        np.frombuffer(filtered(tmp_path, one, source, "gray"), np.uint8).astype(int)
        for one in (luma, same)
    )
    assert len(look) == len(alpha) == wide * high
    assert np.abs(look - alpha).max() <= 1
    assert len(np.unique(alpha)) > 1 or min(shape) < 4


@pytest.mark.parametrize("size", ["64x36", "36x64"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_presence_counts_the_laid_alpha_of_fog(
    tmp_path: Path, size: str, shape: tuple[int, int]
) -> None:
    """With fit=blur, the alpha that presence counts is within two levels of the laid alpha."""
    given, knobs = {"clip": clip(*shape), "output_size": size}, {"fit": "blur"}
    picture, (wide, high) = marked_picture(shape), wide_and_high(size)
    hole = "format=rgba,colorkey=white:0.1:0"
    fogs = [instrument.around(knobs, layer=2, plane=plane, **given) for plane in (False, True)]
    merged = (
        f"{hole},split[Ta][Tb];[Tb]alphaextract,format=gray,{instrument.plane(knobs, **given)}[Tc];"
        f"[Ta]{instrument.filters(knobs, **given)},format=yuv444p[Td];[Td][Tc]alphamerge"
    )
    alone = f"{hole},alphaextract,format=gray,{instrument.plane(knobs, **given)}"
    laid = chain(merged, fogs[0], "format=yuva444p,alphaextract")
    found, counted = (
        np.frombuffer(filtered(tmp_path, one, staged(tmp_path, picture), "gray"), np.uint8)
        for one in (laid, chain(alone, fogs[1]))
    )
    assert len(found) == len(counted) == wide * high
    assert np.abs(found.astype(int) - counted).max() <= 2
