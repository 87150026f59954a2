"""The doit tasks for a plan.

Only anywhere.py, commands.py, elsewhere.py, front.py and tasks.py import doit.
"""

import gc
import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

from doit.cmd_base import DodoTaskLoader
from doit.dependency import FileChangedChecker
from doit.exceptions import BaseFail, TaskError, TaskFailed
from doit.reporter import ZeroReporter
from doit.runner import Runner as DoitRunner

from collide.base.errors import CollideError, cache_deleted
from collide.base.workspace import Workspace
from collide.plan.planner import Plan
from collide.run.build_state import BuildState
from collide.run.record import Done
from collide.run.runner import Runner
from collide.run.schedule import Scheduler
from collide.run.session import Session
from collide.store.step import Step


@dataclass(frozen=True)
class Tasks:
    """The doit tasks of the open project, which the functions of dodo.py take as their argument."""

    workspace: Workspace
    session: Session | None = None
    plan: Plan | None = None

    def config(self) -> dict[str, Any]:
        """Return DOIT_CONFIG: one database per project and collide's reporter."""
        # tasks are never garbage, and scanning them for garbage takes a third of the loading time
        gc.set_threshold(100_000)
        name = self.session.project.name if self.session else ".none"
        return {
            "default_tasks": ["render"],
            "dep_file": str(self.workspace.cache / "doit" / f"{name}.db"),
            "backend": "written-through",
            "check_file_uptodate": partial(Contents, self.session),
            "reporter": self.session and Reporter(self.session.runner),
            "continue": True,
        }

    def of(self, family: str) -> Iterator[dict[str, Any]]:
        """Yield the project's doit tasks `family:…`, or nothing until there is a plan."""
        for task, step in self.steps().items():
            if task.startswith(f"{family}:"):
                yield {"name": task.partition(":")[2], **self._task(step)}

    def one(self, name: str) -> dict[str, Any]:
        """Return the project's doit task `name`, which is empty if there is no such step."""
        step = self.steps().get(name)
        return self._task(step) if step else {"actions": None}

    def select(self) -> dict[str, Any]:
        """Return the task `select`, which does nothing, because `plan_now` has chosen the clips."""
        if self.plan is None or self.session is None:
            return {"actions": None}
        target = str(self.session.selection.path)
        return {"actions": [lambda: True], "targets": [target], "uptodate": [True]}

    def everything(self) -> dict[str, Any]:
        """Return the task of the whole piece."""
        # in plan order, because doit takes the dependencies of `record` in any order
        return {"actions": None, "task_dep": ["select", *self.plan.steps] if self.plan else []}

    def steps(self) -> dict[str, Step]:
        """Map each task of the project to its step; {} until there is a plan."""
        if self.plan is None or self.session is None:
            return {}
        return {**self.session.footage, **self.session.clips.probes, **self.plan.steps}

    def _task(self, step: Step) -> dict[str, Any]:
        assert self.session is not None
        state = self.session.state
        places = [state.library.place(digest) for digest in step.clips]
        # steps that only write records depend on tasks by name: with file_deps, doit would compare
        # every target of ten thousand receipts with every dependency
        receipts = [state.receipts.path(task) for task in step.needs if step.opens]
        targets = [state.receipts.path(step.task), *(str(p) for p in step.deliver.values())]
        swept = [targets[0], *(path for path in targets[1:] if path.endswith(".mp4"))]
        return {
            "actions": [(self._act, [step])],
            "file_dep": [*receipts, *(str(place) for place in places if place)],
            "task_dep": [] if step.opens else list(step.needs),
            "targets": targets,
            "uptodate": [_Fresh(state, step)],
            "clean": [(_remove, [swept])],
            "doc": None,
        }

    def _act(self, step: Step) -> TaskFailed | bool:
        """Run a step; return a CollideError as a failure, so that doit reports it."""
        assert self.session is not None
        try:
            self.session.runner.run(step)
        except CollideError as error:
            return TaskFailed(str(error))
        return True


