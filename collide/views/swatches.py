"""A card of a mode's colors: their hex codes, and how much of the keyframes each color opens."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collide.instrument import Knobs
from collide.views.contact_sheet import GROUND, INK, write_image

if TYPE_CHECKING:
    from PIL.Image import Image

WIDE, HIGH, GAP = 560, 64, 12  # pixels: width of the card, height of a row, and margin

Row = tuple[list[tuple[int, int, int]], str]  # shades from left to right and their label


def swatches(
    path: Path, *, title: str, frames: Path, answer: Mapping[str, Any], knobs: Knobs
) -> None:
    """Write the card for a mode's `answer` as PNG, from a file of keyframes side by side."""
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(frames) as picture:
        rows = list(_rows(picture.convert("RGB"), answer, knobs))
    size = (WIDE, (len(rows) + 1) * (HIGH + GAP))
    card, font = Image.new("RGB", size, GROUND), ImageFont.load_default(16)
    draw = ImageDraw.Draw(card)
    draw.text((GAP, HIGH // 2), title, INK, font)
    for i, (shades, text) in enumerate(rows, start=1):
        top, wide = i * (HIGH + GAP), 160 // max(1, len(shades))
        for k, shade in enumerate(shades):
            left = GAP + k * wide
            draw.rectangle((left, top, left + wide - 1, top + HIGH - 1), shade)
        draw.text((GAP + (176 if shades else 0), top + HIGH // 3), text, INK, font)
    write_image(card, path)


def _rows(picture: "Image", answer: Mapping[str, Any], knobs: Knobs) -> Iterator[Row]:
    """Yield a row for each color, or one row for a band of light, a matte, or a key without colors.

    A color opens the pixels within its similarity, measured as the RGB distance that ffmpeg's
    colorkey uses, which is 1 from black to white. Light is BT.709 luma.
    """
    import numpy as np

    pixels = np.asarray(picture, dtype=np.int64).reshape(-1, 3)
    if "light" in answer:
        low, high = answer["light"]
        luma = pixels @ np.array([0.2126, 0.7152, 0.0722]) / 255
        share = float(((luma >= low) & (luma <= high)).mean())
        greys = [round(255 * (low + (high - low) * i / 15)) for i in range(16)]
        yield [(g, g, g) for g in greys], f"light {low:.2f} to {high:.2f} opens {share:.1%}"
    elif "matte" in answer:
        yield [], f"the {answer['matte']} opens, along the outline of the subject"
    elif not answer["colors"]:
        yield [], "no color was found: nothing opens"
    reach = answer.get("similarity", knobs["similarity"])
    for color in answer.get("colors", []):
        shade = (int(color[2:4], 16), int(color[4:6], 16), int(color[6:8], 16))
        far = np.sqrt(((pixels - shade) ** 2).sum(axis=1) / (3 * 255**2))
        near = float((far <= reach).mean())
        yield [shade], f"{color} opens {near:.1%}, within a similarity of {reach:.2f}"
