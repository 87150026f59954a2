"""Verbs → doit commands. Only tasks.py, front.py and this file import doit."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from doit import doit_cmd
from doit.cmd_base import Command
from doit.cmd_clean import Clean as DoitClean
from doit.cmd_completion import TabCompletion as DoitTabCompletion
from doit.cmd_info import Info as DoitInfo
from doit.cmd_list import List as DoitList
from doit.cmd_run import Run as DoitRun
from doit.cmdparse import CmdParseError
from doit.control import TaskControl

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.arguments import (
    refuse_doubles,
    refuse_missing_tasks,
    refuse_processes,
    refuse_strange_words,
    verb_module,
    verbs,
)
from collide.cli.guard import Interrupts, guarded, held_back, leveled
from collide.cli.noop import NoopStamp
from collide.cli.request import Request, understand
from collide.cli.summary import unplanned_message
from collide.cli.tasks import Loader, SideBySide, Tasks
from collide.engine.machine import cores
from collide.run.forecast import Forecast
from collide.run.runner import Context
from collide.run.session import Session
from collide.run.shell_lines import lines_of
from collide.store.ledger import Ledger


def _typed() -> dict[str, str]:
    """Return the `name=value` of the command line, each said once."""
    refuse_doubles(sys.argv[1:])
    return dict(doit_cmd._CMDLINE_VARS or {})


def _options(params: Any) -> set[str]:
    """Return the names of doit's options that were typed."""
    return set(params._non_default_keys)


class _Spoken:
    """A doit command whose errors are ours: three lines, and an exit code."""

    name = "run"
    context: Context
    loader: Any

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._given, self.workspace = arguments, Workspace(Path.cwd())

    def parse_execute(self, in_args: list[str]) -> int:
        """Read the options, do what the verb does, and return its exit code."""
        return guarded(lambda interrupts: self.answer(in_args, interrupts))

    def answer(self, in_args: list[str], interrupts: Interrupts) -> int:
        """Do the same, inside the guard."""
        words, level = leveled(in_args)
        self.context = Context(level)
        interrupts.stops = self.context.cancel.stop
        with held_back(level):
            return self._parsed(words)

    def _parsed(self, words: list[str]) -> int:
        try:
            return super().parse_execute(words) or 0  # type: ignore[misc]  # of doit's class
        except CmdParseError as error:
            told = str(error).partition(" (parsing")[0].strip().splitlines()[-1]
            verb = "" if self.name == "run" else f" {self.name}"
            raise InputError(
                f"doit{verb} does not understand its options",
                why=told.removeprefix("Error parsing Command: "),
                fix=f"doit help {'render' if self.name == 'run' else self.name} says what there is",
            ) from None

    def _said(self, verb: str, words: list[str]) -> Request:
        said = understand(self.workspace, verb, verb_module(verb), words, _typed())
        for note in said.notes:  # a command that is printed, and piped on, stays alone
            print(note, file=sys.stderr)
        return replace(said, context=self.context)


class FullRun(_Spoken, DoitRun):  # type: ignore[misc]  # doit has no types
    """`doit render …` and any other task: checks what was typed before anything happens."""

    runner: Callable[..., SideBySide]

    def answer(self, in_args: list[str], interrupts: Interrupts) -> int:
        """Hand `doit -v 2 still …` on to its verb; doit takes what begins with an option for us."""
        words, level = leveled(in_args)
        if words != in_args and words and words[0] in self._given["cmds"]:
            verb = self._given["cmds"].get_plugin(words[0])(**self._given)
            return int(verb.answer([f"-v{level}", *words[1:]], interrupts))
        return super().answer(in_args, interrupts)

    def get_backends(self) -> dict[str, Any]:
        """Return where doit may keep what it knows of tasks: only this command writes there."""
        return {**super().get_backends(), "written-through": partial(Ledger, writes=True)}

    def execute(self, params: Any, args: list[str]) -> int:
        """Run tasks and return the exit code that the record stands for."""
        typed, stamp = _typed(), NoopStamp(self.workspace, sys.argv[1:])
        if not args and not typed:
            return int(verb_module("list").run(self._said("list", [])))
        said = self._said("render", [word for word in args if word[0] != "-"])
        refuse_strange_words(args, typed)
        refuse_processes({name: params[name] for name in _options(params)})
        render = verb_module("render")
        with render.begin(said) as session:
            if any(":" in word for word in args):
                refuse_missing_tasks(args, session, session.plan_known())
            plan = session.plan_now()
            refuse_missing_tasks(args, session, plan)
            forecast = render.begun(session, plan, said)
            code = None if forecast is None else self._ran(session, forecast, params, args)
        if code is None:
            print(session.run.line())
            return int(session.run.code())
        return int(render.end(session, plan, code, whole="render" in args, stamp=stamp))

    def _ran(self, session: Session, forecast: Forecast, params: Any, args: list[str]) -> int:
        """Let doit run the tasks, and return its exit code."""
        self.loader = Loader(Tasks(self.workspace, session, forecast.plan), self.loader)
        workers = params["num_process"] or cores()
        self.runner = partial(SideBySide, session.scheduler(forecast, workers))
        out, named = params["outfile"], isinstance(params["outfile"], str)
        with open(out, "w", encoding="utf-8") if named else nullcontext(sys.stdout) as stream:
            params["outfile"] = stream
            if "reporter" in _options(params):  # one of doit's own
                return int(super().execute(params, args))
            with session.runner.showing(forecast.expected, stream, workers=workers):
                return int(super().execute(params, args))

    def _execute(
        self, outfile: TextIO, reporter: Any, always: bool, single: bool, failure_verbosity: int
    ) -> int:
        """Run the tasks that were loaded as doit does, but by our runner."""
        control = TaskControl(self.task_list)
        control.process(self.sel_tasks)
        for name in control.selected_tasks if single else ():
            task = control.tasks[name]
            for alone in task.task_dep if task.has_subtask else [name]:
                control.tasks[alone].task_dep = []
        if isinstance(reporter, str):
            reporter = self.reporters[reporter](outfile, {"failure_verbosity": failure_verbosity})
        runner = self.runner(self.dep_manager, reporter, True, always)
        return int(runner.run_all(control.task_dispatcher()))


