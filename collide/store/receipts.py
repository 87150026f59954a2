"""The receipts of one project, cache/receipts/x/TASK.json, which are doit's file dependencies."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from collide.base.hashing import digest
from collide.store.entry import UNREADABLE, Entry, read_entry, sealed, unsealed

StatStamp = tuple[int, ...]


class Receipt(NamedTuple):
    """The last entry of a task and the log of the values it read."""

    entry: Entry
    log: Mapping[str, Any]
    earlier: bool = False  # written by an earlier version, whose logs use different names


class Receipts:
    """One folder of receipts; a receipt is parsed again only if its stat has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = f"{folder}{os.sep}"
        self._parsed: dict[str, tuple[StatStamp, str, Receipt | None]] = {}

    def path(self, task: str) -> str:
        """Return a task's receipt path."""
        return f"{self._prefix}{task.replace(':', '-')}.json"

    def read(self, task: str) -> Receipt | None:
        """Return a task's receipt, or None if it is missing or damaged."""
        try:
            return self._read_cached(self.path(task))[2]
        except OSError:
            return None

    def write(self, task: str, entry: Entry, log: Mapping[str, Any]) -> None:
        """Write a receipt unless it is unchanged."""
        if self.read(task) == Receipt(entry, log):
            return
        data, path = sealed({**entry.data(), "log": log}), self.path(task)
        self._parsed.pop(path, None)
        self.folder.mkdir(parents=True, exist_ok=True)
        # Writing in place is twelve times as fast as an atomic write. Writing in place is safe,
        # because half a receipt lacks a valid seal, so its task is looked up again.
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "wb") as file:
            file.write(data)
            file.truncate()

    def state(self, path: str) -> str | None:
        """Return a receipt's digest, or None for any other file.

        Raise OSError if the receipt is unreadable.
        """
        return self._read_cached(path)[1] if path.startswith(self._prefix) else None

    def _read_cached(self, path: str) -> tuple[StatStamp, str, Receipt | None]:
        status = os.stat(path)
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        cached = self._parsed.get(path)
        if cached is None or cached[0] != stamp:
            data = Path(path).read_bytes()
            cached = self._parsed[path] = (stamp, digest(data), _parse(data))
        return cached


def _parse(data: bytes) -> Receipt | None:
    try:
        content = unsealed(data)
        earlier = "says" in content
        return Receipt(read_entry(content), dict(content["says" if earlier else "log"]), earlier)
    except UNREADABLE:
        return None  # damaged: the task is looked up in the store again
