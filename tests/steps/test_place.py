"""blend/place: a layer is somewhere in the frame, and around it there is nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.media import Clip
from collide.blend import fit, place
from tests.steps.samples import CLIP
from tests.steps.studio import looked

FRAME = "64x36"
SMALL = Clip(**CLIP.facts() | {"width": 64, "height": 36})


def placed(folder: Path, *, size: str = FRAME, **turned: float) -> np.ndarray:
    """Return a white clip in its place, RGBA: (height, width, 4)."""
    knobs = {"scale": 1.0, "x": 0.0, "y": 0.0, "fit": "cover", **turned}
    fitted = fit.filters(knobs, clip=SMALL, output_size=place.size(knobs, size), layer=2)
    chain = ",".join(filter(None, [fitted, place.filters(knobs, output_size=size)]))
    raw = looked(folder, f"format=rgba,{chain}", np.full((36, 64, 3), 255))
    width, height = map(int, size.split("x"))
    return raw.reshape(height, width, 4)


def there(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Return the box of what is opaque: left, top, width, height; nothing is half there."""
    alpha = picture[..., 3]
    assert set(np.unique(alpha)) <= {0, 255}
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    box = (columns[0], rows[0], len(columns), len(rows))
    assert (alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] == 255).all()
    return tuple(map(int, box))


@pytest.mark.parametrize(
    ("turned", "box"),
    [
        ({"scale": 0.5}, (16, 8, 32, 18)),
        ({"scale": 0.5, "x": -0.5}, (0, 8, 32, 18)),
        ({"scale": 0.5, "x": 1.0}, (48, 8, 16, 18)),
        ({"scale": 0.5, "y": -1.0}, (16, 0, 32, 10)),
        ({"x": 0.5, "y": 0.5}, (16, 8, 48, 28)),
        ({"scale": 2.0}, (0, 0, 64, 36)),
        ({"scale": 2.0, "x": 1.0}, (0, 0, 64, 36)),
    ],
    ids=str,
)
def test_a_layer_is_where_it_was_put(
    tmp_path: Path, turned: dict[str, float], box: tuple[int, int, int, int]
) -> None:
    """Its box is the one that was asked for, and everything around it is transparent."""
    assert there(placed(tmp_path, **turned)) == box


def test_a_layer_in_its_own_place_passes_through(tmp_path: Path) -> None:
    """At scale 1 in the middle there is no filter at all."""
    neutral = {"scale": 1.0, "x": 0.0, "y": 0.0}
    assert place.filters(neutral, output_size=FRAME) == ""
    assert place.size(neutral, FRAME) == FRAME


def test_a_larger_layer_shows_the_part_it_was_moved_to(tmp_path: Path) -> None:
    """Twice as large, x moves what is seen: at -0.5 the right quarter is outside."""
    stripes = np.zeros((36, 64, 3), np.uint8)
    stripes[:, 32:] = 255
    knobs = {"scale": 2.0, "y": 0.0, "fit": "cover"}
    means = []
    for x in (-0.5, 0.0, 0.5):
        turned = {**knobs, "x": x}
        fitted = fit.filters(turned, clip=SMALL, output_size=place.size(turned, FRAME), layer=2)
        chain = f"{fitted},{place.filters(turned, output_size=FRAME)}"
        means.append(looked(tmp_path, chain, stripes)[..., 0].mean())
    assert means == pytest.approx([191, 127.5, 64], abs=5)


@given(
    st.integers(8, 2048).map(lambda half: 2 * half),
    st.floats(0.1, 2.0),
    st.floats(-1, 1),
)
def test_everything_is_even_and_something_is_seen(frame: int, scale: float, at: float) -> None:
    """Whatever the numbers, sizes and places are even, and a layer never leaves the frame whole."""
    knobs = {"scale": scale, "x": at, "y": at}
    size = f"{frame}x{frame}"
    assert all(int(side) % 2 == 0 for side in place.size(knobs, size).split("x"))
    for part in filter(None, place.filters(knobs, output_size=size).split(",")):
        numbers = [int(n) for n in part.partition("=")[2].split(":") if n.isdigit()]
        assert len(numbers) == 4
        assert all(n % 2 == 0 and n >= 0 for n in numbers)
        assert min(numbers[:2]) >= 2
