"""Plan → doit tasks, verbs → doit commands. With dodo.py the only file that knows doit."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doit import doit_cmd
from doit.cmd_base import Command
from doit.cmd_clean import Clean as DoitClean
from doit.cmd_info import Info as DoitInfo
from doit.cmd_list import List as DoitList
from doit.cmd_run import Run as DoitRun
from doit.dependency import FileChangedChecker
from doit.exceptions import TaskFailed

from collide.bench import Fresh
from collide.errors import InputError, TaskError, of_disk
from collide.guard import guarded
from collide.key import Step
from collide.ledger import Ledger
from collide.perform import perform
from collide.plan import Plan
from collide.project import House
from collide.report import Reporter
from collide.said import Said, refuse_doubles, refuse_strange_words, understand, verb_module, verbs
from collide.session import Session

HOUSE = House(Path.cwd())


class _Open:
    """The session of this process, and its plan: what the tasks below are made of."""

    session: Session | None = None
    plan: Plan | None = None


def config() -> dict[str, Any]:
    """Return DOIT_CONFIG: one database for each project, our reporter, threads only."""
    name = _Open.session.project.name if _Open.session else ".none"
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
    if _Open.plan is None or _Open.session is None:
        return {"actions": None}
    target = str(_Open.session.selection.path)
    return {"actions": [lambda: True], "targets": [target], "uptodate": [True]}


def everything() -> dict[str, Any]:
    """Return the task that stands for the whole piece."""
    return {"actions": None, "task_dep": ["select", "record"] if _Open.plan else []}


def _steps() -> dict[str, Step]:
    if _Open.plan is None or _Open.session is None:
        return {}
    return {**_Open.session.footage, **_Open.session.probes, **_Open.plan.steps}


def _task(step: Step) -> dict[str, Any]:
    assert _Open.session is not None
    bench = _Open.session.bench
    places = [bench.library.place(digest) for digest in step.clips]
    receipts = [str(bench.receipt_path(task)) for task in step.needs]
    targets = [str(bench.receipt_path(step.task)), *(str(p) for p in step.deliver.values())]
    swept = [targets[0], *(path for path in targets[1:] if path.endswith(".mp4"))]
    return {
        "actions": [(_act, [step])],
        "file_dep": [*receipts, *(str(place) for place in places if place)],
        "targets": targets,
        "uptodate": [Fresh(bench, step)],
        "clean": [(_remove, [swept])],
        "doc": None,
    }


def _act(step: Step) -> TaskFailed | bool:
    """Perform one step; what goes wrong is said in three lines, never as a traceback."""
    session = _Open.session
    assert session is not None
    try:
        session.run.add(perform(session.bench, step))
    except TaskError as error:
        return TaskFailed(str(session.mended(step, error)))
    except OSError as error:
        return TaskFailed(str(of_disk(error, session.house.fullest())))
    return True


def _remove(paths: list[str], dryrun: bool) -> None:
    for path in filter(os.path.exists, paths):
        print(f"{'would remove' if dryrun else 'removed'} {os.path.relpath(path)}")
        if not dryrun:
            os.unlink(path)


class Contents(FileChangedChecker):  # type: ignore[misc]
    """Files are compared by content; stat only tells whether they must be read again."""

    def check_modified(self, file_path: str, _: os.stat_result, state: str) -> bool:
        """Return whether a file's content is another than `state`."""
        return self.get_state(file_path, None) != state

    def get_state(self, dep: str, _: str | None) -> str:
        """Return the digest of a file."""
        assert _Open.session is not None
        return _Open.session.bench.memo.digest(Path(dep))


def _typed() -> dict[str, str]:
    """Return the `name=value` of the command line, each said once."""
    refuse_doubles(sys.argv[1:])
    return dict(doit_cmd._CMDLINE_VARS or {})


def _said(verb: str, words: list[str]) -> Said:
    return understand(HOUSE, verb, verb_module(verb), words, _typed())


class Run(DoitRun):  # type: ignore[misc]
    """`doit render …` and any other task: checks what was typed before anything happens."""

    name = "run"

    def execute(self, params: Any, args: list[str]) -> int:
        """Run tasks and return the exit code that the record stands for."""
        return guarded(lambda: self._checked(params, args))

    def _checked(self, params: Any, args: list[str]) -> int:
        if not args and not _typed():
            return int(verb_module("list").run(_said("list", [])))
        refuse_strange_words(args, _typed())
        if params["par_type"] == "process" and "par_type" in params._non_default_keys:
            raise InputError(
                "-P process is not possible",
                why="a killed worker would leave ffmpeg running, and doit waiting for ever",
                fix="leave -P away: tasks run in threads, and ffmpeg beside them",
            )
        render = verb_module("render")
        Ledger.writes = True
        _Open.session = session = render.begin(_said("render", args))
        Reporter.run = session.run
        session.bench.watch, session.bench.told = Reporter.seen, Reporter.told
        try:
            _Open.plan = session.plan_now()
            code = super().execute(params, args)
        except KeyboardInterrupt:
            session.run.stopped = True
            session.run.write(HOUSE.cache / "runs")
            raise
        return int(render.end(session, _Open.plan, code, whole="render" in args))


class _Reads:
    """A doit command that only looks: the project is opened, nothing is started or written."""

    verb = ""

    def execute(self, params: Any, args: list[str]) -> int:
        """Open the project that was named, then do as doit does."""
        return guarded(lambda: self._checked(params, args))

    def _checked(self, params: Any, args: list[str]) -> int:
        said = _said(self.verb, args)
        if said.project:
            _Open.session = said.open()
            _Open.plan = _Open.session.plan_known()
        return super().execute(params, args) or 0  # type: ignore[misc]


class Info(_Reads, DoitInfo):  # type: ignore[misc]
    """`doit info TASK project=x`."""

    name, verb = "info", "info"


class Clean(_Reads, DoitClean):  # type: ignore[misc]
    """`doit clean project=x`: the whole piece; with tasks or options, as doit does."""

    name, verb = "clean", "clean"

    def _checked(self, params: Any, args: list[str]) -> int:
        if not args and not params._non_default_keys:
            return int(verb_module("clean").run(_said("clean", args)))
        return super()._checked(params, args)


class List(_Reads, DoitList):  # type: ignore[misc]
    """`doit list`: in plain words; with a project or an option, as doit does."""

    name, verb = "list", "list"

    def _checked(self, params: Any, args: list[str]) -> int:
        said = _said("list", args)
        if not said.project and not params._non_default_keys:
            return int(verb_module("list").run(said))
        return super()._checked(params, args)


def __getattr__(name: str) -> type[Command]:
    """Return the doit command of a verb; pyproject.toml names them all."""
    if name not in verbs():
        raise AttributeError(name)

    def execute(_self: Command, _params: Any, args: list[str]) -> int:
        return guarded(lambda: verb_module(name).run(_said(name, args)))

    doc = (verb_module(name).__doc__ or "").partition("\n")[0]
    return type(name, (Command,), {"name": name, "doc_purpose": doc, "execute": execute})
