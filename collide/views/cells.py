"""Many looks of one piece, side by side: each a few knobs away from it, and all they can share.

A cell is opened, looked at, and let go of; what two of them need is made once, for it has one key.
Each leaves a small file in looks/, so that it can be rendered in full, or saved, by its name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from collide.base.clock import monotonic
from collide.base.errors import InputError, TaskError
from collide.base.files import write_whole
from collide.cli.request import Request
from collide.plan.manifest import look_file
from collide.plan.planner import Plan
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.project.project import Project
from collide.run.progress import long
from collide.run.record import Done, RunRecord
from collide.run.session import Session
from collide.store.step import Step
from collide.views.contact_sheet import frame, sheet

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Cell:
    """One look: what is turned for it, as it is shown, and the clips it is to have."""

    turned: Mapping[str, Any]
    label: str
    draws: Sequence[Mapping[str, Any]] = ()


@dataclass
class Sheet:
    """What came of some cells."""

    run: RunRecord
    pictures: dict[str, tuple[list[str], "Image"]] = field(default_factory=dict)  # by content
    lines: list[str] = field(default_factory=list)
    failed: int = 0


def opened(request: Request, project: Project, cell: Cell) -> Session:
    """Return a cell as a session, with receipts of its own."""
    session = request.open(project, knobs={**request.knobs, **cell.turned}, say=lambda _: None)
    session.records = None  # one for all cells is written
    session.selection.look_draws = [*map(dict, cell.draws), *session.selection.look_draws]
    return session.aside("cells")


def show(request: Request, project: Project, cells: Sequence[Cell], name: str) -> int:
    """Make the cells, write their sheet, say what each of them is, and return the exit code.

    Args:
        said: what holds for all of them.
        project: the one that was said, or as if its config were another.
        name: of the sheet, in the project's folder.
    """
    with request.open(project) as session:
        session.records = None
        piece = session.plan_now(keep=False).piece
        at = piece.frame_at(request.value("at", piece.frames // 2 / piece.fps)) / piece.fps
    full = request.value("full")
    what = "in full" if full else f"at {at:g} s"
    print(
        f"{len(cells)} looks {what}: {told_before(request, project, cells, at, full=full)}",
        flush=True,
    )
    found = Sheet(RunRecord(project.name, request.typed()))
    try:
        make_cells(request, project, cells, at, found, full=full)
    except KeyboardInterrupt:
        found.run.stopped = True
        raise
    finally:
        for text in written(found, project, name):
            print(text)
    print(f"projects/{project.name}/{name}")
    print(f"one of them in full: doit render project={project.name} look=…")
    print(found.run.line())
    return 1 if found.failed else 0


def told_before(
    request: Request, project: Project, cells: Sequence[Cell], at: float, *, full: bool
) -> str:
    """Return how many of the steps that all cells need are there already: "21 of 66 steps …".

    A step whose inputs are not known yet counts as one that is not. Nothing is started for it.
    """
    keys: dict[str, bool] = {}
    unknown, unplanned = 0, 0
    for cell in cells:
        try:
            session = opened(request, project, cell)
            plan = session.plan_known()
            steps = [*_needed(session, plan, at, full=full)] if plan else []
        except (InputError, TaskError):  # it will be said when its turn comes
            steps = []
        for step in steps:
            if key := session.state.key(step):
                keys[key] = keys.get(key) or session.state.store.find(key) is not None
            else:
                unknown += 1
        unplanned += not steps
    there = f"{sum(keys.values())} of {len(keys) + unknown} steps are there already"
    return there + (f", and {unplanned} have their clips to choose first" if unplanned else "")


def _needed(session: Session, plan: Plan, at: float, *, full: bool) -> Iterator[Step]:
    """Yield every step of a cell, with what it waits for."""
    wanted = [*still_steps(plan.piece, plan.piece.frame_at(at))]
    session.state.steps = {**plan.steps, **{step.task: step for step in wanted}}
    needs = {task for step in wanted for task in step.needs} & plan.steps.keys()
    tasks = set(plan.before("record")) if full else needs.union(*map(plan.before, needs))
    yield from (plan.steps[task] for task in plan.steps if task in tasks)
    yield from wanted


def make_cells(
    request: Request,
    project: Project,
    cells: Sequence[Cell],
    at: float,
    sheet: Sheet,
    *,
    full: bool,
) -> None:
    """Take a picture of every cell; one that fails stops none of the others.

    Args:
        at: which second of the piece.
        found: takes the pictures.
        full: render each in full too; its video waits in the store.
    """
    began = monotonic()
    for number, cell in enumerate(cells, start=1):
        try:
            with opened(request, project, cell) as session:
                _one(session, cell, at, sheet, full=full)
        except (InputError, TaskError) as error:
            sheet.failed += 1
            sheet.run.add(Done(f"{cell.label}/{STILL}", "failed", error.what))
            print(f"{cell.label}: failed\nERROR: {error}")
        took = monotonic() - began
        if number < len(cells) and took > 2:
            left = took / number * (len(cells) - number)
            print(f"  {number} of {len(cells)}, {long(left)} left", flush=True)


def written(cells: Sheet, project: Project, name: str) -> Iterator[str]:
    """Write the contact sheet and the record, and yield a line for each look that differs."""
    cells.run.write(project.workspace.cache / "runs")
    pictures = []
    for looks, picture in cells.pictures.values():
        more = f"  and {len(looks) - 1} more" if len(looks) > 1 else ""
        pictures.append((looks[0] + more, picture))
        yield looks[0] + (f"  the same: {', '.join(looks[1:])}" if more else "")
    if pictures:
        columns = max(2, min(6, round(len(pictures) ** 0.5)))
        sheet(pictures, project.path / name, columns=columns)


def _one(session: Session, cell: Cell, at: float, sheet: Sheet, *, full: bool) -> None:
    """Make one cell, and take its picture beside those that look the same."""
    plan = session.plan_now(keep=False)
    picture, look = frame(session, plan, at), plan.piece.look
    shown = session.state.results()[STILL].objects
    if full:
        whole = [step for step in plan.steps.values() if step.task != "record"]
        with session.runner.showing(quiet=True):
            session.bring(plan, [replace(step, deliver={}) for step in whole])
    path = plan.piece.project.path / "looks" / f"{look}.json"
    if full or not path.exists():
        results, still = session.state.results() if full else None, shown["still.png"].digest
        write_whole(path, look_file(plan.piece, results, still))
    sheet.pictures.setdefault(shown["still.nut"].digest, ([], picture))[0].append(
        f"{look}  {cell.label}"
    )
    for done in session.run.tasks.values():
        sheet.run.add(replace(done, task=f"{look}/{done.task}"))
    sheet.run.commands += session.run.commands