class SideBySide(DoitRunner):  # type: ignore[misc]  # doit has no types
    """doit's runner: doit finds the tasks that are ready, and the scheduler picks the next task."""

    def __init__(self, scheduler: Scheduler, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._scheduler = scheduler

    def run_tasks(self, task_dispatcher: Any) -> None:
        """Run all tasks; offer every ready task to the scheduler before another task starts."""
        ended = None
        with self._scheduler as scheduler:
            while True:
                for task in self._ready(task_dispatcher, ended):
                    scheduler.offer(task.name, partial(self.execute_task, task))
                if not scheduler.busy:
                    return
                name, failure = scheduler.wait()
                ended = task_dispatcher.nodes[name]
                self.process_task_result(ended, failure)

    def _ready(self, dispatcher: Any, ended: Any) -> Iterator[Any]:
        """Yield the outdated tasks that are ready after the task `ended` has ended."""
        with suppress(StopIteration):
            while (node := dispatcher.generator.send(ended)) != "hold on":
                ended = node
                if self.select_task(node, dispatcher.tasks):
                    yield node.task
                    ended = None

    def execute_task(self, task: Any) -> BaseFail | None:
        """Call a task's functions and return any failure.

        doit's own method replaces sys.stdout, which all threads share.
        """
        self.reporter.execute_task(task)
        for action in task.actions:
            try:
                failure = action.py_callable(*action.args)
            except Exception as error:
                return TaskError("PythonAction Error", error)
            if isinstance(failure, BaseFail):
                return failure
        return None


class Loader(DodoTaskLoader):  # type: ignore[misc]  # doit has no types
    """doit's loader for dodo.py, whose functions become methods of the open project's tasks."""

    namespace: dict[str, Any]

    def __init__(self, tasks: Tasks, doits: DodoTaskLoader) -> None:
        super().__init__()
        self.tasks, self.cmd_names, self.config = tasks, doits.cmd_names, doits.config

    def load_doit_config(self) -> dict[str, Any]:
        """Return doit's configuration."""
        return self.tasks.config()

    def load_tasks(self, cmd: Any, pos_args: list[str]) -> Any:
        """Return doit's tasks."""
        self.namespace = {
            name: MethodType(function, self.tasks)
            for name, function in self.namespace.items()
            if name.startswith("task_") and isinstance(function, FunctionType)
        }
        return super().load_tasks(cmd, pos_args)


class Reporter(ZeroReporter):  # type: ignore[misc]  # doit has no types
    """doit's reporter: it prints failures and records tasks that were up to date."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def add_failure(self, task: Any, fail: Any) -> None:
        """Print why a task failed; do not report tasks that only waited for it."""
        if fail.get_name() != "UnmetDependency":
            self.runner.failed(task.name, self._reason(fail.get_msg().strip()))

    def _reason(self, text: str) -> str:
        """Return why a task failed, which is a deleted cache if doit misses a receipt."""
        root = self.runner.state.store.root
        if f"Dependent file '{root}" not in text:
            return text
        return str(cache_deleted(root, shlex.join(["doit", *self.runner.record.words])))

    def skip_uptodate(self, task: Any) -> None:
        """Record an up-to-date task; write its receipt with the values that its step now reads."""
        if task.actions:
            self.runner.record.add(Done(task.name, "kept"))
        state = self.runner.state
        if (step := state.steps.get(task.name)) and (receipt := state.receipts.read(task.name)):
            state.sign(step, receipt.entry)

    def runtime_error(self, msg: str) -> None:
        """Print an error from doit itself."""
        self.runner.print(f"ERROR: {msg}", error=True)


def _remove(paths: list[str], dryrun: bool) -> None:
    for path in filter(os.path.exists, paths):
        print(f"{'would remove' if dryrun else 'removed'} {os.path.relpath(path)}")
        if not dryrun:
            os.unlink(path)


class _Fresh:
    """A check of whether a step is up to date."""

    def __init__(self, state: BuildState, step: Step) -> None:
        self.state, self.step = state, step

    def __call__(self) -> bool:
        """Return whether the step is up to date; doit calls this once its inputs are final."""
        return self.state.fresh(self.step)


class Contents(FileChangedChecker):  # type: ignore[misc]  # doit has no types
    """A checker that compares the content of files and reads a file again if its stat changed."""

    def __init__(self, session: Session | None) -> None:
        self.session = session

    def check_modified(self, file_path: str, _: os.stat_result, state: str) -> bool:
        """Return whether a file's content differs from `state`."""
        return self.get_state(file_path, None) != state

    def get_state(self, dep: str, _: str | None) -> str:
        """Return the digest of a file or a receipt."""
        assert self.session is not None  # without a project there are no tasks and no files
        state = self.session.state
        return state.receipts.state(dep) or state.memo.digest(Path(dep))
