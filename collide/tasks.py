"""Plan → doit tasks. With commands.py and dodo.py the only file that knows doit."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doit.dependency import FileChangedChecker
from doit.exceptions import TaskFailed

from collide.build.bench import Bench
from collide.build.key import Step
from collide.build.perform import perform
from collide.errors import CollideError, TaskError, of_disk
from collide.graph.plan import Plan
from collide.house import House
from collide.work.report import Reporter
from collide.work.session import Session

HOUSE = House(Path.cwd())


class Open:
    """The session of this process, and its plan: what the tasks below are made of."""

    session: Session | None = None
    plan: Plan | None = None


def config() -> dict[str, Any]:
    """Return DOIT_CONFIG: one database for each project, our reporter, threads only."""
    # tasks are kept to the end: to look for garbage among them takes a third of their loading
    gc.set_threshold(100_000)
    name = Open.session.project.name if Open.session else ".none"
    return {
        "default_tasks": ["render"],
        "dep_file": str(HOUSE.cache / "doit" / f"{name}.db"),
        "backend": "written-through",
        "check_file_uptodate": Contents,
        "reporter": Reporter,
        "par_type": "thread",
        "continue": True,
        "verbosity": 2,
    }


def of(family: str) -> Iterator[dict[str, Any]]:
    """Yield the doit tasks `family:…` of the open project; none while it is cold."""
    for task, step in _steps().items():
        if task.startswith(f"{family}:"):
            yield {"name": task.partition(":")[2], **_task(step)}


def one(name: str) -> dict[str, Any]:
    """Return the doit task `name` of the open project, empty where it has none."""
    step = _steps().get(name)
    return _task(step) if step else {"actions": None}


def select() -> dict[str, Any]:
    """Return the task that chose the clips. It is done while the graph is made."""
    if Open.plan is None or Open.session is None:
        return {"actions": None}
    target = str(Open.session.selection.path)
    return {"actions": [lambda: True], "targets": [target], "uptodate": [True]}


def everything() -> dict[str, Any]:
    """Return the task that stands for the whole piece."""
    # in the order of the plan: doit would take what record needs in any order
    return {"actions": None, "task_dep": ["select", *Open.plan.steps] if Open.plan else []}


def _steps() -> dict[str, Step]:
    if Open.plan is None or Open.session is None:
        return {}
    return {**Open.session.footage, **Open.session.clips.probes, **Open.plan.steps}


def _task(step: Step) -> dict[str, Any]:
    assert Open.session is not None
    bench = Open.session.bench
    places = [bench.library.place(digest) for digest in step.clips]
    # what only takes note of every task waits for it by name: to find who makes ten thousand
    # receipts, doit compares each with all others
    receipts = [bench.receipts.path(task) for task in step.needs if step.opens]
    targets = [bench.receipts.path(step.task), *(str(p) for p in step.deliver.values())]
    swept = [targets[0], *(path for path in targets[1:] if path.endswith(".mp4"))]
    return {
        "actions": [(_act, [step])],
        "file_dep": [*receipts, *(str(place) for place in places if place)],
        "task_dep": [] if step.opens else list(step.needs),
        "targets": targets,
        "uptodate": [_Fresh(bench, step)],
        "clean": [(_remove, [swept])],
        "doc": None,
    }


def _act(step: Step) -> TaskFailed | bool:
    """Perform one step; what goes wrong is said in three lines, never as a traceback."""
    session = Open.session
    assert session is not None
    try:
        session.run.add(perform(session.bench, step))
    except TaskError as error:
        return TaskFailed(str(session.mended(step, error)))
    except CollideError as error:  # the cache cannot be used any more
        return TaskFailed(str(error))
    except OSError as error:
        return TaskFailed(str(of_disk(error, session.house.fullest())))
    return True


def _remove(paths: list[str], dryrun: bool) -> None:
    for path in filter(os.path.exists, paths):
        print(f"{'would remove' if dryrun else 'removed'} {os.path.relpath(path)}")
        if not dryrun:
            os.unlink(path)


class _Fresh:
    """The question whether a step is up to date; its repr is what `doit info` shows."""

    def __init__(self, bench: Bench, step: Step) -> None:
        self.bench, self.step = bench, step

    def __call__(self) -> bool:
        """Return the answer of now: asked late, it knows all that is upstream."""
        return self.bench.fresh(self.step)

    def __repr__(self) -> str:
        return self.bench.why(self.step) or "up to date"


class Contents(FileChangedChecker):  # type: ignore[misc]
    """Files are compared by content; stat only tells whether they must be read again."""

    def check_modified(self, file_path: str, _: os.stat_result, state: str) -> bool:
        """Return whether a file's content is another than `state`."""
        return self.get_state(file_path, None) != state

    def get_state(self, dep: str, _: str | None) -> str:
        """Return the digest of a file."""
        assert Open.session is not None
        bench = Open.session.bench
        return bench.receipts.state(dep) or bench.memo.digest(Path(dep))
