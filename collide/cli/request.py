"""A request: the typed verb, words, variables and knobs, checked before anything happens.

doit swallows a mistyped variable and options after the verb; nothing here does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from collide.base.errors import InputError, did_you_mean, nearest
from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.cli.arguments import line, verb_module, verbs
from collide.cli.variables import Variable
from collide.contract import RESERVED
from collide.limits import BadValueError
from collide.plan.post_chain import unplayed
from collide.project.look_book import Look, cell_look, find_look, owner
from collide.project.project import Project, catalog_of, existing, named
from collide.project.settings import find, parse, plain, refuse_missing_layers, renamed, unmoved
from collide.project.sheets import NUMBER, numbered, sheets_of
from collide.run.chosen_clips import Say
from collide.run.runner import Context
from collide.run.session import Session, open_session


@dataclass(frozen=True)
class Request:
    """One command line, understood."""

    workspace: Workspace
    verb: str
    words: list[str]
    variables: dict[str, Any] = field(default_factory=dict)  # those that were typed, checked
    knobs: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)  # the variables as they were typed
    catalog: Catalog = field(default_factory=shipped, compare=False, repr=False)
    context: Context = field(default_factory=Context)
    notes: list[str] = field(default_factory=list, compare=False)  # what was taken for what

    @property
    def project(self) -> str | None:
        """Return the project's name, None where none was typed."""
        return self.variables.get("project")

    @property
    def spoken(self) -> list[str]:
        """Return the verb and the words; a render may be asked for by its tasks alone."""
        return _spoken(self.verb, self.words)

    @property
    def presets(self) -> list[str]:
        """Return the presets that were typed, in order."""
        return list(self.variables.get("preset", ()))

    def value(self, name: str, default: Any = None) -> Any:
        """Return a variable's checked value: typed, else its declared default, else `default`."""
        if name in self.variables:
            return self.variables[name]
        declared: Variable = verb_module(self.verb).VARIABLES[name]
        return default if declared.default is None else declared.read(name, declared.default)

    def existing(self) -> Project:
        """Return the project that was typed; InputError where none was, or there is none such."""
        if not self.project:
            known = self.workspace.projects()
            raise InputError(
                f"doit {self.verb} needs a project",
                why="there is " + (", ".join(known) or "none yet"),
                fix=self.line(project=known[0] if known else "x"),
            )
        return existing(self.workspace, self.project)

    def look(self, project: Project) -> Look | None:
        """Return the look that was typed, None where none was; InputError where it is unknown."""
        signs = self.variables.get("look")
        return find_look(project, signs) if signs else None

    def line(self, **more: str) -> str:
        """Return what was typed, with `more` variables, as it can be pasted."""
        return line(self.spoken, {**more, **self.raw, **self.knobs})

    def as_verb(self, verb: str) -> "Request":
        """Return what was typed as another verb takes it: its variables, no words, no knobs."""
        names = [name for name in self.raw if name in verb_module(verb).VARIABLES]
        variables = {name: self.variables[name] for name in names}
        return Request(self.workspace, verb, [], variables, raw={n: self.raw[n] for n in names})

    def typed(self) -> list[str]:
        """Return all that was typed, as a run record keeps it."""
        turned = {**self.raw, **self.knobs}
        return [*self.spoken, *(f"{name}={value}" for name, value in turned.items())]

    def values(self) -> dict[str, Any]:
        """Return the knobs that were typed as config.json holds them; "" takes one out."""
        known = {renamed(name)[0]: raw for name, raw in self.knobs.items()}
        return {n: raw and plain(parse(n, raw, self.catalog)) for n, raw in known.items()}

    def open_house(self) -> Session:
        """Return a session for verbs that need the clips and no project."""
        return replace(self, variables={}, knobs={}).open(named(self.workspace, "_"))

    def open(
        self,
        project: Project | None = None,
        *,
        presets: bool = True,
        look: Look | None = None,
        knobs: Mapping[str, Any] | None = None,
        say: Say = print,
    ) -> Session:
        """Return the project, opened with what was typed, or what is passed in place of that.

        Without `presets` those that were typed are left out: a draft has them already.
        """
        opened = project or self.existing()
        session = open_session(
            self.workspace,
            opened,
            presets=self.presets if presets else [],
            typed=self.knobs if knobs is None else knobs,
            look=look or self.look(opened),
            words=self.typed(),
            say=say,
            context=self.context,
        )
        settings = session.settings
        refuse_missing_layers(settings, self.knobs)
        session.notes.extend(unplayed(settings.piece(), self.knobs, settings.catalog))
        session.notes.extend(unmoved(settings, self.knobs) if not session.look else ())
        return session


