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
from collide.cli.left_out import last_used, leaves_out
from collide.cli.mending import (
    loose_words,
    meant_name,
    mended,
    project_word,
    renamed_line,
    with_line,
)
from collide.cli.variables import Variable
from collide.contract import RESERVED
from collide.limits import BadValueError
from collide.plan.post_chain import unplayed
from collide.project.look_book import Look, cell_look, find_look, owner
from collide.project.project import Project, catalog_of, existing, named
from collide.project.settings import (
    find,
    parse,
    plain,
    refuse_missing_layers,
    renamed,
    unmoved,
)
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
        """Return the project's name, None where none is meant."""
        return self.variables.get("project")

    @property
    def spoken(self) -> list[str]:
        """Return the verb and the words; a render may be asked for by its tasks alone."""
        return _spoken(self.verb, self.words)

    @property
    def turned(self) -> dict[str, str]:
        """Return the variables and the knobs, as they were typed."""
        return {**self.raw, **self.knobs}

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
        """Return the typed project; InputError if none was typed, or it does not exist."""
        if not self.project:
            known = self.workspace.projects()
            raise InputError(
                f"doit {self.verb} needs a project",
                why="there is " + (", ".join(known) or "none yet"),
                fix=self.line(project=known[0] if known else "x"),
            )
        return existing(self.workspace, self.project)

    def look(self, project: Project) -> Look | None:
        """Return the typed look, None if none was typed; InputError if it is unknown."""
        signs = self.variables.get("look")
        return find_look(project, signs) if signs else None

    def line(self, **more: str) -> str:
        """Return what was typed, with `more` variables, as it can be pasted."""
        return line(self.spoken, {**more, **self.turned})

    def as_verb(self, verb: str) -> "Request":
        """Return what was typed as another verb takes it: its variables, no words, no knobs."""
        names = [name for name in self.raw if name in verb_module(verb).VARIABLES]
        variables = {name: self.variables[name] for name in names}
        return Request(self.workspace, verb, [], variables, raw={n: self.raw[n] for n in names})

    def typed(self) -> list[str]:
        """Return all that was typed, as a run record keeps it."""
        return [*self.spoken, *(f"{name}={value}" for name, value in self.turned.items())]

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
        """Return the project, opened with the typed settings, or with the given ones.

        Without `presets` the typed ones are left out: a draft already contains them.
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
    try:
        return _understood(workspace, verb, module, words, typed)
    except InputError as error:
        raise mended(error, _spoken(verb, words), typed) from None


def _understood(
    workspace: Workspace, verb: str, module: ModuleType, words: list[str], typed: Mapping[str, str]
) -> Request:
    declared: Mapping[str, Variable] = module.VARIABLES
    home, note = _home(workspace, verb, declared, typed)
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
        except InputError as error:
            spoken = _spoken(verb, words)
            raise _with_meant(error, verb, spoken, {**home, **typed}, name) from None
    _refuse_words(verb, module, words, typed)
    for name, variable in declared.items():
        if variable.required and name not in typed:
            raise InputError(
                f"doit {verb} needs {name}=",
                why=f"{name} takes {variable.limit}",
                fix=line(_spoken(verb, words), {**typed, name: variable.example}),
            )
    raw = {name: text for name, text in {**home, **typed}.items() if name in declared}
    notes = [*note, *_cells_named(workspace, declared, variables, raw)]
    return Request(workspace, verb, words, variables, turned, raw, catalog, notes=notes)


def _cells_named(
    workspace: Workspace,
    declared: Mapping[str, Variable],
    variables: dict[str, Any],
    raw: dict[str, str],
) -> Iterator[str]:
    """Replace typed cell numbers by the names of their looks, and yield a note for each.

    So the recorded line, in a run record for instance, stays right after the next sheet.
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
    workspace: Workspace, verb: str, declared: Mapping[str, Variable], typed: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the project that was left out, {} where it has to be typed, and a note of it."""
    if "project" not in declared or "project" in typed:
        return {}, []
    if typed.get("look") and "look" in declared:
        return {"project": owner(workspace, typed["look"])}, []
    last = last_used(workspace) if leaves_out(verb, typed) else ""
    return ({"project": last}, [f"project={last}: the one used last"]) if last else ({}, [])


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
    if not word:
        return
    rest = [one for one in words if one != word]
    if meant := loose_words(verb, module, words, typed):
        mend = meant
    elif "project" in module.VARIABLES and "project" not in typed and not loose:
        name = project_word(word)
        mend = f"did you mean project={name}? {line([verb, *rest], {'project': name, **typed})}"
    else:
        mend = f"leave {word} away: {line([verb, *rest], typed)}"
    raise InputError(
        f"doit {verb} does not understand {word!r}", why=f"it takes {_listed(module)}", fix=mend
    )


def _with_meant(
    error: InputError, verb: str, spoken: list[str], typed: Mapping[str, str], name: str
) -> InputError:
    """Return the error of a name with the line that was meant, or one without that name."""
    if "://" in name:
        return with_line(error, line(["download"], {"url": f"{name}={typed[name]}"}))
    if meant := meant_name(name, typed[name], verb_module(verb), shipped(), typed):
        return with_line(error, renamed_line(spoken, typed, name, meant))
    rest = {one: text for one, text in typed.items() if one != name}
    others = [v for v in verbs() if name in verb_module(v).VARIABLES]
    lines = [] if ": doit " in error.fix else [line(spoken, rest)]
    if len(others) == 1 and "project" in typed:
        lines.append(line([others[0]], {n: t for n, t in typed.items() if n in (name, "project")}))
    return with_line(error, *lines)


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
