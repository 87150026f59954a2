"""Instruments played by hand leave, make or fill transparent parts."""

import re
from pathlib import Path

import numpy as np
import pytest

from collide.__main__ import main
from tests.render.conftest import ffmpeg, make_clip
from tests.render.reading import raw

pytestmark = pytest.mark.usefixtures("at_home")


def alpha(path: Path) -> np.ndarray:
    """Return the alpha of each pixel in a file's first frame, from 0 to 255."""
    form = ["-frames:v", "1", "-vf", "format=yuva444p,alphaextract", "-pix_fmt", "gray"]
    size = re.search(r", (\d+)x(\d+)", ffmpeg("-i", str(path), "-c", "copy", "-f", "null", "-"))
    data = raw("-i", str(path), *form, "-f", "rawvideo")
    return np.frombuffer(data, np.uint8).reshape(int(size[2]), int(size[1])).astype(int)


HALVES = "color=white:s=128x72:r=10,drawbox=x=0:y=0:w=64:h=72:color=blue:t=fill"
KEYED = ["--mode", "fixed", "--colorkey_hex", "0x0000FF", "--similarity", "0.2", "--softness", "0"]


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a clip that is blue on the left and white on the right."""
    return str(make_clip(tmp_path_factory.mktemp("halves") / "h.mp4", picture=HALVES, seconds=1))


def test_a_key_played_alone_leaves_holes(halves: str, tmp_path: Path) -> None:
    """Only pixels of the key's color become transparent, and the clip's size does not change."""
    out = tmp_path / "k.mkv"
    assert main(["blend/key", "-i", halves, "-o", str(out), *KEYED]) == 0
    seen = alpha(out)
    assert seen.shape == (72, 128)
    assert not seen[:, :60].any() and (seen[:, 68:] == 255).all()


def test_an_edge_played_alone_softens_the_holes_of_the_key(halves: str, tmp_path: Path) -> None:
    """blend/edge feathers or chokes the key's holes; neutral knobs leave the holes unchanged."""
    seen = {}
    for name, more in {"as it is": [], "fades": ["--feather", "60"]}.items():
        out = tmp_path / f"{name}.mkv"
        assert main(["blend/edge", "-i", halves, "-o", str(out), *KEYED, *more]) == 0
        seen[name] = alpha(out)[36]
    assert {*seen["as it is"]} == {0, 255} and len(seen["as it is"]) == 128
    steps = np.diff(seen["fades"])
    assert (steps >= 0).all() and 5 < np.count_nonzero(steps) < 20
    assert seen["fades"][0] == 0 and seen["fades"][-1] == 255
    out = tmp_path / "drawn.mkv"
    assert main(["blend/edge", "-i", halves, "-o", str(out), *KEYED, "--choke", "8"]) == 0
    assert alpha(out)[36].sum() < seen["as it is"].sum()


def test_a_place_played_alone_is_transparent_around_its_layer(halves: str, tmp_path: Path) -> None:
    """A half-size layer centered on the right edge is half visible.

    The rest of the frame is transparent.
    """
    out = tmp_path / "p.mkv"
    words = ["blend/place", "-i", halves, "-o", str(out), "--output_size", "128x72"]
    assert main([*words, "--scale", "0.5", "--x", "1"]) == 0
    seen = alpha(out)
    assert seen.shape == (72, 128)
    assert (seen[18:54, 96:] == 255).all()
    assert seen.sum() == 255 * 36 * 32


@pytest.mark.parametrize("fit", ["contain", "blur"])
def test_a_fit_played_alone_fills_the_frame(halves: str, tmp_path: Path, fit: str) -> None:
    """With fit=contain, the space around a clip is black; with fit=blur, it is a blurred copy."""
    out = tmp_path / "f.mp4"
    words = ["blend/fit", "-i", halves, "-o", str(out), "--output_size", "128x128", "--fit", fit]
    assert main(words) == 0
    data = raw("-i", str(out), "-frames:v", "1", "-vf", "format=gray", "-f", "rawvideo")
    seen = np.frombuffer(data, np.uint8).reshape(128, 128)
    assert (seen[64, 70:].mean() > 200) and (seen[64, :58].mean() < 100)
    above = seen[:20, 70:].mean()
    assert (above < 30) if fit == "contain" else (above > 150)
