"""Errors behind a page, in words: what, why, and how to fix it."""

from collide.base.errors import CollideError, of_disk
from collide.base.workspace import Workspace


def in_words(error: Exception, workspace: Workspace) -> CollideError:
    """Return an error as one that is told; of a mistake of ours what it is."""
    if isinstance(error, CollideError):
        return error
    if isinstance(error, OSError):
        return of_disk(error, workspace.fullest())
    what = f"{type(error).__name__}: {error}"
    return CollideError(what, why="it is a mistake of collide's own", fix="undo, or go on")


def parts(error: CollideError) -> dict[str, str]:
    """Return the three parts of an error as a page is told them."""
    return {"what": error.what, "why": error.why, "fix": error.fix}
