"""render a batch of pieces, count=20 in all; run it again to render what is missing

Each piece is a project with its own seed. project=y names them y-001, y-002 …, and seed=100 gives
them the seeds 100, 101, 102 … With farm=HOST, a farm's workers render them.
"""

from dataclasses import replace

from collide.cli.near_projects import projects_here, refuse_near
from collide.cli.request import Request
from collide.limits import Range
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.hired import hired
from collide.nights.queue import Many
from collide.project.project import Project, named
from collide.run.record import RunRecord
from collide.syntax.variables import FARMED, PRESET, PROJECT, Variable
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("count=20 preset=ink",),
    variables={
        "count": Variable(
            Range(1, MAX_PIECES), "the number of pieces in the batch", "20", required=True
        ),
        "project": replace(
            PROJECT,
            about="a prefix for the pieces' names, or a project whose clips and knobs they use",
            without="the preset names, or batch",
        ),
        "preset": PRESET,
        **FARMED,
    },
    knobs=True,
    without_project="none",
    creates=True,
    pieces=True,
)


def run(request: Request) -> int:
    """Create missing pieces, render outdated pieces, and print each piece's outcome."""
    count = request.value("count")
    name = request.project or "-".join(request.presets) or "batch"
    batch = Batch(request.workspace, name, request.presets, request.values())
    if request.project and not batch.pieces() and not named(request.workspace, name).exists():
        refuse_near(request, name)
        if few := projects_here(request.workspace):
            print(f"{name} is not a project: new pieces are named after it; {few}")
    if count > len(batch.pieces()):
        batch.refuse_without_clips()
    others, new = batch.others(), batch.record(count)
    _tell(new, "created, each with its own seed")
    _tell(others, "created earlier with different settings and left as they are")
    pieces = batch.pieces()[:count]
    with hired(request) as hands:
        many = Many(RunRecord(name, request.typed()), hands=hands)
        return many.run_all(pieces, request.workspace.cache / "runs")


def _tell(pieces: list[Project], what: str) -> None:
    if pieces:
        more = f" to {pieces[-1].name} ({len(pieces)})" if len(pieces) > 1 else ""
        print(f"{pieces[0].name}{more}: {what}")