class _Reads(_Spoken):
    """A doit command that only looks: the project is opened, nothing is started or written."""

    def execute(self, params: Any, args: list[str]) -> int:
        """Open the project that was named, then do as doit does."""
        self.outstream = sys.stdout
        said = self._said(self.name, args)
        if not said.project and not args:
            return self._read(Tasks(self.workspace), params, args)
        with said.open() as session:
            plan = session.plan_known()
            if args:
                refuse_strange_words(args, _typed())
                refuse_missing_tasks(args, session, plan)
            if plan is None:
                print(unplanned_message(session))
                return 0
            return self._read(Tasks(self.workspace, session, plan), params, args)

    def _read(self, tasks: Tasks, params: Any, args: list[str]) -> int:
        self.loader = Loader(tasks, self.loader)
        return super().execute(params, args) or 0  # type: ignore[misc]  # of doit's class


class Info(_Reads, DoitInfo):  # type: ignore[misc]
    """`doit info TASK project=x`."""

    name = "info"

    def execute(self, params: Any, args: list[str]) -> int:
        """Show one task; that it would run is no failure."""
        if len(args) != 1 or set(args[0]) & set("*?["):
            raise InputError(
                "info of which task?",
                why="it shows one task at a time",
                fix=self._said("info", []).line(project="x").replace("info", "info layer:2", 1),
            )
        super().execute(params, args)
        return 0

    def _read(self, tasks: Tasks, params: Any, args: list[str]) -> int:
        super()._read(tasks, params, args)
        step = tasks.steps().get(args[0])
        if tasks.session and tasks.plan and step:
            print("\ncommands   :")
            for text in lines_of(tasks.session, tasks.plan, step):
                print(text)
        return 0


class Clean(_Reads, DoitClean):  # type: ignore[misc]
    """`doit clean project=x`: the whole piece; with tasks or options, as doit does."""

    name = "clean"

    def execute(self, params: Any, args: list[str]) -> int:
        """Clean the piece, or what was named."""
        said = self._said("clean", args)
        if not args and not _options(params):
            return int(verb_module("clean").run(said))
        said.existing()
        return super().execute(params, args)


class List(_Reads, DoitList):  # type: ignore[misc]
    """`doit list`: in plain words; with a project or an option, as doit does."""

    name = "list"

    def execute(self, params: Any, args: list[str]) -> int:
        """List the verbs, or the tasks of a project."""
        said = self._said("list", args)
        if not said.project and not args and not _options(params):
            return int(verb_module("list").run(said))
        return super().execute(params, args)


class TabCompletion(_Spoken, DoitTabCompletion):  # type: ignore[misc]
    """`doit tabcompletion --shell bash`: the script that the shell sources."""

    name = "tabcompletion"

    def execute(self, params: Any, args: list[str]) -> int:
        """Print it; `--shell` is doit's own word."""
        said = self._said(self.name, args)
        return int(verb_module(self.name).run(said, params["shell"]))


class Refused(_Spoken, Command):  # type: ignore[misc]
    """What doit can do to its own notes, and must not do to ours."""

    name = "forget"

    def execute(self, _params: Any, _args: list[str]) -> int:
        """Say what to do instead."""
        raise InputError(
            "doit's own bookkeeping is left alone here",
            why="what is up to date is known from content, not from doit's notes",
            fix="doit why says what would render, doit clean takes away what was rendered",
        )


def __getattr__(word: str) -> type[Command]:
    """Return the doit command of a verb, by its file's name; pyproject.toml names them all."""
    name = word.replace("_", "-")
    if name not in verbs():
        raise AttributeError(word)

    def execute(self: Any, _params: Any, args: list[str]) -> int:
        return int(verb_module(name).run(self._said(name, args)))

    doc = (verb_module(name).__doc__ or "").partition("\n")[0]
    return type(name, (_Spoken, Command), {"name": name, "doc_purpose": doc, "execute": execute})
