"""Reads all that the store holds, and takes out of service what is not what its name says.

Nothing is mended here: what is gone is made again by the next render that must read it.
"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from collide.build.index import Index

Seen = Callable[[int, int], None]  # bytes read, bytes in all


@dataclass
class Health:
    """What a check found."""

    objects: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)  # digests, now in quarantine
    actions: int = 0
    unreadable: list[str] = field(default_factory=list)  # actions and databases, now gone

    @property
    def sound(self) -> bool:
        """Return whether nothing was wrong."""
        return not self.damaged and not self.unreadable


def check(index: Index, seen: Seen) -> Health:
    """Read every object, action and database; return what was found.

    Args:
        seen: told, after each object, how far it is.
    """
    health, store = Health(), index.store
    for path in _databases(store.root):
        if not _whole(path):
            health.unreadable.append(path.name)
            for end in ("", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
    total = index.scan()
    for path in sorted((store.root / "actions").glob("*/*")):
        health.actions += 1
        if path.suffix != ".json" or store.find(path.stem) is None:
            health.unreadable.append(path.name)
            path.unlink(missing_ok=True)
    for path in sorted((store.root / "objects").glob("*/*")):
        size = path.stat().st_size
        health.objects += 1
        health.bytes += size
        if store.verified(path.name) is None:
            health.damaged.append(path.name)
        seen(health.bytes, total)
    index.gone(health.damaged)
    return health


def _databases(root: Path) -> list[Path]:
    return [root / "memo.db", root / "index.db", *sorted((root / "doit").glob("*.db"))]


def _whole(path: Path) -> bool:
    """Return whether a database, if it is there, can be read to its end."""
    if not path.exists():
        return True
    try:
        file = sqlite3.connect(f"file:{os.fspath(path)}?mode=ro", uri=True, timeout=30)
        try:
            return bool(file.execute("pragma integrity_check").fetchone()[0] == "ok")
        finally:
            file.close()
    except sqlite3.DatabaseError:
        return False
