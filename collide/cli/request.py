"""A request: a command's verb, arguments, variables and knobs, checked before the verb runs.

doit passes every word and every `name=value` on to the verb; collide refuses unknown names.
"""

from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from collide.base.errors import InputError
from collide.base.workspace import LABEL, Workspace
from collide.catalog import Catalog, shipped
from collide.cli.look_names import looks_named
from collide.corrections.answers import refuse_request
from collide.corrections.bad_values import bad_value, completed_lines
from collide.corrections.corrected_lines import mended
from collide.corrections.every_project import refuse_every
from collide.corrections.knob_values import doubts
from collide.corrections.misnamed import strange_name
from collide.corrections.misread import (
    check_knob,
    needs_project,
    other_command,
    refuse_loose,
    refuse_subcommand,
)
from collide.corrections.other_verbs import other_lines
from collide.corrections.preset_names import refuse_presets
from collide.corrections.shell_words import refuse_stop
from collide.limits import BadValueError
from collide.project.asked_files import out_of_time, refuse_missing_files, refuse_missing_kept
from collide.project.drawn_ranges import drawn
from collide.project.idle_knobs import idle
from collide.project.layer_knobs import refuse_missing_layers, unmoved, without_layers
from collide.project.look_book import Look, find_look, owner
from collide.project.project import Project, catalog_of, existing, named
from collide.project.settings import CONFIG, parse, plain, renamed
from collide.project.undone_knobs import undone
from collide.run.chosen_clips import Say
from collide.run.runner import Context
from collide.run.session import Session, open_session
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.variables import Variable
from collide.syntax.verb import Verb, declaration

RANGED = ("render", "still", "preview")  # verbs that print a note on a range in the command


@dataclass(frozen=True)
class Request:
    """A command line that has been parsed and checked."""

    workspace: Workspace
    verb: str
    words: list[str]
    variables: dict[str, Any] = field(default_factory=dict)  # the variables, checked
    knobs: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)  # as typed, but each look by its name
    catalog: Catalog = field(default_factory=shipped, compare=False, repr=False)
    context: Context = field(default_factory=Context)
    notes: list[str] = field(default_factory=list, compare=False)  # how the command was understood

    @property
    def project(self) -> str | None:
        """Return the project's name, or None if the command names no project."""
        return self.variables.get("project")

    @property
    def spoken(self) -> list[str]:
        """Return the verb and its arguments, without `render` before task names."""
        return _spoken(self.verb, self.words)

    @property
    def turned(self) -> dict[str, str]:
        """Return the variables and knobs as typed, but each look by its name."""
        return {**self.raw, **self.knobs}

    @property
    def presets(self) -> list[str]:
        """Return the command's presets, in order."""
        return list(self.variables.get("preset", ()))

    def value(self, name: str, default: Any = None) -> Any:
        """Return a variable's checked value: the command's, the declared default, or `default`."""
        if name in self.variables:
            return self.variables[name]
        declared: Variable = declaration(self.verb).variables[name]
        return default if declared.default is None else declared.read(name, declared.default)

    @property
    def _sets(self) -> bool:
        """Return whether the verb sets knobs or takes no knobs."""
        takes = declaration(self.verb)
        return takes.unsets or not takes.knobs

    def existing(self) -> Project:
        """Return the command's project; raise InputError unless it names an existing project."""
        if not self.project:
            raise needs_project(TypedLine(self.workspace, self.verb, self.spoken, self.turned))
        return existing(self.workspace, self.project)

    def look(self, project: Project) -> Look | None:
        """Return the look that `look=` names, or None.

        Raises:
            InputError: the look is unknown.
        """
        signs = self.variables.get("look")
        return find_look(project, signs) if signs else None

    def line(self, **more: str) -> str:
        """Return the command with the variables in `more` added or replaced."""
        return line(self.spoken, {**more, **self.turned, **more})

    def as_verb(self, verb: str) -> "Request":
        """Return a request for another verb, with only the variables that it takes."""
        names = [name for name in self.raw if name in declaration(verb).variables]
        variables = {name: self.variables[name] for name in names}
        return Request(self.workspace, verb, [], variables, raw={n: self.raw[n] for n in names})

    def typed(self) -> list[str]:
        """Return the whole command's arguments, for a run record."""
        return [*self.spoken, *(f"{name}={value}" for name, value in self.turned.items())]

    def values(self) -> dict[str, Any]:
        """Return the command's knobs as config.json stores them; "" removes a knob."""
        texts = {renamed(name)[0]: raw for name, raw in self.knobs.items()}
        return {n: raw and plain(parse(n, raw, self.catalog)) for n, raw in texts.items()}

    def open_house(self) -> Session:
        """Return a session for verbs that need the clips but no project."""
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
        """Open the project, by default with the command's settings, and return the session.

        If `presets` is false, leave out `preset=`, because a draft already has these presets.
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
        if self.verb != "sweep":  # a sweep's knobs may have several values
            library, selection = session.state.library, session.clips.selection
            refuse_missing_files(self.knobs, opened, library, selection)
            if opened.exists() and not (session.footage or session.look or self._sets):
                refuse_missing_kept(settings, opened, library, selection)
        session.notes.extend([*without_layers(settings), *out_of_time(settings, self.knobs)])
        session.notes.extend(undone(settings, self.knobs))
        session.notes.extend(drawn(settings, self.knobs if self.verb in RANGED else {}))
        own = self.verb in ("render", "plan") and not session.look  # a look replaces the config
        others = settings.set_in(CONFIG) if own else []
        turned = [*self.knobs, *others]
        session.notes.extend(idle(settings, dict.fromkeys(turned)))
        session.notes.extend(unmoved(settings, self.knobs) if not session.look else ())
        return session


def understand(
    workspace: Workspace, verb: str, words: list[str], typed: Mapping[str, str]
) -> Request:
    """Parse a command; raise InputError if collide does not understand it."""
    refuse_request(workspace, verb, words, typed)
    if lines := other_lines([verb, *words], typed) if words else []:
        raise other_command(verb, words[0], lines[0])
    try:
        return _understood(workspace, verb, words, typed)
    except InputError as error:
        raise mended(error, _spoken(verb, words), typed) from None


def _understood(
    workspace: Workspace, verb: str, words: list[str], typed: Mapping[str, str]
) -> Request:
    takes = declaration(verb)
    home, note = _home(workspace, verb, takes.variables, typed)
    catalog = catalog_of(workspace, {**home, **typed}.get("project", ""))
    removable = _removable(workspace, takes, typed)
    variables, turned = {}, {}
    for name, text in {**home, **typed}.items():
        try:
            if text == "" and name in removable - {"preset"}:
                turned[name] = text
            elif name in takes.variables:
                variables[name] = takes.variables[name].read(name, text)
                if name == "project":
                    _refuse_file(workspace, text)
                    refuse_every(workspace, verb, text)
            else:
                check_knob(verb, name, text, catalog)
                turned[name] = text
        except InputError as error:
            own, others = _named(workspace, words) if home else ({}, words)
            spoken = _spoken(verb, others)
            if isinstance(error, BadValueError):
                whole = TypedLine(workspace, verb, spoken, {**own, **typed})
                raise bad_value(whole, name, error) from None
            whole = TypedLine(workspace, verb, spoken, {**(own or home), **typed})
            raise strange_name(whole, name, error) from None
    refuse_stop(verb, words)
    refuse_loose(workspace, verb, words, typed)
    refuse_subcommand(verb, words, typed)
    if variables.get("preset") or not takes.unsets:
        project = Project(workspace, home.get("project", typed.get("project", "")), opened=catalog)
        refuse_presets(variables.get("preset"), _spoken(verb, words), typed, project)
    _refuse_incomplete(workspace, takes.variables, _spoken(verb, words), typed)
    raw = {name: text for name, text in {**home, **typed}.items() if name in takes.variables}
    doubtful = doubts(verb, typed, turned)
    variables, raw, named = looks_named(workspace, takes.variables, variables, raw)
    notes = [*note, *doubtful, *named]
    return Request(workspace, verb, words, variables, turned, raw, catalog, notes=notes)


def _named(workspace: Workspace, words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the project that an argument names, as a variable, and the other arguments."""
    project = next((word for word in words if word in workspace.projects()), "")
    return {"project": project} if project else {}, [word for word in words if word != project]


