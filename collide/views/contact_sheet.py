"""Contact sheets (pictures in rows, with captions) and the frames of pieces on them."""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collide.base.files import write_whole
from collide.plan.planner import Plan
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.run.perform import opened_input
from collide.run.session import Session
from collide.store.step import made_by

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw as Drawing
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH = 320  # width of a picture, in pixels
GAP, TEXT, LINE = 12, 20, 16  # pixels: between pictures, for a one-line caption, per further line
NEAR = 2.0  # two pictures look alike below this mean difference (in 8-bit levels)
MOST_LINES = 3  # the maximum number of lines in a caption
FEW = 4  # the maximum number of cell numbers on a picture
GROUND, INK, NUMBER = "#16161a", "#d8d8d2", "#f0c674"


class Picture(NamedTuple):
    """A picture of a sheet, with its name and the numbers of the cells that it shows."""

    name: str
    image: "Image"
    numbers: Sequence[int] = ()


def alike(one: "Image", other: "Image") -> bool:
    """Return whether two pictures are hard to tell apart when small."""
    from PIL import ImageChops, ImageStat

    small = [image.convert("L").resize((32, 18)) for image in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0]) < NEAR


def frame(session: Session, plan: Plan, seconds: float, *, width: int = WIDTH) -> "Image":
    """Render one frame of a piece, as it is before encoding.

    Raises:
        InputError: the piece ends before `seconds`.
        TaskError: a task failed.
    """
    with session.runner.showing(quiet=True):
        session.bring(plan, still_steps(plan.piece, plan.piece.frame_at(seconds)))
        still = made_by(session.state.results(), STILL, "still.png")
        # opened_input renders an evicted still again
        return scaled(opened_input(session.state, still).path, width)


def scaled(path: Path, width: int) -> "Image":
    """Return the picture in a file as RGB, `width` pixels wide."""
    from PIL import Image

    with Image.open(path) as picture:
        high = round(width * picture.height / picture.width)
        return picture.convert("RGB").resize((width, high), Image.Resampling.LANCZOS)


def sheet(pictures: Sequence[Picture], path: Path, *, columns: int = 4) -> None:
    """Write RGB pictures of the same width as a PNG, each with its wrapped name and its numbers."""
    from PIL import Image, ImageDraw, ImageFont

    wide, high = pictures[0].image.width, max(picture.image.height for picture in pictures)
    columns = min(columns, len(pictures))
    rows, font = -(-len(pictures) // columns), ImageFont.load_default(13)
    names = [lines(picture.name, wide, font) for picture in pictures]
    each = high + TEXT + LINE * (max(map(len, names)) - 1) + GAP
    whole = Image.new("RGB", (columns * (wide + GAP) + GAP, rows * each + GAP), GROUND)
    draw = ImageDraw.Draw(whole)
    for i, (_, picture, numbers) in enumerate(pictures):
        left, top = GAP + i % columns * (wide + GAP), GAP + i // columns * each
        whole.paste(picture, (left, top))
        for at, line in enumerate(names[i]):
            draw.text((left, top + picture.height + 3 + at * LINE), line, INK, font)
        if numbers:
            few = [*map(str, numbers[:FEW]), *("…" if len(numbers) > FEW else "")]
            badge(draw, (left, top), " = ".join(few))
    write_image(whole, path)


def lines(text: str, width: int, font: "FreeTypeFont | ImageFont") -> list[str]:
    """Wrap text to `width` pixels, in at most MOST_LINES lines."""
    rows = [""]
    for word in re.findall(r"\S+?(?:,(?=\S)|\s+|$)", text):
        if rows[-1] and font.getlength((rows[-1] + word).rstrip()) > width:
            rows.append("")
        rows[-1] += word
        while font.getlength(rows[-1].rstrip()) > width:  # break a single word that is too wide
            fits = next(n for n in range(len(rows[-1]), 0, -1) if _fits(rows[-1][:n], width, font))
            rows[-1:] = [rows[-1][:fits], rows[-1][fits:]]
    kept = [line.rstrip() for line in rows[:MOST_LINES]]
    while len(rows) > MOST_LINES and not _fits(kept[-1] + "…", width, font):
        kept[-1] = kept[-1][:-1]
    return [*kept[:-1], kept[-1] + "…"] if len(rows) > MOST_LINES else kept


def _fits(text: str, width: int, font: "FreeTypeFont | ImageFont") -> bool:
    return len(text) == 1 or font.getlength(text) <= width


def badge(draw: "Drawing", corner: tuple[int, int], text: str) -> None:
    """Draw text on a background that makes it legible on any picture."""
    from PIL import ImageFont

    font, (left, top) = ImageFont.load_default(20), corner
    wide = round(draw.textlength(text, font)) + 14
    draw.rectangle((left, top, left + wide, top + 28), GROUND)
    draw.text((left + 7, top + 2), text, NUMBER, font)


def write_image(image: "Image", path: Path) -> None:
    """Write a picture to `path` as PNG."""
    data = BytesIO()
    image.save(data, "PNG")
    write_whole(path, data.getvalue())
