"""A sqlite file with derived data, which is filled again if it is lost or damaged.

Several processes and threads may use the file at the same time. Failed writes are dropped, and
failed reads return []. A file with different tables counts as damaged.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from collide.base.clock import sleep
from collide.base.hashing import digest_of

Row = tuple[Any, ...]

# Temporary sqlite errors. "No such table" is not one of them, because a flipped bit can cause it.
PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
}  # fmt: skip


ENDS = ("-wal", "-shm", "")  # suffixes of a database's side files and of the database itself
HOPELESS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # errors that waiting does not resolve


class Notes:
    """One sqlite file with derived data."""

    def __init__(self, path: Path, tables: Sequence[str]) -> None:
        self.path, self.tables = path, tables
        self.form = int(digest_of(list(tables))[:7], 16)  # user_version: it identifies the tables
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        self._stands: tuple[int, int] | None = None  # device and inode of the open file

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return a query's rows, or [] if the file is missing or unreadable."""
        with self._lock:
            if _which(self.path) is None:
                return []
            try:
                return self._file().execute(question, values).fetchall()
            except sqlite3.DatabaseError as error:
                self._lose(error)
                return []

    def tell(self, *orders: tuple[str, Iterable[Sequence[Any]]]) -> bool:
        """Execute each statement for all its rows, in one transaction; return whether it worked."""
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
        """Close the file."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _file(self) -> sqlite3.Connection:
        if self._open is not None and self._stands != _which(self.path):
            self.close()  # the file was deleted or replaced
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._open, self._stands = file, _which(self.path)
            patiently(lambda: file.execute("pragma journal_mode=wal"), self.path)
            file.execute("pragma synchronous=normal")
            if _form(file) != self.form:
                self._create(file)
        return self._open

    def _create(self, file: sqlite3.Connection) -> None:
        with file:
            file.execute("begin immediate")
            if _form(file) == self.form:
                return  # another process created the tables first
            if file.execute("select 1 from sqlite_master").fetchone():
                raise sqlite3.DatabaseError("its tables have a different layout")
            for table in self.tables:
                file.execute(f"create {table}")
            file.execute(f"pragma user_version={self.form}")

    def _lose(self, error: sqlite3.DatabaseError) -> None:
        """Close the file and delete it if it is damaged or no longer writable."""
        self.close()
        if damaged(error) or _locked(self.path):
            take_away(self.path)


def _form(file: sqlite3.Connection) -> int:
    return int(file.execute("pragma user_version").fetchone()[0])


def patiently(act: Callable[[], object], path: Path) -> None:
    """Retry a call that sqlite's timeout does not cover, such as setting a new file's journal mode.

    Raise immediately if waiting cannot help, because the disk is full or faulty, or because the
    database or its folder is not writable.
    """
    for pause in (0.001, 0.01, 0.1, *[1.0] * 30):
        try:
            act()
        except sqlite3.OperationalError as error:
            if _code(error) in HOPELESS or not _writable(path):
                raise
            sleep(pause)
        else:
            return
    act()


def _writable(path: Path) -> bool:
    """Return whether a database's folder and all its existing files are writable."""
    return os.access(path.parent, os.W_OK | os.X_OK) and not _locked(path)


def _locked(path: Path) -> bool:
    """Return whether a database or any of its side files is read-only in a writable folder."""
    files = [path.with_name(path.name + end) for end in ENDS]
    shut = any(file.exists() and not os.access(file, os.W_OK) for file in files)
    return shut and os.access(path.parent, os.W_OK | os.X_OK)


def damaged(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error shows that the file is permanently unusable."""
    return _code(error) not in PASSING


def _code(error: sqlite3.DatabaseError) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def take_away(path: Path) -> None:
    """Delete a database, side files first, because a new database would adopt an old journal."""
    for end in ENDS:
        path.with_name(path.name + end).unlink(missing_ok=True)


def whole(path: Path) -> bool:
    """Return whether a database is intact, missing, or only temporarily unreadable."""
    if not path.exists():
        return True
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as file:
            return bool(file.execute("pragma integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        return not damaged(error)


def _which(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = os.stat(path)
        return status.st_dev, status.st_ino
    return None
