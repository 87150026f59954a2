"""What was typed, checked before anything happens: verb, words, variables, knobs.

doit swallows a mistyped variable and options after the verb; nothing here does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from collide.catalog import RESERVED, knobs
from collide.desk.words import line, verb_module, verbs
from collide.errors import InputError, did_you_mean, nearest
from collide.filters import read_number
from collide.graph.knobs import find, parse, plain, renamed
from collide.graph.look import Look
from collide.graph.looks import find_look, owner
from collide.graph.pins import refuse_missing_layers, unmoved
from collide.graph.post import unplayed
from collide.graph.project import Project, admit_scripts, existing, named
from collide.house import House
from collide.work.session import Session, open_session

DAY = 86400.0


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
    def spoken(self) -> list[str]:
        """Return the verb and the words; of a render, the verb may be one of the words."""
        return self.words if self.verb in self.words else [self.verb, *self.words]

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
                fix=self.line(project=known[0] if known else "x"),
            )
        return existing(self.house, self.project)

    def needed(self, name: str, example: str) -> str:
        """Return a variable that this verb cannot do without.

        Raises:
            InputError: it was not said.
        """
        if name not in self.variables:
            raise InputError(
                f"doit {self.verb} needs {name}=",
                why=f"it says {verb_module(self.verb).VARIABLES[name]}",
                fix=self.line(**{name: example}),
            )
        return self.variables[name]

    def look(self, project: Project) -> Look | None:
        """Return the look of the project that was said, None where none was.

        Raises:
            InputError: it has none that begins so.
        """
        signs = self.variables.get("look")
        return find_look(project, signs) if signs else None

    def line(self, **more: str) -> str:
        """Return what was typed, with `more` variables, as it can be pasted."""
        return line(self.spoken, {**more, **self.variables, **self.knobs})

    def seconds(self, name: str, *, default: float) -> float:
        """Return the time that a variable says.

        Raises:
            InputError: it is none.
        """
        text = self.variables.get(name, "")
        value = read_number(text) if text else default
        if isinstance(value, int | float) and 0 <= value < DAY:
            return float(value)
        raise InputError(
            f"{name}={text} is not possible",
            why="it is a time in seconds: 12.5, or 1:05",
            fix=f"say {name}={default:g}",
        )

    def flag(self, name: str) -> bool:
        """Return whether `name=true` was said."""
        return self.variables.get(name) == "true"

    def typed(self) -> list[str]:
        """Return all that was typed, as a run record keeps it."""
        turned = {**self.variables, **self.knobs}
        return [*self.spoken, *(f"{name}={value}" for name, value in turned.items())]

    def values(self) -> dict[str, Any]:
        """Return the knobs that were typed as config.json holds them; "" takes one out."""
        known = ((renamed(name)[0], raw) for name, raw in self.knobs.items())
        return {name: raw if raw == "" else plain(parse(name, raw)) for name, raw in known}

    def open_house(self) -> Session:
        """Return a session for verbs that need the clips and no project."""
        return open_session(
            self.house, named(self.house, "_"), presets=[], typed={}, words=[self.verb]
        )

    def open(
        self,
        project: Project | None = None,
        *,
        presets: bool = True,
        look: Look | None = None,
    ) -> Session:
        """Return the project, opened with the look, presets and knobs that were typed.

        Args:
            project: another than the one that was said.
            presets: whether those that were said count; a draft has them already.
            look: another than the one that was said.
        """
        opened = project or self.existing()
        session = open_session(
            self.house,
            opened,
            presets=self.presets if presets else [],
            typed=self.knobs,
            look=look or self.look(opened),
            words=self.typed(),
        )
        refuse_missing_layers(session.settings, self.knobs)
        session.notes.extend(unplayed(session.settings.piece(), self.knobs))
        session.notes.extend(unmoved(session.settings, self.knobs) if not session.look else ())
        return session


def understand(
    house: House, verb: str, module: ModuleType, words: list[str], typed: Mapping[str, str]
) -> Said:
    """Return what was typed after `verb`, every name of it known.

    Raises:
        InputError: an unknown variable or knob, a value that cannot be, a word too many.
    """
    allowed: Mapping[str, str] = module.VARIABLES
    takes_knobs: bool = getattr(module, "KNOBS", False)
    if getattr(module, "LOOKS", takes_knobs):
        allowed = {**allowed, "look": "a look of the project, by the first signs of its name"}
    home = {"project": owner(house, typed["look"])} if _homeless(typed, allowed) else {}
    typed = {**home, **typed}
    admit_scripts(house, typed.get("project", ""))
    most: int = getattr(module, "WORDS", 0)
    variables, turned = {}, {}
    for name, value in typed.items():
        if name in allowed:
            variables[name] = _filled(name, value, allowed)
        elif takes_knobs:
            turned[name] = value
            _known(verb, name, value, allowed, getattr(module, "reads", parse))
        else:
            raise _stranger(verb, name, allowed, takes_knobs=False)
    loose = [word for word in words if word.startswith("-")]
    if loose or len(words) > most:
        word = (loose or words[most:])[0]
        bare = "project" in allowed and "project" not in typed and not loose
        raise InputError(
            f"doit {verb} does not understand {word!r}",
            why=f"it takes {_listed(allowed, takes_knobs)}",
            fix=f"did you mean project={word}?" if bare else f"leave {word} away",
        )
    return Said(house, verb, words, variables, turned)


def _homeless(typed: Mapping[str, str], allowed: Mapping[str, str]) -> bool:
    """Return whether a look was said without the project that has it."""
    return bool(typed.get("look")) and {"look", "project"} <= {*allowed} and "project" not in typed


def _filled(name: str, value: str, allowed: Mapping[str, str]) -> str:
    if value == "" and name != "preset":
        raise InputError(
            f"{name}= has no value", why=f"it says {allowed[name]}", fix=f"say {name}=…"
        )
    if allowed[name].startswith("true") and value not in ("true", "false"):
        raise InputError(
            f"{name}={value} is not possible",
            why="it is true or false",
            fix=f"say {name}=true, or leave it away",
        )
    if name == "engine" and value != "new":
        raise InputError(
            f"engine={value} is not possible",
            why="engine=new accepts another ffmpeg than before; there is no other word",
            fix="say engine=new, or leave it away",
        )
    return value


def _known(
    verb: str, name: str, value: str, allowed: Mapping[str, str], reads: Callable[[str, str], Any]
) -> None:
    if name not in knobs() and "." not in name and (name in RESERVED or nearest(name, allowed)):
        raise _stranger(verb, name, allowed, takes_knobs=True)
    find(renamed(name)[0])
    if value != "":
        reads(renamed(name)[0], value)


def _stranger(verb: str, name: str, allowed: Mapping[str, str], *, takes_knobs: bool) -> InputError:
    others = [f"doit {other}" for other in verbs() if name in verb_module(other).VARIABLES]
    away = f"leave {name}= away" + (f"; it is for {', '.join(others)}" if others else "")
    return InputError(
        f"doit {verb} has no variable {name!r}",
        why=f"it takes {_listed(allowed, takes_knobs)}",
        fix=did_you_mean(name, allowed, otherwise=away),
    )


def _listed(allowed: Mapping[str, str], takes_knobs: bool) -> str:
    names = [f"{name}=" for name in allowed] + (["any knob="] if takes_knobs else [])
    return ", ".join(names) or "nothing"
