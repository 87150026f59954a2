"""Run a command in the workspace around the current folder, or refuse it outside a workspace.

A request for help does not need a workspace.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from doit.cmd_base import Command
from doit.cmd_help import Help as DoitHelp
from doit.doit_cmd import DoitMain

from collide.base.errors import InputError
from collide.cli.anywhere import commands_of, pointed, workspace_above
from collide.cli.guard import guarded
from collide.syntax.variables import Variable
from collide.syntax.verb import declaration, verbs

CHECKOUT = Path(__file__).parents[2]


def moved(words: list[str], here: Path, root: Path) -> tuple[list[str], str]:
    """Return the arguments to run in the workspace root, and the project added to them.

    Relative paths of existing files become absolute. The project is "" if `here` is not in the
    folder of a project, or if the command does not need a project.
    """
    verb = next((word for word in words if word in verbs()), "")
    takes = declaration(verb or "render").variables
    typed = dict(word.split("=", 1) for word in words if "=" in word and word[0] != "-")
    words = [_from_here(word, takes, here) for word in words]
    inside = here.relative_to(root).parts
    if len(inside) < 2 or inside[0] != "projects" or "project" not in takes:
        return words, ""
    there = (root / "projects" / inside[1] / "config.json").exists()
    has_command = bool(words) and not {"-h", "--help"} & {*words}
    if not there or not has_command or not declaration(verb or "render").leaves_out(typed):
        return words, ""
    return [*words, f"project={inside[1]}"], inside[1]


def _from_here(word: str, declared: Mapping[str, Variable], here: Path) -> str:
    name, _, value = word.partition("=")
    file = name in declared and declared[name].limit.of == "file"
    return f"{name}={here / value}" if file and value and (here / value).exists() else word


def answer() -> int:
    """Run the command in its workspace and return its exit code."""
    return guarded(lambda _: _answered())


def _answered() -> int:
    here, (named, words) = Path.cwd(), pointed(sys.argv[1:])
    root = workspace_above(named or here)
    if root is None and _asks_help(words) and commands_of(CHECKOUT):
        code = _ran(words, CHECKOUT)
        print(f"\nto begin: cd {quote(str(CHECKOUT))}")
        return code
    if root is None:
        raise InputError(
            f"{named or here} is not a collide folder",
            why="neither it nor any folder above it contains collide's dodo.py and pyproject.toml",
            fix=f"cd {quote(str(CHECKOUT))} && {shlex.join(['doit', *words])}",
        )
    words, project = moved(words, here, root) if here.is_relative_to(root) else (words, "")
    if project:
        print(f"project={project}, since this is its folder", file=sys.stderr)
    return _ran(words, root)


def _asks_help(words: list[str]) -> bool:
    """Return whether a command only asks for help, which works in any folder."""
    asks = not words or words[0] == "help" or words == ["list"]
    return asks or bool({"-h", "--help"} & {*words})


def _ran(words: list[str], root: Path) -> int:
    """Run a command line in a workspace and return the exit code."""
    os.chdir(root)
    sys.argv[1:] = words
    return int(DoitMain().run(words))


class Elsewhere(Command):  # type: ignore[misc]  # doit has no types
    """A doit command that runs outside the root of a workspace."""

    name = "run"

    def parse_execute(self, _in_args: list[str]) -> int:
        """Run the command in its workspace and return its exit code."""
        return answer()


# doit handles --help before any command sees it
DoitHelp.print_usage = lambda *_: sys.exit(answer())
