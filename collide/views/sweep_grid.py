"""The sheet of a sweep over several knobs: a grid with the values along its edges.

Columns are values of the last knob, and rows are values of the knob before it, so neighbors differ
in one knob. With three knobs, the grid has a block for each value of the first knob. Cells are
numbered row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collide.views.contact_sheet import GAP, GROUND, INK, NUMBER, Picture, badge, lines, write_image

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

LEFT = 200  # the maximum width of a row's label, in pixels
SIZE, LINE, HEAD = 15, 19, 22  # label font size, line height, heading font size, in pixels


class Axis(NamedTuple):
    """A knob of a sweep and its values as they are typed."""

    knob: str
    values: Sequence[str]

    @property
    def labels(self) -> list[str]:
        """Return the value labels for the edge of the grid."""
        return [f"{self.knob}={value}" for value in self.values]


@dataclass(frozen=True)
class _Form:
    """The layout of a grid: a picture's size, the labels, and the left margin."""

    size: tuple[int, int]
    tops: Sequence[Sequence[str]]
    sides: Sequence[Sequence[str]]
    blocks: Sequence[str]
    left: int  # pixels from the left edge to the first picture

    @property
    def top(self) -> int:
        """Return the height of a block above its first row, in pixels."""
        heading = HEAD + GAP if self.blocks[0] else 0
        return heading + LINE * max(map(len, self.tops)) + GAP // 2

    @property
    def block(self) -> int:
        """Return the height of a block, in pixels."""
        return self.top + len(self.sides) * (self.size[1] + GAP) + GAP

    def place(self, cell: int) -> tuple[int, int]:
        """Return the left and upper edges of the picture of a cell, counted from 0."""
        row, column = divmod(cell, len(self.tops))
        block, row = divmod(row, len(self.sides))
        (wide, high), top = self.size, GAP + block * self.block + self.top
        return self.left + column * (wide + GAP), top + row * (high + GAP)


def grid(pictures: Mapping[int, Picture], axes: Sequence[Axis], path: Path) -> None:
    """Write the grid of two or three axes as PNG, with `pictures` numbered from 1, row by row.

    If a cell has no picture, an empty frame shows its number and the word "none".
    """
    from PIL import Image, ImageDraw, ImageFont

    font, large = ImageFont.load_default(SIZE), ImageFont.load_default(HEAD)
    form = _form(pictures, axes, font)
    wide, high = form.size
    columns, count = len(form.tops), prod(len(axis.values) for axis in axes)
    size = (form.left + columns * (wide + GAP), GAP + len(form.blocks) * form.block)
    whole = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(whole)
    for cell in range(count):
        left, top = form.place(cell)
        row, column = cell // columns % len(form.sides), cell % columns
        if not row and not column and form.blocks[0]:
            block = form.blocks[cell // columns // len(form.sides)]
            one = large if large.getlength(block) <= size[0] - 2 * GAP else font
            first, *more = lines(block, size[0] - 3 * GAP, one)
            draw.text((GAP, top - form.top), first + "…" * bool(more), NUMBER, one)
        if not row:
            text = form.tops[column]
            draw.text((left, top - GAP // 2 - LINE * len(text)), "\n".join(text), INK, font)
        if not column:
            draw.text((GAP, top + 2), "\n".join(form.sides[row]), INK, font)
        if picture := pictures.get(cell + 1):
            whole.paste(picture.image, (left, top))
            badge(draw, (left, top), str(cell + 1))
        else:
            draw.rectangle((left, top, left + wide - 1, top + high - 1), outline=INK)
            draw.text((left + GAP, top + GAP), f"{cell + 1}: none", INK, font)
    write_image(whole, path)


def _form(
    pictures: Mapping[int, Picture], axes: Sequence[Axis], font: "FreeTypeFont | ImageFont"
) -> _Form:
    images = [picture.image for picture in pictures.values()]
    size = max(image.width for image in images), max(image.height for image in images)
    sides = [lines(text, LEFT, font) for text in axes[-2].labels]
    widest = max(font.getlength(line) for text in sides for line in text)
    return _Form(
        size=size,
        tops=[lines(text, size[0], font) for text in axes[-1].labels],
        sides=sides,
        blocks=[" ".join(names) for names in product(*(axis.labels for axis in axes[:-2]))],
        left=2 * GAP + round(widest),
    )
