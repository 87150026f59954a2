"""A small sqlite file of things that can be found out again: lost or damaged, it costs time only.

Safe for several processes and threads. What cannot be written (a full disk, a read-only one) is
not written; what cannot be read is not known. A file of another form is as good as damaged.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from collide.base.clock import sleep
from collide.base.hashing import digest_of

Row = tuple[Any, ...]

# What sqlite says of a file that is whole, and cannot be used just now. "No such table" is not
# among it: a flipped bit in a name reads so for ever.
PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
}  # fmt: skip


class Notes:
    """One file of rows: ask for some, tell it some."""

    def __init__(self, path: Path, tables: Sequence[str]) -> None:
        self.path, self.tables = path, tables
        self.form = int(digest_of(list(tables))[:7], 16)  # of the tables, as the file keeps it
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        self._stands: tuple[int, int] | None = None  # which file that is

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return rows; none from a file that is not there (it is not made), or cannot be read."""
        with self._lock:
            if _which(self.path) is None:
                return []
            try:
                return self._file().execute(question, values).fetchall()
            except sqlite3.DatabaseError as error:
                self._lose(error)
                return []

    def tell(self, *orders: tuple[str, Iterable[Sequence[Any]]]) -> bool:
        """Carry out orders, each for every one of its rows, all or none; return whether it was."""
        with self._lock:
            try:
                with self._file() as file:
                    for order, rows in orders:
                        file.executemany(order, rows)
                return True
            except sqlite3.DatabaseError as error:
                self._lose(error)
                return False

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _file(self) -> sqlite3.Connection:
        if self._open is not None and self._stands != _which(self.path):
            self.close()  # somebody took it away: what is written there is read by nobody
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._open, self._stands = file, _which(self.path)
            _patiently(lambda: file.execute("pragma journal_mode=wal"))
            file.execute("pragma synchronous=normal")
            if self._formed(file) != self.form:
                self._form(file)
        return self._open

    def _form(self, file: sqlite3.Connection) -> None:
        with file:
            file.execute("begin immediate")
            if self._formed(file) == self.form:
                return  # another process was first
            if file.execute("select 1 from sqlite_master").fetchone():
                raise sqlite3.DatabaseError("its tables have another form")
            for table in self.tables:
                file.execute(f"create {table}")
            file.execute(f"pragma user_version={self.form}")

    def _formed(self, file: sqlite3.Connection) -> int:
        return int(file.execute("pragma user_version").fetchone()[0])

    def _lose(self, error: sqlite3.DatabaseError) -> None:
        """Do without for now; take a damaged file away, for it can be filled again."""
        self.close()
        if damaged(error):
            take_away(self.path)


def _patiently(act: Callable[[], object]) -> None:
    """Do what sqlite does not wait for: changing the journal of a file that others just make."""
    for pause in (0.001, 0.01, 0.1, 1.0):
        try:
            act()
        except sqlite3.OperationalError:
            sleep(pause)
        else:
            return
    act()


def damaged(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error tells of a file that will never be right again."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in PASSING


def take_away(path: Path) -> None:
    """Remove a database; the file itself last, for what is beside it belongs to it by its name."""
    for end in ("-wal", "-shm", ""):
        path.with_name(path.name + end).unlink(missing_ok=True)


def whole(path: Path) -> bool:
    """Return whether a database, if it is there, can be read to its end."""
    if not path.exists():
        return True
    try:
        file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        try:
            return bool(file.execute("pragma integrity_check").fetchone()[0] == "ok")
        finally:
            file.close()
    except sqlite3.DatabaseError as error:
        return not damaged(error)


def _which(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
