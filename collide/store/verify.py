"""Verification of the store, which reads every object, action and database.

Damaged objects are moved to quarantine and rendered again when a render needs them. Damaged actions
and databases are deleted; damaged pins are only reported.
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

Seen = Callable[[int, int], None]  # bytes read, total bytes


@dataclass
class Health:
    """The result of a verification."""

    objects: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)  # damaged objects, now in quarantine
    actions: int = 0
    unreadable: list[str] = field(default_factory=list)  # damaged actions and databases, deleted
    agreed: bool = True  # whether the index was correct before it was updated
    pins: str = ""  # the error message of an unreadable pin

    @property
    def sound(self) -> bool:
        """Return whether nothing was damaged."""
        return not self.damaged and not self.unreadable and not self.pins


def check(index: Index, seen: Seen) -> Health:
    """Check every object, action, pin and database, calling `seen` after each object."""
    health, store = Health(), index.store
    doit = sorted((store.root / "doit").glob("*.db"))
    for path in (*(store.root / f"{name}.db" for name in ("memo", "index", "shared")), *doit):
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
        astray = path.suffix != ".json" or path.parent.name != path.name[:2]
        if astray or store.find(path.stem) is None:
            health.unreadable.append(path.name)
            path.unlink(missing_ok=True)


def _check_objects(store: Store, health: Health, seen: Seen, total: int) -> None:
    for path in _files(store.root / "objects"):
        size = path.lstat().st_size if path.is_symlink() or path.exists() else 0
        sound = store.sound(path)
        if sound is None:
            continue  # another process has just evicted it
        health.objects += 1
        health.bytes += size
        if not sound:
            health.damaged.append(path.name)
        seen(health.bytes, total)


def _files(folder: Path) -> list[Path]:
    """Return all files in a folder and its subfolders, except temporary files."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in paths if not path.name.startswith("."))
