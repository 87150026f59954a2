"""Eviction, which keeps the store within its limit by removing the cheapest objects first.

The index counts an object before it is in place and until it is deleted, under the exclusive lock
`room`. So after a kill the index may count too much but never too little, and concurrent writers
cannot exceed the limit.
"""

import math
import os
import re
import shutil
from collections.abc import Collection
from shlex import quote
from typing import NamedTuple

from collide.base.errors import DiskError, InputError, disk_full
from collide.store.entry import Entry
from collide.store.index import Index
from collide.store.leases import Lease, alone, leased, pinned
from collide.store.objects import Store

GB = 10**9
# The default limit is a fifth of the disk, but at least 20 GB and at most half of the disk.
FIFTH, HALF, ENOUGH = 0.2, 0.5, 20 * GB
MIN_FREE_BYTES = 1 << 20  # a disk with fewer free bytes counts as full
MORE = "another disk: export COLLIDE_CACHE=/media/disk/cache"
ELSEWHERE = f"or {MORE}"


class Limit(NamedTuple):
    """The limit of the store in bytes, the reason for it, and how to raise it."""

    bytes: int
    why: str
    fix: str
    most: int  # highest limit that the disk has room for, in bytes


def limit(store: Store, held: int) -> Limit:
    """Return the limit of a store whose size is now `held` bytes.

    The limit is COLLIDE_CACHE_MAX_GB if set, otherwise a fraction of the disk. In both cases, it is
    at most `held` plus the free space, minus a reserve. Raise InputError if COLLIDE_CACHE_MAX_GB is
    invalid.
    """
    disk, user_limit = _disk(store), typed_limit()
    there = held + _free(disk)
    share = int(min(HALF * disk.total, max(FIFTH * disk.total, ENOUGH)))
    wished = share if user_limit is None else user_limit
    if there < wished:
        why = f"the disk of {store.root} has only {gb(disk.free)} left"
        return Limit(there, why, "free space on that disk", there)
    why = f"this is {share / disk.total:.0%} of the disk"
    if user_limit:
        why = "set by COLLIDE_CACHE_MAX_GB"
    return Limit(wished, why, f"a higher limit: {_limited_to(2 * wished)}", there)


def ways(most: Limit, needed: int) -> list[str]:
    """Return lines that suggest how to make room for `needed` bytes in total.

    A higher limit is suggested only if there is room for it on the disk. The suggestion is at least
    1.5 times `needed`, because a forecast may be too low.
    """
    wanted = max(needed * 3 // 2, min(2 * most.bytes, most.most))
    if wanted <= most.most:
        return [f"a higher limit: {_limited_to(wanted)}", ELSEWHERE]
    return [f"free {gb(wanted - most.most)} more on that disk", ELSEWHERE]


def _limited_to(size: float) -> str:
    """Return the shell command that sets a limit, rounded up to two significant digits."""
    step = 10.0 ** (math.floor(math.log10(size / GB)) - 1)
    value = f"{math.ceil(round(size / GB / step, 6)) * step:.9f}".rstrip("0").rstrip(".")
    return f"export COLLIDE_CACHE_MAX_GB={value}"


def _disk(store: Store) -> "shutil._ntuple_diskusage":
    return shutil.disk_usage(next(p for p in (store.root, *store.root.parents) if p.exists()))


def _free(disk: "shutil._ntuple_diskusage") -> int:
    """Return the free bytes of a disk, minus a reserve."""
    return max(0, disk.free - min(GB, disk.total // 50))


def typed_limit() -> int | None:
    """Return COLLIDE_CACHE_MAX_GB in bytes, or None if it is unset or empty.

    Raise InputError if it is invalid.
    """
    text = os.environ.get("COLLIDE_CACHE_MAX_GB")
    if not text:
        return None
    try:
        value = float(text)
        if not 1 / GB <= value < 10**6:  # the limit is at least one byte
            raise ValueError
    except ValueError:
        raise InputError(
            f"COLLIDE_CACHE_MAX_GB={text} is not a valid value",
            why="it must be the cache's maximum size in gigabytes",
            fix=_in_gigabytes(text),
        ) from None
    return int(value * GB)


def _in_gigabytes(text: str) -> str:
    """Return the shell command that sets the limit to the number in `text`, by default 50."""
    gigabytes = re.fullmatch(r"\s*([0-9]{1,5}(?:\.[0-9]+)?)\s*(?:[gG](?:i?[bB])?)?\s*", text)
    typed = gigabytes and float(gigabytes[1]) > 0
    return f"export COLLIDE_CACHE_MAX_GB={gigabytes[1] if gigabytes and typed else 50}"


def make_way(index: Index, size: int) -> None:
    """Evict objects (if needed and possible) until the disk has room for `size` bytes."""
    short = size - _free(_disk(index.store))
    if short > 0:
        evict(index, short)


def reserve(index: Index, lease: Lease, entry: Entry, only: Collection[str] | None = None) -> None:
    """Lease and count an entry's objects (or just `only`), and evict other objects to make room.

    The objects are counted before they are in place. Raise DiskError if leased and pinned objects
    leave no room, or if the index cannot be written. Raise InputError if COLLIDE_CACHE_MAX_GB is
    invalid, and StoreError if a pin is unreadable.
    """
    if not entry.objects:
        index.add(entry)
        return
    with alone(index.store):
        own = (ref.digest for ref in entry.objects.values())
        lease.write(own if only is None else only)
        held, new = _counted(index), index.uncounted_bytes(entry, only)
        # new objects are already on the disk, unless they are still to be fetched
        most = limit(index.store, held + new if only is None else held)
        over = held + new - most.bytes
        if over > 0 and _evict(index, over) < over:
            raise DiskError(
                f"the cache limit is {gb(most.bytes)}, and another {gb(new)} would not fit",
                why=f"{most.why}; running renders and starred looks need the rest of the cache",
                fix="\n".join(ways(most, index.held() + new)),
            )
        _add(index, entry, only)


def _add(index: Index, entry: Entry, only: Collection[str] | None) -> None:
    """Count an entry. Raise DiskError if the index cannot be written, even after a rescan."""
    if index.add(entry, only=only) or (_counted(index) >= 0 and index.add(entry, only=only)):
        return
    if _disk(index.store).free < MIN_FREE_BYTES:
        raise disk_full(index.store.root)
    raise DiskError(
        f"{index.notes.path} cannot be written",
        why="it counts the objects in the cache, and a result that is not counted cannot be kept",
        fix=f"delete it, and it will be rebuilt: rm {quote(str(index.notes.path))}*",
    )


def count(index: Index, *, whole: bool = False) -> tuple[int, bool]:
    """Run `index.scan` under the lock `room`, sparing leased objects."""
    with alone(index.store):
        return index.scan(leased(index.store), whole=whole)


def evict(index: Index, size: int) -> int:
    """Evict at least `size` bytes of unneeded objects, if possible; return the bytes evicted."""
    with alone(index.store):
        return _evict(index, size)


def _evict(index: Index, size: int) -> int:
    out = index.cheapest(size, leased(index.store) | pinned(index.store))
    for ref in out:
        index.store.object(ref.digest).unlink(missing_ok=True)
    index.gone(ref.digest for ref in out)
    return sum(ref.size for ref in out)


def _counted(index: Index) -> int:
    """Return the total size of all objects, scanning the disk if the index lacks a total."""
    total = index.total()
    return index.scan(leased(index.store))[0] if total is None else total


def gb(size: float) -> str:
    """Return a number of bytes as text, for example "1.5 GB"."""
    for unit, step in (("GB", GB), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size:.0f} bytes"
