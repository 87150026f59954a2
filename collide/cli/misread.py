"""Errors in the words after a verb: an unknown name, a bad value, an extra word."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import ModuleType

from collide.base.errors import InputError, did_you_mean
from collide.base.spoken_number import cleaned, frames_of
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.cli.arguments import ALL, line, verb_module, verbs
from collide.cli.every_project import NAMES, of_each, of_others
from collide.cli.knob_values import in_pixels, meant_knobs, played
from collide.cli.left_out import BEGINS, TAKES_AWAY, last_used
from collide.cli.loose_words import away_lines, meant_lines
from collide.cli.mending import renamed_line
from collide.cli.misnamed import TypedLine, as_time, stepped, without_value
from collide.cli.piece_times import counted_as, length, rate, second_of
from collide.cli.shell_words import ffmpeg_word, file_line, is_act
from collide.cli.variables import Variable
from collide.cli.word_values import reads
from collide.contract import RESERVED
from collide.limits import BadValueError, Choice, Seconds, as_typed
from collide.project.look_book import files_of
from collide.project.near_values import instead
from collide.project.other_words import FORMATS
from collide.project.plain_values import PLAIN
from collide.project.project import Project
from collide.project.settings import bare, find, parse, renamed
from collide.text_limits import ADDRESS, LABEL, Labels, Text

MOST_LINES = 4  # the most lines that one fix prints
UNSET = ("none", "default", "unset", "null", "reset", "auto")  # words for NAME=, an empty value


def check_knob(verb: str, module: ModuleType, name: str, text: str, catalog: Catalog) -> None:
    """Refuse a name that is not a knob, and a value that its knob does not take."""
    meant = name in RESERVED or nearest(name, module.VARIABLES)
    strange = meant and name not in catalog.knobs and "." not in name
    if not getattr(module, "KNOBS", False) or strange:
        raise _stranger(verb, module, name)
    find(renamed(name)[0], catalog)
    if text != "" or not getattr(module, "UNSETS", False):
        getattr(module, "reads", parse)(renamed(name)[0], text, catalog)


def refuse_loose(
    workspace: Workspace, verb: str, words: list[str], typed: Mapping[str, str]
) -> None:
    """Refuse options after the verb, and more words than it takes."""
    module = verb_module(verb)
    loose = [word for word in words if word.startswith("-")]
    word = next(iter([*loose, *words[getattr(module, "WORDS", 0) :]]), "")
    if not word:
        return
    rest = [one for one in words if one != word]
    lines = meant_lines(workspace, verb, words, typed)
    names = workspace.projects() if word in ALL and verb not in NAMES else []
    own = getattr(module.VARIABLES.get("project"), "limit", None) if names else None
    if own and "project" not in typed and (not lines or " project=" in lines[0]):  # set all fps=25
        whole = TypedLine(workspace, verb, [verb, *rest], typed)
        lines = of_each(whole, "project", names, several=isinstance(own, Labels))
    found = re.search(r" project=(\S+)", lines[0]) if lines and "project" not in typed else None
    if found and len(words) == len(lines) == 1 and not own:
        lines = [f"did you mean project={found[1]}? {lines[0]}"]
    away = f"leave out {word}: {line([verb, *rest], typed)}"
    if is_act(word):
        away = f"see what it takes: {line(['help', verb], {})}"
    if verb in ("undo", "redo") and word.isdigit():
        away = f"run once per step: {line([verb, *rest], typed)}"
    elif verb == "sweep" and (more := stepped(typed, word)):
        lines = [line([verb, *rest], {**typed, **more})]
    elif bare(word) in shipped().knobs:
        lines = lines or without_value(verb, word, [verb, *rest], typed)
    raise InputError(
        f"doit {verb} does not understand {word!r}",
        why=f"it takes {_listed(module)}",
        fix="\n".join(lines) or away,
    )


def other_command(verb: str, word: str, meant: str) -> InputError:
    """Return the error for a verb and a word that together mean another command."""
    return InputError(
        f"doit {verb} does not understand {word!r}",
        why="another command does that",
        fix=meant,
    )


def needs_project(
    verb: str, projects: list[str], last: str, with_more: Callable[..., str]
) -> InputError:
    """Return the error for a verb without a project; a verb that deletes gets no line to paste.

    Args:
        projects: the projects that exist.
        last: the project used last, "" if there is none.
        with_more: returns the typed line with more variables.
    """
    lines = [with_more(project=name) for name in ([last] if last else projects[:MOST_LINES])]
    if verb in TAKES_AWAY and len(projects) > 1:
        lines = ["name one: " + " or ".join(f"project={name}" for name in projects[:MOST_LINES])]
    return InputError(
        f"doit {verb} needs a project",
        why="projects: " + (", ".join(projects) or "none yet"),
        fix="\n".join(lines) or line(["new"], {}),
    )


def _stranger(verb: str, module: ModuleType, name: str) -> InputError:
    others = [f"doit {other}" for other in verbs() if name in verb_module(other).VARIABLES]
    few = 0 < len(others) <= MOST_LINES
    away = f"leave out {name}=" + (f"; it belongs to {', '.join(others)}" if few else "")
    if is_act(name):
        away = f"see what it takes: {line(['help', verb], {})}"
    return InputError(
        f"doit {verb} has no variable {name!r}",
        why=f"it takes {_listed(module)}",
        fix=away if others else did_you_mean(name, module.VARIABLES, otherwise=away),
    )


def _listed(module: ModuleType) -> str:
    names = [f"{name}=" for name in module.VARIABLES]
    names += ["any knob="] if getattr(module, "KNOBS", False) else []
    return ", ".join(names) or "nothing"


def bad_value(whole: TypedLine, name: str, error: BadValueError) -> InputError:
    """Return the error for a value, with the intended line or a line with a similar value."""
    spoken, typed = whole.spoken, whole.typed
    variable, text = verb_module(whole.verb).VARIABLES.get(name), typed[name]
    project = _project(whole.workspace, typed)
    if variable:
        near = {name: error.instead}
        fix = "\n".join(_of_variable(whole, name, variable))
        fix = fix or (renamed_line(spoken, typed, name, near) if error.instead else error.fix)
    else:
        error, fix = _bad_knob(whole, name, error, project)
    if (frames := counted_as(text, project, typed)) and fix.startswith("doit "):
        fix = f"{frames}: {fix}"
    return InputError(error.what, why=error.why, fix=fix)


def _bad_knob(
    whole: TypedLine, name: str, error: BadValueError, project: Project
) -> tuple[BadValueError, str]:
    """Return the error for a knob's value, and its fix; a knob of an effect also plays it."""
    spoken, typed, text = whole.spoken, whole.typed, whole.typed[name]
    if not text.strip():
        error.instead = _in_force(name, project)
    meant = _meant_knobs(name, error, project, typed)
    fix = renamed_line(spoken, typed, name, meant | played(meant, project, typed))
    if not meant:  # no file has a similar name
        fix = f"see: doit knobs {bare(name)}" if error.instead else error.fix
    if error.sweep:
        kept = {one: typed[one] for one in ("project", "preset", "look") if one in typed}
        drawn = [f"one value in between: {fix}"] if ".." in error.instead else []
        fix = "\n".join([*drawn, f"compare values: {line(['sweep'], {**kept, name: error.sweep})}"])
    elif lines := as_time(whole, name):
        fix = "\n".join(lines)
    elif getattr(verb_module(whole.verb), "UNSETS", False) and text.lower() in UNSET:
        fix = line(spoken, {**typed, name: ""})
    elif ways := in_pixels(name, text, project, typed):
        fix = "\n".join(f"{about}: {renamed_line(spoken, typed, name, to)}" for about, to in ways)
    elif bare(name) in ("seed", "dice") and cleaned(text).lower() in PLAIN["seed"]:
        fix = _thrown(whole, name, project)
    return _of_old_name(name, error, meant, project), fix


