"""The backend file://, a folder that several machines can access, for example on a NAS.

It relies only on rename, because locks and databases can fail silently over NFS and SMB.
"""

import errno
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote

from collide.base import dice
from collide.base.clock import unix_time
from collide.shared.door import ADDRESS, CHUNK, AbsentError, DoorError, Kept, UnfitError, pieces

HALF = ".half-"  # prefix for the name of a file that is being written
DAY = 86400.0  # seconds until a use is recorded again and until an unfinished file is deleted
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SHUT = (errno.EROFS, errno.EACCES, errno.EPERM)


class FolderDoor:
    """A shared store in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def size(self, address: str) -> int | None:
        """Return the size in bytes of the item at an address, or None if there is no item."""
        try:
            return os.stat(self.root / address).st_size
        except FileNotFoundError:
            self._require()
            return None
        except OSError as error:
            raise self._failed(error) from None

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield the content at an address. Raise AbsentError if there is no item."""
        try:
            with open(self.root / address, "rb", buffering=0) as file:
                while data := file.read(CHUNK):
                    yield data
        except FileNotFoundError:
            self._require()
            raise AbsentError(address) from None
        except OSError as error:
            raise self._failed(error) from None

    def put(self, address: str, source: Path | bytes) -> None:
        """Write a temporary file next to the target and rename it."""
        target = self.root / address
        half = target.with_name(f"{HALF}{dice.new_token()[:16]}")
        try:
            self._require()
            target.parent.mkdir(exist_ok=True)
            with half.open("xb") as file:
                for data in pieces(source):
                    file.write(data)
            os.replace(half, target)
        except OSError as error:
            raise self._failed(error) from None
        finally:
            with suppress(OSError):
                half.unlink(missing_ok=True)

    def touch(self, address: str) -> None:
        """Record a use at most once a day; eviction starts with the least recently used items."""
        path = self.root / address
        with suppress(OSError):  # a read-only store cannot record uses
            if unix_time() - path.stat().st_mtime > DAY:
                os.utime(path)

    def kept(self) -> Iterator[Kept]:
        """Yield all items and delete abandoned temporary files."""
        self._require()
        try:
            for folder in ("ac", "cas"):
                yield from self._listed(folder)
        except OSError as error:
            raise self._failed(error) from None

    def _listed(self, folder: str) -> Iterator[Kept]:
        with suppress(FileNotFoundError), os.scandir(self.root / folder) as files:
            for file in files:
                with suppress(FileNotFoundError):
                    status = file.stat(follow_symlinks=False)
                    if ADDRESS.fullmatch(f"{folder}/{file.name}"):
                        yield Kept(f"{folder}/{file.name}", status.st_size, status.st_mtime)
                    elif file.name.startswith(HALF) and unix_time() - status.st_mtime > DAY:
                        os.unlink(file.path)

    def remove(self, address: str) -> None:
        """Delete the item at an address, if any."""
        try:
            (self.root / address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from None

    def is_new(self) -> bool:
        """Return whether the folder lacks both `cas` and `ac`; `mkdir cas` starts a new store."""
        return not any(self._is_folder(self.root / name) for name in ("cas", "ac"))

    def close(self) -> None:
        """Do nothing, because a folder needs no connection."""

    def _require(self) -> None:
        """Raise DoorError if the folder is missing, perhaps because its disk is unplugged."""
        if not self._is_folder(self.root):
            place = quote(str(self.root))
            raise DoorError(
                f"there is no folder {self.root}; mount its disk or create it: mkdir -p {place}"
            )

    def _is_folder(self, path: Path) -> bool:
        """Return whether `path` is a folder. Raise DoorError if that cannot be determined."""
        try:
            return path.is_dir()
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError) -> DoorError:
        """Convert a system error to a store error."""
        text = error.strerror or str(error)
        if error.errno in FULL:
            return UnfitError(f"it is full: {text}")
        if error.errno in SHUT:
            return UnfitError(f"it is read-only: {text}")
        return DoorError(text)
