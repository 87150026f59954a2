"""Errors for a page, in three parts: what happened, why, and how to fix it."""

from collide.base.errors import CollideError, of_disk
from collide.base.workspace import Workspace


def in_words(error: Exception, workspace: Workspace) -> CollideError:
    """Convert an exception to a three-part error; a bug becomes an internal error."""
    if isinstance(error, CollideError):
        return error
    if isinstance(error, OSError):
        return of_disk(error, workspace.fullest())
    what = f"{type(error).__name__}: {error}"
    return CollideError(what, why="this is an internal error in collide", fix="undo, or continue")


def parts(error: CollideError) -> dict[str, str]:
    """Return the three parts of an error, to send to a page."""
    return {"what": error.what, "why": error.why, "fix": error.fix}
