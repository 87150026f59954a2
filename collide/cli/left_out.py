"""The project of a command that names none: that of the current folder, or the last one used.

Not for commands that delete or throw dice, nor for those where no project means all or a new one.
"""

from collections.abc import Mapping
from contextlib import suppress

from collide.base.files import write_whole
from collide.base.workspace import Workspace
from collide.text_limits import LABEL

# Their project is always typed: what they take away is gone, or moved, in the wrong one.
TAKES_AWAY = ("clean", "undo", "redo", "roll")
# Without a project they are about all, or begin one.
ABOUT_ALL = ("list", "knobs", "gallery", "new", "batch", "night", "replay")
READS = ("plan", "why", "info", "looks")  # they write nothing, not even which project it was
MANY = ("batch", "night")  # they render each piece as somebody who types would
OVER = ("off", "over")  # variables that make a verb take away


def leaves_out(verb: str, typed: Mapping[str, str]) -> bool:
    """Return whether `project=` may be left out of a line with these words."""
    if verb in TAKES_AWAY or verb in ABOUT_ALL or "project" in typed:
        return False
    takes = any(typed.get(name, "false") != "false" for name in OVER)
    unset = verb == "set" and "" in typed.values()
    return not takes and not unset


def last_used(workspace: Workspace) -> str:
    """Return the project that was used last, "" where none was, or it is gone."""
    with suppress(OSError, ValueError):
        name = (workspace.cache_place / "last-project").read_text(encoding="utf-8")
        if LABEL.fullmatch(name) and (workspace.root / "projects" / name / "config.json").exists():
            return name
    return ""


def remember(workspace: Workspace, verb: str, project: str | None, before: str = "") -> None:
    """Note that a verb was done for a project; what cannot be noted is left.

    `before` is the one used last until then: after many pieces that one is meant, none of them.
    """
    name = before if verb in MANY else "" if verb in (*READS, *ABOUT_ALL) else project
    if not name or name == last_used(workspace):
        return
    with suppress(OSError):
        if workspace.cache_place.is_dir():  # who made no cache has nothing to remember
            write_whole(workspace.cache_place / "last-project", name.encode(), lasting=False)
