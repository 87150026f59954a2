"""The project of a command that names none: that of the current folder, or the last one used.

Commands that would harm a wrongly guessed project are excluded, as are those for which no project
means all projects, none, or a new one.
"""

from collections.abc import Mapping
from contextlib import suppress

from collide.base.files import write_whole
from collide.base.workspace import LABEL, Workspace

# These must name their project: in the wrong project they would delete or change a person's work.
TAKES_AWAY = ("clean", "undo", "redo", "roll")
# Without a project these concern all projects or none, or create one.
ABOUT_ALL = ("list", "knobs", "gallery", "new", "batch", "night", "replay")
# These accept the name of a project that does not exist yet.
BEGINS = ("new", "render", "plan", "batch", "night", "replay")
READS = ("plan", "why", "info", "looks")  # they write nothing, not even the last project's name
MANY = ("batch", "night")  # they render each piece as if its project were typed
OVER = ("off", "over")  # variables with which a verb removes or replaces something


def leaves_out(verb: str, typed: Mapping[str, str]) -> bool:
    """Return whether a line leaves out `project=` and may do so."""
    if verb in TAKES_AWAY or verb in ABOUT_ALL or "project" in typed:
        return False
    takes = any(typed.get(name, "false") != "false" for name in OVER)
    unset = verb == "set" and "" in typed.values()
    return not takes and not unset


def last_used(workspace: Workspace) -> str:
    """Return the last project used; "" if there was none, or if it no longer exists."""
    name = _recorded(workspace)
    one = LABEL.fullmatch(name)  # not a path, nor several names
    return name if one and (workspace.root / "projects" / name / "config.json").exists() else ""


def _recorded(workspace: Workspace) -> str:
    with suppress(OSError, ValueError):
        return (workspace.cache_place / "last-project").read_text(encoding="utf-8")
    return ""


def remember(workspace: Workspace, verb: str, project: str | None, before: str = "") -> None:
    """Record `project` as the last one used, if possible.

    Nothing is recorded for verbs in READS or ABOUT_ALL, except those in MANY: after these, `before`
    is recorded again, the last project used before the run.
    """
    name = before if verb in MANY else "" if verb in (*READS, *ABOUT_ALL) else project
    if not name or not LABEL.fullmatch(name) or name == _recorded(workspace):
        return
    with suppress(OSError):
        if workspace.cache_place.is_dir():  # without a cache there is nothing to remember
            write_whole(workspace.cache_place / "last-project", name.encode(), lasting=False)
