"""blend/key on real pictures, compared with ffmpeg's own keys.

The cut and its threshold together decide which pixels open, so tests of open pixels apply both.
"""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.blend.key import cut, filters, neighbors, steadied
from collide.instrument import SWS, chain
from tests.steps.samples import CLIP, middle
from tests.steps.studio import filtered, kinds, photograph, plane, staged

RED, GREEN, BLUE, GREY = (200, 30, 20), (20, 160, 40), (30, 40, 210), (128, 128, 128)
CAMERA = f"scale=out_color_matrix=bt709:out_range=tv:flags={SWS},format=yuv444p"


def striped_picture(*colors: tuple[int, int, int]) -> np.ndarray:
    """Return a 64x36 picture in four vertical stripes."""
    return np.repeat(np.array([colors], np.uint8), 16, axis=1).repeat(36, axis=0)


def alpha_chain(answer: dict[str, Any], **turned: Any) -> str:
    """Return the chain from pictures to alpha: the cut, then its threshold."""
    raw = {"smooth": 0.0, "steady": 0.0}
    settled = {**middle(), "similarity": 0.1, "softness": 0.0, **raw, **turned}
    measured = cut(settled, clip=CLIP, answer=answer, layer=2)
    return chain(measured, filters(settled, answer=answer))


def keyed_alpha(
    folder: Path, picture: np.ndarray, answer: dict[str, Any], **turned: Any
) -> np.ndarray:
    """Return the alpha that a key makes from a picture."""
    return plane(folder, alpha_chain(answer, **turned), picture)


def answer_with(*colors: tuple[int, int, int]) -> dict[str, Any]:
    """Return a mode's answer with these colors."""
    return {"colors": ["0x{:02X}{:02X}{:02X}".format(*color) for color in colors]}


@pytest.mark.parametrize(
    "opened",
    [(RED,), (RED, BLUE), (BLUE, RED), (RED, GREEN, BLUE), (RED, GREEN, BLUE, GREY)],
    ids=lambda colors: f"{len(colors)}",
)
def test_a_key_opens_only_its_own_colors(tmp_path: Path, opened: Any) -> None:
    """A key of one or several colors opens these colors and no others."""
    stripes = (RED, GREEN, BLUE, GREY)
    alpha = np.repeat([0 if color in opened else 255 for color in stripes], 16)
    assert (keyed_alpha(tmp_path, striped_picture(*stripes), answer_with(*opened)) == alpha).all()


def test_without_a_color_nothing_opens(tmp_path: Path) -> None:
    """If a mode finds no color, no pixel of the layer opens, even at the highest threshold."""
    assert (
        keyed_alpha(tmp_path, striped_picture(RED, GREEN, BLUE, GREY), {"colors": []}, similarity=1)
        == 255
    ).all()


def test_a_higher_similarity_never_closes_a_pixel(tmp_path: Path) -> None:
    """A higher similarity never closes a pixel, and at 1 the whole picture is open."""
    steps = np.linspace(0, 255, 64).astype(np.uint8)
    rows = np.linspace(0, 255, 36).astype(np.uint8)
    picture = np.stack(np.broadcast_arrays(steps[None, :], rows[:, None], np.uint8(90)), axis=-1)
    holes = [keyed_alpha(tmp_path, picture, answer_with(GREY), similarity=s) == 0
             for s in (0.001, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)]  # fmt: skip
    assert all((less <= more).all() for less, more in pairwise(holes))
    sizes = [int(hole.sum()) for hole in holes]
    assert sizes[0] < sizes[2] < sizes[4] < holes[0].size
    assert sizes[-1] == holes[0].size


def test_softness_softens_the_edge_and_keeps_the_hole(tmp_path: Path) -> None:
    """A hard key has two levels of alpha and a soft key many; both fully open the same area."""
    picture = np.zeros((36, 64, 3), np.uint8)
    picture[..., :] = np.linspace(0, 255, 64).astype(np.uint8)[None, :, None]
    white = {"colors": ["0xFFFFFF"]}
    hard, soft = (
        keyed_alpha(tmp_path, picture, white, similarity=0.2, softness=s) for s in (0, 0.3)
    )
    assert set(np.unique(hard)) == {0, 255}
    assert len(np.unique(soft)) > 8
    assert (soft[hard == 0] == 0).all()


def grey_ramp() -> np.ndarray:
    """Return every grey from black to white, one column each."""
    return np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (36, 256, 3))


