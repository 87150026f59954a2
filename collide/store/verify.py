"""Reads all that the store holds, and takes out of service what is not what its name says.

Nothing is mended here: what is gone is made again by the next render that must read it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from collide.base.errors import StoreError
from collide.store.eviction import count
from collide.store.index import Index
from collide.store.leases import pinned
from collide.store.objects import Store
from collide.store.scratch_db import take_away, whole

Seen = Callable[[int, int], None]  # bytes read, bytes in all


@dataclass
class Health:
    """What a check found."""

    objects: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)  # objects, now in quarantine
    actions: int = 0
    unreadable: list[str] = field(default_factory=list)  # actions and databases, now gone
    agreed: bool = True  # whether the index said what is on the disk; it does now
    pins: str = ""  # what is wrong with them

    @property
    def sound(self) -> bool:
        """Return whether nothing was wrong."""
        return not self.damaged and not self.unreadable and not self.pins


def check(index: Index, seen: Seen) -> Health:
    """Read every object, action, pin and database; return what was found.

    Args:
        seen: told, after each object, how far it is.
    """
    health, store = Health(), index.store
    for path in _databases(store.root):
        if not whole(path):
            health.unreadable.append(path.name)
            take_away(path)
    _check_actions(store, health)
    _check_objects(store, health, seen, index.held())
    _, health.agreed = count(index, whole=True)
    try:
        pinned(store)
    except StoreError as error:
        health.pins = str(error)
    return health


def _check_actions(store: Store, health: Health) -> None:
    for path in _files(store.root / "actions"):
        health.actions += 1
        if path.suffix != ".json" or store.find(path.stem) is None or _astray(path):
            health.unreadable.append(path.name)
            path.unlink(missing_ok=True)


def _check_objects(store: Store, health: Health, seen: Seen, total: int) -> None:
    for path in _files(store.root / "objects"):
        size = path.lstat().st_size if path.is_symlink() or path.exists() else 0
        sound = store.sound(path)
        if sound is None:
            continue  # evicted meanwhile
        health.objects += 1
        health.bytes += size
        if not sound:
            health.damaged.append(path.name)
        seen(health.bytes, total)


def _files(folder: Path) -> list[Path]:
    """Return all that is in a folder and in its folders, but for what is just being written."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in found if not path.name.startswith("."))


def _astray(path: Path) -> bool:
    return path.parent.name != path.name[:2]


def _databases(root: Path) -> list[Path]:
    return [root / "memo.db", root / "index.db", *sorted((root / "doit").glob("*.db"))]