def understand(
    workspace: Workspace, verb: str, module: ModuleType, words: list[str], typed: Mapping[str, str]
) -> Request:
    """Return the request typed after `verb`, every name of it known and every value checked."""
    declared: Mapping[str, Variable] = module.VARIABLES
    home = _home(workspace, declared, typed)
    catalog = catalog_of(workspace, {**home, **typed}.get("project", ""))
    variables, turned = {}, {}
    for name, text in {**home, **typed}.items():
        try:
            if name in declared:
                variables[name] = declared[name].read(name, text)
            else:
                _check_knob(verb, module, name, text, catalog)
                turned[name] = text
        except BadValueError as error:
            mended = line(_spoken(verb, words), {**typed, name: error.instead})
            raise InputError(error.what, why=error.why, fix=mended) from None
    _refuse_words(verb, module, words, typed)
    for name, variable in declared.items():
        if variable.required and name not in typed:
            raise InputError(
                f"doit {verb} needs {name}=",
                why=f"{name} takes {variable.limit}",
                fix=line(_spoken(verb, words), {**typed, name: variable.example}),
            )
    raw = {name: text for name, text in {**home, **typed}.items() if name in declared}
    notes = list(_cells_named(workspace, declared, variables, raw))
    return Request(workspace, verb, words, variables, turned, raw, catalog, notes=notes)


def _cells_named(
    workspace: Workspace,
    declared: Mapping[str, Variable],
    variables: dict[str, Any],
    raw: dict[str, str],
) -> Iterator[str]:
    """Put the names of looks where numbers of cells were typed, and yield a note of each.

    What is kept of the line, in a run record for instance, is right after the next sheet too.
    """
    project = Project(workspace, variables.get("project") or "_")
    for name in [n for n in variables if getattr(declared[n].limit, "of", "") == "look"]:
        asked, named = raw[name].split(","), list[str]()
        for text in map(str.strip, asked):
            cell = numbered(project, text)
            named.append(cell_look(project, text, cell) if cell else text)
            if cell:
                yield f"look {text} is {cell.look}, cell {text} of the last sheet: {cell.turned}"
            elif NUMBER.fullmatch(text) and (sheets := sheets_of(project)):
                count = len(sheets[-1].cells)
                yield f"look {text} is read as a name: the last sheet has {count} cells"
        raw[name] = ",".join(named)
        variables[name] = declared[name].read(name, raw[name])


def _spoken(verb: str, words: list[str]) -> list[str]:
    return words if verb == "render" and words else [verb, *words]


def _home(
    workspace: Workspace, declared: Mapping[str, Variable], typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the project of a look that was typed without it."""
    alone = typed.get("look") and {"look", "project"} <= {*declared} and "project" not in typed
    return {"project": owner(workspace, typed["look"])} if alone else {}


def _check_knob(verb: str, module: ModuleType, name: str, text: str, catalog: Catalog) -> None:
    """Refuse a knob that is none, or has a value that it does not take."""
    meant = name in RESERVED or nearest(name, module.VARIABLES)
    strange = meant and name not in catalog.knobs and "." not in name
    if not getattr(module, "KNOBS", False) or strange:
        raise _stranger(verb, module, name)
    find(renamed(name)[0], catalog)
    if text != "" or not getattr(module, "UNSETS", False):
        getattr(module, "reads", parse)(renamed(name)[0], text, catalog)


def _refuse_words(
    verb: str, module: ModuleType, words: list[str], typed: Mapping[str, str]
) -> None:
    """Refuse options behind the verb, and more words beside it than it takes."""
    loose = [word for word in words if word.startswith("-")]
    word = next(iter([*loose, *words[getattr(module, "WORDS", 0) :]]), "")
    if word:
        bare = "project" in module.VARIABLES and "project" not in typed and not loose
        raise InputError(
            f"doit {verb} does not understand {word!r}",
            why=f"it takes {_listed(module)}",
            fix=f"did you mean project={word}?" if bare else f"leave {word} away",
        )


def _stranger(verb: str, module: ModuleType, name: str) -> InputError:
    others = [f"doit {other}" for other in verbs() if name in verb_module(other).VARIABLES]
    away = f"leave {name}= away" + (f"; it is for {', '.join(others)}" if others else "")
    return InputError(
        f"doit {verb} has no variable {name!r}",
        why=f"it takes {_listed(module)}",
        fix=did_you_mean(name, module.VARIABLES, otherwise=away),
    )


def _listed(module: ModuleType) -> str:
    names = [f"{name}=" for name in module.VARIABLES]
    names += ["any knob="] if getattr(module, "KNOBS", False) else []
    return ", ".join(names) or "nothing"
