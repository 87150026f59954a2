"""blend/place: puts a layer at its position in an otherwise transparent frame."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.blend import place
from tests.steps.layers import Played

FRAME = "64x36"


def placed(folder: Path, *, size: str = FRAME, **turned: float) -> np.ndarray:
    """Return a white clip placed in the frame, as RGBA: (height, width, 4)."""
    played = Played.of((64, 36), size, answer={"colors": []}, **turned)
    return played.seen(folder, played.whole(), np.full((36, 64, 3), 255), "rgba")


def opaque_box(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Return the opaque box (left, top, width, height); fail if any pixel is half opaque."""
    alpha = picture[..., 3]
    assert set(np.unique(alpha)) <= {0, 255}
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    box = (columns[0], rows[0], len(columns), len(rows))
    assert (alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] == 255).all()
    return tuple(map(int, box))


@pytest.mark.parametrize(
    ("turned", "box"),
    [
        ({"scale": 0.5}, (16, 9, 32, 18)),
        ({"scale": 0.5, "x": -0.5}, (0, 9, 32, 18)),
        ({"scale": 0.5, "x": 1.0}, (48, 9, 16, 18)),
        ({"scale": 0.5, "y": -1.0}, (16, 0, 32, 9)),
        ({"x": 0.5, "y": 0.5}, (16, 8, 48, 28)),
        ({"scale": 2.0}, (0, 0, 64, 36)),
        ({"scale": 2.0, "x": 1.0}, (0, 0, 64, 36)),
    ],
    ids=str,
)
def test_a_layer_fills_the_requested_box(
    tmp_path: Path, turned: dict[str, float], box: tuple[int, int, int, int]
) -> None:
    """A layer fills exactly the requested box, and everything around it is transparent."""
    assert opaque_box(placed(tmp_path, **turned)) == box


def test_a_centered_layer_at_scale_1_needs_no_filter() -> None:
    """A layer at scale 1 in the middle needs no filter."""
    neutral = {"scale": 1.0, "x": 0.0, "y": 0.0}
    given = {"picture": (64, 36), "output_size": FRAME}
    assert place.size(neutral, FRAME) == FRAME
    assert place.kept(neutral, **given) == ""
    for play in (place.filters, place.moved, place.moved_alpha):
        assert play(neutral, **given, fog=False) == ""
    assert place.corner(neutral, **given, fog=False) == ((0, 0), (64, 36))


def test_x_moves_the_visible_part_of_a_large_layer(tmp_path: Path) -> None:
    """The knob x moves the visible part of a layer that is twice as large as the frame."""
    stripes = np.zeros((36, 64, 3), np.uint8)
    stripes[:, 32:] = 255
    means = []
    for x in (-0.5, 0.0, 0.5):
        played = Played.of((64, 36), FRAME, answer={"colors": []}, scale=2.0, x=x)
        means.append(played.seen(tmp_path, played.whole(), stripes, "rgba")[..., 0].mean())
    assert means == pytest.approx([191, 127.5, 64], abs=5)


def visible_part(
    knobs: dict[str, float], picture: tuple[int, int], size: str
) -> list[tuple[int, int]]:
    """Return the start and size, per axis, of the part of a picture inside the frame.

    Both are computed from the definition of x and y.
    """
    found = []
    frame = tuple(map(int, size.split("x")))
    for side, whole, at in zip(picture, frame, (knobs["x"], knobs["y"]), strict=True):
        first = 2 * round(((whole - side) / 2 + at * whole / 2) / 2)
        found.append((max(0, -first), min(whole, first + side) - max(0, first)))
    return found


def crops(*chains: str) -> list[tuple[int, int]] | None:
    """Return the start and size, per axis, after successive crops, or None if there are none."""
    first, last = [0, 0], None
    for crop in filter(None, chains):
        numbers = [int(n) for n in crop.removeprefix("crop=").split(":")]
        last = numbers[:2]
        first = [at + more for at, more in zip(first, numbers[2:], strict=True)]
    return None if last is None else list(zip(first, last, strict=True))


SIDE = st.integers(2, 1024).map(lambda half: 2 * half)
PLACED = st.floats(-1, 1)


