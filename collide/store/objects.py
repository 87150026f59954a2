"""The content-addressed store; no other module adds files to cache/objects or cache/actions.

    version              version number of the layout
    objects/ab/DIGEST    content, read-only, named after the digest of the bytes as read back
    actions/ab/KEY.json  the sealed entry of a key; if rendered here, written after its objects
    room                 lock for leasing, pinning, counting and evicting (see leases.py)
    locks/KEY            lock for a key while its result is being rendered (see locks.py)
    leases/PID-N         objects that a running build needs (see leases.py)
    pins/NAME.json       objects that are not evicted until unpinned (see leases.py)
    tmp/PID-N            private working directories, each next to its lock file
    quarantine/          damaged objects, for inspection

An action is kept when its objects are evicted, because the keys of later steps need only the
digests in the action.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from errno import EACCES
from pathlib import Path
from shlex import quote
from typing import Any

from collide.base.errors import SHUT, StoreError, of_disk
from collide.base.files import write_whole
from collide.base.hashing import digest_file
from collide.store.entry import UNREADABLE, Entry, ObjectRef, read_entry, sealed, unsealed
from collide.store.locks import held, held_folder, sweep_folders, sweep_locks

VERSION = "1"
FOLDERS = ("objects", "actions", "locks", "tmp", "quarantine", "pins", "leases")


class Store:
    """A store: the objects and actions under one directory."""

    def __init__(self, root: Path) -> None:
        self.root, self._swept = root, False
        self._read: dict[str, tuple[int, ...]] = {}  # digest -> stat when last verified or written
        stamp = root / "version"
        if stamp.exists() and (layout := stamp.read_text().strip()) != VERSION:
            raise StoreError(
                f"{root} was created by a different version of collide",
                why=f"its layout is {layout[:20]!r}; this version reads {VERSION!r}",
                fix=f"move it aside: mv {quote(str(root))} {quote(f'{root}.old')}\n"
                "or set COLLIDE_CACHE to another folder",
            )

    def ready(self) -> Path:
        """Create the missing folders and return the root; call this before any write.

        Raise StoreError if the root is not writable.
        """
        missing = [name for name in FOLDERS if not (self.root / name).is_dir()]
        try:
            for name in missing:
                (self.root / name).mkdir(parents=True, exist_ok=True)
            if not (self.root / "version").exists():  # written last: a complete store has it
                write_whole(self.root / "version", VERSION.encode())
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise PermissionError(EACCES, os.strerror(EACCES), str(self.root))
        except OSError as error:
            if error.errno not in SHUT:
                raise
            shut = of_disk(error, self.root)
            fix = f"{shut.fix}\nor use another folder: export COLLIDE_CACHE=~/collide-cache"
            raise StoreError(shut.what, why=shut.why, fix=fix) from None
        return self.root

    def object(self, digest: str) -> Path:
        """Return an object's path, even if the object is missing."""
        return self.root / "objects" / digest[:2] / digest

    def holds(self, ref: ObjectRef) -> bool:
        """Return whether an object is present with its recorded size, without reading its bytes."""
        try:
            return self.object(ref.digest).stat().st_size == ref.size
        except OSError:
            return False

    def find(self, key: str) -> Entry | None:
        """Return the entry of `key`, or None if no entry exists. Its objects may be missing."""
        try:
            entry = read_entry(unsealed(self._action(key).read_bytes()))
        except (OSError, *UNREADABLE):
            return None  # a damaged action counts as missing
        return entry if entry.key == key else None

    def forget(self, key: str) -> None:
        """Delete the action of `key`, but not its objects."""
        self._action(key).unlink(missing_ok=True)

    def complete(self, entry: Entry) -> bool:
        """Return whether every object of an entry is present."""
        return all(self.holds(ref) for ref in entry.objects.values())

    def verified(self, digest: str) -> Path | None:
        """Return an object's path, or None if the object is missing or damaged."""
        path = self.object(digest)
        return path if self.sound(path) else None

    def sound(self, path: Path) -> bool | None:
        """Return whether a file's content matches the digest in its path, or None if it is missing.

        Move a damaged file to quarantine. Each instance of Store rereads a file only if the file's
        stat has changed.
        """
        try:
            stamp = _stamp(path)
            if self._read.get(path.name) == stamp:
                return True
            regular = stat.S_ISREG(path.lstat().st_mode) and path == self.object(path.name)
            if regular and digest_file(path) == path.name:
                self._read[path.name] = stamp
                return True
        except FileNotFoundError:
            return None
        except OSError:
            pass  # an unreadable sector is damage too
        (self.root / "quarantine").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another process moved it
            os.replace(path, self.root / "quarantine" / path.name)
        return False

    def objects(self) -> Iterator[tuple[str, int]]:
        """Yield the digest and size of every object."""
        for shelf in _listed(self.root / "objects"):
            for file in _listed(shelf.path) if shelf.is_dir(follow_symlinks=False) else ():
                with suppress(FileNotFoundError):  # another process evicted it
                    if file.is_file(follow_symlinks=False) and file.name[:2] == shelf.name:
                        yield file.name, file.stat().st_size

    def entries(self) -> Iterator[tuple[Path, Entry]]:
        """Yield the file and entry of every readable action."""
        for shelf in _listed(self.root / "actions"):
            for file in _listed(shelf.path) if shelf.is_dir() else ():
                if entry := self.find(Path(file.name).stem):
                    yield Path(file.path), entry

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Lock `key` while its result is being rendered, so only one process renders it."""
        return held(self.ready() / "locks" / key)

    def workdir(self) -> AbstractContextManager[Path]:
        """Yield a private directory on the store's file system, deleted afterwards."""
        if not self._swept:  # once per instance: sweeping takes longer than creating a folder
            sweep_folders(self.ready() / "tmp")
            self._swept = True
        return held_folder(self.ready() / "tmp")

    def sweep(self) -> None:
        """Delete leftovers of killed renders, quarantined objects, and unused locks."""
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
        """Move finished files into the store as the result of `key` and return its entry.

        `before` is called with the entry before any object is in place. If `before` raises OSError,
        no entry has been written.
        """
        self.ready()
        objects = {role: _ref(path) for role, path in sorted(files.items())}
        entry = Entry(
            key, objects, dict(facts), dict(preimage), round(seconds, 3), kind, round(amount, 3)
        )
        if before:
            before(entry)
        for role, ref in objects.items():
            target = self.object(ref.digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            files[role].chmod(0o444)
            os.replace(files[role], target)
            self._read[ref.digest] = _stamp(target)
        # neither this file nor the renames are synced: a power cut loses the last seconds of work,
        # but corrupts nothing
        write_whole(self._action(key), sealed(entry.data()), lasting=False)
        return entry

    def note(self, entry: Entry) -> None:
        """Write an entry from another machine, unless the store has an entry for its key."""
        self.ready()
        if self.find(entry.key) is None:
            write_whole(self._action(entry.key), sealed(entry.data()), lasting=False)

    def adopt(self, path: Path) -> str:
        """Move a file into the store as an object and return its digest."""
        ref = _ref(path)
        target = self.object(ref.digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o444)
        os.replace(path, target)
        self._read[ref.digest] = _stamp(target)
        return ref.digest

    def _action(self, key: str) -> Path:
        return self.root / "actions" / key[:2] / f"{key}.json"


def _stamp(path: Path) -> tuple[int, ...]:
    """Return the parts of a file's stat that change when its bytes change."""
    status = path.lstat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _ref(path: Path) -> ObjectRef:
    """Return a reference to a file, with the digest of its bytes as read back from disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())  # some file systems report a full disk only now
    return ObjectRef(digest_file(path), path.stat().st_size)


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []
