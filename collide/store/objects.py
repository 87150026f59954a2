"""The content-addressed store: the only file that writes under cache/objects and cache/actions.

    version            the layout's number; another one is refused, never misread
    objects/ab/DIGEST  content, read-only, named by the digest of the bytes as read back
    actions/ab/KEY     JSON: what a key made, and a digest of that. Written last, after every
                       object it names
    room               held while something is leased, counted or evicted (see eviction.py)
    locks/KEY          held while a key is being made (see locks.py)
    leases/PID-N       what a running build needs (see leases.py)
    pins/NAME.json     objects that outlive every want of room
    tmp/PID-N          private directories; a dead owner's are swept
    quarantine/        damaged objects, kept to be looked at

An action whose objects are gone is still known: it says what the bytes were, so nothing
becomes stale when an object is evicted.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from shlex import quote
from typing import Any

from collide.base.errors import StoreError
from collide.base.files import write_whole
from collide.base.hashing import digest_file
from collide.store.entry import UNREADABLE, Entry, ObjectRef, read_entry, sealed, unsealed
from collide.store.locks import held, held_folder, sweep_folders, sweep_locks

VERSION = "1"
FOLDERS = ("objects", "actions", "locks", "tmp", "quarantine", "pins", "leases")


class Store:
    """The objects and actions under one directory."""

    def __init__(self, root: Path) -> None:
        self.root, self._swept = root, False
        stamp = root / "version"
        if stamp.exists() and stamp.read_text().strip() != VERSION:
            raise StoreError(
                f"{root} was made by another version of collide",
                why=f"its layout is {stamp.read_text().strip()[:20]!r}, this one reads {VERSION!r}",
                fix=f"move it away: mv {quote(str(root))} {quote(f'{root}.old')}\n"
                "or set COLLIDE_CACHE to another folder",
            )

    def ready(self) -> Path:
        """Make the folders, and return where they are; only what writes comes here."""
        if not (self.root / "version").exists():  # it is written last
            for name in FOLDERS:
                (self.root / name).mkdir(parents=True, exist_ok=True)
            write_whole(self.root / "version", VERSION.encode())
        return self.root

    def object(self, digest: str) -> Path:
        """Return where an object is, or would be."""
        return self.root / "objects" / digest[:2] / digest

    def holds(self, ref: ObjectRef) -> bool:
        """Return whether an object is here in its full size; its bytes are not read."""
        try:
            return self.object(ref.digest).stat().st_size == ref.size
        except OSError:
            return False

    def find(self, key: str) -> Entry | None:
        """Return what `key` made, whether or not its objects are still here."""
        try:
            entry = read_entry(unsealed(self._action(key).read_bytes()))
        except (OSError, *UNREADABLE):
            return None  # a damaged record is a record lost: the key is made again
        return entry if entry.key == key else None

    def forget(self, key: str) -> None:
        """Forget what `key` made; its objects stay."""
        self._action(key).unlink(missing_ok=True)

    def complete(self, entry: Entry) -> bool:
        """Return whether every object of an entry is here."""
        return all(self.holds(made) for made in entry.objects.values())

    def verified(self, digest: str) -> Path | None:
        """Return an object's path after reading all of it; None, and quarantined, if it differs."""
        path = self.object(digest)
        return path if self.sound(path) else None

    def sound(self, path: Path) -> bool | None:
        """Read a file whole; return whether it is the object that its place says, None if it is
        not there. What is not goes to quarantine.
        """
        try:
            regular = stat.S_ISREG(path.lstat().st_mode) and path == self.object(path.name)
            if regular and digest_file(path) == path.name:
                return True
        except FileNotFoundError:
            return None
        except OSError:
            pass  # a part of the disk that cannot be read is damage like any other
        (self.root / "quarantine").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another process has found it too
            os.replace(path, self.root / "quarantine" / path.name)
        return False

    def objects(self) -> Iterator[tuple[str, int]]:
        """Yield digest and size of every object that is here."""
        for shelf in _listed(self.root / "objects"):
            for file in _listed(shelf.path) if shelf.is_dir(follow_symlinks=False) else ():
                with suppress(FileNotFoundError):  # evicted meanwhile
                    if file.is_file(follow_symlinks=False) and file.name[:2] == shelf.name:
                        yield file.name, file.stat().st_size

    def entries(self) -> Iterator[tuple[Path, Entry]]:
        """Yield every action that can be read: its file, and what it says."""
        for shelf in _listed(self.root / "actions"):
            for file in _listed(shelf.path) if shelf.is_dir() else ():
                if entry := self.find(Path(file.name).stem):
                    yield Path(file.path), entry

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Hold `key` while it is made, so that nobody makes it twice; wait for who holds it."""
        return held(self.ready() / "locks" / key)

    def workdir(self) -> AbstractContextManager[Path]:
        """Give a private directory on the store's file system, gone afterwards."""
        if not self._swept:  # once is enough for a process: to look costs more than to make one
            sweep_folders(self.ready() / "tmp")
            self._swept = True
        return held_folder(self.root / "tmp")

    def sweep(self) -> None:
        """Take away what nobody needs: half renders, damaged objects, a lock for each old key."""
        sweep_folders(self.root / "tmp")
        sweep_locks(self.root / "locks")
        for path in (self.root / "quarantine").glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def publish(
        self,
        key: str,
        files: Mapping[str, Path],
        *,
        facts: Mapping[str, Any],
        preimage: Mapping[str, Any],
        seconds: float,
        kind: str = "",
        amount: float = 0.0,
        before: Callable[[Entry], None] | None = None,
    ) -> Entry:
        """Take finished files as what `key` made: objects first, the action last.

        Args:
            before: told what will be published, when its bytes are known and none is in place.

        Raises:
            OSError: the disk is full or fails; the key has made nothing then.
        """
        self.ready()
        objects = {role: self._named(path) for role, path in sorted(files.items())}
        entry = Entry(
            key, objects, dict(facts), dict(preimage), round(seconds, 3), kind, round(amount, 3)
        )
        if before:
            before(entry)
        for role, made in objects.items():
            self._take(files[role], made)
        # neither this nor the names of objects wait for the disk: a power cut takes the work of the
        # last seconds, and never turns it into something else
        write_whole(self._action(key), sealed(entry.data()), lasting=False)
        return entry

    def _named(self, path: Path) -> ObjectRef:
        """Return a file's name as an object, by its bytes as the disk has them."""
        with path.open("rb") as file:
            os.fsync(file.fileno())  # a full disk may speak only now
        return ObjectRef(digest_file(path), path.stat().st_size)

    def _take(self, path: Path, ref: ObjectRef) -> None:
        """Move one file into the objects."""
        target = self.object(ref.digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o444)
        os.replace(path, target)

    def _action(self, key: str) -> Path:
        return self.root / "actions" / key[:2] / f"{key}.json"


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []
