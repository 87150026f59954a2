"""Refuse to create a project whose name may be a typo for an existing project's name."""

import re

from collide.base.errors import InputError
from collide.base.words import joined, one_slip
from collide.base.workspace import Workspace
from collide.cli.request import Request
from collide.project.project import refuse_unnameable
from collide.syntax.arguments import line


def projects_here(workspace: Workspace) -> str:
    """Return the first project names as text, or "" if there is no project."""
    names = workspace.projects()
    few = joined(names[:4]) + (" …" if len(names) > 4 else "")
    return f"projects here: {few}" if names else ""


def refuse_near(request: Request, name: str) -> None:
    """Refuse to create a project whose name may be a typo, and suggest a command for each name."""
    projects = request.workspace.projects()
    same = next((one for one in projects if one.lower() == name.lower()), None)
    near = same or next((one for one in projects if _slipped(name, one)), None)
    if near:
        refuse_unnameable(request.workspace, near)
        conflict = f"{near} exists" + (", and some disks treat both names as one" if same else "")
        why = f"{conflict}; {name} would be a second project"
        raise no_project(request, name, why, near)


def _slipped(name: str, other: str) -> bool:
    """Return whether `name` may be a typo for `other` (`piece-3` is no typo for `piece-2`)."""
    parts = [re.split(r"\d+", one.lower()) for one in (name, other)]
    numbered = parts[0] == parts[1] and len(parts[0]) > 1
    return not numbered and one_slip(name.lower(), other.lower())


def no_project(request: Request, name: str, why: str, other: str) -> InputError:
    """Return the error for a missing project, with commands to use `other` or create `name`."""
    typed = {**request.raw, **request.knobs, "project": other}
    return InputError(
        f"no project named {name!r}",
        why=why,
        fix="use the existing project, or create the new one first:\n"
        f"{line(request.spoken, typed)}\n"
        f"{line(['new'], {'project': name, **_begins(request)})}",
    )


def _begins(request: Request) -> dict[str, str]:
    """Return the command's settings for a new project."""
    preset = {"preset": request.raw["preset"]} if "preset" in request.raw else {}
    return {**preset, **request.knobs}
