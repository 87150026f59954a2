"""Results from other machines: the interface to the shared store, which is an optional room.

If COLLIDE_STORE is not set, a build imports nothing from that room, and its requests return
nothing. The room's folder, collide/shared, may be deleted.
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
    """A build's requests to other machines, which fail fast and never raise an error."""

    def begin(self) -> None:
        """Contact the shared store; from now on, this run may keep answers and send results."""

    def find(self, step: Step, job: Job, key: str) -> Entry | None:
        """Return another machine's result for a key (without its objects), or None."""

    def brings(self, entry: Entry, role: str, seconds: float) -> tuple[bool, float | None]:
        """Return whether `bring` would fetch an object and, if that is too slow, how long it takes.

        A large picture is too slow to fetch if rendering it here (`seconds`) is as fast.
        """

    def bring(self, entry: Entry, role: str, seconds: float) -> bool:
        """Fetch an object into the store and return whether it is there.

        A large picture is fetched only if that is faster than rendering it here (`seconds`).
        """

    def offer(self, step: Step, job: Job, entry: Entry) -> None:
        """Queue a result for sending in the background, if other machines can use it."""

    def end(self, *, stopped: bool) -> list[str]:
        """Send what can be sent quickly unless `stopped` is true; return the lines to print."""

    def counts(self) -> dict[str, int]:
        """Return the numbers of results found, objects fetched, objects sent, and rejections."""


class Alone:
    """A build without other machines."""

    def begin(self) -> None:
        """Do nothing."""

    def find(self, step: Step, job: Job, key: str) -> Entry | None:  # noqa: ARG002
        """Return None."""
        return None

    def brings(self, entry: Entry, role: str, seconds: float) -> tuple[bool, float | None]:  # noqa: ARG002
        """Return False and None: nothing would be fetched."""
        return False, None

    def bring(self, entry: Entry, role: str, seconds: float) -> bool:  # noqa: ARG002
        """Return False: nothing was fetched."""
        return False

    def offer(self, step: Step, job: Job, entry: Entry) -> None:
        """Do nothing."""

    def end(self, *, stopped: bool) -> list[str]:  # noqa: ARG002
        """Return no lines."""
        return []

    def counts(self) -> dict[str, int]:
        """Return no counts."""
        return {}


def opened(state: Any) -> Outside:
    """Return the interface of a build to other machines: the shared store, if configured.

    A build with a separate cache does not use other machines.

    Raises:
        InputError: the store's address, COLLIDE_STORE_WAIT or the farm key is invalid, or the farm
            key or the room is missing.
    """
    if not os.environ.get("COLLIDE_STORE", "").strip() or state.library.workspace.apart:
        return Alone()
    exchange: Outside = _room("exchange").opened(state)
    return exchange


def tallied(state: Any) -> list[str]:
    """Return lines with all counts of the shared store, if it is configured."""
    if not os.environ.get("COLLIDE_STORE", "").strip():
        return []
    texts: list[str] = _room("exchange_summary").tallied(state.store.root)
    return texts


def _room(name: str) -> Any:
    """Return a module of the room by name; raise InputError if the room was deleted."""
    spec = find_spec(ROOM)
    if spec is None or spec.origin is None:  # a deleted room may leave compiled files
        raise InputError(
            "this copy of collide has no shared store",
            why="the folder collide/shared is missing",
            fix="git checkout collide/shared restores it\nor do without: unset COLLIDE_STORE",
        )
    return import_module(f"{ROOM}.{name}")
