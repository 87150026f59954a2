"""The doit commands for the verbs.

Only anywhere.py, commands.py, elsewhere.py, front.py and tasks.py import doit.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TextIO

from doit import doit_cmd
from doit.cmd_base import Command
from doit.cmd_clean import Clean as DoitClean
from doit.cmd_completion import TabCompletion as DoitTabCompletion
from doit.cmd_help import Help as DoitHelp
from doit.cmd_list import List as DoitList
from doit.cmd_run import Run as DoitRun
from doit.cmdparse import CmdParseError
from doit.control import TaskControl

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.guard import Interrupts, guarded, held_back, leveled
from collide.cli.named_tasks import refuse_missing_tasks, refuse_processes
from collide.cli.noop import NoopStamp
from collide.cli.outlook import unplanned_message
from collide.cli.pasting import with_fix
from collide.cli.request import Request, understand
from collide.cli.surroundings import refuse_surroundings
from collide.cli.tasks import Loader, SideBySide, Tasks
from collide.cli.waiting import waiting
from collide.corrections.animations import refuse_animation
from collide.corrections.corrected_lines import mended
from collide.corrections.ffmpeg_options import of_ffmpeg
from collide.corrections.one_word import refuse_apart
from collide.corrections.refused_words import bad_options, refuse_words
from collide.corrections.strange_words import refuse_doubles, refuse_output
from collide.engine.machine import cores
from collide.project.project import refuse_unnameable
from collide.run.forecast import Forecast
from collide.run.runner import Context
from collide.run.session import Session
from collide.store.ledger import Ledger
from collide.syntax.arguments import page_asked, spelled_options
from collide.syntax.left_out import last_used, remember
from collide.syntax.verb import declaration, purpose, verb_module, verbs


class _Spoken:
    """The base of collide's doit commands: it reports errors and returns exit codes."""

    name = "run"
    context: Context
    loader: Any
    request: Request | None = None

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._arguments, self.workspace = arguments, Workspace(Path.cwd())

    @cached_property
    def typed(self) -> dict[str, str]:
        """Return the command's `name=value` arguments; refuse repeated names and split pairs."""
        refuse_doubles(sys.argv[1:])
        refuse_animation(self.workspace, sys.argv[1:])
        refuse_apart(sys.argv[1:])
        return dict(doit_cmd._CMDLINE_VARS or {})

    def parse_execute(self, in_args: list[str]) -> int:
        """Parse the options, run the verb, and return its exit code."""
        return guarded(lambda interrupts: self.answer(in_args, interrupts))

    def answer(self, in_args: list[str], interrupts: Interrupts) -> int:
        """Run the command inside the guard of `parse_execute` and return its exit code."""
        words, level = self._leveled(in_args)
        refuse_surroundings()
        self.context = Context(level)
        interrupts.stops = self.context.cancel.stop
        if (page := page_asked([self.name, *words])) is not None:
            return help_page(page)
        before = last_used(self.workspace)
        with held_back(level), waiting("reading the project and its clips"):
            code = self._parsed(words)
        if self.request and code == 0:
            used = declaration(self.request.verb).used(self.request.project, before)
            remember(self.workspace, used)
        return code

    def _leveled(self, in_args: list[str]) -> tuple[list[str], int]:
        """Return the arguments without `-v N`, and N; refuse bad levels and ffmpeg's options."""
        if error := of_ffmpeg(sys.argv[1:]):
            raise with_fix(self.workspace, error, sys.argv[1:])
        return leveled(in_args)

    def _parsed(self, words: list[str]) -> int:
        try:
            return super().parse_execute(words) or 0  # type: ignore[misc]  # doit has no types
        except InputError as error:
            request = self.request
            input_error = mended(error, request.spoken, request.turned) if request else error
            raise with_fix(self.workspace, input_error, sys.argv[1:]) from None
        except CmdParseError as error:
            name = "render" if self.name == "run" else self.name
            input_error = bad_options(self.workspace, name, str(error), words, self.typed)
            raise with_fix(self.workspace, input_error, sys.argv[1:]) from None

    def _understand(self, verb: str, words: list[str]) -> Request:
        refuse_unnameable(self.workspace, self.typed.get("project", ""))
        request = understand(self.workspace, verb, words, self.typed)
        for note in request.notes:  # on stderr, so a pipe gets only the verb's own output
            print(note, file=sys.stderr)
        self.request = replace(request, context=self.context)
        return self.request


