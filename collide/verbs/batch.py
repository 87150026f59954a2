"""many pieces of a kind: count=20 is how many there shall be; again makes what is missing

They are projects y-001, y-002 …, each with a seed of its own; seed=100 gives 100, 101, 102 …
"""

from dataclasses import replace

from collide.cli.request import Request
from collide.cli.variables import PRESET, PROJECT, Variable
from collide.limits import Range
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.queue import Many
from collide.project.project import Project
from collide.run.record import RunRecord

ABOUT = "the name that the pieces begin with; of a project, its clips and knobs too"
VARIABLES = {
    "count": Variable(Range(1, MAX_PIECES), "how many pieces there shall be", "20", required=True),
    "project": replace(PROJECT, about=ABOUT, without="the name of the preset"),
    "preset": PRESET,
}
KNOBS = True


def run(request: Request) -> int:
    """Write down what is missing, render what is not up to date, and say what became of each."""
    count = request.value("count")
    name = request.project or "-".join(request.presets) or "batch"
    batch = Batch(request.workspace, name, request.presets, request.values())
    others, new = batch.others(), batch.record(count)
    _tell(new, "written down, each with its seed")
    _tell(others, "made with other words before; stays as it is")
    pieces = batch.pieces()[:count]
    many = Many(RunRecord(name, request.typed()))
    try:
        for at, piece in enumerate(pieces, start=1):
            many.play(piece, left=len(pieces) - at)
    except KeyboardInterrupt:
        many.run.stopped = True
        raise
    finally:
        code = many.end(request.workspace.cache / "runs")
    print(many.line())
    return code


def _tell(pieces: list[Project], what: str) -> None:
    """Print what holds for some pieces, by the first and the last."""
    if pieces:
        more = f" to {pieces[-1].name} ({len(pieces)})" if len(pieces) > 1 else ""
        print(f"{pieces[0].name}{more}: {what}")
