"""blend/layer and the stack: the stored planes of a layer and how the stack uses them."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend import fit as fitting
from collide.blend import place
from collide.engine.programs import find_engine
from tests.render.conftest import ffmpeg
from tests.steps.layers import Played
from tests.steps.samples import CLIP
from tests.steps.studio import filtered, kinds, photograph, staged

FITS = ("cover", "contain", "blur", "stretch")
SHAPES = {
    "landscape": (128, 72),
    "portrait": (72, 128),
    "odd": (95, 53),
    "tape": (900, 40),
    "ribbon": (30, 400),
}
PLACES: dict[str, dict[str, float]] = {
    "whole": {},
    "small": {"scale": 0.4, "x": -0.7, "y": 0.3},
    "leaving": {"scale": 0.6, "x": 0.9, "y": -1.0},
    "large": {"scale": 1.6, "x": -0.4, "y": 0.5},
    "larger": {"scale": 2.0, "x": 0.8, "y": -0.9},
}
fits = pytest.mark.parametrize("fit", FITS)
shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
places = pytest.mark.parametrize("at", PLACES.values(), ids=list(PLACES))


def marked_picture(shape: tuple[int, int]) -> np.ndarray:
    """Return a dark blue picture with a white square near its middle, next to a grey square."""
    width, height = shape
    picture = np.full((height, width, 3), (20, 30, 90), np.uint8)
    side = max(6, min(shape) // 3)
    left, top = (width - side) // 2, (height - side) // 2
    picture[top : top + side, left : left + side] = 255
    picture[top : top + side // 2, max(0, left - side) : left - 2] = 130
    return picture


@fits
@shapes
@pytest.mark.parametrize("size", ["96x54", "54x96"])
def test_alpha_opens_exactly_the_keyed_color(
    tmp_path: Path, fit: str, shape: tuple[int, int], size: str
) -> None:
    """Except with fit=blur, the alpha opens exactly the white parts of the picture."""
    played = Played.of(shape, size, fit=fit)
    planes = played.seen(tmp_path, played.whole(), marked_picture(shape), "rgba")
    (left, top), (wide, high) = played.corner
    inside = np.s_[top : top + high, left : left + wide]
    alpha, light = planes[..., 3][inside], planes[..., :3].mean(axis=-1)[inside]
    if fit != "blur":  # with blur, the fog is half open
        assert (alpha[light > 235] < 128).all()  # white mixed with grey is over half open
        assert (alpha[light < 140] > 128).all()
    outside = np.ones(planes.shape[:2], bool)
    outside[inside] = False
    assert (planes[..., 3][outside] == 0).all()
    assert (alpha == 255).any()
    if fit == "cover" or max(shape) < 3 * min(shape):  # otherwise the square is too small
        assert (alpha == 0).any()


@fits
@places
@pytest.mark.parametrize(
    "shape", [SHAPES["landscape"], SHAPES["portrait"], SHAPES["tape"]], ids=str
)
def test_presence_counts_the_laid_alpha(
    tmp_path: Path, fit: str, at: dict[str, float], shape: tuple[int, int]
) -> None:
    """Presence counts the same alpha that the layer is laid with, even at edges."""
    played = Played.of(shape, "96x54", fit=fit, softness=0.2, feather=30.0, choke=-8.0, **at)
    picture = marked_picture(shape)
    laid = played.seen(tmp_path, f"{played.whole()},alphaextract", picture, "gray")
    counted = played.seen(tmp_path, played.counted(), picture, "gray")
    assert np.abs(laid - counted).max() <= (2 if fit == "blur" else 0)


@fits
@places
def test_the_visible_part_does_not_depend_on_the_kept_margin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fit: str, at: dict[str, float]
) -> None:
    """The visible part of a layer does not depend on how much is kept outside the frame."""
    picture, found = photograph("china"), []
    for margin in (8, 1, 64):
        monkeypatch.setattr(place, "MARGIN", margin)
        played = Played.of((320, 213), "96x54", fit=fit, similarity=0.4, **at)
        found.append(played.seen(tmp_path, played.whole(), picture, "yuva444p"))
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    assert len(np.unique(found[0])) > 50


def test_a_layer_in_fog_moves_like_any_other(tmp_path: Path) -> None:
    """With or without fog, the knob x moves a layer twice the frame's size equally far."""
    found = {}
    for fit in ("blur", "stretch"):
        rows = []
        for x in (-0.6, -0.3, 0.0, 0.3, 0.6):
            played = Played.of((128, 72), "96x54", fit=fit, scale=2.0, x=x)
            rows.append(played.seen(tmp_path, played.whole(), marked_picture((128, 72)), "rgba"))
        found[fit] = np.stack(rows)
    assert np.abs(found["blur"] - found["stretch"]).max() <= 1
    assert len({row.tobytes() for row in found["blur"]}) == 5