class FullRun(_Spoken, DoitRun):  # type: ignore[misc]  # doit has no types
    """The command for `doit render …` and other tasks, which first checks the command line."""

    runner: Callable[..., SideBySide]

    def answer(self, in_args: list[str], interrupts: Interrupts) -> int:
        """Run the command, or the verb that follows `-v`, as in `doit -v 2 still …`."""
        words, level = self._leveled(in_args)
        if words != in_args and words and words[0] in self._arguments["cmds"]:
            verb = self._arguments["cmds"].get_plugin(words[0])(**self._arguments)
            return int(verb.answer([f"-v{level}", *words[1:]], interrupts))
        return super().answer(in_args, interrupts)

    def get_backends(self) -> dict[str, Any]:
        """Return the backends of doit's database, which only this command writes."""
        return {**super().get_backends(), "written-through": partial(Ledger, writes=True)}

    def execute(self, params: Any, args: list[str]) -> int:
        """Run the requested tasks, or list the verbs by default; return the exit code."""
        typed, stamp = self.typed, NoopStamp(self.workspace, sys.argv[1:])
        if not args and not typed:
            return int(verb_module("list").run(self._understand("list", [])))
        refuse_output(self.workspace, sys.argv[1:], typed)
        refuse_words(args, typed, self.workspace)
        request = self._understand("render", [word for word in args if word[0] != "-"])
        refuse_processes({name: params[name] for name in params._non_default_keys})
        render = verb_module("render")
        if render.is_many(request):
            return int(render.many_pieces(request, spelled_options(self.cmdparser, params)))
        with render.begin(request) as session, render.in_turn(session.project):
            if any(":" in word for word in args):
                refuse_missing_tasks(args, session, session.plan_known())
            plan = session.plan_now()
            refuse_missing_tasks(args, session, plan)
            forecast = render.begun(session, plan, request)
            code = None if forecast is None else self._ran(session, forecast, params, args)
        if code is None:  # the changed engine was not accepted
            return int(session.run.code())
        return int(render.end(session, plan, code, whole="render" in args, stamp=stamp))

    def _ran(self, session: Session, forecast: Forecast, params: Any, args: list[str]) -> int:
        """Let doit run the tasks and return its exit code."""
        self.loader = Loader(Tasks(self.workspace, session, forecast.plan), self.loader)
        workers = params["num_process"] or cores()
        self.runner = partial(SideBySide, session.scheduler(forecast, workers))
        out, named = params["outfile"], isinstance(params["outfile"], str)
        with open(out, "w", encoding="utf-8") if named else nullcontext(sys.stdout) as stream:
            params["outfile"] = stream
            if "reporter" in params._non_default_keys:  # one of doit's own reporters
                return int(super().execute(params, args))
            with session.runner.showing(forecast.expected, stream, workers=workers):
                return int(super().execute(params, args))

    def _execute(
        self, outfile: TextIO, reporter: Any, always: bool, single: bool, failure_verbosity: int
    ) -> int:
        """Run the loaded tasks as doit does, but with collide's runner."""
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
    """A doit command that makes its plan from recorded facts, without starting a process."""

    needs_project = False
    own_options: Mapping[
        str, str
    ] = {}  # doit's options that the verb itself takes, and the verb's names for them

    def execute(self, params: Any, args: list[str]) -> int:
        """Run the verb, or run doit's own command on the project's tasks."""
        self.outstream = sys.stdout
        request = self._understand(self.name, args)
        options = {*params._non_default_keys}
        if self.runs_alone(request) and options <= {*self.own_options}:
            own = {self.own_options[name]: params[name] for name in options}
            return int(verb_module(self.name).run(request, **own))
        if args:
            refuse_words(args, self.typed, self.workspace, self.name)
        if self.needs_project:
            request.existing()
        elif not request.project and not args:
            return self._read(Tasks(self.workspace), params, args)
        with request.open() as session:
            plan = session.plan_known()
            if args:
                refuse_missing_tasks(args, session, plan)
            if plan is None:
                print(unplanned_message(session))
                return 0
            return self._read(Tasks(self.workspace, session, plan), params, args)

    def runs_alone(self, request: Request) -> bool:
        """Return whether collide's verb handles the request, instead of doit's own command."""
        raise NotImplementedError

    def _read(self, tasks: Tasks, params: Any, args: list[str]) -> int:
        self.loader = Loader(tasks, self.loader)
        return super().execute(params, args) or 0  # type: ignore[misc]  # doit has no types


class Clean(_Reads, DoitClean):  # type: ignore[misc]
    """The command `doit clean` for a piece, which leaves tasks and options to doit's own clean."""

    name = "clean"
    needs_project = True
    own_options: Mapping[str, str] = {"dryrun": "dry"}

    def runs_alone(self, request: Request) -> bool:
        """Return whether the command cleans the whole piece."""
        return not request.words


class List(_Reads, DoitList):  # type: ignore[misc]
    """The command `doit list`, which lists verbs, presets or tasks."""

    name = "list"

    def runs_alone(self, request: Request) -> bool:
        """Return whether the command lists the verbs or the presets."""
        return not (request.project or request.words) or request.words == ["presets"]


class TabCompletion(_Spoken, DoitTabCompletion):  # type: ignore[misc]
    """The command `doit tabcompletion`, which prints a script for the shell."""

    name = "tabcompletion"

    def execute(self, params: Any, args: list[str]) -> int:
        """Print the script for `--shell`, an option that doit's own command declares."""
        request = self._understand(self.name, args)
        return int(verb_module(self.name).run(request, params["shell"]))


class Refused(_Spoken, Command):  # type: ignore[misc]
    """The command for doit's verbs that are of no use here, such as forget, ignore and strace."""

    name = "forget"

    def execute(self, _params: Any, _args: list[str]) -> int:
        """Raise an error that names the commands to use instead."""
        raise InputError(
            "this doit command does nothing in collide",
            why="collide decides by content, not by doit's records, whether a result is up to date",
            fix="see what would render: doit why project=x\n"
            "see a task's inputs: doit info stack:0 project=x\n"
            "delete what was rendered: doit clean project=x",
        )


def help_page(verb: str = "") -> int:
    """Print a verb's help, or the list of verbs for ""; return the exit code."""
    words = [verb] if verb else []
    return int(verb_module("help").run(understand(Workspace(Path.cwd()), "help", words, {})))


# doit handles --help before any command sees it and would list its own commands
DoitHelp.print_usage = lambda *_: help_page()


def __getattr__(word: str) -> type[Command]:
    """Return the doit command that pyproject.toml refers to as `word`."""
    name = word.replace("_", "-")
    if name not in verbs():
        raise AttributeError(word)

    def execute(self: Any, _params: Any, args: list[str]) -> int:
        return int(verb_module(name).run(self._understand(name, args)))

    what = purpose(name)
    return type(name, (_Spoken, Command), {"name": name, "doc_purpose": what, "execute": execute})
