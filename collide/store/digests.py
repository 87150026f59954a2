"""Remembers the digest of each file by what stat says of it, so a no-op run reads no file twice.

Device, inode, size, mtime and ctime together: a copy that keeps its mtime has another inode
or another ctime. Throwing the memo away costs reading the files once more, nothing else.
"""

import os
import threading
from pathlib import Path
from typing import Self

from collide.base.clock import unix_nanoseconds
from collide.base.hashing import digest_file, digest_of
from collide.store.scratch_db import Notes

# A file changed twice within one tick of the file system's clock looks unchanged: what was
# hashed so soon after its last change is not remembered.
TOO_FRESH = 50_000_000  # nanoseconds

# `proof` is the digest of what stat said and of `digest`: whatever changed, the file or the row,
# is not believed.
TABLE = "table memo (dev int, ino int, digest text, proof text, primary key (dev, ino))"


class Memo:
    """The memory of digests, one sqlite file, safe for several processes and threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._notes = Notes(path, [TABLE])
        self._lock = threading.Lock()
        self._held: dict[tuple[int, ...], str] | None = None

    def hold(self) -> Self:
        """Write nothing until `let_go`: what only looks, or is refused, leaves no trace."""
        self._held = {}
        return self

    def let_go(self) -> None:
        """Write what was held back, and from now on each digest at once."""
        with self._lock:
            held, self._held = self._held or {}, None
        self._tell(held)

    def digest(self, path: Path) -> str:
        """Return the digest of `path`, read only if stat says it may have changed.

        Raises:
            OSError: the file cannot be read.
        """
        stamp = _stamp(path)
        if found := self._ask(stamp):
            return found
        fresh = digest_file(path)
        if _stamp(path) == stamp and at_rest(*stamp[3:]):
            self._tell({stamp: fresh})
        return fresh

    def _ask(self, stamp: tuple[int, ...]) -> str | None:
        with self._lock:
            if self._held and stamp in self._held:
                return self._held[stamp]
        question = "select digest, proof from memo where dev=? and ino=?"
        for digest, proof in self._notes.ask(question, stamp[:2]):
            if proof == _proof(stamp, digest):
                return str(digest)
        return None

    def _tell(self, digests: dict[tuple[int, ...], str]) -> None:
        with self._lock:
            if self._held is not None:
                self._held |= digests
                return
        rows = [(*stamp[:2], digest, _proof(stamp, digest)) for stamp, digest in digests.items()]
        if rows:
            self._notes.tell(("insert or replace into memo values (?,?,?,?)", rows))


def at_rest(*changed: int) -> bool:
    """Return whether a file's last changes (nanoseconds) are so old that a new one would show."""
    return unix_nanoseconds() - max(changed) > TOO_FRESH


def _proof(stamp: tuple[int, ...], digest: str) -> str:
    return digest_of([stamp, digest])


def _stamp(path: Path) -> tuple[int, ...]:
    found = os.stat(path)
    # sqlite's numbers have a sign, and network disks have inodes above them
    place = tuple(n - (1 << 64) if n >> 63 else n for n in (found.st_dev, found.st_ino))
    return (*place, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