@given(st.tuples(SIDE, SIDE), st.tuples(SIDE, SIDE), st.tuples(PLACED, PLACED))
def test_two_crops_equal_one_crop_to_the_frame(
    picture: tuple[int, int], frame: tuple[int, int], at: tuple[float, float]
) -> None:
    """Cropping to the kept part, then to the frame, equals cropping the picture to the frame.

    Sizes and positions are even, and something is always visible.
    """
    knobs, given_ = (
        {"x": at[0], "y": at[1]},
        {"picture": picture, "output_size": "{}x{}".format(*frame)},
    )
    kept, inside = place.kept(knobs, **given_), place.filters(knobs, **given_, fog=True)
    wanted = visible_part(knobs, picture, given_["output_size"])
    assert (crops(kept, inside) or [(0, side) for side in picture]) == wanted
    corner, part = place.corner(knobs, **given_, fog=True)
    assert part == tuple(size for _, size in wanted)
    assert all(n % 2 == 0 and n >= 0 for n in (*corner, *part))
    assert min(part) >= 2
    assert all(at + size <= side for at, size, side in zip(corner, part, frame, strict=True))
    for chain in filter(None, (kept, inside)):
        assert all(int(n) % 2 == 0 for n in chain.removeprefix("crop=").split(":"))


@given(st.floats(1.01, 2.0), st.floats(-1, 1))
def test_small_moves_stay_within_the_kept_margin(scale: float, x: float) -> None:
    """If a layer is larger than the frame, at most the frame plus an eighth is kept.

    A small move changes the kept part at most once.
    """
    size = place.size({"scale": scale}, "1280x720")
    given_ = {"picture": tuple(map(int, size.split("x"))), "output_size": "1280x720"}
    parts = [
        place.kept({"x": near, "y": 0.0}, **given_)
        for near in np.linspace(max(-1, x - 0.05), min(1, x + 0.05), 9)
    ]
    assert len(set(parts)) <= 2
    for kept in filter(None, parts):
        wide, high = map(int, kept.removeprefix("crop=").split(":")[:2])
        assert wide <= 1280 + 160 and high <= 720 + 90


def test_a_small_layer_is_kept_whole_wherever_it_is() -> None:
    """A layer that fits the frame is kept whole, so nothing is rendered again if it is moved."""
    given_ = {"picture": (640, 360), "output_size": "1280x720"}
    places_ = [{"x": x, "y": y} for x in (-1.0, -0.3, 1.0) for y in (-1.0, 0.7)]
    assert {place.kept(knobs, **given_) for knobs in places_} == {""}


@given(st.integers(8, 2048).map(lambda half: 2 * half), st.floats(0.1, 2.0))
def test_a_size_is_even_and_at_least_four(frame: int, scale: float) -> None:
    """A layer's sizes are even and at least 4, whatever its scale and the frame's size."""
    sides = [int(side) for side in place.size({"scale": scale}, f"{frame}x{frame}").split("x")]
    assert all(side % 2 == 0 and side >= 4 for side in sides)


@given(st.tuples(SIDE, SIDE), st.tuples(PLACED, PLACED))
def test_a_small_layer_stays_inside_the_frame(
    frame: tuple[int, int], at: tuple[float, float]
) -> None:
    """Wherever a small layer is placed, it fills an even box inside the frame."""
    picture = (max(2, frame[0] // 8 * 2), max(2, frame[1] // 8 * 2))
    knobs = {"x": at[0], "y": at[1]}
    given_ = {"picture": picture, "output_size": "{}x{}".format(*frame), "fog": False}
    corner, part = place.corner(knobs, **given_)
    assert all(n % 2 == 0 and n >= 0 for n in (*corner, *part))
    assert all(first + seen <= side for first, seen, side in zip(corner, part, frame, strict=True))
    assert min(part) >= 2 or max(frame) < 16


@pytest.mark.parametrize("x", np.linspace(-0.31, 0.29, 7))
def test_a_small_layer_moves_by_fractions_of_a_pixel(tmp_path: Path, x: float) -> None:
    """The center of a small layer's alpha is within a seventh of a pixel of its exact position."""
    turned = {"scale": 0.25, "x": float(x), "y": 0.1}
    played = Played.of((64, 36), "256x144", answer={"colors": []}, **turned)
    seen = played.seen(tmp_path, played.whole(), np.full((36, 64, 3), 255), "rgba")[..., 3]
    middle = [
        (seen.sum(axis=axis) * (np.arange(seen.shape[1 - axis]) + 0.5)).sum() / seen.sum()
        for axis in (0, 1)
    ]
    assert middle == pytest.approx([128 + x * 128, 72 + 0.1 * 72], abs=0.14)
