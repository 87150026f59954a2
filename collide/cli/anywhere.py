"""Entry points that let doit find collide's commands in any folder.

In a workspace, pyproject.toml lists the commands. In other folders, elsewhere.py provides them,
unless doit runs another program's tasks there. This file imports little, because a no-op render
loads it but not the rest of collide.
"""

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

TABLE, MARK = "[tool.doit.plugins.command]", "collide.cli."  # in a workspace's pyproject.toml
OTHERS = re.compile(r"(?:-([fd])|--(file|dir)=?)(.*)", re.DOTALL)  # options that select a dodo.py


def workspace_above(folder: Path) -> Path | None:
    """Return the innermost workspace that is or contains `folder`, or None."""
    return next((one for one in (folder, *folder.parents) if commands_of(one)), None)


def commands_of(folder: Path) -> str:
    """Return the command table of a workspace's pyproject.toml, or "" for any other folder."""
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    named = text.partition(TABLE)[2]
    return named if MARK in named and (folder / "dodo.py").is_file() else ""


def pointed(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Return the folder that doit's options select, if any, and the other arguments."""
    folder, rest, items = None, list[str](), iter(words)
    for word in items:
        if option := OTHERS.fullmatch(word):
            path = Path(option[3] or next(items, "."))
            file = "f" in (option[1], (option[2] or "")[:1])
            folder = (path.parent if file else path).absolute()
        else:
            rest.append(word)
    return folder, rest


def __getattr__(name: str) -> Any:
    """Return the class of the command that doit calls `name`, for this folder."""
    own = import_module("doit.doit_cmd").DoitMain.DOIT_CMDS
    doits = {cls.get_name(): cls for cls in own}.get(name.replace("_", "-"))
    if doits is None:
        raise AttributeError(name)
    here = Path.cwd()
    if text := commands_of(here):
        match = re.search(rf'^{doits.get_name()} = "(collide[\w.]+):(\w+)"$', text, re.MULTILINE)
        return getattr(import_module(match[1]), match[2]) if match else doits
    named, _ = pointed(sys.argv[1:])
    foreign = (here / "dodo.py").exists() or named is not None
    if foreign and workspace_above(here) is None and not (named and commands_of(named)):
        return doits  # another program's tasks, in the same Python environment
    return import_module("collide.cli.elsewhere").Elsewhere
