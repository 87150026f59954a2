"""Commands for a value that stands for several values: project=all, project=fog*, as=all.

A time where a count belongs, such as min=0:05, is also corrected here.
"""

import re
from collections.abc import Sequence
from fnmatch import filter as matching

from collide.base.errors import InputError
from collide.base.words import few
from collide.base.workspace import Workspace
from collide.corrections.corrected_lines import MOST_LINES, name_one
from collide.corrections.earlier_looks import of_other_project
from collide.corrections.word_values import other_variable
from collide.limits import BadValueError, Choice
from collide.syntax.arguments import ALL, TypedLine, line
from collide.syntax.variables import Variable
from collide.syntax.verb import declaration
from collide.text_limits import Labels

MOST_JOINED = 20  # the maximum number of projects in a suggested command
NAMES = ("new", "batch")  # verbs that may create a project with any name


def refuse_every(workspace: Workspace, verb: str, text: str) -> None:
    """Refuse a pattern that matches projects, such as all, unless the verb may create the name."""
    if verb not in NAMES and (names := every(workspace, text)):
        there = f"is the name of a project; there {'is' if len(names) == 1 else 'are'}"
        raise BadValueError("project", text, f"{there} {few(names)}", instead=names[0])


def every(workspace: Workspace, text: str) -> list[str]:
    """Return the projects that match `all` or a pattern (fog*), or [] for a plain name."""
    known, words = workspace.projects(), text.split(",")
    pattern = "*" if any(w.lower() in ALL and w not in known for w in words) else text
    return matching(known, pattern) if text not in known and re.search(r"[*?]", pattern) else []


def of_each(whole: TypedLine, name: str, names: list[str], *, several: bool) -> list[str]:
    """Return commands for several projects.

    If the verb can destroy work, return only the advice to name one project.
    """
    rest = whole.without(name)
    if declaration(whole.verb).without_project == "none" and names == whole.workspace.projects():
        return [line(whole.spoken, rest)]
    if declaration(whole.verb).without_project == "refused":
        return [name_one(names)]
    asked = [",".join(names)] if several else names[:MOST_LINES]
    everything = names == whole.workspace.projects() and not {*whole.typed} - {name}
    if several and everything and len(names) > MOST_JOINED:
        night = line(["night"], {"until": "7:00"})
        return [f"all projects that are out of date, one after another, until 7:00: {night}"]
    return [line(whole.spoken, {**whole.typed, name: one}) for one in asked]


def of_projects(whole: TypedLine, names: Sequence[str]) -> InputError | None:
    """Return the error for several existing projects after a verb that takes one, or None."""
    takes, there = declaration(whole.verb), whole.workspace.projects()
    own = getattr(takes.variables.get("project"), "limit", None)
    single = own is not None and not isinstance(own, Labels) and whole.verb not in NAMES
    if not single or len(names) < 2 or not {*names} <= {*there}:
        return None
    lines = [line(whole.spoken, {**whole.typed, "project": one}) for one in names[:MOST_LINES]]
    looks = [one for one in takes.variables.values() if one.limit.of == "look"]
    compares = len(looks) > 1
    return InputError(
        f"doit {whole.verb} takes one project, not {len(names)}",
        why="it compares looks from one project"
        if compares
        else "a command applies to one project",
        fix="\n".join([*lines, *(["pictures of all projects: doit gallery"] if compares else [])]),
    )


def of_others(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return commands for a time given as a count, all values of a choice, or several projects."""
    text, of = whole.typed[name], variable.limit.of
    rest = whole.without(name)
    others = {n: v for n, v in declaration(whole.verb).variables.items() if n != name}
    time = re.fullmatch(r"[0-9]{1,4}:[0-9:.]+", text)
    if time and (found := other_variable(name, text, others, whole.typed)):  # min=0:05
        own, other = line(whole.spoken, {**rest, **found}), next(iter(found))
        return [f"{name} is {variable.about}; {other} is {others[other].about}: {own}"]
    if text.lower() in ALL and isinstance(variable.limit, Choice):
        each = [{**whole.typed, name: word} for word in variable.limit.words]
        return [line(whole.spoken, one) for one in (each if variable.required else [rest])]
    if of == "look":
        return of_other_project(whole, name)
    if of != "project" or whole.verb in NAMES:
        return []
    if "/" in text and (inside := text.partition("/")[0]) in whole.workspace.projects():
        return [line(whole.spoken, {**rest, name: inside})]  # project=x/output
    if names := every(whole.workspace, text):
        return of_each(whole, name, names, several=isinstance(variable.limit, Labels))
    if "*" in text and (names := whole.workspace.projects()):  # none matches
        return [name_one(names)]
    return []