@pytest.mark.parametrize("mode", ["normal", "multiply", "screen"])
@pytest.mark.parametrize("chroma", ["420", "444"])
@pytest.mark.parametrize("at", [PLACES["small"], PLACES["leaving"], {"fit": "contain"}], ids=str)
def test_a_layer_at_its_corner_equals_a_padded_layer(
    tmp_path: Path, at: dict[str, Any], chroma: str, mode: str
) -> None:
    """A layer laid at its corner equals a padded layer (in 4:2:0, to within four levels)."""
    played = Played.of((320, 213), "96x54", chroma=chroma, blend_mode=mode, opacity=0.8, **at)
    picture = photograph("flower")
    parts = [
        played.seen(tmp_path, played.over(padded=padded), picture, "yuv444p")
        for padded in (False, True)
    ]
    assert np.abs(parts[0] - parts[1]).max() <= (4 if chroma == "420" else 0)


@pytest.mark.parametrize("chroma", ["420", "444"])
def test_the_color_plane_does_not_depend_on_the_key(tmp_path: Path, chroma: str) -> None:
    """The color plane is always the clip's fitted picture and does not depend on the key."""
    picture, looks = photograph("china"), []
    for answer in ({"colors": ["0xFFFFFF"]}, {"colors": []}, {"light": [0.5, 1.0]}):
        played = Played.of((320, 213), "96x54", chroma=chroma, answer=answer)
        looks.append(played.seen(tmp_path, played.look(), picture, "yuv444p"))
    assert (looks[0] == looks[1]).all()
    assert (looks[0] == looks[2]).all()
    clip = replace(CLIP, width=320, height=213)
    fitted = fitting.filters(
        {"fit": "cover"}, clip=clip, output_size="96x54", grid=1 if chroma == "444" else 2
    )
    made = f"{played.camera},{fitted},format=yuv{chroma}p"
    assert (looks[0] == played.seen(tmp_path, made, picture, "yuv444p")).all()


# --- transparent clips ---

TRANSPARENT = ("yuva420p", "yuva422p", "yuva444p", "yuva444p10le", "gbrap", "rgba", "argb", "ya8")


@pytest.mark.parametrize("pixels", TRANSPARENT)
@fits
def test_clip_alpha_is_multiplied_by_key_alpha(tmp_path: Path, pixels: str, fit: str) -> None:
    """In each transparent format, a clip's own alpha is multiplied by its key's alpha."""
    picture = np.full((54, 96, 4), (20, 30, 90, 255), np.uint8)
    picture[:, 32:64, 3], picture[:, 64:, 3] = 128, 0
    picture[:27, :, :3] = 255  # the key opens the upper half
    played = Played.of((96, 54), "96x54", pixels, fit=fit)
    assert played.facts.layer.planes == ("cut", "own")
    alpha = played.seen(tmp_path, f"{played.whole()},alphaextract", picture, "gray")[..., 0]
    counted = played.seen(tmp_path, played.counted(), picture, "gray")[..., 0]
    for left, wanted in ((4, 255), (36, 128), (68, 0)):
        columns = np.s_[left : left + 24]
        assert (alpha[:25, columns] == 0).all()
        assert np.abs(alpha[29:, columns] - wanted).max() <= 1
    assert (alpha == counted).all()