def _refuse_file(workspace: Workspace, name: str) -> None:
    """Refuse a file name such as x.json or x.mp4 as a project, unless a project has that name."""
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in ("json", "mp4") and name not in workspace.projects():
        raise BadValueError("project", name, "takes a project, not a file", instead=stem)


def _refuse_incomplete(
    workspace: Workspace,
    declared: Mapping[str, Variable],
    spoken: list[str],
    typed: Mapping[str, str],
) -> None:
    """Reject a command that lacks a variable required by its verb."""
    for name, variable in declared.items():
        if variable.required and name not in typed:
            raise InputError(
                f"doit {spoken[0]} needs {name}=",
                why=f"{name} takes {variable.limit}",
                fix="\n".join(completed_lines(workspace, spoken, name, typed)),
            )


def _removable(workspace: Workspace, takes: Verb, typed: Mapping[str, str]) -> Set[str]:
    """Return all names in the config of the command's project, if the verb can remove them."""
    name = typed.get("project", "")
    with suppress(InputError):
        if takes.unsets and LABEL.fullmatch(name):
            return Project(workspace, name).config().keys()
    return frozenset()


def _spoken(verb: str, words: list[str]) -> list[str]:
    return words if verb == "render" and words else [verb, *words]


def _home(
    workspace: Workspace, verb: str, declared: Mapping[str, Variable], typed: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the project for a command that omits `project=`, and any note about this choice."""
    if "project" not in declared or "project" in typed:
        return {}, []
    if typed.get("look") and "look" in declared:
        with suppress(BadValueError):  # look=x/first is refused later, with its project
            declared["look"].read("look", typed["look"])
            return {"project": owner(workspace, typed["look"])}, []
    last = last_used(workspace) if declaration(verb).leaves_out(typed) else ""
    return ({"project": last}, [f"project={last}, the last one used"]) if last else ({}, [])