@pytest.mark.parametrize(
    ("band", "opens"),
    [
        ([0.7, 1.0], lambda grey: grey >= 0.7),
        ([0.0, 0.3], lambda grey: grey <= 0.3),
        ([0.5, 1.0], lambda grey: grey >= 0.5),
        ([0.0, 1.0], lambda grey: grey >= 0),
        ([0.4, 0.6], lambda grey: (grey >= 0.4) & (grey <= 0.6)),
    ],
    ids=["lights", "darks", "half", "all", "between"],
)
def test_a_key_of_light_opens_only_its_band(tmp_path: Path, band: list[float], opens: Any) -> None:
    """A key of light opens only the greys in its band, to within two greys at each edge."""
    alpha = keyed_alpha(tmp_path, grey_ramp(), {"light": band})
    grey = np.arange(256) / 255
    wanted = np.where(opens(grey), 0, 255)
    near_an_end = np.min([np.abs(grey - end) for end in band], axis=0) < 2.1 / 255
    unsure = near_an_end & (grey > 0.01) & (grey < 0.99)
    assert (alpha == alpha[0]).all()
    assert (alpha[0][~unsure] == wanted[~unsure]).all()


def test_softness_widens_the_band_of_a_key_of_light(tmp_path: Path) -> None:
    """Softness widens the edge of the band outwards."""
    hard, soft = (
        keyed_alpha(tmp_path, grey_ramp(), {"light": [0.7, 1.0]}, softness=s)[0] for s in (0, 0.2)
    )
    assert (soft[hard == 0] == 0).all()
    assert len(np.unique(soft)) > 8


# --- compared with ffmpeg's own keys ---

SKY, LEAF, PETAL = (170, 200, 225), (60, 90, 40), (215, 120, 60)


def colorkey_chains(answer: dict[str, Any], similarity: float, softness: float) -> list[str]:
    """Return one chain per color that makes alpha with ffmpeg's colorkey."""
    told = f"similarity={similarity}:blend={softness}"
    return [f"format=rgba,colorkey=color={c}:{told},alphaextract" for c in answer["colors"]]


@pytest.mark.parametrize("softness", [0.0, 0.02, 0.05, 0.2, 0.5])
@pytest.mark.parametrize(
    ("name", "colors"),
    [("china", (SKY,)), ("china", (LEAF, SKY)), ("flower", (PETAL,)), ("flower", ((0, 0, 0),))],
    ids=["sky", "several", "petal", "black"],
)
def test_color_keys_match_ffmpeg_colorkey(
    tmp_path: Path, name: str, colors: Any, softness: float
) -> None:
    """On photographs, alpha is close to ffmpeg's colorkey, and identical to it away from the edge.

    On average they differ by at most 2 levels, or by 3 with a hard edge.
    """
    picture, answer, offs = photograph(name), answer_with(*colors), []
    squares = [((picture.astype(int) - color) ** 2).sum(axis=2) for color in colors]
    far = np.sqrt(np.min(squares, axis=0) / (3 * 255**2))
    for similarity in (0.05, 0.2, 0.3, 0.5):
        each = [
            plane(tmp_path, one, picture) for one in colorkey_chains(answer, similarity, softness)
        ]
        ours = keyed_alpha(tmp_path, picture, answer, similarity=similarity, softness=softness)
        off = np.abs(ours - np.min(each, axis=0))
        beside = np.abs(far - similarity - softness / 2) - softness / 2
        assert (off[beside > 0.75 / 255] == 0).all()
        if softness:
            assert off.max() <= 1 / softness + 2
        offs.append(off.mean())
    assert np.mean(offs) < (2 if softness else 3)


BANDS = [[0.7, 1.0], [0.0, 0.3], [0.5, 1.0], [0.0, 1.0], [0.4, 0.6], [0.9137, 1.0], [0.0, 0.081]]


