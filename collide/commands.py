"""Verbs → doit commands. With tasks.py and dodo.py the only file that knows doit."""

import sys
from typing import Any

from doit import doit_cmd
from doit.cmd_base import Command
from doit.cmd_clean import Clean as DoitClean
from doit.cmd_info import Info as DoitInfo
from doit.cmd_list import List as DoitList
from doit.cmd_run import Run as DoitRun
from doit.cmdparse import CmdParseError

from collide.build.ledger import Ledger
from collide.desk.guard import guarded
from collide.desk.said import Said, understand
from collide.desk.stamp import Stamp
from collide.desk.summary import made_of
from collide.desk.words import (
    refuse_doubles,
    refuse_missing_tasks,
    refuse_processes,
    refuse_strange_words,
    verb_module,
    verbs,
)
from collide.errors import InputError
from collide.tasks import HOUSE, Open
from collide.work.report import Reporter


def _typed() -> dict[str, str]:
    """Return the `name=value` of the command line, each said once."""
    refuse_doubles(sys.argv[1:])
    return dict(doit_cmd._CMDLINE_VARS or {})


def _said(verb: str, words: list[str]) -> Said:
    return understand(HOUSE, verb, verb_module(verb), words, _typed())


class _Spoken:
    """A doit command whose errors are ours: three lines, and an exit code."""

    name = "run"

    def parse_execute(self, in_args: list[str]) -> int:
        """Read the options, do what the verb does, and return its exit code."""
        return guarded(lambda: self._parsed(in_args))

    def _parsed(self, in_args: list[str]) -> int:
        try:
            return super().parse_execute(in_args) or 0  # type: ignore[misc]
        except CmdParseError as error:
            told = str(error).partition(" (parsing")[0].strip().splitlines()[-1]
            verb = "" if self.name == "run" else f" {self.name}"
            raise InputError(
                f"doit{verb} does not understand its options",
                why=told.removeprefix("Error parsing Command: "),
                fix=f"doit help {'render' if self.name == 'run' else self.name} says what there is",
            ) from None


class Run(_Spoken, DoitRun):  # type: ignore[misc]
    """`doit render …` and any other task: checks what was typed before anything happens."""

    def execute(self, params: Any, args: list[str]) -> int:
        """Run tasks and return the exit code that the record stands for."""
        typed, stamp = _typed(), Stamp(HOUSE, sys.argv[1:])
        if not args and not typed:
            return int(verb_module("list").run(_said("list", [])))
        said = _said("render", [word for word in args if word[0] != "-"])
        refuse_strange_words(args, typed)
        if "par_type" in params._non_default_keys:
            refuse_processes(params["par_type"])
        if "outfile" not in params._non_default_keys:
            params["outfile"] = sys.stdout  # doit took it before it was made patient
        render = verb_module("render")
        Ledger.writes = True
        Open.session = session = render.begin(said)
        if any(":" in word for word in args):
            refuse_missing_tasks(args, session, session.plan_known())
        Reporter.run = session.run
        session.bench.watch, session.bench.told = Reporter.seen, Reporter.told
        try:
            Open.plan = session.plan_now()
            refuse_missing_tasks(args, session, Open.plan)
            forecast = render.begun(session, Open.plan, said)
            if forecast is None:
                return int(render.left(session))
            Reporter.expected = {g.task: g.seconds or 0.0 for g in forecast.of("render")}
            code = super().execute(params, args)
        except KeyboardInterrupt:
            session.bench.engine.cancel.stop()  # of doit's threads, which do not hear of it
            if Reporter.progress:
                Reporter.progress.close()
            session.run.stopped = True
            session.run.write(HOUSE.cache / "runs")
            raise
        whole = "render" in args
        return int(render.end(session, Open.plan, code, whole=whole, stamp=stamp))


class _Reads(_Spoken):
    """A doit command that only looks: the project is opened, nothing is started or written."""

    def execute(self, params: Any, args: list[str]) -> int:
        """Open the project that was named, then do as doit does."""
        self.outstream = sys.stdout
        said = _said(self.name, args)
        if said.project or args:
            Open.session = session = said.open()
            Open.plan = session.plan_known()
            if args:
                refuse_strange_words(args, _typed())
                refuse_missing_tasks(args, session, Open.plan)
            if Open.plan is None:
                print(made_of(session))
                return 0
        return super().execute(params, args) or 0  # type: ignore[misc]


class Info(_Reads, DoitInfo):  # type: ignore[misc]
    """`doit info TASK project=x`."""

    name = "info"

    def execute(self, params: Any, args: list[str]) -> int:
        """Show one task; that it would run is no failure."""
        if len(args) != 1 or set(args[0]) & set("*?["):
            raise InputError(
                "info of which task?",
                why="it shows one task at a time",
                fix=_said("info", []).line(project="x").replace("info", "info layer:2", 1),
            )
        super().execute(params, args)
        return 0


class Clean(_Reads, DoitClean):  # type: ignore[misc]
    """`doit clean project=x`: the whole piece; with tasks or options, as doit does."""

    name = "clean"

    def execute(self, params: Any, args: list[str]) -> int:
        """Clean the piece, or what was named."""
        said = _said("clean", args)
        if not args and not params._non_default_keys:
            return int(verb_module("clean").run(said))
        said.existing()
        return super().execute(params, args)


class List(_Reads, DoitList):  # type: ignore[misc]
    """`doit list`: in plain words; with a project or an option, as doit does."""

    name = "list"

    def execute(self, params: Any, args: list[str]) -> int:
        """List the verbs, or the tasks of a project."""
        said = _said("list", args)
        if not said.project and not args and not params._non_default_keys:
            return int(verb_module("list").run(said))
        return super().execute(params, args)


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

    def execute(_self: Command, _params: Any, args: list[str]) -> int:
        return int(verb_module(name).run(_said(name, args)))

    doc = (verb_module(name).__doc__ or "").partition("\n")[0]
    return type(name, (_Spoken, Command), {"name": name, "doc_purpose": doc, "execute": execute})
