"""A small sqlite file of things that can be found out again: lost or damaged, it costs time only.

Safe for several processes and threads. What cannot be written (a full disk, a read-only one) is
not written; what cannot be read is not known.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


class Notes:
    """One file of rows: ask for some, tell it some."""

    def __init__(self, path: Path, tables: Sequence[str]) -> None:
        self.path, self.tables = path, tables
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return rows; none from a file that is not there (it is not made), or cannot be read."""
        with self._lock:
            if self._open is None and not self.path.exists():
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
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._open = file
            file.execute("pragma journal_mode=wal")
            file.execute("pragma synchronous=normal")
            for table in self.tables:
                file.execute(f"create {table}")
        return self._open

    def _lose(self, error: sqlite3.DatabaseError) -> None:
        """Do without for now; take a damaged file away, for it can be filled again."""
        damaged = not isinstance(error, sqlite3.OperationalError)  # that is: busy, full, read-only
        self.close()
        for end in ("", "-wal", "-shm") if damaged else ():
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
