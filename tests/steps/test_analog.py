"""post/analog on real frames: grain, breathing, flicker, vignette and color drift."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.instrument import Span, in_pieces
from collide.post import analog
from tests.steps import posts as post
from tests.steps.samples import middle
from tests.steps.studio import render

WIDE, HIGH, FPS, COUNT = 160, 90, 24, 30
STILL = {**analog.NEUTRAL, "post": "analog", "output_size": f"{WIDE}x{HIGH}", "fps": FPS}


def raw(folder: Path, file: Path, size: tuple[int, int]) -> np.ndarray:
    """Return the luma of each frame of a staged file: (frames, height, width)."""
    wide, high = size
    output = ["-pix_fmt", "yuv420p", "-fflags", "+bitexact", "-f", "rawvideo", "out.raw"]
    render(folder, ["-i", "@in", *output], **{"in": file})
    planes = np.frombuffer((folder / "out.raw").read_bytes(), np.uint8)
    return planes.reshape(-1, wide * high * 3 // 2)[:, : wide * high].reshape(-1, high, wide)


def grain(folder: Path, **turned: Any) -> np.ndarray:
    """Return the grain plate as levels around 0."""
    said = middle() | STILL | {"grain": 0.1} | turned
    render(folder, post.plate("analog", said))
    edge = 2 * (analog.PLACES - 1)
    return raw(folder, folder / "plate.nut", (WIDE + edge, HIGH + edge)).astype(int) - 128


def analog_frames(folder: Path, level: int | str, **turned: Any) -> np.ndarray:
    """Return COUNT frames after post/analog, made from one level or from an expression."""
    said = middle() | STILL | turned
    plates = {}
    if post.plates(said):
        render(folder, post.plate("analog", said))
        plates = {"analog": (folder / "plate.nut").rename(folder / "laid.nut")}
    grey = f"color=s={WIDE}x{HIGH}:r={FPS},format=yuv420p,geq=lum='{level}':cb=128:cr=128"
    argv = ["-filter_complex", f"{grey}[v]", "-map", "[v]", *in_pieces([Span(0, COUNT)], "raw")]
    render(folder, argv)
    argv = post.command(["analog"], said, span=Span(0, COUNT))
    render(folder, argv, picture=folder / "piece-000.nut", **plates)
    return raw(folder, folder / "post.nut", (WIDE, HIGH)).astype(int)


@pytest.mark.parametrize("size", [1.0, 1.3, 3.0])
@pytest.mark.parametrize("kind", ["gaussian", "perlin", "blue"])
def test_grain_has_the_requested_strength_and_a_mean_of_zero(
    kind: str, size: float, tmp_path: Path
) -> None:
    """Grain of 0.1 has a mean of zero and a standard deviation of six levels, at any size."""
    found = grain(tmp_path, grain_kind=kind, grain_size=size)
    assert found.std() == pytest.approx(6, rel=0.12)
    assert abs(found.mean()) < 0.5
    assert np.abs(found.mean(axis=(1, 2))).max() < 1, "no frame of the grain is a flash"


def test_each_kind_of_grain_has_its_own_texture(tmp_path: Path) -> None:
    """Perlin grain clumps most and blue grain least; salt-and-pepper grain is sparse but strong."""

    def clumped(kind: str) -> float:
        """Return how much grain remains after blurring."""
        found = grain(tmp_path, grain_kind=kind)[:, :120, :184]
        blocks = found.reshape(len(found), 30, 4, 46, 4).mean(axis=(2, 4))
        return float(blocks.std() / found.std())

    assert clumped("blue") < 0.6 * clumped("gaussian") < 0.3 * clumped("perlin")
    sparks = np.abs(grain(tmp_path, grain_kind="salt-pepper"))
    assert 0.001 < (sparks > 100).mean() < 0.005
    assert np.median(sparks) == 0


def test_poisson_grain_grows_with_the_light(tmp_path: Path) -> None:
    """Poisson grain is absent in black and strongest in white; gaussian grain is everywhere."""
    ramp = f"16+219*floor(3*X/{WIDE})/2.5"
    for kind, least in (("poisson", 1.3), ("gaussian", 0.9)):
        found = analog_frames(tmp_path, ramp, grain=0.1, grain_kind=kind)
        dark, mid, light = (found[:, :, at : at + 30].std(axis=0).mean() for at in (10, 65, 120))
        assert light > least * mid
        assert (dark < 0.3) == (kind == "poisson")


def test_grain_does_not_repeat(tmp_path: Path) -> None:
    """A frame's grain does not recur in the next two frames, nor in the frame one plate later."""
    found = analog_frames(tmp_path, 128, grain=0.2) - 128
    for later in (1, 2, analog.PLATE_FRAMES):
        alike = np.corrcoef(found[0].ravel(), found[later].ravel())[0, 1]
        assert abs(alike) < 0.05


