"""The project used last, which is the default of a command that omits `project=`."""

from contextlib import suppress

from collide.base.files import write_whole
from collide.base.workspace import LABEL, Workspace


def last_used(workspace: Workspace) -> str:
    """Return the project used last, or "" if no existing project is recorded."""
    name = _recorded(workspace)
    one = LABEL.fullmatch(name)  # a label is neither a path nor several names
    return name if one and (workspace.root / "projects" / name / "config.json").exists() else ""


def last_first(workspace: Workspace) -> list[str]:
    """Return the projects, beginning with the project used last."""
    last = last_used(workspace)
    return sorted(workspace.projects(), key=lambda name: name != last)


def _recorded(workspace: Workspace) -> str:
    with suppress(OSError, ValueError):
        return (workspace.cache_place / "last-project").read_text(encoding="utf-8")
    return ""


def remember(workspace: Workspace, name: str) -> None:
    """Record the project used last, if possible; ignore "" and lists of names."""
    if not LABEL.fullmatch(name) or name == _recorded(workspace):
        return
    with suppress(OSError):
        if workspace.cache_place.is_dir():  # without a cache, record nothing
            write_whole(workspace.cache_place / "last-project", name.encode(), lasting=False)
