"""Cells: variants of a piece on one sheet, each with a few knobs turned.

A step that several cells share runs only once, because its key is the same. Each rendered
cell is saved as a look, to be rendered in full or kept later by its name. Until the next sheet, its
number works too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collide.base.clock import monotonic, unix_time
from collide.base.errors import InputError, TaskError
from collide.base.files import write_whole
from collide.base.words import joined, several
from collide.cli.request import Request
from collide.plan.manifest import look_file
from collide.plan.planner import Plan
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.project.piece import refuse_late
from collide.project.project import Project
from collide.project.sheets import LookSheet, SheetCell, remember_sheet, sheets_of
from collide.run.progress import long
from collide.run.record import Done, RunRecord
from collide.run.session import Session
from collide.store.step import Step
from collide.views.contact_sheet import Picture, alike, frame, sheet
from collide.views.faults import Faults
from collide.views.sweep_grid import Axis, grid

if TYPE_CHECKING:
    from PIL.Image import Image


FEW = 3  # the maximum number of knobs that a line names


@dataclass(frozen=True)
class Cell:
    """A look on a sheet: the knobs that it turns, its label, and draws that fix its clips."""

    turned: Mapping[str, Any]
    label: str
    draws: Sequence[Mapping[str, Any]] = ()


def show(
    request: Request,
    project: Project,
    cells: Sequence[Cell],
    name: str,
    axes: Sequence[Axis] = (),
) -> int:
    """Render the cells, print a line about each distinct picture, and return the exit code.

    The sheet is written to the file `name` in the project's folder. If it has two or three axes, it
    is a grid. The project may be a draft, whose config differs from the config on disk.
    """
    with request.open(project) as session:
        session.records = None
        refuse_late(session.settings, request.value("at", 0.0))
        piece = session.plan_now(keep=False).piece
        middle = piece.seconds_of(piece.frames // 2)
        at = piece.seconds_of(piece.frame_at(request.value("at", middle)))
    cell_sheet = _Sheet(request, project, at, request.value("full"))
    whole = ", each rendered in full" if len(cells) > 1 else ", rendered in full"
    what = f"{several(len(cells), 'look')}{whole if cell_sheet.full else f' at {at:g} s'}"
    print("; ".join(filter(None, [what, cell_sheet.forecast(cells)])), flush=True)
    run = cell_sheet.run = RunRecord(project.name, request.typed())  # the run's clock starts
    try:
        cell_sheet.make(cells)
    except KeyboardInterrupt:
        run.stopped = True
        raise
    finally:
        for text in cell_sheet.written(name, cells, axes):
            print(text)
    for text in cell_sheet.next_steps(name):
        print(text)
    print(run.line())
    return cell_sheet.faults.code(partly=bool(cell_sheet.looks))


@dataclass
class _Sheet:
    """The cells of one sheet and their finished pictures."""

    request: Request
    project: Project
    at: float  # the time of the piece to show, in seconds
    full: bool  # whether to render each cell in full too, with its video in the store
    run: RunRecord = field(init=False)
    faults: Faults = field(default_factory=Faults)
    looks: dict[int, str] = field(default_factory=dict)  # by cell number
    clips: dict[int, list[str]] = field(default_factory=dict)  # by cell number; the base first
    pictures: dict[str, tuple[list[int], "Image"]] = field(default_factory=dict)  # by content

    def opened(self, cell: Cell) -> Session:
        """Open a session for a cell, with receipts that are separate from a render's."""
        knobs = {**self.request.knobs, **cell.turned}
        session = self.request.open(self.project, knobs=knobs, say=lambda _: None)
        session.records = None  # one record is written for all cells
        session.selection.look_draws = [*map(dict, cell.draws), *session.selection.look_draws]
        return session.aside("cells")

    def forecast(self, cells: Sequence[Cell]) -> str:
        """Return a count of the steps in the store, such as "already rendered: 21 of 66 steps".

        A step with unknown inputs counts as missing. Return "" if no cell has a plan. No process is
        started.
        """
        keys: dict[str, bool] = {}
        unknown = 0
        for cell in cells:
            try:
                session = self.opened(cell)
                plan = session.plan_known()
                steps = [*self._needed(session, plan)] if plan else []
            except (InputError, TaskError):  # `make` prints the error
                steps = []
            for step in steps:
                if key := session.state.key(step):
                    keys[key] = keys.get(key) or session.state.store.find(key) is not None
                else:
                    unknown += 1
        count = len(keys) + unknown
        there = f"already rendered: {sum(keys.values())} of {several(count, 'step')}"
        return there if count else ""

    def _needed(self, session: Session, plan: Plan) -> Iterator[Step]:
        """Yield every step of a cell, in dependency order."""
        wanted = [*still_steps(plan.piece, plan.piece.frame_at(self.at))]
        session.state.steps = {**plan.steps, **{step.task: step for step in wanted}}
        needs = {task for step in wanted for task in step.needs} & plan.steps.keys()
        tasks = set(plan.before("record")) if self.full else needs.union(*map(plan.before, needs))
        yield from (plan.steps[task] for task in plan.steps if task in tasks)
        yield from wanted

    def make(self, cells: Sequence[Cell]) -> None:
        """Render a picture of every cell; if a cell fails, continue with the other cells."""
        began = monotonic()
        for number, cell in enumerate(cells, start=1):
            try:
                with self.opened(cell) as session:
                    self._one(session, number)
            except (InputError, TaskError) as error:
                self.run.add(Done(f"{cell.label}/{STILL}", "failed", error.what))
                print(f"{cell.label}: {self.faults.text(error)}")
            took = monotonic() - began
            if number < len(cells) and took > 2:
                left = took / number * (len(cells) - number)
                print(f"  {number} of {len(cells)}, {long(left)} left", flush=True)

    def _one(self, session: Session, number: int) -> None:
        plan = session.plan_now(keep=False)
        picture, look = frame(session, plan, self.at), plan.piece.look
        objects = session.state.results()[STILL].objects
        if self.full:
            whole = [step for step in plan.steps.values() if step.task != "record"]
            with session.runner.showing(quiet=True):
                session.bring(plan, [replace(step, deliver={}) for step in whole])
        path = plan.piece.project.path / "looks" / f"{look}.json"
        if self.full or not path.exists():
            results = session.state.results() if self.full else None
            write_whole(path, look_file(plan.piece, results, objects["still.png"].digest))
        numbers, _ = self.pictures.setdefault(objects["still.nut"].digest, ([], picture))
        numbers.append(number)
        self.looks[number] = look
        self.clips[number] = [layer.pick.short for layer in plan.piece.layers]
        for done in session.run.tasks.values():
            self.run.add(replace(done, task=f"{look}/{done.task}"))
        self.run.commands += session.run.commands

    def written(self, name: str, cells: Sequence[Cell], axes: Sequence[Axis]) -> Iterator[str]:
        """Write the sheet, its cells and the record, and yield a line for each distinct picture."""
        self.run.write(self.project.workspace.cache / "runs")
        pictures = []
        for (first, *others), picture in self.pictures.values():
            label = f"{self.looks[first]}  {cells[first - 1].label}"
            more = f"  and {len(others)} more" if others else ""
            pictures.append(Picture(label + more, picture, (first, *others)))
            same = (f"{at}  {self.looks[at]}  {cells[at - 1].label}" for at in others)
            text = f"{first:>{len(str(len(cells)))}}  {label}"
            if self.request.verb == "roll":  # most sweeps need no clip names: all cells share them
                text += f"  {', '.join(self.clips[first])}"
            yield f"{text}  (the same picture: {', '.join(same)})" if others else text
        yield from self._equal(cells)
        yield from _alike(pictures)
        if pictures:
            self._draw(pictures, self.project.path / name, axes)
            named = [SheetCell(self.looks.get(at, ""), c.label) for at, c in enumerate(cells, 1)]
            verb, words = self.request.verb, self.request.typed()
            remember_sheet(self.project, LookSheet(verb, unix_time(), words, named))

    def _equal(self, cells: Sequence[Cell]) -> Iterator[str]:
        """If all cells show the same picture, yield a line with the knobs that do not change it."""
        names = sorted({name for cell in cells for name in cell.turned})
        if len(self.pictures) == 1 and 1 < len(self.looks) == len(cells) and len(names) <= FEW:
            change = "changes" if len(names) == 1 else "change"
            yield (
                f"cells 1 to {len(cells)} show the same picture: "
                f"{joined(names)} {change} nothing in it"
            )

    def next_steps(self, name: str) -> Iterator[str]:
        """If any look was rendered, yield the sheet's path and commands to continue with."""
        if not self.looks:
            return
        project, number = self.project, min(self.looks)
        yield f"projects/{project.name}/{name}"
        whole = f"doit render project={project.name} look={number}"
        yield f"next: doit set project={project.name} look={number}   (a video of it: {whole})"
        if self.request.verb == "roll":
            yield f"other styles of this piece: doit sheet project={project.name} presets=all"
        if len(sheets_of(project)) > 1:
            yield f"earlier sheets, with pictures: doit gallery project={project.name}"

    def _draw(self, pictures: Sequence[Picture], path: Path, axes: Sequence[Axis]) -> None:
        if len(axes) > 1:
            grid({at: one for one in pictures for at in one.numbers}, axes, path)
        else:
            sheet(pictures, path, columns=max(2, min(6, round(len(pictures) ** 0.5))))


def _alike(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield a line for each group of pictures that are hard to tell apart."""
    groups: list[list[Picture]] = []
    for picture in pictures:
        near = next((group for group in groups if alike(group[0].image, picture.image)), None)
        groups.append([picture]) if near is None else near.append(picture)
    for group in groups:
        if len(group) > 1:
            numbers = [str(picture.numbers[0]) for picture in group]
            why = "the difference is hardly visible"
            yield f"cells {joined(numbers)} look alike: {why}"
