"""Corrections of look= after a verb that takes no look, and of commands that rename a star."""

import re
import shlex
from contextlib import suppress

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.shell_words import MOVES, NEW_NAMES
from collide.project.look_book import find_look
from collide.project.project import Project
from collide.project.unknown_look import begun_from
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

BACK = ("undo", "redo")  # verbs after which look= asks to go back to a look
OPENS = ("tune",)  # verbs that play the piece with its current settings


def as_look(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer look= after tune, undo or redo with `doit set look=`, or return None.

    The page that `doit tune` opens shows all layers, so the fix omits layer=.
    """
    again = line(whole.spoken, whole.without(name))
    if name == "layer" and whole.verb in OPENS:
        return error.fixed(f"the page shows each layer's knobs: {again}")
    if name != "look" or whole.verb not in (*BACK, *OPENS):
        return None
    set_line = line(["set"], {**whole.only("project"), "look": whole.typed["look"]})
    return error.fixed(
        *([f"first: {set_line}", f"then: {again}"] if whole.verb in OPENS else [set_line])
    )


def as_record(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for look= after a verb that takes a file instead, or None.

    The fix suggests a verb that takes look=, and the command's verb with the look's file.
    """
    takes, text = declaration(whole.verb).variables, whole.typed[name]
    record = declaration(whole.verb).record
    own = whole.typed.get("project") or last_used(whole.workspace)
    if name != "look" or not record or own not in whole.workspace.projects():
        return None
    verb = "render" if whole.verb == "replay" else "info"
    lines = [line([verb], {"project": own, "look": text})]
    with suppress(InputError):
        look = find_look(Project(whole.workspace, own), text).name
        rest = {n: t for n, t in whole.typed.items() if n in takes and n != record}
        file = f"projects/{own}/looks/{look}.json"
        lines.append(f"with its file: {line(whole.spoken, {**rest, record: file})}")
    return error.fixed(*lines)


def of_other_project(whole: TypedLine, name: str) -> list[str]:
    """Return the commands for a look with its project (look=x/first or x:first), or []."""
    typed = re.fullmatch(
        r"(?:projects/)?([^/:]+)[/:](?:looks/)?(.+?)(?:\.json)?", whole.typed[name]
    )
    if not typed:
        return []
    own, text = typed.groups()
    if own not in whole.workspace.projects():
        see = f"see the looks: {line(['looks'], whole.only('project'))}"
        return [] if "." in whole.typed[name] else [see]  # looks/7f3a91bc.json
    project = Project(whole.workspace, own)
    try:
        look = find_look(project, text).name
    except InputError:
        return [f"{own} has no look {text}; see its looks: {line(['looks'], {'project': own})}"]
    there = line(whole.spoken, {**whole.typed, "project": own, name: text})
    if whole.typed.get("project", own) == own:
        return [there]
    return [begun_from(project, look), f"in that project: {there}"]


def video_render(workspace: Workspace, text: str) -> str:
    """Return the command that renders the look that the command `text` stars by a name, or "".

    A look that has a video needs no render.
    """
    words = shlex.split(text)
    typed = dict(word.split("=", 1) for word in words if "=" in word)
    own, look = typed.get("project", ""), typed.get("look", "")
    with suppress(InputError):
        stars = words[1:2] == ["star"] and own and look and "name" in typed
        if stars and not find_look(Project(workspace, own), look).video:
            return line(["render"], {"project": own, "look": look})
    return ""


def renamed_star(whole: TypedLine) -> list[str]:
    """Return the command that renames a star (rename=first to=opening), or []."""
    old = next((whole.typed[name] for name in MOVES if name in whole.typed), "")
    new = next((whole.typed[name] for name in NEW_NAMES if name in whole.typed), "")
    turned = {**whole.only("project"), "look": old, "name": new}
    return [line(["star"], turned)] if old and new else []
