"""Keeps the store within its limit: what is cheapest to make again goes first, and never what is
needed.

A running build leases what it reads: leases/PID-N lists digests, and is locked as long as its
owner lives. A pin is a list that stays until it is taken away. Whoever leases holds the lock `room`
with others; whoever evicts holds it alone, so nothing goes between the two looks of anybody.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import IO, NamedTuple

from collide.build.index import Index
from collide.build.store import Store
from collide.errors import DiskError, InputError, StoreError

# Of the disk, where nobody says more or less: a fifth; of a small one more, but never over half.
FIFTH, HALF, ENOUGH = 0.2, 0.5, 20 * 10**9
GB = 10**9
ELSEWHERE = "or another disk: export COLLIDE_CACHE=/media/disk/cache"


class Lease:
    """What this process needs, for as long as it lives."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._file: IO[str] | None = None
        self._path = Path()
        self._taken: set[str] = set()

    def take(self, digests: Iterable[str]) -> None:
        """Keep these objects from being evicted."""
        new = set(digests) - self._taken
        if not new:
            return
        with _room(self.store, fcntl.LOCK_SH):
            if self._file is None:
                folder = self.store.ready() / "leases"
                handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", dir=folder)
                self._path, self._file = Path(name), os.fdopen(handle, "w")
                fcntl.flock(self._file, fcntl.LOCK_EX)
            self._file.write("".join(f"{digest}\n" for digest in sorted(new)))
            self._file.flush()
        self._taken |= new

    def close(self) -> None:
        """Need nothing any more."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None
        self._taken.clear()


class Limit(NamedTuple):
    """How many bytes the objects may have, why no more, and how that is changed."""

    bytes: int
    why: str
    fix: str


def limit(store: Store, held: int) -> Limit:
    """Return the limit, now that the objects have `held` bytes.

    That is what COLLIDE_CACHE_MAX_GB says, or a share of the disk; on a disk that is nearly
    full, what they have and what is free, but for a little that is left to others.

    Raises:
        InputError: COLLIDE_CACHE_MAX_GB is no number.
    """
    disk = shutil.disk_usage(next(p for p in (store.root, *store.root.parents) if p.exists()))
    there, said = held + max(0, disk.free - min(GB, disk.total // 50)), _said()
    share = int(min(HALF * disk.total, max(FIFTH * disk.total, ENOUGH)))
    wished = share if said is None else said
    if there < wished:
        why = f"the disk is full: {store.root} has {gb(disk.free)} left"
        return Limit(there, why, "make room on that disk")
    why = (
        "COLLIDE_CACHE_MAX_GB says so" if said else f"that is {share / disk.total:.0%} of the disk"
    )
    return Limit(wished, why, f"a higher limit: export COLLIDE_CACHE_MAX_GB={2 * wished / GB:.3g}")


def _said() -> int | None:
    said = os.environ.get("COLLIDE_CACHE_MAX_GB")
    if not said:
        return None
    try:
        value = float(said)
        if not 0 < value < 10**6:
            raise ValueError
    except ValueError:
        raise InputError(
            f"COLLIDE_CACHE_MAX_GB={said} is not possible",
            why="it says how large the cache may become: a number of gigabytes",
            fix="export COLLIDE_CACHE_MAX_GB=50, or unset it",
        ) from None
    return int(value * GB)


def make_room(index: Index, size: int) -> int:
    """Evict until `size` more bytes fit, and return how many bytes went.

    Raises:
        DiskError: what is needed and what is pinned leave no room.
        InputError: COLLIDE_CACHE_MAX_GB is no number.
    """
    held = index.held()
    most = limit(index.store, held)
    over = held + size - most.bytes
    went = evict(index, over) if over > 0 else 0
    if went < over:
        raise DiskError(
            f"the cache may have {gb(most.bytes)}, and {gb(size)} more do not fit",
            why=f"{most.why}; what it has is needed by what renders now, or starred",
            fix=f"{most.fix}\n{ELSEWHERE}",
        )
    return went


def evict(index: Index, size: int) -> int:
    """Evict objects of at least `size` bytes, as far as nobody needs them; return how many went."""
    with _room(index.store, fcntl.LOCK_EX):
        out = index.cheapest(size, leased(index.store) | pinned(index.store))
        for made in out:
            index.store.object(made.digest).unlink(missing_ok=True)
        index.gone(made.digest for made in out)
    return sum(made.size for made in out)


def leased(store: Store) -> set[str]:
    """Return the objects that running builds need; the leases of dead ones are swept.

    The lock `room` is held alone: nobody is between making a lease and locking it.
    """
    found: set[str] = set()
    for path in (store.root / "leases").glob("*"):
        with suppress(FileNotFoundError), path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            except BlockingIOError:
                found |= set(file.read().split())
    return found


def pinned(store: Store) -> set[str]:
    """Return the objects that are pinned, by any pin.

    Raises:
        StoreError: a pin cannot be read: what it keeps must not go by mistake.
    """
    found: set[str] = set()
    for path in (store.root / "pins").glob("*.json"):
        try:
            found |= {str(digest) for digest in json.loads(path.read_bytes())}
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(
                f"{path} cannot be read",
                why=f"it says what must not be evicted: {error}",
                fix=f"star that look again, or take the pin away: rm {quote(str(path))}",
            ) from None
    return found


def gb(size: float) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, step in (("GB", GB), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size:.0f} bytes"


@contextmanager
def _room(store: Store, how: int) -> Iterator[None]:
    with (store.ready() / "room").open("w") as lock:
        fcntl.flock(lock, how)
        yield
