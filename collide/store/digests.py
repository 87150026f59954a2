"""A cache of file digests, keyed by stat: unchanged files are not read again.

A stat is the device, inode, size, mtime and ctime, so a copy that preserves the mtime still has a
different inode or ctime. If the cache is deleted, the files are read again.
"""

import os
import threading
from pathlib import Path
from typing import Self

from collide.base.clock import unix_nanoseconds
from collide.base.hashing import digest_file, digest_of
from collide.store.scratch_db import Notes

# Another change within one tick of the file system's clock may leave the stat unchanged, so a
# digest taken within this many nanoseconds of a change is not cached.
TOO_FRESH = 50_000_000

MEMO = "memo.db"  # the file's name in a cache folder

# `proof` is a digest of the stat and of `digest`: changed files and damaged rows do not match it.
TABLE = "table memo (dev int, ino int, digest text, proof text, primary key (dev, ino))"


class Memo:
    """A cache of digests in one sqlite file, safe to use from several processes and threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._notes = Notes(path, [TABLE])
        self._lock = threading.Lock()
        self._held: dict[tuple[int, ...], str] | None = None

    def hold(self) -> Self:
        """Delay writes until `let_go`, so a verb that only reads or is refused writes nothing."""
        self._held = {}
        return self

    def let_go(self) -> None:
        """Write the delayed rows, and stop delaying writes."""
        with self._lock:
            held, self._held = self._held or {}, None
        self._tell(held)

    def close(self) -> None:
        """Close the file, which the next query opens again."""
        self._notes.close()

    def digest(self, path: Path) -> str:
        """Return a file's digest, reading the file only if its stat is not cached.

        Raise OSError if the file is unreadable.
        """
        stamp = _stamp(path)
        if cached := self._ask(stamp):
            return cached
        fresh = digest_file(path)
        if _stamp(path) == stamp and at_rest(*stamp[3:]):
            self._tell({stamp: fresh})
        return fresh

    def _ask(self, stamp: tuple[int, ...]) -> str | None:
        with self._lock:
            if self._held and stamp in self._held:
                return self._held[stamp]
        query = "select digest, proof from memo where dev=? and ino=?"
        rows = self._notes.ask(query, stamp[:2])
        return next((str(digest) for digest, proof in rows if proof == _proof(stamp, digest)), None)

    def _tell(self, digests: dict[tuple[int, ...], str]) -> None:
        with self._lock:
            if self._held is not None:
                self._held |= digests
                return
        rows = [(*stamp[:2], digest, _proof(stamp, digest)) for stamp, digest in digests.items()]
        if rows:
            self._notes.tell(("insert or replace into memo values (?,?,?,?)", rows))


def at_rest(*changed: int) -> bool:
    """Return whether a write made now would get a timestamp later than all of `changed`.

    The timestamps are Unix times in nanoseconds.
    """
    return unix_nanoseconds() - max(changed) > TOO_FRESH


def _proof(stamp: tuple[int, ...], digest: str) -> str:
    return digest_of([stamp, digest])


def _stamp(path: Path) -> tuple[int, ...]:
    status = os.stat(path)
    # sqlite's integers are signed, and inodes on network disks can exceed their range
    place = tuple(n - (1 << 64) if n >> 63 else n for n in (status.st_dev, status.st_ino))
    return (*place, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
