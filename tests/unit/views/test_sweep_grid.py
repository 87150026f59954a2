"""sweep_grid: the sheet of a sweep over several knobs is a grid, and captions are wrapped."""

from pathlib import Path

import pytest
from PIL import Image, ImageFont

from collide.views.contact_sheet import GROUND, Picture, lines, sheet
from collide.views.sweep_grid import Axis, grid

WIDE, HIGH = 64, 36


def cells(count: int) -> dict[int, Picture]:
    """Map cell numbers to one-color pictures."""
    shades = {at: (at * 7 % 256, 255 - at * 5 % 256, 90) for at in range(1, count + 1)}
    return {
        at: Picture("", Image.new("RGB", (WIDE, HIGH), shade), [at]) for at, shade in shades.items()
    }


def places(path: Path, pictures: dict[int, Picture]) -> dict[int, tuple[int, int]]:
    """Map each cell number to the position of its picture's last pixel, which no number covers."""
    with Image.open(path) as opened:
        seen, found = opened.convert("RGB"), dict[int, tuple[int, int]]()
        shades = {picture.image.getpixel((0, 0)): at for at, picture in pictures.items()}
        for y in range(seen.height):
            for x in range(seen.width):
                if at := shades.get(seen.getpixel((x, y))):
                    found[at] = (x, y)
    return found


@pytest.mark.parametrize(
    "counts",
    [(4, 2), (2, 5), (1, 3), (3, 2, 4), (2, 1, 2)],
    ids=lambda counts: "x".join(map(str, counts)),
)
def test_neighbors_differ_in_one_knob(tmp_path, counts):
    """Columns vary the last knob, rows the knob before it, and blocks the first knob."""
    axes = [Axis(f"knob{at}", [*map(str, range(n))]) for at, n in enumerate(counts)]
    blocks, rows, columns = (1, *counts)[-3:]
    pictures = cells(blocks * rows * columns)
    grid(pictures, axes, tmp_path / "sweep.png")
    found = places(tmp_path / "sweep.png", pictures)
    assert found.keys() == pictures.keys()
    lefts, tops = sorted({x for x, _ in found.values()}), sorted({y for _, y in found.values()})
    assert (len(lefts), len(tops)) == (columns, blocks * rows)
    for at, (x, y) in found.items():
        assert (lefts.index(x), tops.index(y)) == ((at - 1) % columns, (at - 1) // columns)


def test_a_cell_that_failed_leaves_its_place_empty(tmp_path):
    """A failed cell is left empty, and the other cells keep their positions."""
    axes, pictures = [Axis("a", ["1", "2"]), Axis("b", ["1", "2", "3"])], cells(6)
    grid(pictures, axes, tmp_path / "whole.png")
    less = {at: picture for at, picture in pictures.items() if at not in (1, 5)}
    grid(less, axes, tmp_path / "less.png")
    whole, left = (places(tmp_path / f"{name}.png", pictures) for name in ("whole", "less"))
    assert left == {at: place for at, place in whole.items() if at in less}


@pytest.mark.parametrize(
    "text",
    [
        "similarity=0.2",
        "post=color-grade,analog,stabilize,bloom softness=0.05 layer3.blend_mode=screen",
        "a-name-of-one-word-" * 12,
        "clip=" + "ü" * 300,
        "",
    ],
)
def test_no_caption_is_wider_than_its_picture(tmp_path, text):
    """A caption is wrapped into up to three lines; a longer caption ends with an ellipsis."""
    font = ImageFont.load_default(13)
    found = lines(text, 120, font)
    assert all(font.getlength(line) <= 120 for line in found)
    assert len(found) <= 3
    whole = "".join(found).replace(" ", "")
    assert whole == text.replace(" ", "") or (len(found) == 3 and whole.endswith("…"))
    picture = Picture(text, Image.new("RGB", (120, 60), "#102030"))
    sheet([picture, picture], tmp_path / "sheet.png", columns=2)
    with Image.open(tmp_path / "sheet.png") as made:
        gap = made.crop((12 + 120, 0, 2 * 12 + 120, made.height)).convert("RGB")
        assert gap.getcolors() == [
            (12 * made.height, Image.new("RGB", (1, 1), GROUND).getpixel((0, 0)))
        ]