def _of_old_name(
    name: str, error: BadValueError, meant: Mapping[str, str], project: Project
) -> BadValueError:
    """Return the error; if the typed name is an old one of a different knob, the reason says so."""
    new = next(iter(meant), name)
    if renamed(name)[0] in (name, *(renamed(one)[0] for one in (new, *meant))):
        return error
    limit = project.catalog.knobs[bare(new)].limit
    why = f"is an old name of {renamed(name)[0]}; {new} takes {limit}"
    return BadValueError(name, error.raw, why, instead=error.instead)


def _thrown(whole: TypedLine, name: str, project: Project) -> str:
    """Return the lines to type instead of a random seed: no seed for `new`, else 1 or a roll."""
    rest = {one: text for one, text in whole.typed.items() if one != name}
    if whole.verb == "new":
        return f"leave it out, for a random seed: {line(whole.spoken, rest)}"
    lines = [f"one seed: {line(whole.spoken, {**whole.typed, name: '1'})}"]
    if project.exists():
        lines.append(f"throw the dice: {line(['roll'], {'project': project.name, 'n': '12'})}")
    return "\n".join(lines)


def _meant_knobs(
    name: str, error: BadValueError, project: Project, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the knobs meant by a refused value; frames are counted at the piece's rate."""
    knob = project.catalog.knobs[bare(renamed(name)[0])]
    if frames_of(error.raw, 1.0) and error.instead:
        error.instead = instead(error.raw, knob, rate(project, typed))
    return meant_knobs(name, error, project)


def _in_force(name: str, project: Project) -> str:
    """Return the value that a knob has if none is typed; for a range, its middle."""
    single, value = bare(renamed(name)[0]), None
    with suppress(InputError):
        value = project.config().get(name, project.config().get(single))
    value = project.catalog.knobs[single].default if value is None else value
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(v, str) for v in value):
        middle = sum(value) / 2
        return as_typed(int(middle) if all(isinstance(one, int) for one in value) else middle)
    return as_typed(value)


