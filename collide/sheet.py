"""A contact sheet: pictures in rows, a name under each; and the frame of a piece to put there."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from collide import segments
from collide.build import engine as door
from collide.build.perform import perform
from collide.build.safety import Bounds, Source, spelled
from collide.errors import InputError
from collide.files import write_whole
from collide.graph.plan import Plan
from collide.session import Session
from collide.step import SWS

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 320  # pixels of a picture
GAP, TEXT = 12, 20  # between pictures; under each
GROUND, INK = "#16161a", "#d8d8d2"


def frame(session: Session, plan: Plan, seconds: float) -> "Image":
    """Return one frame of a piece, as it is before the encoder, WIDTH pixels wide.

    Everything its picture needs is brought up to date first.

    Raises:
        InputError: the piece is over by then.
        TaskError: a task failed.
    """
    from PIL import Image

    at = round(seconds * plan.piece.fps)
    if at >= plan.piece.frames:
        raise InputError(
            f"at={seconds:g} is after the end",
            why=f"the piece is {plan.piece.seconds:g} s long",
            fix=f"say at={plan.piece.seconds / 2:g}",
        )
    index, first = divmod(at, segments.length(plan.piece.fps))
    bench = session.bench
    for task in plan.before(f"encode:{index}"):
        session.run.add(perform(bench, plan.steps[task]))
    (seen,) = plan.steps[f"encode:{index}"].job(bench.results()).inputs.values()
    path = bench.store.verified(seen.digest)
    assert path is not None
    source = Source(path, trusted=True, demuxer=seen.demuxer)
    cut = f"select=eq(n\\,{first}),scale={WIDTH}:-2:flags={SWS}"
    argv = ["-i", "@seen", "-vf", cut, "-frames:v", "1", "-f", "image2", "-update", "1", "f.png"]
    with bench.store.workdir() as folder:
        command = spelled(bench.engine.path, argv, {"@seen": source})
        door.run(command, cwd=folder, bounds=Bounds())
        with Image.open(folder / "f.png") as picture:
            return picture.convert("RGB")


def sheet(pictures: Sequence[tuple[str, "Image"]], path: Path, *, columns: int = 4) -> None:
    """Write the pictures, each with its name, as one PNG.

    Args:
        pictures: names and RGB pictures, all as wide as the first.
        path: of the file; it is there whole or not at all.
    """
    from PIL import Image, ImageDraw, ImageFont

    wide, high = pictures[0][1].width, max(picture.height for _, picture in pictures)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    size = (columns * (wide + GAP) + GAP, rows * (high + TEXT + GAP) + GAP)
    whole = Image.new("RGB", size, GROUND)
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for i, (name, picture) in enumerate(pictures):
        left = GAP + i % columns * (wide + GAP)
        top = GAP + i // columns * (high + TEXT + GAP)
        whole.paste(picture, (left, top))
        draw.text((left, top + picture.height + 3), name, INK, font)
    data = BytesIO()
    whole.save(data, "PNG")
    write_whole(path, data.getvalue())
