"""Entry points by which doit finds collide's commands in any folder.

In a workspace its pyproject.toml names them; below and outside one, elsewhere.py serves them.
Imports here are light: a no-op render is answered without the rest.
"""

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

TABLE, MARK = "[tool.doit.plugins.command]", "collide.cli."  # of the pyproject.toml of a workspace
OTHERS = re.compile(r"-[fd]|--(file|dir)\b")  # doit's options that name another dodo.py


def workspace_above(folder: Path) -> Path | None:
    """Return the nearest workspace that is `folder` or holds it, None where there is none."""
    return next((one for one in (folder, *folder.parents) if commands_of(one)), None)


def commands_of(folder: Path) -> str:
    """Return what the pyproject.toml of a workspace says of commands, "" of any other folder."""
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    named = text.partition(TABLE)[2]
    return named if MARK in named and (folder / "dodo.py").is_file() else ""


def __getattr__(name: str) -> Any:
    """Return the command that doit calls `name`, as it is in this folder."""
    own = import_module("doit.doit_cmd").DoitMain.DOIT_CMDS
    doits = {cls.get_name(): cls for cls in own}.get(name.replace("_", "-"))
    if doits is None:
        raise AttributeError(name)
    here = Path.cwd()
    if text := commands_of(here):
        found = re.search(rf'^{doits.get_name()} = "(collide[\w.]+):(\w+)"$', text, re.MULTILINE)
        return getattr(import_module(found[1]), found[2]) if found else doits
    foreign = (here / "dodo.py").exists() or any(map(OTHERS.match, sys.argv[1:]))
    if foreign and workspace_above(here) is None:
        return doits  # somebody else's tasks, done by the same Python
    return import_module("collide.cli.elsewhere").Elsewhere
