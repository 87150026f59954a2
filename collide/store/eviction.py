"""Keeps the store within its limit: what is cheapest to make again goes first, and never what is
needed.

Bytes are counted before they are in place and until they are gone, and whoever counts holds the
lock `room` alone. So a kill leaves the index with more than there is, never with less, and
the limit holds however many write at once.
"""

import os
import shutil
from typing import NamedTuple

from collide.base.errors import DiskError, InputError, disk_full
from collide.store.entry import Entry
from collide.store.index import Index
from collide.store.leases import Lease, alone, leased, pinned
from collide.store.objects import Store

# Of the disk, where nobody says more or less: a fifth; of a small one more, but never over half.
FIFTH, HALF, ENOUGH = 0.2, 0.5, 20 * 10**9
GB = 10**9
MIN_FREE_BYTES = 1 << 20  # free bytes that a disk is full with
ELSEWHERE = "or another disk: export COLLIDE_CACHE=/media/disk/cache"


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
    disk, said = _disk(store), _said()
    there = held + _free(disk)
    share = int(min(HALF * disk.total, max(FIFTH * disk.total, ENOUGH)))
    wished = share if said is None else said
    if there < wished:
        why = f"the disk of {store.root} has only {gb(disk.free)} left"
        return Limit(there, why, "make room on that disk")
    why = (
        "COLLIDE_CACHE_MAX_GB says so" if said else f"that is {share / disk.total:.0%} of the disk"
    )
    return Limit(wished, why, f"a higher limit: export COLLIDE_CACHE_MAX_GB={2 * wished / GB:.3g}")


def _disk(store: Store) -> "shutil._ntuple_diskusage":
    return shutil.disk_usage(next(p for p in (store.root, *store.root.parents) if p.exists()))


def _free(disk: "shutil._ntuple_diskusage") -> int:
    """Return the bytes that are free, but for a little that is left to others."""
    return max(0, disk.free - min(GB, disk.total // 50))


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
            f"COLLIDE_CACHE_MAX_GB={said} is not a valid value",
            why="it says how large the cache may become: a number of gigabytes",
            fix="export COLLIDE_CACHE_MAX_GB=50, or unset it",
        ) from None
    return int(value * GB)


def make_way(index: Index, size: int) -> None:
    """Evict, on a disk that is nearly full, until `size` bytes can be written to it."""
    short = size - _free(_disk(index.store))
    if short > 0:
        with alone(index.store):
            _evict(index, short)


def reserve(index: Index, lease: Lease, entry: Entry) -> None:
    """Count an entry's objects, which are about to be published, after making room for them.

    Raises:
        DiskError: what is needed and what is pinned leave no room.
        InputError: COLLIDE_CACHE_MAX_GB is no number.
    """
    if not entry.objects:
        index.add(entry)
        return
    with alone(index.store):
        lease.write(made.digest for made in entry.objects.values())
        held = _counted(index)
        new = index.uncounted_bytes(entry)
        most = limit(index.store, held + new)  # they are on the disk already
        over = held + new - most.bytes
        if over > 0 and _evict(index, over) < over:
            raise DiskError(
                f"the cache may have {gb(most.bytes)}, and {gb(new)} more do not fit",
                why=f"{most.why}; what it has is needed by what renders now, or starred",
                fix=f"{most.fix}\n{ELSEWHERE}",
            )
        _add(index, entry)


def _add(index: Index, entry: Entry) -> None:
    """Count an entry; what is not counted would break the limit, so it must not be kept.

    Raises:
        DiskError: the index cannot be written, also after it was made anew.
    """
    if index.add(entry) or (_counted(index) >= 0 and index.add(entry)):
        return
    if _disk(index.store).free < MIN_FREE_BYTES:
        raise disk_full(index.store.root)
    raise DiskError(
        f"{index.notes.path} cannot be written",
        why="it counts what the cache holds; what it cannot count is not kept",
        fix="look who may write there, or take that file away: it is made again",
    )


def count(index: Index, *, whole: bool = False) -> tuple[int, bool]:
    """Bring the index to what the disk says; return the bytes held, and whether it had agreed.

    Args:
        whole: read every action again, instead of those only that the index does not have.
    """
    with alone(index.store):
        return index.scan(leased(index.store), whole=whole)


def evict(index: Index, size: int) -> int:
    """Evict objects of at least `size` bytes, as far as nobody needs them; return how many went."""
    with alone(index.store):
        return _evict(index, size)


def _evict(index: Index, size: int) -> int:
    out = index.cheapest(size, leased(index.store) | pinned(index.store))
    for made in out:
        index.store.object(made.digest).unlink(missing_ok=True)
    index.gone(made.digest for made in out)
    return sum(made.size for made in out)


def _counted(index: Index) -> int:
    """Return the bytes held, read off the disk where the index was lost."""
    known = index.total()
    return index.scan(leased(index.store))[0] if known is None else known


def gb(size: float) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, step in (("GB", GB), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size:.0f} bytes"
