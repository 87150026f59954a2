"""The runner, which brings steps up to date, records the outcomes, and prints them.

In a render, doit decides which steps are ready. Other verbs run a few steps, without loading all
tasks of a piece into doit.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from collide.base.errors import CollideError, InputError
from collide.base.words import joined, several
from collide.engine.analyst import Analyst
from collide.engine.cancel import Cancel
from collide.engine.machine import cores
from collide.plan.planner import Plan
from collide.run.build_state import BuildState
from collide.run.perform import perform
from collide.run.progress import Progress
from collide.run.record import Done, RunRecord
from collide.store.reasons import LOST, Cause, Reason, of
from collide.store.step import Step

COMMANDS = 2  # the verbosity that prints all tasks and commands as they run

# Kinds of tasks whose lines are hidden, except in full output or after a failure. Tasks in SOUNDS
# are also shown if they ran because of a cause in TURNED. If nothing else was rendered, `unlisted`
# lists the hidden tasks.
PLUMBING = frozenset(("probe", "record", "presence", "levels", "hear", "audio"))
SOUNDS = ("hear", "audio")  # hidden tasks with knobs that an artist turns
FETCHED = (Reason(Cause.SHARED),)
STORED, FETCHED_HERE = "from the store", "from the shared store"  # where a result comes from
EQUAL = "identical to another step's"  # the other step was rendered in this run
TURNED = (Cause.KNOB, Cause.FILE, Cause.VERSION, *LOST)


@dataclass(frozen=True)
class Context:
    """The context of one invocation: its verbosity, its worker, and the token that cancels it."""

    level: int = 1  # see cli/guard.py
    cancel: Cancel = field(default_factory=Cancel)
    worker: Analyst | None = None  # shared by several sessions, one after another


class Runner:
    """A runner of steps on one build state, for one record; several threads may use it at once."""

    mend: Callable[[Step, CollideError | OSError], CollideError]  # returns the error to report

    def __init__(self, state: BuildState, record: RunRecord, level: int) -> None:
        self.state, self.record, self.level = state, record, level
        self._progress: Progress | None = None
        self._quiet, self._restored = False, list[Done]()
        self._errors: set[str] = set()  # the errors already printed
        self.clips: Mapping[str, str] = {}  # layer tasks -> the names of their clips
        state.watch, state.on_redone, state.on_command = self._reached, self._took, self._command

    @contextmanager
    def showing(
        self,
        expected: Mapping[str, float] = {},
        stream: TextIO | None = None,
        *,
        quiet: bool = False,
        workers: int = 0,
    ) -> Iterator[None]:
        """Print the progress of all steps; unless `quiet` is true, also print their outcomes.

        `expected` maps each task to its expected duration in seconds. Up to `workers` tasks run at
        once, by default one per core. `stream` is stdout by default.
        """
        self._progress = Progress(stream or sys.stdout, expected, workers or cores(), self.clips)
        self._quiet = quiet
        try:
            yield
        finally:
            self._say_restored()
            self._progress.close()
            self._progress = None

    def run(self, step: Step, *, trial: bool = False) -> Done:
        """Bring a step up to date and return its outcome; record failures unless `trial` is set."""
        began = self.record.lasted()
        if self._progress:
            self._progress.begin(step.task)
        try:
            done = replace(perform(self.state, step), began=round(began, 3))
        except (CollideError, OSError) as error:
            mended = self.mend(step, error)
            if not trial:
                self.record.add(Done(step.task, "failed", str(mended)))
            raise mended from None
        finally:
            if self._progress:
                self._progress.end(step.task)
        self._took(done)
        return done

    def end(
        self,
        folder: Path | None,
        error: BaseException | None,
        say: Callable[[str], None] = print,
    ) -> None:
        """End exchanges with other machines, write the record, and note used entries in the index.

        Do not write a record if `folder` is None, after an InputError, or if the run had no tasks
        and was not stopped.
        """
        try:
            texts, self.record.shared = self.state.leave_outside(stopped=error is not None)
            for text in texts:
                say(text)
        finally:
            self._record(folder, error)

    def _record(self, folder: Path | None, error: BaseException | None) -> None:
        cancel, record = self.state.engine.cancel, self.record
        if isinstance(error, KeyboardInterrupt):
            cancel.stop()  # stops other threads, which the exception does not reach
        record.stopped |= cancel.stopped
        refused = isinstance(error, InputError)  # then nothing was started
        record.failed |= error is not None and not refused
        try:
            if folder and not refused and (record.tasks or record.stopped):
                record.write(folder)
            self._note_use()
        except OSError:
            if error is None:  # an earlier error matters more
                raise

    def _note_use(self) -> None:
        results, done = self.state.results(), dict(self.record.tasks)
        if self.record.count("kept") < len(done):
            used = {task: results[task] for task in done if task in results}
            again = [task for task in done if done[task].status == "restored"]
            self.state.index.use(self.record.project, used, again)

    def failed(self, task: str, why: str) -> None:
        """Record and print that a task failed, but print the same error only once."""
        self.record.add(Done(task, "failed", why))
        text = "    for the same reason" if why in self._errors else f"\nERROR: {why}"
        self._errors.add(why)
        self.print(f"{task:<12} failed{text}", error=True)

    def print(self, text: str, *, error: bool = False) -> None:
        """Print a line while progress is shown; at level 0, errors always go to stderr."""
        if error and self.level == 0:
            print(text, file=sys.stderr)
        elif self._progress:
            self._progress.say(text)

    def _took(self, done: Done) -> None:
        """Record the outcome of a step and print it unless the step was kept.

        Unless the output is full, hidden tasks are not printed, and restored results are printed
        together at the end. A quiet runner prints nothing.
        """
        self.record.add(done)
        if done.status == "kept" or self._quiet:
            return
        if self.level < COMMANDS and done.status == "restored":
            self._restored.append(done)
        elif self.level >= COMMANDS or not hidden(done):
            self.print(line(done, self.clips.get(done.task, "")))

    def _say_restored(self) -> None:
        """Print a line per group: fetched, equal to another result of this run, and all others.

        A group whose tasks are all of kinds in PLUMBING is not printed; `unlisted` lists these
        groups if nothing else was restored.
        """
        restored, self._restored = self._restored, []
        places = {task: place for place, task in enumerate(self.state.steps)}
        restored.sort(key=lambda done: places.get(done.task, 0))
        for how, tasks in _grouped(restored, self.record).items():
            if not _internal(tasks):
                self.print(f"restored {several(len(tasks), 'result')} {how}: {named(tasks)}")

    def _reached(self, task: str, share: float) -> None:
        if self._progress:
            self._progress.seen(task, share)

    def _command(self, task: str, command: str) -> None:
        self.record.commands.append((task, command))
        if self.level >= COMMANDS:
            text = f"# {task}\n{command}"
            # a single write, because several tasks print at once
            self.print(text) if self._progress else sys.stdout.write(f"{text}\n")


def line(done: Done, clip: str = "") -> str:
    """Return one task as a line: name, outcome, duration, reason, and clip."""
    took = f"{done.seconds:6.1f} s" if done.status == "rendered" else " " * 8
    why = "new" if done.why == (Reason(Cause.FIRST),) else done.text
    text = f"{done.task:<12} {done.status:<9} {took}  {why}".rstrip()
    return f"{text} · {clip}" if clip else text


def hidden(done: Done) -> bool:
    """Return whether a task is not printed: its kind is in PLUMBING, and the task did not fail.

    A task in SOUNDS is shown if it ran because of a cause in TURNED.
    """
    kind = done.task.rpartition("/")[2].partition(":")[0]
    turned = kind in SOUNDS and not isinstance(done.why, str) and of(done.why, *TURNED)
    return kind in PLUMBING and done.status != "failed" and not turned


def unlisted(record: RunRecord) -> Iterator[str]:
    """Yield lines about the rendered tasks if all are hidden; likewise the restored tasks."""
    rendered = [done for done in record.tasks.values() if done.status == "rendered"]
    if all(map(hidden, rendered)):
        yield from map(line, rendered)
    restored = [done for done in record.tasks.values() if done.status == "restored"]
    if _internal(done.task for done in restored):
        for how, tasks in _grouped(restored, record).items():
            yield f"restored {several(len(tasks), 'result')} {how}: {named(tasks)}"


def _internal(tasks: Iterable[str]) -> bool:
    return PLUMBING.issuperset(task.partition(":")[0] for task in tasks)


def _grouped(restored: Iterable[Done], record: RunRecord) -> dict[str, list[str]]:
    """Map origins of results to the tasks restored from there; empty groups are omitted."""
    here = {done.key for done in record.tasks.values() if done.status == "rendered"}
    groups: dict[str, list[str]] = {STORED: [], EQUAL: [], FETCHED_HERE: []}
    for done in restored:
        equal = EQUAL if done.key in here else STORED
        groups[FETCHED_HERE if done.why == FETCHED else equal].append(done.task)
    return {how: tasks for how, tasks in groups.items() if tasks}


def named(tasks: Iterable[str]) -> str:
    """Return the kinds of tasks as text, with layer numbers: keyframe, layers 1 to 3, mix.

    If there are other kinds, the tasks of kinds in PLUMBING are only counted.
    """
    kinds = Counter(task.partition(":")[0] for task in tasks)
    layers = [int(task.partition(":")[2]) for task in tasks if task.startswith("layer:")]
    words = {kind: kind for kind in kinds}
    if layers:
        words["layer"] = f"layer{'s' if len(layers) > 1 else ''} {_numbers(layers)}"
    seen = [word for kind, word in words.items() if kind not in PLUMBING]
    inner = sum(kinds[kind] for kind in PLUMBING)
    if not seen:
        return ", ".join(words.values())
    return ", ".join([*seen, *([f"and {inner} internal"] if inner else [])])


def _numbers(layers: Sequence[int]) -> str:
    """Return the numbers of layers; three or more in a row become "1 to 3"."""
    low, high = min(layers), max(layers)
    whole = len(layers) > 2 and sorted(layers) == [*range(low, high + 1)]
    return f"{low} to {high}" if whole else joined([str(number) for number in sorted(layers)])


def waited_for(plan: Plan, steps: Sequence[Step]) -> list[Step]:
    """Return the steps of a plan that the steps in `steps` depend on, without these, in order."""
    direct = {task for step in steps for task in step.needs} & plan.steps.keys()
    needed = direct.union(*map(plan.before, direct)) - {step.task for step in steps}
    return [step for task, step in plan.steps.items() if task in needed]
