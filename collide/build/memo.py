"""Remembers the digest of each file by what stat says of it, so a no-op run reads no file twice.

Device, inode, size, mtime and ctime together: a copy that keeps its mtime has another inode
or another ctime. Throwing the memo away costs reading the files once more, nothing else.
"""

import os
import sqlite3
import threading
import time
from pathlib import Path

from collide.hashing import digest_file

# A file changed twice within one tick of the file system's clock looks unchanged: what was
# hashed so soon after its last change is not remembered.
TOO_FRESH = 50_000_000  # nanoseconds


class Memo:
    """The memory of digests, one sqlite file, safe for several processes and threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None
        self._held: dict[tuple[int, ...], str] | None = None

    def hold(self) -> None:
        """Write nothing until `let_go`: what only looks, or is refused, leaves no trace."""
        self._held = {}

    def let_go(self) -> None:
        """Write what was held back, and from now on each digest at once."""
        with self._lock:
            held, self._held = self._held or {}, None
            for stamp, digest in held.items():
                self._tell(stamp, digest)

    def digest(self, path: Path) -> str:
        """Return the digest of `path`, read only if stat says it may have changed.

        Raises:
            OSError: the file cannot be read.
        """
        stamp = _stamp(path)
        with self._lock:
            found = self._ask(stamp)
        if found:
            return found
        fresh = digest_file(path)
        settled = _stamp(path) == stamp and time.time_ns() - max(stamp[3:]) > TOO_FRESH
        if settled:
            with self._lock:
                self._tell(stamp, fresh)
        return fresh

    def _ask(self, stamp: tuple[int, ...]) -> str | None:
        if self._held and stamp in self._held:
            return self._held[stamp]
        if self._open is None and not self.path.exists():
            return None  # a reading verb on a cold cache writes nothing
        try:
            row = self._database().execute(
                "select digest from memo where dev=? and ino=? and size=? and mtime=? and ctime=?",
                stamp,
            )
            found = row.fetchone()
        except sqlite3.DatabaseError as error:
            self._lose(error)
            return None
        return str(found[0]) if found else None

    def _tell(self, stamp: tuple[int, ...], digest: str) -> None:
        if self._held is not None:
            self._held[stamp] = digest
            return
        try:
            database = self._database()
            database.execute("insert or replace into memo values (?,?,?,?,?,?)", (*stamp, digest))
            database.commit()
        except sqlite3.DatabaseError as error:
            self._lose(error)

    def _database(self) -> sqlite3.Connection:
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open = self._connect()
        return self._open

    def _lose(self, error: sqlite3.DatabaseError) -> None:
        """Do without the memo for now; take a damaged one away, for it can be filled again."""
        if isinstance(error, sqlite3.OperationalError):
            return  # busy, full or read-only: nothing is wrong with what stands in it
        if self._open is not None:
            self._open.close()
            self._open = None
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=normal")
        database.execute(
            "create table if not exists memo (dev int, ino int, size int, mtime int, ctime int,"
            " digest text, primary key (dev, ino))"
        )
        return database


def _stamp(path: Path) -> tuple[int, ...]:
    found = os.stat(path)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