def test_a_clip_without_alpha_keeps_no_alpha_plane(tmp_path: Path) -> None:
    """For a clip without alpha, the cut is the only other plane that is kept."""
    assert Played.of((96, 54), "96x54", "yuv420p").facts.layer.planes == ("cut",)
    assert "[o2]" not in ";".join(Played.of((96, 54), "96x54", "yuv420p").kept)


# --- every processor ---

CHAINS: dict[str, dict[str, Any]] = {
    "color": {"softness": 0.1},
    "colors": {"answer": {"colors": ["0xFFFFFF", "0x3C5A28", "0xC8D8E0"]}, "softness": 0.05},
    "light": {"answer": {"light": [0.4, 1.0]}, "softness": 0.2, "fit": "blur"},
    "edges": {"choke": 6.0, "feather": 20.0, "fit": "contain", "similarity": 0.5},
    "grown": {"choke": -6.0, "feather": 5.0, "fit": "stretch"},
    "looked": {"color_shift": True, "hue_shift": 40.0, "auto_normalize": True},
    "placed": {"scale": 0.5, "x": 0.4, "y": -0.3, "opacity": 0.6},
    "screen": {"scale": 0.5, "x": -0.4, "blend_mode": "screen", "similarity": 0.4},
    "multiply": {"blend_mode": "multiply", "scale": 1.5, "x": 0.3, "fit": "blur"},
    "darken": {"blend_mode": "darken", "softness": 0.3},
    "alpha": {"pixels": "yuva420p", "softness": 0.2, "feather": 9.0},
}


@pytest.mark.parametrize("chroma", ["420", "444"])
@pytest.mark.parametrize("name", CHAINS)
def test_every_processor_gives_the_same_bits(tmp_path: Path, name: str, chroma: str) -> None:
    """The chains from a clip to the laid layer make the same bits with every instruction set."""
    turned = {"similarity": 0.3, **CHAINS[name]}
    played = Played.of((320, 213), "150x106", chroma=chroma, **turned)
    dice = np.random.default_rng(5)
    picture = np.concatenate(
        [photograph("china"), dice.integers(0, 256, (213, 320, 1), np.uint8)], axis=2
    )
    source = staged(tmp_path, picture)
    for made, pixels in ((played.over(), f"yuv{chroma}p"), (played.counted(), "gray")):
        found = {filtered(tmp_path, made, source, pixels, kind) for kind in ("all", *kinds())}
        assert len(found) == 1


# --- every pixel format that ffmpeg knows ---

ROW = re.compile(r"^([I.])([O.])([H.])([P.])([B.]) (\w+) +(\d) +(\d+) +([\d-]+)$", re.M)


def formats() -> dict[str, tuple[int, int, int]]:
    """Map each software format to its components, bits per pixel and sum of component bits."""
    found = ROW.findall(ffmpeg("-v", "error", "-pix_fmts"))
    rows = [row for row in found if row[2] != "H"]
    bits = {row[5]: sum(map(int, row[8].split("-"))) for row in rows}
    return {row[5]: (int(row[6]), int(row[7]), bits[row[5]]) for row in rows}


def test_every_pixel_format_is_classified() -> None:
    """`alpha` and `fine` agree with ffmpeg's list of formats.

    Formats with an alpha component have `alpha`. Color without subsampling is `fine`, except in the
    Bayer mosaics of cameras. A palette is both.
    """
    known = formats()
    assert len(known) > 150, find_engine().path
    wrong = []
    for name, (components, pixel, bits) in known.items():
        clip = Played.of((96, 54), "96x54", name).facts.layer.clip
        palette = name == "pal8"
        alpha = components == 4 or (components == 2 and name.startswith("ya")) or palette
        fine = (components >= 3 and pixel == bits and "bayer" not in name) or palette
        wrong += [f"{name}: alpha"] * (clip.alpha != alpha) + [f"{name}: fine"] * (
            clip.fine != fine
        )
    assert not wrong
