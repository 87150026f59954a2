"""What was typed, checked before anything happens: verb, words, variables, knobs.

doit swallows a mistyped variable and options after the verb; nothing here does.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from collide.catalog import knobs
from collide.errors import InputError, did_you_mean
from collide.knobs import find, parse, plain, renamed
from collide.project import House, Project
from collide.session import Session, open_session

HERE = Path(__file__).parent / "verbs"

# Kinds of tasks, in the order of the graph; `layer:2` is one of the kind layer.
KINDS = tuple(
    "footage probe select keyframe color layer audio mix loudness stack encode mux record "
    "render".split()
)


@dataclass(frozen=True)
class Said:
    """One command line, understood."""

    house: House
    verb: str
    words: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    knobs: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> str | None:
        """Return the project's name, None where none was said."""
        return self.variables.get("project")

    @property
    def presets(self) -> list[str]:
        """Return the presets that were said, in order."""
        return [name for name in self.variables.get("preset", "").split(",") if name]

    def existing(self) -> Project:
        """Return the project that was said.

        Raises:
            InputError: none was said, or there is none of that name.
        """
        if not self.project:
            known = self.house.projects()
            raise InputError(
                f"doit {self.verb} needs a project",
                why="there is " + (", ".join(known) or "none yet"),
                fix=f"doit {self.verb} project={known[0] if known else 'x'}",
            )
        return self.house.existing(self.project)

    def values(self) -> dict[str, Any]:
        """Return the knobs that were typed as config.json holds them; "" takes one out."""
        known = ((renamed(name)[0], raw) for name, raw in self.knobs.items())
        return {name: raw if raw == "" else plain(parse(name, raw)) for name, raw in known}

    def open_house(self) -> Session:
        """Return a session for verbs that need the clips and no project."""
        return open_session(
            self.house, self.house.project("_"), presets=[], typed={}, words=[self.verb]
        )

    def open(self, project: Project | None = None, *, presets: bool = True) -> Session:
        """Return the project, opened with the presets and knobs that were typed."""
        return open_session(
            self.house,
            project or self.existing(),
            presets=self.presets if presets else [],
            typed=self.knobs,
            words=[
                self.verb,
                *self.words,
                *(f"{k}={v}" for k, v in {**self.variables, **self.knobs}.items()),
            ],
        )


@cache
def verbs() -> tuple[str, ...]:
    """Return the verbs, one for each file of collide/verbs."""
    return tuple(sorted(path.stem.rstrip("_") for path in HERE.glob("[a-z]*.py")))


def verb_module(name: str) -> ModuleType:
    """Return the file of a verb."""
    return importlib.import_module(f"collide.verbs.{name}")


def understand(
    house: House, verb: str, module: ModuleType, words: list[str], typed: Mapping[str, str]
) -> Said:
    """Return what was typed after `verb`, every name of it known.

    Raises:
        InputError: an unknown variable or knob, a value that cannot be, a word too many.
    """
    allowed: Mapping[str, str] = module.VARIABLES
    takes_knobs: bool = getattr(module, "KNOBS", False)
    most: int = getattr(module, "WORDS", 0)
    variables, turned = {}, {}
    for name, value in typed.items():
        if name in allowed:
            variables[name] = value
        elif takes_knobs:
            turned[name] = value
            _known(verb, name, value, allowed)
        else:
            raise _stranger(verb, name, allowed)
    loose = [word for word in words if word.startswith("-")]
    if loose or len(words) > most:
        word = (loose or words[most:])[0]
        raise InputError(
            f"doit {verb} does not understand {word!r}",
            why=f"it takes {_listed(allowed, takes_knobs)}",
            fix="doit list says what each verb takes",
        )
    return Said(house, verb, words, variables, turned)


def _known(verb: str, name: str, value: str, allowed: Mapping[str, str]) -> None:
    bare = name.rpartition(".")[2]
    if "." not in name and bare not in knobs():
        near = did_you_mean(bare, [*allowed], otherwise="")
        if near:
            raise _stranger(verb, name, allowed)
    find(renamed(name)[0])
    if value != "":
        parse(renamed(name)[0], value)


def _stranger(verb: str, name: str, allowed: Mapping[str, str]) -> InputError:
    return InputError(
        f"doit {verb} has no variable {name!r}",
        why=f"it takes {_listed(allowed, False)}",
        fix=did_you_mean(name, allowed, otherwise=f"leave {name}= away"),
    )


def _listed(allowed: Mapping[str, str], takes_knobs: bool) -> str:
    names = [f"{name}=" for name in allowed] + (["any knob="] if takes_knobs else [])
    return ", ".join(names) or "nothing"


def refuse_doubles(line: list[str]) -> None:
    """Refuse a variable that was said twice; doit would take the last and say nothing.

    Raises:
        InputError: with its name.
    """
    names = [word.partition("=")[0] for word in line if "=" in word and not word.startswith("-")]
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"{name}= was said twice",
                why="only one of the two can be meant",
                fix=f"say {name}= once",
            )


def refuse_strange_words(words: list[str], typed: Mapping[str, Any]) -> None:
    """Refuse what is neither verb nor task, and options that stand after one.

    Raises:
        InputError: with the line that was meant.
    """
    said = " ".join(f"{name}={value}" for name, value in typed.items())
    for at, word in enumerate(words):
        if word.startswith("-"):
            raise InputError(
                f"{word} stands after the verb",
                why="doit reads its own options before the verb only",
                fix=f"doit {' '.join([*words[at:], *words[:at]])} {said}".rstrip(),
            )
        if word.partition(":")[0] not in KINDS:
            raise InputError(
                f"no verb or task named {word!r}",
                why="verbs: " + ", ".join(verbs()) + "; tasks: " + ", ".join(KINDS[:-1]),
                fix=did_you_mean(
                    word, [*verbs(), *KINDS], otherwise="doit list says what each does"
                ),
            )
    if not words:
        raise InputError(
            f"what should be done with {said}?",
            why="there is no verb",
            fix=f"doit render {said}",
        )