def test_seeds_place_the_same_grain_plate_differently(tmp_path: Path) -> None:
    """Two seeds place the same plate differently."""
    one, other = ({**middle(), **STILL, "grain": 0.1, "seed": seed} for seed in (1, 2))
    assert post.plate("analog", one) == post.plate("analog", other)
    assert post.filters("analog", one) != post.filters("analog", other)


MOVES = {"breathe": 0.2, "breathe_rotation": 10.0, "breathe_position": 0.1}


def corners(size: str, frame: int, **turned: Any) -> list[float]:
    """Return the corners of the picture's visible part (x0, y0, x1, …) as fractions of its size."""
    said = middle() | STILL | {"output_size": size} | turned
    text = post.filters("analog", said, first=frame)
    wide, high = map(int, size.split("x"))
    found = []
    for at, made in enumerate(re.findall(r"[xy]\d='st\(0,(.*?)\);st\(1,(.*?)\);(.*?)'", text)):
        known: dict[str, Any] = {"W": wide, "H": high, "on": 0, "sin": math.sin, "cos": math.cos}
        turn, part = (eval(word, known) for word in made[:2])
        known["ld"] = lambda slot, both=(turn, part): both[slot]
        found.append(eval(made[2], known) / (high if at % 2 else wide))
    return found


@pytest.mark.parametrize("size", ["1280x720", "720x1280", "640x640", "1920x800"])
def test_no_edge_enters_the_picture(size: str) -> None:
    """However far a frame breathes, turns and weaves, its corners stay inside the picture."""
    for moves in ({}, MOVES, *({name: value} for name, value in MOVES.items())):
        seen = [corners(size, frame, **moves) for frame in range(0, 2000, 7)]
        assert not moves or all(len(corner) == 8 for corner in seen)
        assert all(-1e-6 <= at <= 1 + 1e-6 for corner in seen for at in corner)


def test_breathing_is_smooth() -> None:
    """From frame to frame, a corner of a 720p picture moves less than a pixel and never jerks."""
    path = 1280 * np.array([corners("1280x720", frame, breathe=0.02)[0] for frame in range(300)])
    steps = np.diff(path)
    assert 0.1 < np.abs(steps).max() < 1
    assert np.abs(np.diff(steps)).max() < 0.1
    assert path.max() - path.min() > 12, "and it does breathe"


def test_flicker_keeps_black_and_a_vignette_keeps_the_middle(tmp_path: Path) -> None:
    """Flicker scales the light of the whole frame except black; a vignette darkens the corners."""
    bright, dark = (
        analog_frames(tmp_path, level, flicker=0.2).mean(axis=(1, 2)) for level in (150, 16)
    )
    assert bright.std() > 5
    assert dark.std() < 0.5
    seen = analog_frames(tmp_path, 180, vignette=0.5)[0]
    assert seen[HIGH // 2, WIDE // 2] >= 178
    assert seen[0, 0] < 90


def test_color_drift_keeps_luma(tmp_path: Path) -> None:
    """Under color drift, every pixel keeps its luma."""
    ramp = f"16+219*X/{WIDE}"
    found = analog_frames(tmp_path, ramp, color_drift=0.05)
    assert (found == raw(tmp_path, tmp_path / "piece-000.nut", (WIDE, HIGH))).all()
