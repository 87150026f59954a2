"""doit's backend: each task's row is written when the task ends, and survives a later kill.

If the file is lost or damaged, every task is checked again and its result comes from the store.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from collide.store.scratch_db import damaged, patiently, take_away


class Ledger:
    """The rows of one project's tasks, in a sqlite file or in memory if the file cannot be used."""

    def __init__(self, name: str, codec: Any, *, writes: bool = False, **_: Any) -> None:
        self.name, self.codec = name, codec
        self.writes = writes  # whether this verb renders; other verbs do not create the file
        self._rows: dict[str, dict[str, Any]] = {}
        self._unsaved: set[str] = set()
        self._path = Path(name)
        if self.writes:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = _opened(name if self.writes or self._path.exists() else ":memory:")
        except sqlite3.DatabaseError as error:
            self._file = self._anew(error)

    def get(self, task: str, name: str) -> Any:
        """Return a value of a task, or None if it is not set."""
        if task not in self._rows:
            self._rows[task] = self._read(task)
        return self._rows[task].get(name)

    def set(self, task: str, name: str, value: Any) -> None:
        """Set a value of a task. Setting "deps:" writes the row, because doit sets it last."""
        self._rows.setdefault(task, {})[name] = value
        self._unsaved.add(task)
        if name == "deps:":
            self._save(task)

    def in_(self, task: str) -> bool:
        """Return whether values of a task are stored."""
        return bool(self._rows.get(task) or self._read(task))

    def remove(self, task: str) -> None:
        """Delete a task's values."""
        self._rows[task] = {}
        self._unsaved.discard(task)
        self._execute("delete from doit where task_id=?", task)

    def remove_all(self) -> None:
        """Delete all tasks' values."""
        self._rows.clear()
        self._unsaved.clear()
        self._execute("delete from doit")

    def dump(self) -> None:
        """Write the unsaved rows and close the file."""
        for task in list(self._unsaved):
            self._save(task)
        self._file.close()

    def _save(self, task: str) -> None:
        self._unsaved.discard(task)
        row = self.codec.encode(self._rows[task])
        self._execute("insert or replace into doit values (?,?)", task, row)

    def _read(self, task: str) -> dict[str, Any]:
        """Return a task's row, or {} if it is missing or damaged."""
        with suppress(sqlite3.DatabaseError, ValueError, TypeError):
            cursor = self._file.execute("select task_data from doit where task_id=?", (task,))
            row = cursor.fetchone()
            return dict(self.codec.decode(row[0])) if row else {}
        return {}

    def _execute(self, order: str, *values: Any) -> None:
        """Execute a statement if possible, because a lost row only costs another check."""
        try:
            self._file.execute(order, values)
            self._file.commit()
        except sqlite3.DatabaseError as error:
            if damaged(error):
                self._file.close()
                self._file = self._anew(error)

    def _anew(self, error: sqlite3.DatabaseError) -> sqlite3.Connection:
        """Return an empty database to replace an unusable file.

        The database is in memory, unless this verb writes and can replace a damaged file.
        """
        with suppress(sqlite3.DatabaseError):
            if self.writes and damaged(error):
                take_away(self._path)
                return _opened(self.name)
        return _opened(":memory:")


def _opened(name: str) -> sqlite3.Connection:
    database = sqlite3.connect(name, timeout=30)
    patiently(lambda: database.execute("pragma journal_mode=wal"), Path(name))
    database.execute("pragma synchronous=off")  # a power cut only costs another check
    table = "doit (task_id text not null primary key, task_data text)"
    database.execute(f"create table if not exists {table}")
    database.execute("select task_id, task_data from doit")  # fail now if a column is missing
    return database
