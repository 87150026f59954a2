"""What must not be evicted: what running builds read, and what starred looks are made of.

A running build leases: leases/PID-N lists digests, and is locked as long as its owner lives. A pin
is a list that stays until it is taken away. Whoever leases or pins holds the lock `room` with
others; whoever evicts or counts holds it alone, so nothing goes between the two looks of anybody.
"""

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import IO

from collide.base.errors import StoreError
from collide.base.files import write_whole
from collide.base.hashing import canonical, digest_of
from collide.store.objects import Store


@contextmanager
def with_others(store: Store) -> Iterator[None]:
    """Hold the lock `room` beside others: what is needed may grow."""
    with _room(store, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold the lock `room` alone: what is needed stays as it is found."""
    with _room(store, fcntl.LOCK_EX):
        yield


@contextmanager
def _room(store: Store, how: int) -> Iterator[None]:
    with (store.ready() / "room").open("w") as lock:
        fcntl.flock(lock, how)
        yield


class Lease:
    """What this process needs, for as long as it lives."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._file: IO[str] | None = None
        self._path = Path()
        self._taken: set[str] = set()
        self._lock = threading.Lock()  # tasks run in threads, and share one lease

    def take(self, digests: Iterable[str]) -> None:
        """Keep these objects from being evicted."""
        new = set(digests)
        if not new <= self._taken:
            with with_others(self.store):
                self.write(new)

    def write(self, digests: Iterable[str]) -> None:
        """Do the same for one who holds the lock `room`."""
        with self._lock:
            new = set(digests) - self._taken
            if self._file is None:
                folder = self.store.root / "leases"
                handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", dir=folder)
                self._path, self._file = Path(name), os.fdopen(handle, "w")
                fcntl.flock(self._file, fcntl.LOCK_EX)
            self._file.write("".join(f"{digest}\n" for digest in sorted(new)))
            self._file.flush()
            self._taken |= new

    def close(self) -> None:
        """Need nothing any more."""
        with self._lock:
            if self._file is not None:
                self._path.unlink(missing_ok=True)
                self._file.close()
                self._file = None
            self._taken.clear()


def needed(store: Store) -> set[str]:
    """Return the objects that running builds and starred looks need.

    Raises:
        StoreError: a pin cannot be read.
    """
    with alone(store):
        return leased(store) | pinned(store)


def leased(store: Store) -> set[str]:
    """Return the objects that running builds need; the leases of dead ones are swept.

    The lock `room` is held alone: nobody is between making a lease and locking it.
    """
    found: set[str] = set()
    for path in (store.root / "leases").glob("*"):
        with suppress(FileNotFoundError), path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            except BlockingIOError:
                found |= set(file.read().split())
    return found


def pin(store: Store, name: str, digests: Iterable[str]) -> None:
    """Keep objects from being evicted until `unpin`."""
    objects = sorted(digests)
    data = canonical({"objects": objects, "digest": digest_of(objects)})
    with with_others(store):
        write_whole(_pin(store, name), data)


def unpin(store: Store, name: str) -> None:
    """Take a pin away."""
    _pin(store, name).unlink(missing_ok=True)


def pins(store: Store) -> list[str]:
    """Return the names of all pins."""
    return sorted(path.stem for path in (store.root / "pins").glob("*.json"))


def pinned(store: Store) -> set[str]:
    """Return the objects that are pinned, by any pin.

    Raises:
        StoreError: a pin cannot be read: what it keeps must not go by mistake.
    """
    found: set[str] = set()
    for name in pins(store):
        path = _pin(store, name)
        try:
            said = json.loads(path.read_bytes())
            if said["digest"] != digest_of(said["objects"]):
                raise ValueError("its list was changed")
            found |= set(said["objects"])
        except FileNotFoundError:
            continue  # taken away just now
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise StoreError(
                f"{path} cannot be read",
                why=f"it says what must not be evicted: {error}",
                fix=f"take the pin away, and star that look again: rm {quote(str(path))}",
            ) from None
    return found


def _pin(store: Store, name: str) -> Path:
    return store.root / "pins" / f"{name}.json"
