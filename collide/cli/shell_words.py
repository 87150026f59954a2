"""Suggestions for shell commands for which collide has no verb: rm, mv, cp, open, add."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from collide.base.pasted_text import label_of, path_of
from collide.base.workspace import Workspace
from collide.cli.arguments import line
from collide.cli.left_out import last_used
from collide.library.folders import SOUND, kind

DELETES = ("rm", "delete", "remove", "del", "erase", "unlink")  # perhaps a whole project
MOVES = ("mv", "move", "rename")
COPIES = ("cp", "copy", "duplicate", "fork", "clone")
OPENS = ("open", "view", "xdg-open")
ADDS = ("add", "import", "ingest")


def shell_lines(workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]) -> list[str]:
    """Return the lines to use instead of a shell command; [] for any other line."""
    head, rest = words[0].lower() if words else "", [word for word in words[1:] if word[:1] != "-"]
    if head in ADDS and rest and not any("://" in word for word in rest):
        return [one for word in rest for one in added(workspace, word)]
    if head not in (*DELETES, *MOVES, *COPIES, *OPENS):
        return []
    if head in DELETES and any(map(kind, rest)):
        return [f"rm {quoted(word)} && doit scan" for word in rest if kind(word)]
    own = [typed["project"]] if "project" in typed else []
    rest = [word for word in rest if word not in ("project", "look", "the", "to", "as")]
    names = [name for name in map(label_of, [*own, *rest]) if name]
    if head in DELETES:
        kept = " and ".join(f"projects/{name}" for name in names) or "in projects/"
        return [
            "doit clean removes what was rendered, and keeps the looks: doit help clean",
            f"to remove a whole project, delete its folder, {kept}",
        ]
    there = workspace.projects()
    old = names[0] if names else last_used(workspace) or next(iter(there), "x")
    new = names[1] if len(names) > 1 else f"{old}-2"
    if head in OPENS:
        return [f"its video is projects/{old}/output/{old}.mp4", "in a browser: doit gallery"]
    if head in MOVES:
        return [f"mv projects/{old} projects/{new}"]
    record = f"projects/{old}/manifest.json"
    if (workspace.root / record).exists():
        return [line(["new"], {"project": new, "from": record})]
    return [f"mkdir projects/{new} && cp projects/{old}/config.json projects/{new}/"]


def added(workspace: Workspace, path: str) -> list[str]:
    """Return the line that adds a file, or a folder, to the library."""
    place = Path(path).expanduser()
    if place.is_dir() or (not kind(path) and not place.is_file()):
        return [line(["scan"], {"path": path})] if "/" in path or place.is_dir() else []
    if (workspace.root / path).resolve().is_relative_to(workspace.library.parent.resolve()):
        return ["it is in the library: doit scan"]
    shelf = "audio" if kind(path) == SOUND else "video"
    return [f"cp {quoted(path)} library/{shelf}/ && doit scan"]


def file_line(text: str) -> str:
    """Return the line that copies a file typed instead of an address, "" if it is not a path."""
    path = path_of(text)
    return f"cp {quoted(path)} library/video/" if path else ""


def quoted(path: str) -> str:
    """Return a path quoted for a shell; ~ is left unquoted."""
    return (
        path if path.startswith("~/") and shlex.quote(path[2:]) == path[2:] else shlex.quote(path)
    )
