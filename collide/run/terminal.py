"""A frame in the terminal: half-block characters, two pixels each, in color."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from collide.base import segments
from collide.engine.safety import Bounds, Source, spelled
from collide.plan.planner import Plan
from collide.plan.post_chain import picture as finished
from collide.run.session import Session

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 96


def show_frame(session: Session, plan: Plan) -> None:
    """Print the middle frame of the piece if it is stored and the terminal supports full color."""
    piece = plan.piece
    index, at = divmod(piece.frames // 2, segments.length(piece.fps))
    task, role = finished(piece, index)
    entry = session.state.results().get(task)
    path = session.state.store.verified(entry.objects[role].digest) if entry else None
    if path is None or not _colors():
        return
    source = Source(path, trusted=True, demuxer="nut")
    argv = ["-ss", f"{piece.seconds_of(at):.3f}", "-i", "@stack", "-frames:v", "1"]
    argv += ["-vf", f"scale={WIDTH}:-2", "-f", "image2", "-update", "1", "frame.png"]
    with session.state.store.workdir() as folder:
        command = spelled(session.state.engine.path, argv, {"@stack": source})
        session.state.engine.run(command, cwd=folder, bounds=Bounds())
        show_picture(folder / "frame.png")


def show_picture(path: Path) -> None:
    """Print a picture if the terminal supports full color."""
    if not _colors():
        return
    from PIL import Image
    from rich.console import Console
    from rich.text import Text

    with Image.open(path) as picture:
        high = max(2, round(WIDTH * picture.height / picture.width / 2) * 2)
        rows = _halves(picture.convert("RGB").resize((WIDTH, high)))
    Console().print(Text("\n").join(Text.assemble(*row) for row in rows))


def _colors() -> bool:
    """Return whether stdout is a terminal with full color."""
    if not sys.stdout.isatty():
        return False
    from rich.console import Console

    return Console().color_system == "truecolor"


def _halves(picture: "Image") -> list[list[tuple[str, str]]]:
    """Return rows of (character, style): each half block shows an upper and a lower pixel."""
    width, height = picture.size
    data = picture.tobytes()

    def color(x: int, y: int) -> str:
        at = 3 * (y * width + x)
        return "#{:02x}{:02x}{:02x}".format(*data[at : at + 3])

    return [
        [("▀", f"{color(x, y)} on {color(x, y + 1)}") for x in range(width)]
        for y in range(0, height - 1, 2)
    ]
