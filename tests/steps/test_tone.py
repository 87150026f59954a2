"""base/tone: the tables from HDR and wide gamuts to BT.709 follow the published standards."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from collide.base import tone
from collide.base.errors import TaskError
from collide.base.hashing import digest
from collide.base.media import Clip
from collide.blend import normalize
from tests.steps.samples import CLIP
from tests.steps.studio import filtered, kinds, laid_out, staged, worked_out

NAMES = ("pq", "hlg", "bt2020", "p3")

# Chromaticities (x, y) of red, green and blue; the white point of every gamut is D65.
WHITE = (0.3127, 0.3290)
PRIMARIES = {
    "709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
PEAK = 10_000 / 203  # the peak of PQ, relative to white


def xyz(gamut: str) -> np.ndarray:
    """Return the matrix from linear light in a gamut to CIE XYZ (SMPTE RP 177)."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in PRIMARIES[gamut]]).T
    x, y = WHITE
    white = np.array([x / y, 1, (1 - x - y) / y])
    return columns * np.linalg.solve(columns, white)


def to_709(gamut: str) -> np.ndarray:
    """Return the matrix from linear light in a gamut to linear light in BT.709."""
    return np.linalg.solve(xyz("709"), xyz(gamut))


def pq(signal: np.ndarray) -> np.ndarray:
    """Return the light of a PQ signal, with white at 1 (SMPTE ST 2084, equation 4)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = signal ** (1 / m2)
    return (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * PEAK


def hlg(signal: np.ndarray) -> np.ndarray:
    """Return the light of an HLG signal at 1000 cd/m2, with white at 1 (BT.2100, table 5)."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return scene**1.2 * 1000 / 203


def compressed(color: np.ndarray) -> np.ndarray:
    """Return colors whose largest component is compressed by a Möbius curve above 0.8."""
    top, knee = color.max(axis=-1, keepdims=True), 0.8
    # the coefficients of f(x) = (ax + b) / (x + d): f(knee) = knee, f'(knee) = 1, f(peak) = 1
    d = (knee**2 - 2 * knee * PEAK + PEAK) / (PEAK - 1)
    a = 2 * knee + d
    b = -(knee**2)
    curve = np.minimum(1, (a * top + b) / (top + d))
    return np.where(top > knee, color * curve / np.maximum(top, 1e-9), color)


def expected(name: str, signal: np.ndarray) -> np.ndarray:
    """Return the BT.709 signal that the standards define for a table's input."""
    light = {"pq": pq, "hlg": hlg}.get(name, lambda value: value**2.4)(signal)
    mixed = np.maximum(light @ to_709("p3" if name == "p3" else "2020").T, 0)
    limited = compressed(mixed) if name in ("pq", "hlg") else np.minimum(mixed, 1)
    return limited ** (1 / 2.4)


def nodes(name: str) -> np.ndarray:
    """Return the colors of a table, (blue, green, red, 3)."""
    size, *lines = worked_out(name).splitlines()
    assert size == f"LUT_3D_SIZE {tone.SIDE}"
    return np.array([line.split() for line in lines], float).reshape(*[tone.SIDE] * 3, 3)