@pytest.mark.parametrize("softness", [0.0, 0.003, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("band", BANDS, ids=str)
@pytest.mark.parametrize("name", ["china", "flower"])
def test_light_keys_match_ffmpeg_lumakey(
    tmp_path: Path, name: str, band: list[float], softness: float
) -> None:
    """On photographs, alpha is identical to the alpha of ffmpeg's lumakey."""
    low, high = ((16 + 219 * end) / 255 for end in band)
    low, high = (0.0 if band[0] <= 0 else low), (1.0 if band[1] >= 1 else high)
    told = f"threshold={(low + high) / 2:.9f}:tolerance={(high - low) / 2:.9f}:softness={softness}"
    source = staged(tmp_path, photograph(name))
    theirs = filtered(
        tmp_path, f"{CAMERA},format=yuva444p,lumakey={told},alphaextract", source, "gray"
    )
    chain = alpha_chain({"light": band}, softness=softness)
    assert filtered(tmp_path, f"{CAMERA},{chain}", source, "gray") == theirs


def test_the_cut_contains_no_threshold() -> None:
    """The chain of a cut depends on neither similarity nor softness."""
    for answer in (answer_with(RED), answer_with(RED, BLUE), {"light": [0.6, 1.0]}):
        moved = {**answer, "similarity": 0.7}
        cuts = {
            cut({**middle(), "similarity": s, "softness": t}, clip=CLIP, answer=one, layer=2)
            for s, t, one in ((0.001, 0.0, answer), (1.0, 1.0, answer), (0.1, 0.1, moved))
        }
        assert len(cuts) == 1


@pytest.mark.parametrize("depth", ["yuv420p10le", "yuv422p", "yuvj420p", "gbrp", "gray"])
def test_a_key_opens_the_same_in_every_format(tmp_path: Path, depth: str) -> None:
    """In each pixel format, the bright sky of a photograph opens and its dark roof does not."""
    picture = photograph("china")
    found = plane(
        tmp_path, f"format={depth},{alpha_chain(answer_with(SKY), similarity=0.25)}", picture
    )
    light = plane(tmp_path, f"format={depth},{alpha_chain({'light': [0.6, 1.0]})}", picture)
    bright = picture.astype(float) @ (0.2126, 0.7152, 0.0722)
    for alpha in (found, light):
        assert (alpha[bright > 200] == 0).mean() > 0.9
        assert (alpha[bright < 60] == 255).all()


# --- smoothing ---


def smoothed_cut(wide: int, high: int, smooth: float = 1.0, answer: Any = None) -> str:
    """Return the chain that cuts a clip of the given size."""
    clip = replace(CLIP, width=wide, height=high)
    return cut(
        {**middle(), "smooth": smooth}, clip=clip, answer=answer or answer_with(SKY), layer=2
    )


def test_smoothing_grows_with_the_size_of_the_clip() -> None:
    """The smoothing radius grows with a clip's size, from 0 if small; with smooth=0, it is 0."""
    radius = {
        size: re.findall(r"avgblur=(\d+)", smoothed_cut(*size))
        for size in ((320, 240), (240, 320), (640, 360), (1280, 720), (1920, 1080), (3840, 2160))
    }
    assert [*radius.values()] == [[], [], ["1"], ["2"], ["3"], ["6"]]
    for answer in (answer_with(SKY), {"light": [0.6, 1.0]}):
        raw = smoothed_cut(3840, 2160, 0, answer)
        assert raw == smoothed_cut(320, 240, 1, answer)
        assert raw != smoothed_cut(1280, 720, 1, answer)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj422p", "yuv444p10le", "gbrp", "gray"])
@pytest.mark.parametrize(
    "answer", [answer_with(SKY), answer_with(LEAF, SKY), {"light": [0.6, 1.0]}], ids=str
)
def test_a_smoothed_cut_is_the_same_on_every_processor(
    tmp_path: Path, answer: Any, pixels: str
) -> None:
    """A smoothed cut has less detail than a raw cut.

    Its bits are the same with every instruction set.
    """
    source, made = staged(tmp_path, photograph("china")), []
    for smooth in (1, 0):
        played = f"{CAMERA},format={pixels},{smoothed_cut(1280, 720, smooth, answer)}"
        every = {filtered(tmp_path, played, source, "gray", kind) for kind in (*kinds(), "all")}
        assert len(every) == 1
        made.append(np.frombuffer(every.pop(), np.uint8).reshape(213, 320).astype(int))
    fine, raw = (np.abs(np.diff(one, axis=1)).mean() for one in made)
    assert fine < 0.8 * raw


@pytest.mark.parametrize(
    ("steady", "rate", "of_clip", "speed", "frames"),
    [
        (0.0, 24, 24, 1.0, 0),
        (0.12, 24, 24, 1.0, 3),
        (0.12, 60, 60, 1.0, 7),
        (0.01, 24, 24, 1.0, 2),
        (0.12, 24, 7.4, 1.0, 4),
        (0.12, 24, 24, 0.25, 5),
        (0.12, 24, 0.5, 1.0, 8),
    ],
)
def test_steady_is_extended_for_slow_clips(
    steady: float, rate: int, of_clip: float, speed: float, frames: int
) -> None:
    """`steady` is a time in seconds, extended for slow clips and limited to eight frames."""
    clip, knobs = replace(CLIP, fps=of_clip), {"steady": steady, "speed": speed}
    assert neighbors(knobs, clip=clip, fps=rate) == (2 * (frames - 1) if frames else 0)
    assert bool(steadied(knobs, clip=clip, fps=rate, layer=2)) == bool(frames)
