"""What doit remembers of tasks, one row each, written when a task ends: a kill loses nothing.

doit calls this a backend; nothing here knows doit beyond its method names. It is a memory of
questions, not of content: lost or damaged, each task is asked again, and answers from the store.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from collide.store.scratch_db import damaged, take_away


class Ledger:
    """The rows of one project's tasks, in a sqlite file; in memory where nothing may be written."""

    def __init__(self, name: str, codec: Any, *, writes: bool = False, **_: Any) -> None:
        self.name, self.codec = name, codec
        self.writes = writes  # whether this verb renders; the others leave no file behind
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
        """Return one value of a task, None where there is none."""
        if task not in self._rows:
            self._rows[task] = self._read(task)
        return self._rows[task].get(name)

    def set(self, task: str, name: str, value: Any) -> None:
        """Keep a value, and write the task's row when its last value has come."""
        self._rows.setdefault(task, {})[name] = value
        self._unsaved.add(task)
        if name == "deps:":
            self._save(task)

    def in_(self, task: str) -> bool:
        """Return whether anything is known of a task."""
        return bool(self._rows.get(task) or self._read(task))

    def remove(self, task: str) -> None:
        """Forget a task."""
        self._rows[task] = {}
        self._unsaved.discard(task)
        self._tell(lambda: self._file.execute("delete from doit where task_id=?", (task,)))

    def remove_all(self) -> None:
        """Forget every task."""
        self._rows.clear()
        self._unsaved.clear()
        self._tell(lambda: self._file.execute("delete from doit"))

    def dump(self) -> None:
        """Write what is left, and close the file."""
        for task in list(self._unsaved):
            self._save(task)
        self._file.close()

    def _save(self, task: str) -> None:
        self._unsaved.discard(task)
        row = (task, self.codec.encode(self._rows[task]))
        self._tell(lambda: self._file.execute("insert or replace into doit values (?,?)", row))

    def _read(self, task: str) -> dict[str, Any]:
        """Return a task's row, empty where there is none or it is damaged."""
        with suppress(sqlite3.DatabaseError, ValueError, TypeError):
            found = self._file.execute("select task_data from doit where task_id=?", (task,))
            row = found.fetchone()
            return dict(self.codec.decode(row[0])) if row else {}
        return {}

    def _tell(self, write: Callable[[], Any]) -> None:
        """Write, if the disk can: a row less is a question more, and no reason to stop."""
        try:
            write()
            self._file.commit()
        except sqlite3.DatabaseError as error:
            if damaged(error):
                self._file.close()
                self._file = self._anew(error)

    def _anew(self, error: sqlite3.DatabaseError) -> sqlite3.Connection:
        """Return an empty file in the place of a damaged one; memory where there can be none."""
        with suppress(sqlite3.DatabaseError):
            if self.writes and damaged(error):
                take_away(self._path)
                return _opened(self.name)
        return _opened(":memory:")


def _opened(name: str) -> sqlite3.Connection:
    database = sqlite3.connect(name, timeout=30)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=off")  # after a power cut each task is asked once more
    table = "doit (task_id text not null primary key, task_data text)"
    database.execute(f"create table if not exists {table}")
    database.execute("select task_id, task_data from doit")  # a name that is none, says so now
    return database
