"""A contact sheet: pictures in rows with captions; and the frame of a piece to put there."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collide.base.files import write_whole
from collide.plan.planner import Plan
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.run.session import Session

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw as Drawing

WIDTH = 320  # pixels of a picture
GAP, TEXT = 12, 20  # between pictures; under each
NEAR = 2.0  # of 255, by which pictures differ that look alike
FEW = 4  # numbers that fit on one picture
GROUND, INK, NUMBER = "#16161a", "#d8d8d2", "#f0c674"


class Picture(NamedTuple):
    """One picture of a sheet, with its name, and the numbers of the cells that look so."""

    name: str
    image: "Image"
    numbers: Sequence[int] = ()


def alike(one: "Image", other: "Image") -> bool:
    """Return whether two pictures are hard to tell apart: small, they differ by next to nothing."""
    from PIL import ImageChops, ImageStat

    small = [image.convert("L").resize((32, 18)) for image in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0]) < NEAR


def frame(session: Session, plan: Plan, seconds: float, *, width: int = WIDTH) -> "Image":
    """Return one frame of a piece, before the encoder, after running the steps it needs.

    Raises:
        InputError: the piece is shorter than that.
        TaskError: a task failed.
    """
    with session.runner.showing(quiet=True):
        session.bring(plan, still_steps(plan.piece, plan.piece.frame_at(seconds)))
    made = session.state.results()[STILL].objects["still.png"]
    path = session.state.store.verified(made.digest)
    assert path is not None
    return scaled(path, width)


def scaled(path: Path, width: int) -> "Image":
    """Return the picture in a file as RGB, `width` pixels wide."""
    from PIL import Image

    with Image.open(path) as picture:
        high = round(width * picture.height / picture.width)
        return picture.convert("RGB").resize((width, high), Image.Resampling.LANCZOS)


def sheet(pictures: Sequence[Picture], path: Path, *, columns: int = 4) -> None:
    """Write RGB pictures of one width, each with its name and its numbers, as one PNG."""
    from PIL import Image, ImageDraw, ImageFont

    wide, high = pictures[0].image.width, max(picture.image.height for picture in pictures)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    size = (columns * (wide + GAP) + GAP, rows * (high + TEXT + GAP) + GAP)
    whole = Image.new("RGB", size, GROUND)
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for i, (name, picture, numbers) in enumerate(pictures):
        left = GAP + i % columns * (wide + GAP)
        top = GAP + i // columns * (high + TEXT + GAP)
        whole.paste(picture, (left, top))
        draw.text((left, top + picture.height + 3), name, INK, font)
        if numbers:
            few = [*map(str, numbers[:FEW]), *("…" if len(numbers) > FEW else "")]
            _badge(draw, (left, top), " = ".join(few))
    write_image(whole, path)


def _badge(draw: "Drawing", corner: tuple[int, int], text: str) -> None:
    """Draw a number on a background, legible on any picture."""
    from PIL import ImageFont

    font, (left, top) = ImageFont.load_default(20), corner
    wide = round(draw.textlength(text, font)) + 14
    draw.rectangle((left, top, left + wide, top + 28), GROUND)
    draw.text((left + 7, top + 2), text, NUMBER, font)


def write_image(image: "Image", path: Path) -> None:
    """Write a picture as PNG."""
    data = BytesIO()
    image.save(data, "PNG")
    write_whole(path, data.getvalue())
