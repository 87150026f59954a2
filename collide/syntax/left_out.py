"""The project used last, which applies if a command names none."""

from contextlib import suppress

from collide.base.files import write_whole
from collide.base.workspace import LABEL, Workspace


def last_used(workspace: Workspace) -> str:
    """Return the project used last; "" if there was none, or if it no longer exists."""
    name = _recorded(workspace)
    one = LABEL.fullmatch(name)  # not a path, nor several names
    return name if one and (workspace.root / "projects" / name / "config.json").exists() else ""


def _recorded(workspace: Workspace) -> str:
    with suppress(OSError, ValueError):
        return (workspace.cache_place / "last-project").read_text(encoding="utf-8")
    return ""


def remember(workspace: Workspace, name: str) -> None:
    """Record a project as the last one used, if possible; "" and lists of names change nothing."""
    if not LABEL.fullmatch(name) or name == _recorded(workspace):
        return
    with suppress(OSError):
        if workspace.cache_place.is_dir():  # without a cache there is nothing to remember
            write_whole(workspace.cache_place / "last-project", name.encode(), lasting=False)