def _of_variable(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return lines that correct a variable's value, [] if only its example could be proposed."""
    spoken, typed, limit = whole.spoken, whole.typed, variable.limit
    text = typed[name]
    if lines := _elsewhere(whole, name, variable) or _things(whole, name, variable):
        return lines
    parts = [part.strip() for part in text.split(",") if part.strip()]
    single = isinstance(limit, Text | Choice) and not isinstance(limit, Labels)
    if single and len(parts) > 1 and all(reads(variable, part) == part for part in parts):
        return [line(spoken, {**typed, name: part}) for part in parts[:MOST_LINES]]
    project = _project(whole.workspace, typed)
    if isinstance(limit, Seconds) and (second := second_of(text, project, typed)):
        return [line(spoken, {**typed, name: second})]
    one = "" if reads(variable, text) else example_of(whole.workspace, variable, typed, whole.verb)
    return [line(spoken, {**typed, name: one})] if one else []


def _elsewhere(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return the lines for a value of a different kind: a file, a form, a verb."""
    text, of = whole.typed[name], getattr(variable.limit, "of", "")
    rest = {one: value for one, value in whole.typed.items() if one != name}
    meant = variable.others.get(text.strip().lower(), "")
    if variable.limit is ADDRESS and (copied := file_line(text)):
        return [copied]
    if suffix := FORMATS.get(text.strip().lower()) if name == "as" else None:
        project = whole.typed.get("project") or last_used(whole.workspace) or "x"
        video = f"projects/{project}/output/{project}.mp4"
        return [f"convert the video: {ffmpeg_word()} -i {video} {project}.{suffix}"]
    words = re.fullmatch(r"[\w .'-]+", text) and not reads(variable, text)
    if variable.limit is ADDRESS and words:
        loose = (n for n, one in verb_module(whole.verb).VARIABLES.items() if one.loose)
        return [line(whole.spoken, {**rest, one: text.strip()}) for one in loose]
    if meant.startswith("doit "):
        return [line([meant.removeprefix("doit ")], rest)]
    if meant:
        return [line(whole.spoken, {**whole.typed, name: meant})]
    empty = of == "look" and not text.strip()
    empty = empty and not example_of(whole.workspace, variable, whole.typed, whole.verb)
    return [line(whole.spoken, rest)] if empty else []


def _things(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return lines for a value such as `off=first`, for a time that another variable takes, or for
    a value that means every word of a choice or several projects.
    """
    text, rest = whole.typed[name], {n: one for n, one in whole.typed.items() if n != name}
    if name == "off" and re.fullmatch(r"[\w.~/-]+", text) and not reads(variable, text):
        return away_lines(whole.workspace, whole.verb, [text], rest)
    return of_others(whole, name, variable)


def _project(workspace: Workspace, typed: Mapping[str, str]) -> Project:
    """Return the typed project, or the one used last, whether or not it exists."""
    name = typed.get("project", "") or last_used(workspace)
    return Project(workspace, name if LABEL.fullmatch(name) else "_")


def example_of(
    workspace: Workspace, variable: Variable, typed: Mapping[str, str], verb: str = ""
) -> str:
    """Return a value that exists, such as a look or a manifest of the project; "" for none."""
    of, known = getattr(variable.limit, "of", ""), workspace.projects()
    name = typed.get("project", "") or last_used(workspace)
    name = name if name in known else known[0] if len(known) == 1 else ""
    if of == "look" and name:
        return next(iter(files_of(Project(workspace, name))), "")
    if of == "file" and name and (workspace.root / f"projects/{name}/manifest.json").exists():
        return f"projects/{name}/manifest.json"
    of_piece = "project" in verb_module(verb or "render").VARIABLES
    if (
        isinstance(variable.limit, Seconds) and name and of_piece
    ):  # the variable's example may be after the piece's end
        whole = length(Project(workspace, name), {})
        return f"{whole / 2:g}" if 0 < whole < variable.limit.read(variable.example) else ""
    return name if of == "project" and verb not in BEGINS else ""
