"""The verbs and what each verb takes: the VERB in its module in collide/verbs."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from collide.catalog import Catalog
from collide.project.settings import parse
from collide.syntax.variables import Variable

MANY = 99  # the `words` of a verb that takes any number of tasks

TAKING_AWAY = ("off", "over")  # variables that make a verb remove or replace something

VERBS = Path(__file__).parents[1] / "verbs"


@dataclass(frozen=True)
class Verb:
    """What a verb takes, and what happens if `project=` is left out."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    examples: tuple[str, ...] = ()  # the arguments after the verb; {project} stands for project=x
    words: int = 0  # the maximum number of arguments without name=
    subcommands: Mapping[str, str] = field(default_factory=dict)  # word -> its purpose
    of_subcommand: Mapping[str, str] = field(default_factory=dict)  # variable -> its subcommand
    knobs: bool = False  # whether it takes knobs
    unsets: bool = False  # whether `knob=` unsets a knob
    parses: Callable[[str, str, Catalog], Any] = parse  # reads a knob's text or refuses it
    refuses: Callable[[Any], None] = lambda _: None  # refuses a Request with an unknown word
    # Without `project=`, a verb uses the last project. With "none" it does not use a particular
    # project, because it concerns all projects or creates a project. With "refused" it does not
    # run, because in the wrong project it would destroy a person's work.
    without_project: Literal["last", "none", "refused"] = "last"
    creates: bool = False  # whether the project may be missing
    read_only: bool = False  # whether it writes nothing, not even the name of the last project
    pieces: bool = False  # whether it renders pieces of several projects

    @property
    def record(self) -> str:
        """Return the name of the required file variable, or "" if the verb has no such variable."""
        needed = ((name, one.limit.of) for name, one in self.variables.items() if one.required)
        return next((name for name, of in needed if of == "file"), "")

    def leaves_out(self, typed: Mapping[str, str]) -> bool:
        """Return whether a command omits `project=` and may do so."""
        if self.without_project != "last" or "project" in typed:
            return False
        takes_away = any(typed.get(name, "false") != "false" for name in TAKING_AWAY)
        return not takes_away and not (self.unsets and "" in typed.values())

    def used(self, project: str | None, before: str) -> str:
        """Return the project to record as last used, or "" to record nothing.

        Args:
            project: the command's project.
            before: the project used last before the run; a verb that renders pieces keeps it.
        """
        if self.pieces:
            return before
        return "" if self.read_only or self.without_project == "none" else project or ""


@cache
def verbs() -> tuple[str, ...]:
    """Return the verbs, one per file in collide/verbs."""
    return tuple(sorted(path.stem.replace("_", "-") for path in VERBS.glob("[a-z]*.py")))


def verb_module(verb: str) -> ModuleType:
    """Return the module of a verb."""
    return importlib.import_module(f"collide.verbs.{verb.replace('-', '_')}")


def purpose(verb: str) -> str:
    """Return the first line of a verb's docstring: what the verb does."""
    return (verb_module(verb).__doc__ or "").partition("\n")[0]


def declaration(verb: str) -> Verb:
    """Return the VERB of a verb's module."""
    one: Verb = verb_module(verb).VERB
    return one
