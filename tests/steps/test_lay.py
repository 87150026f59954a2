"""blend/lay on real pictures: lays one layer over another with a blend mode."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend import lay
from collide.instrument import SWS, TAGS
from tests.steps.studio import filtered, kinds, render, staged

BELOW, ABOVE = (60, 120, 200), (180, 90, 40)


def over(folder: Path, below: np.ndarray, above: np.ndarray, *more: str, **turned: object) -> bytes:
    """Return `above` (RGBA) laid over `below` (RGB) with the `turned` knobs, as raw 4:4:4."""
    (folder / "a").mkdir(exist_ok=True)
    (folder / "b").mkdir(exist_ok=True)
    files = {"b": staged(folder / "b", below), "a": staged(folder / "a", above[..., :3])}
    files["h"] = staged(folder, np.repeat(above[..., 3:], 3, axis=2))
    sws = "flags=bicubic+accurate_rnd+bitexact"
    yuv = f"scale=out_range=tv:out_color_matrix=bt709:{sws}"
    knobs = {**lay.NEUTRAL, **turned}
    thin = lay.thinned(knobs)
    graph = ";".join(
        (
            f"[0:v]{yuv},format=yuv444p[l1]",
            f"[2:v]format=gray{',' * bool(thin)}{thin}[h]",
            f"[1:v]{yuv},format=yuv444p[c];[c][h]alphamerge[l2]",
            f"{lay.filters(knobs, below='l1', above='l2', chroma='444')},format=yuv444p[v]",
        )
    )
    inputs = [*more, "-i", "@b", "-i", "@a", "-i", "@h"]
    raw = ["-c:v", "rawvideo", "-fflags", "+bitexact", "-f", "rawvideo", "out.raw"]
    render(folder, [*inputs, "-filter_complex", graph, "-map", "[v]", *raw], **files)
    return (folder / "out.raw").read_bytes()


def rgb(raw: bytes) -> np.ndarray:
    """Convert a 16x16 picture in 4:4:4 to RGB 0..255, by BT.709 in limited range."""
    y, u, v = np.frombuffer(raw, np.uint8).reshape(3, 16, 16).astype(float)
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    parts = (y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u)
    return 255 * np.clip(np.stack(parts, axis=-1), 0, 1)


def plain(color: tuple[int, ...]) -> np.ndarray:
    """Return a one-color 16x16 picture."""
    return np.full((16, 16, len(color)), color, np.uint8)


MODES: dict[str, Callable[[float, float], float]] = {
    "normal": lambda below, above: above,
    "screen": lambda below, above: 1 - (1 - below) * (1 - above),
    "multiply": lambda below, above: below * above,
    "difference": lambda below, above: abs(below - above),
    "overlay": lambda below, above: (
        2 * below * above if below < 0.5 else 1 - 2 * (1 - below) * (1 - above)
    ),
    "lighten": max,
    "darken": min,
}


def test_every_blend_mode_has_a_formula() -> None:
    """MODES has a formula for every blend mode."""
    assert set(lay.LIMITS["blend_mode"].words) == set(MODES)


@pytest.mark.parametrize("alpha", [255, 128])
@pytest.mark.parametrize("mode", MODES)
def test_each_mode_follows_its_formula(tmp_path: Path, mode: str, alpha: int) -> None:
    """Each mode mixes in the RGB color from its formula, in proportion to the layer's alpha."""
    found = rgb(over(tmp_path, plain(BELOW), plain((*ABOVE, alpha)), blend_mode=mode))
    wanted = [
        255 * (b / 255 * (1 - alpha / 255) + MODES[mode](b / 255, a / 255) * alpha / 255)
        for b, a in zip(BELOW, ABOVE, strict=True)
    ]
    assert np.abs(found - wanted).max() < 4


@pytest.mark.parametrize("mode", MODES)
def test_a_hole_leaves_the_picture_below_untouched(tmp_path: Path, mode: str) -> None:
    """Where a layer is transparent, no mode changes a bit of the picture below."""
    steps = np.linspace(0, 255, 256).astype(np.uint8).reshape(16, 16)
    below = np.stack([steps, steps.T, steps[::-1]], axis=-1)
    hole = plain((*ABOVE, 0))
    untouched = over(tmp_path, below, hole)
    assert over(tmp_path, below, hole, blend_mode=mode) == untouched
    assert over(tmp_path, below, plain((*ABOVE, 255)), blend_mode=mode, opacity=0.0) == untouched


@pytest.mark.parametrize("mode", ["normal", "screen"])
def test_opacity_sets_the_share_of_the_layer(tmp_path: Path, mode: str) -> None:
    """At opacity 0.25, the result is a quarter of the way from the picture below to the layer."""
    none, some, whole = (
        rgb(over(tmp_path, plain(BELOW), plain((*ABOVE, 255)), blend_mode=mode, opacity=o))
        for o in (0.0, 0.25, 1.0)
    )
    assert np.abs(some - (0.75 * none + 0.25 * whole)).max() < 3
    assert np.abs(whole - none).max() > 30


@pytest.mark.parametrize("chroma", ["420", "444"])
@pytest.mark.parametrize("mode", MODES)
def test_every_processor_gives_the_same_bytes(tmp_path: Path, mode: str, chroma: str) -> None:
    """Every mode makes the same bytes with every instruction set, in the whole frame or a part."""
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 4))
    knobs = {"opacity": 0.7, "blend_mode": mode}
    for at in ({}, {"corner": (20, 6), "part": (64, 64)}):
        each = ("all", *kinds())
        assert len({laid(tmp_path, noise, kind, knobs, chroma, **at) for kind in each}) == 1


def laid(
    folder: Path, noise: np.ndarray, kind: str, knobs: dict[str, Any], chroma: str, **at: Any
) -> bytes:
    """Return a picture laid over a picture of at least its size, with instruction set `kind`."""
    made = lay.filters(knobs, below="l1", above="l2", chroma=chroma, **at)
    wide, high = (64 + side for side in at.get("corner", (0, 0)))
    graph = (
        f"split[a][b];[a]format=rgba,scale={wide}:{high}:flags={SWS},format=yuv{chroma}p,{TAGS}[l1];"
        f"[b]format=yuva{chroma}p,{TAGS}[l2];{made}"
    )
    return filtered(folder, graph, staged(folder, noise), f"yuv{chroma}p", kind)


def test_a_neutral_layer_is_one_overlay() -> None:
    """With neutral knobs, the graph is a single overlay."""
    assert lay.thinned(lay.NEUTRAL) == ""
    found = lay.filters(lay.NEUTRAL, below="s2", above="l3", chroma="420")
    assert found == "[s2][l3]overlay=format=yuv420:eof_action=endall"
