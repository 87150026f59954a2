"""Leases and pins, which protect objects from eviction for running builds and starred looks.

A lease is a file (leases/PID-N) that lists digests and remains locked until its owner closes it or
dies. A pin also lists digests and lasts until `unpin`. Leasing and pinning need the lock `room`,
shared or exclusive; evicting and counting need it exclusively.
"""

import fcntl
import json
import os
import shlex
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from shlex import quote
from typing import IO

from collide.base.errors import DiskError, StoreError, cache_deleted
from collide.base.files import write_whole
from collide.base.hashing import canonical, digest_of
from collide.store.objects import Store


@contextmanager
def _room(store: Store, how: int) -> Iterator[None]:
    with (store.ready() / "room").open("w") as lock:
        fcntl.flock(lock, how)
        yield


with_others = partial(_room, how=fcntl.LOCK_SH)  # other processes may add leases and pins too
alone = partial(_room, how=fcntl.LOCK_EX)  # meanwhile, no other process can add leases or pins


class Lease:
    """A lease on objects that this process needs, until `close` or the end of the process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._file: IO[str] | None = None
        self._path = Path()
        self._taken: set[str] = set()
        self._lock = threading.Lock()  # the threads of tasks share the lease
        self._version = _written(store)

    def take(self, digests: Iterable[str]) -> None:
        """Protect these objects from eviction."""
        new = set(digests)
        if not new <= self._taken:
            with with_others(self.store):
                self.write(new)

    def write(self, digests: Iterable[str]) -> None:
        """Protect these objects from eviction; the caller must hold the lock `room`."""
        with self._lock:
            new = set(digests) - self._taken
            self._version = self._version or _written(self.store)
            if self._file is None:
                folder = self.store.root / "leases"
                handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", dir=folder)
                self._path, self._file = Path(name), os.fdopen(handle, "w")
                fcntl.flock(self._file, fcntl.LOCK_EX)
            self._file.write("".join(f"{digest}\n" for digest in sorted(new)))
            self._file.flush()
            self._taken |= new

    def deleted(self, words: Iterable[str]) -> DiskError | None:
        """Return an error if the store was deleted since the lease began, otherwise None.

        The error suggests running the command (`words`) again.
        """
        lost, now = self._file is not None and not self._path.exists(), _written(self.store)
        if lost or not now or now != (self._version or now):
            return cache_deleted(self.store.root, shlex.join(["doit", *words]))
        return None

    def close(self) -> None:
        """Release all leased objects."""
        with self._lock:
            if self._file is not None:
                self._path.unlink(missing_ok=True)
                self._file.close()
                self._file = None
            self._taken.clear()


def _written(store: Store) -> tuple[int, int] | None:
    """Return the inode and mtime of a store's version file, or None if the file is missing."""
    with suppress(OSError):
        status = (store.root / "version").stat()
        return status.st_ino, status.st_mtime_ns
    return None


def needed(store: Store) -> set[str]:
    """Return the digests of all leased and pinned objects.

    Raise StoreError if a pin is unreadable.
    """
    with alone(store):
        return leased(store) | pinned(store)


def leased(store: Store) -> set[str]:
    """Return the digests of leased objects and delete the leases of dead processes.

    The caller must hold `room` exclusively, because a lease that is being created is not locked
    yet.
    """
    digests: set[str] = set()
    for path in (store.root / "leases").glob("*"):
        with suppress(FileNotFoundError), path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            except BlockingIOError:
                digests |= set(file.read().split())
    return digests


def pin(store: Store, name: str, digests: Iterable[str]) -> None:
    """Protect objects from eviction until `unpin`, replacing any pin with this name."""
    objects = sorted(digests)
    data = canonical({"objects": objects, "digest": digest_of(objects)})
    with with_others(store):
        write_whole(_pin(store, name), data)


def unpin(store: Store, name: str) -> None:
    """Delete a pin."""
    _pin(store, name).unlink(missing_ok=True)


def pins(store: Store) -> list[str]:
    """Return all pin names."""
    return sorted(path.stem for path in (store.root / "pins").glob("*.json"))


def pinned(store: Store) -> set[str]:
    """Return the digests of pinned objects. Raise StoreError if a pin is unreadable."""
    digests: set[str] = set()
    for name in pins(store):
        path = _pin(store, name)
        try:
            data = json.loads(path.read_bytes())
            if data["digest"] != digest_of(data["objects"]):
                raise ValueError("its list does not match its digest")
            digests |= set(data["objects"])
        except FileNotFoundError:
            continue  # another process has just deleted the pin
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise StoreError(
                f"{path} cannot be read",
                why=f"it lists objects that must not be evicted, and reading it failed: {error}",
                fix=f"delete the pin and star that look again: rm {quote(str(path))}",
            ) from None
    return digests


def _pin(store: Store, name: str) -> Path:
    return store.root / "pins" / f"{name}.json"
