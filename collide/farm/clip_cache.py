"""A machine's cache of the files that orders need, verified and linked into workspaces.

Several worker processes share the folder. The name of a complete file is its SHA-256. After a
fetch, the least recently used files are deleted until the folder is within its size limit.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from collide.shared.shared_store import Blob, SharedStore
from collide.store.locks import held

MOST_BYTES = 50 * 10**9
SHARE = 0.25  # the limit is this fraction of the disk, or MOST_BYTES if that is less


class ClipCache:
    """The folder with the fetched files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay(self, files: Mapping[str, Blob], root: Path, store: SharedStore) -> int:
        """Put each file at its path under `root` and return the number of bytes fetched.

        Raises:
            Missing: a file in the shared store is absent or damaged, or the store does not answer.
            OSError: a file cannot be written, for instance because the disk is full.
        """
        fetched = 0
        (self.folder / "locks").mkdir(parents=True, exist_ok=True)
        for path, blob in files.items():
            place = self.folder / blob.sha256
            with held(self.folder / "locks" / blob.sha256):
                if not _whole(place, blob):
                    half = place.with_suffix(".half")  # perhaps left over from a killed fetch
                    half.unlink(missing_ok=True)
                    place.unlink(missing_ok=True)
                    store.get(blob, half)
                    half.chmod(0o444)
                    os.replace(half, place)
                    fetched += blob.size
                os.utime(place)
                _link(place, root / path)
        if fetched:
            self.trim()
        return fetched

    def trim(self, most: float = MOST_BYTES) -> None:
        """Delete the least recently used files until the folder is within its limit.

        The limit is `most` bytes, or the fraction SHARE of the disk if that is less.
        """
        most = min(most, shutil.disk_usage(self.folder).total * SHARE)
        there = [(p.stat(), p) for p in self.folder.iterdir() if p.is_file()]
        held_bytes = sum(status.st_size for status, _ in there)
        for status, path in sorted(there, key=lambda one: one[0].st_mtime):
            if held_bytes <= most:
                return
            with suppress(OSError):  # a file that cannot be deleted still counts
                path.unlink()
                held_bytes -= status.st_size


def _whole(path: Path, blob: Blob) -> bool:
    """Return whether a file has its full size; its bytes were verified when it was fetched."""
    try:
        return path.stat().st_size == blob.size
    except FileNotFoundError:
        return False


def _link(place: Path, path: Path) -> None:
    """Hard-link a file as `path`, or copy it if it cannot be linked, for instance across disks."""
    with suppress(FileNotFoundError):
        if path.samefile(place):
            return
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(place, path)
    except OSError:
        shutil.copyfile(place, path)
