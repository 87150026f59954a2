"""Eviction from the shared store: least recently used first, entries before their objects."""

import json
from dataclasses import dataclass

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.shared.door import CONTENT, ENTRIES, AbsentError, DoorError, Kept
from collide.shared.shared_store import SharedStore, inside

JUST_NOW = 3600.0  # for this many seconds, an object may lack its entry, which is uploaded last


@dataclass(frozen=True)
class Sweep:
    """The result of a sweep."""

    went: int  # bytes deleted
    held: int  # bytes kept
    objects: int  # number of objects deleted
    entries: int  # number of entries deleted
    spared: int = 0  # bytes kept only because they are new


def sweep(store: SharedStore, keep: int, typed: str = "") -> Sweep:
    """Delete the least recently used items of a shared store until at most `keep` bytes are left.

    `typed` is `keep` as the user typed it. New objects that no entry lists are always kept.

    Raises:
        InputError: the store does not list its items or fails to list or delete them.
    """
    try:
        return _swept(store, keep)
    except DoorError as error:
        raise InputError(
            f"the shared store {store.url} could not be reduced to the requested size",
            why=str(error),
            fix=f"once that is fixed: doit farm gc keep={typed or keep}",
        ) from None
    except NotImplementedError:
        raise _of_server(store.url, typed or str(keep)) from None


def _of_server(url: str, keep: str) -> InputError:
    """Return the error for a server, which does not list or delete for its clients."""
    if url.startswith("https://"):
        return InputError(
            f"space in {url} can be freed only on its own machine",
            why="the farm's store does not delete items at a client's request",
            fix=f"run there: COLLIDE_STORE= doit farm gc keep={keep}",
        )
    return InputError(
        f"space in {url} can be freed only on its own machine",
        why="collide cannot list or delete anything over http://",
        fix="run there, for nginx: COLLIDE_STORE=file:///ITS/FOLDER doit farm gc "
        f"keep={keep}\nbazel-remote frees space itself, with its option --max_size",
    )


def _swept(store: SharedStore, keep: int) -> Sweep:
    kept = list(store.door.kept())
    used, now = _used(store, kept), unix_time()
    held, went, spared = sum(one.size for one in kept), 0, 0
    gone = {CONTENT: 0, ENTRIES: 0}
    for one in sorted(kept, key=lambda one: (used.get(one.address, one.used), one.address)):
        if held - went <= keep:
            break
        folder = one.address.partition("/")[0]
        waits = folder == CONTENT and one.address not in used and now - one.used < JUST_NOW
        if waits:
            spared += one.size
        else:
            store.door.remove(one.address)
            went += one.size
            gone[folder] += 1
    return Sweep(went, held - went, gone[CONTENT], gone[ENTRIES], spared)


def _used(store: SharedStore, kept: list[Kept]) -> dict[str, float]:
    """Map each object that an entry lists to its last use, including uses of the entry."""
    put, used = {one.address: one.used for one in kept}, dict[str, float]()
    for one in kept:
        if one.address.startswith(f"{ENTRIES}/"):
            for address in _named(store, one.address):
                if address in put:
                    used[address] = max(one.used, used.get(address, put[address]))
    return used


def _named(store: SharedStore, address: str) -> list[str]:
    """Return the addresses of an entry's objects, or [] if the entry cannot be verified."""
    try:
        data, wrong = inside(store.key, b"".join(store.door.chunks(address)))
        objects = {} if wrong else json.loads(data)["body"].get("objects", {})
    except (AbsentError, DoorError, ValueError, KeyError, AttributeError):
        return []
    return [f"{CONTENT}/{sha256}" for sha256, _ in objects.values()]
