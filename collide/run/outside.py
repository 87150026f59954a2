"""What other machines made: the seam to the shared store, which is a room of its own.

Where COLLIDE_STORE names no store, nothing of that room is imported, and this is a question that
is answered with no. The room may be left out.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from collide.base.errors import InputError
from collide.store.entry import Entry
from collide.store.step import Job, Step

ROOM = "collide.shared"


class Outside(Protocol):
    """What a build asks of other machines; none of it raises, and none takes long to say no."""

    def begin(self) -> None:
        """Take note that this run renders: it may keep what it learns, and send what it makes."""

    def find(self, step: Step, job: Job, key: str) -> Entry | None:
        """Return the result of a key that another machine made, without its objects."""

    def brings(self, entry: Entry, role: str, seconds: float) -> tuple[bool, float | None]:
        """Return whether `bring` would fetch an object; and where it is there, but making it
        takes less long, the seconds that fetching it would take.
        """

    def bring(self, entry: Entry, role: str, seconds: float) -> bool:
        """Fetch an object into the store, unless making it takes less than so many `seconds`;
        return whether it is here.
        """

    def offer(self, step: Step, job: Job, entry: Entry) -> None:
        """Let others have a result; it is sent meanwhile."""

    def end(self, *, stopped: bool) -> list[str]:
        """Send what is quickly sent, unless `stopped`, and return what is to be said."""

    def counts(self) -> dict[str, int]:
        """Return what was found, fetched, sent and rejected."""


class Alone:
    """No other machine."""

    def begin(self) -> None:
        """Nothing begins."""

    def find(self, step: Step, job: Job, key: str) -> Entry | None:  # noqa: ARG002
        """Nothing is found."""
        return None

    def brings(self, entry: Entry, role: str, seconds: float) -> tuple[bool, float | None]:  # noqa: ARG002
        """Nothing is brought."""
        return False, None

    def bring(self, entry: Entry, role: str, seconds: float) -> bool:  # noqa: ARG002
        """Nothing is brought."""
        return False

    def offer(self, step: Step, job: Job, entry: Entry) -> None:
        """Nobody takes it."""

    def end(self, *, stopped: bool) -> list[str]:  # noqa: ARG002
        """Nothing is to be said."""
        return []

    def counts(self) -> dict[str, int]:
        """Nothing is counted."""
        return {}


def opened(state: Any) -> Outside:
    """Return what other machines made for a build state: the shared store, if one is named.

    Raises:
        InputError: its address is none, there is no farm key, or the room is not here.
    """
    if not os.environ.get("COLLIDE_STORE", "").strip() or state.library.workspace.apart:
        return Alone()
    exchange: Outside = room("exchange").opened(state)
    return exchange


def tallied(state: Any) -> list[str]:
    """Return lines of all that was counted of the shared store, none where none is named."""
    if not os.environ.get("COLLIDE_STORE", "").strip():
        return []
    texts: list[str] = room("tidings").tallied(state.store.root)
    return texts


def room(name: str) -> Any:
    """Return a module of the room, by its name; InputError where the room is left out."""
    spec = find_spec(ROOM)
    if spec is None or spec.origin is None:  # what Python compiled of it may still lie there
        raise InputError(
            "this collide has no shared store",
            why="the folder collide/shared is not here",
            fix="bring it back, or do without: unset COLLIDE_STORE",
        )
    return import_module(f"{ROOM}.{name}")
