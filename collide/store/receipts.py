"""The receipts of one project: what each task made last, and the log of what it read.

A receipt (cache/receipts/x/TASK.json) is what doit sees of a task; the media stay in the store.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from collide.base.hashing import digest
from collide.store.entry import UNREADABLE, Entry, read_entry, sealed, unsealed

StatStamp = tuple[int, ...]


class Receipt(NamedTuple):
    """What a task made last, and the log of what it read then."""

    entry: Entry
    log: Mapping[str, Any]
    earlier: bool = False  # an earlier collide wrote it, and called some things otherwise


class Receipts:
    """One folder of receipts. Each is parsed once, while stat says that it is the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = f"{folder}{os.sep}"
        self._parsed: dict[str, tuple[StatStamp, str, Receipt | None]] = {}

    def path(self, task: str) -> str:
        """Return where the receipt of a task is."""
        return f"{self._prefix}{task.replace(':', '-')}.json"

    def read(self, task: str) -> Receipt | None:
        """Return what a task made last and what it read then; None where it never ran."""
        try:
            return self._known(self.path(task))[2]
        except OSError:
            return None

    def write(self, task: str, entry: Entry, log: Mapping[str, Any]) -> None:
        """Write a receipt, unless that stands already."""
        if self.read(task) == Receipt(entry, log):
            return
        data, path = sealed({**entry.data(), "log": log}), self.path(task)
        self._parsed.pop(path, None)
        self.folder.mkdir(parents=True, exist_ok=True)
        # over itself, twelve times as fast as a new file that takes its name: half a receipt has
        # no seal, and its task is looked up again
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "wb") as file:
            file.write(data)
            file.truncate()

    def state(self, path: str) -> str | None:
        """Return what stands for the content of a file, None where it is no receipt of ours.

        Raises:
            OSError: it cannot be read.
        """
        return self._known(path)[1] if path.startswith(self._prefix) else None

    def _known(self, path: str) -> tuple[StatStamp, str, Receipt | None]:
        found = os.stat(path)
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        known = self._parsed.get(path)
        if known is None or known[0] != stamp:
            data = Path(path).read_bytes()
            known = self._parsed[path] = (stamp, digest(data), _parse(data))
        return known


def _parse(data: bytes) -> Receipt | None:
    try:
        said = unsealed(data)
        earlier = "says" in said
        return Receipt(read_entry(said), dict(said["says" if earlier else "log"]), earlier)
    except UNREADABLE:
        return None  # damaged: the task is looked up in the store again
