"""A command line's arguments: verbs, kinds of tasks, variables and options."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collide.base.workspace import Workspace
from collide.syntax.left_out import last_used
from collide.syntax.verb import TAKING_AWAY, verbs

# Kinds of tasks, in the order of the graph; the kind of `layer:2` is layer.
KINDS = tuple(
    "footage probe select levels keyframe matte color layer presence hear audio mix loudness stack "
    "plate post encode mux record render".split()
)

SIZED = ("du", "df")  # shell commands whose -h prints sizes, not help

ALL = ("all", "every", "everything", "any", "*")  # values that mean every project or every choice


def line(words: Sequence[str], typed: Mapping[str, str]) -> str:
    """Return a command that is ready to paste, with variables in TAKING_AWAY last."""
    ordered = sorted(typed.items(), key=lambda pair: pair[0] in TAKING_AWAY)
    return shlex.join(["doit", *words, *(f"{name}={value}" for name, value in ordered)])


def page_asked(words: Sequence[str]) -> str | None:
    """Return the verb that `-h` asks about ("" for the list of verbs); None if `-h` is missing."""
    if not {"-h", "--help"} & {*words} or {*SIZED} & {*words[:2]}:
        return None
    named = [word for word in words if word in verbs()]
    tasks = any(word.partition(":")[0] in KINDS for word in words)
    return named[0] if named else "render" if tasks else ""


def spelled_options(parser: Any, params: Any) -> dict[str, list[str]]:
    """Map the names of the doit options in a command to their argv items (`-n 2`).

    Args:
        parser: the parser of the doit command.
        params: the parameters that it parsed.
    """
    spelled = {}
    for option in parser.options:
        if option.name in params._non_default_keys:
            flag = f"-{option.short}" if option.short else f"--{option.long}"
            value = params[option.name]
            spelled[option.name] = [flag] if option.type is bool else [flag, str(value)]
    return spelled


@dataclass(frozen=True)
class TypedLine:
    """A command line before parsing: the verb, its other arguments, and the `name=value` pairs."""

    workspace: Workspace
    verb: str
    spoken: list[str]
    typed: Mapping[str, str]

    def without(self, name: str) -> dict[str, str]:
        """Return the `name=value` pairs except the pair called `name`."""
        return {one: text for one, text in self.typed.items() if one != name}

    def in_project(self, words: Sequence[str]) -> tuple["TypedLine", list[str]]:
        """Return the command with its project, and the words that name no project.

        The project is the one in `project=`, or the first that a word names, or the one used last.
        """
        there = self.workspace.projects()
        named = [word for word in words if word in there] or [last_used(self.workspace)]
        own = self.typed.get("project") or named[0]
        typed = {"project": own, **self.typed} if own else self.typed
        return replace(self, typed=typed), [word for word in words if word not in there]

    def only(self, *names: str) -> dict[str, str]:
        """Return only the `name=value` pairs with these names."""
        return {one: text for one, text in self.typed.items() if one in names}