@pytest.mark.parametrize("name", list(tone.TABLES))
def test_each_table_has_its_recorded_digest(name: str) -> None:
    """Each table that this machine computes matches its digest in DIGESTS."""
    assert digest(tone.table(name).encode()) == tone.DIGESTS[name]
    assert set(tone.DIGESTS) == set(tone.TABLES) >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_tables_follow_the_standards(name: str) -> None:
    """Every node of a table is within 0.006 of the value that the standards define."""
    axis = np.linspace(0, 1, tone.SIDE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    signal = np.stack([red, green, blue], axis=-1)
    off = np.abs(nodes(name) - expected(name, signal))
    # near black the curve of BT.1886 is steep: a matrix rounded to six digits is off by up to 0.003
    assert off.max() < 0.006 and off.mean() < 2e-5


@pytest.mark.parametrize("name", NAMES)
def test_greys_stay_colorless_and_in_order(name: str) -> None:
    """Greys remain colorless and in order, and black remains black."""
    grey = nodes(name)[(range(tone.SIDE),) * 3]
    assert (grey[0] == 0).all()
    assert np.abs(grey - grey[:, :1]).max() < 1e-4
    assert (np.diff(grey[:, 0]) >= 0).all()
    assert grey.max() <= 1


@pytest.mark.parametrize("name", ["pq", "hlg"])
def test_greys_below_the_knee_keep_their_light(name: str) -> None:
    """A grey below the knee keeps its light; a grey above it remains above and gets no brighter."""
    axis = np.linspace(0, 1, tone.SIDE)
    light = {"pq": pq, "hlg": hlg}[name](axis)
    grey = nodes(name)[(range(tone.SIDE),) * 3][:, 0] ** 2.4
    dark = light < tone.KNEE
    assert grey[dark] == pytest.approx(light[dark], abs=1e-4)
    assert (grey[~dark] > 0.79).all() and (grey[~dark] <= light[~dark]).all()


def test_a_table_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is computed at its first use and read from its file afterwards."""
    path = tone.table_file(tmp_path, tone.DIGESTS["p3"])
    assert path.read_text() == worked_out("p3") and path.suffix == ".cube"
    monkeypatch.setattr(tone, "table", lambda name: pytest.fail("worked out again"))
    assert tone.table_file(tmp_path, tone.DIGESTS["p3"]) == path


def test_a_table_with_a_different_digest_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table with a different digest raises an error, and its file is not kept."""
    monkeypatch.setattr(tone, "table", lambda name: "LUT_3D_SIZE 2\n")
    with pytest.raises(TaskError, match="a different color table for pq"):
        tone.table_file(tmp_path, tone.DIGESTS["pq"])
    assert not list(tmp_path.rglob("*.cube"))


# --- the tables in ffmpeg ---

OF = {
    "pq": {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": "smpte2084"},
    "hlg": {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": "arib-std-b67"},
    "bt2020": {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": "bt2020-10"},
    "p3": {"matrix": "bt709", "primaries": "smpte432", "transfer": "bt709"},
}


def clip_of(name: str, pixels: str = "yuv444p10le") -> Clip:
    """Return a clip whose colors are converted by a table."""
    return replace(CLIP, **OF[name], pixels=pixels, span="tv")


def camera(name: str, pixels: str) -> str:
    """Return the chain that converts RGB to the colors and pixel format of the clip `name`."""
    made = OF[name]
    tags = f"colorspace={made['matrix']}:color_primaries={made['primaries']}"
    matrix = made["matrix"].removesuffix("nc")
    scaled = f"scale=iw:ih:out_range=tv:out_color_matrix={matrix}:flags=bicubic+accurate_rnd"
    return f"{scaled},format={pixels},setparams={tags}:color_trc={made['transfer']}:range=tv"


@pytest.fixture(scope="module")
def colors() -> np.ndarray:
    """Return an RGB picture with the colors of a 9x9x9 cube."""
    axis = np.linspace(0, 255, 9).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    return cube.reshape(27, 27, 3).repeat(2, axis=0)[:, :26].repeat(2, axis=1)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_get_the_colors_of_the_table(
    tmp_path: Path, colors: np.ndarray, name: str
) -> None:
    """At least 95% of ffmpeg's output is within 4 levels of the standards."""
    laid_out(tmp_path, name)
    clip = clip_of(name)
    chain = f"{camera(name, clip.pixels)},{normalize.colors({}, clip=clip)}"
    raw = filtered(tmp_path, f"{chain},scale=iw:ih:in_color_matrix=bt709", staged(tmp_path, colors),
                   "rgb24")  # fmt: skip
    found = np.frombuffer(raw, np.uint8).reshape(colors.shape) / 255
    off = np.abs(found - expected(name, colors / 255)) * 255
    assert np.percentile(off, 95) < 4 and off.mean() < 1.5


@pytest.mark.parametrize("pixels", ["yuv420p10le", "yuv444p10le", "yuv420p"])
@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_identical_on_every_processor(
    tmp_path: Path, colors: np.ndarray, name: str, pixels: str
) -> None:
    """A table makes the same bits in plain C and with every instruction set."""
    laid_out(tmp_path, name)
    clip, source = clip_of(name, pixels), staged(tmp_path, colors)
    chain = f"{camera(name, pixels)},{normalize.colors({}, clip=clip)}"
    kept = "yuv444p" if clip.fine else "yuv420p"
    found = {filtered(tmp_path, chain, source, kept, kind) for kind in ("all", *kinds())}
    assert len(found) == 1
