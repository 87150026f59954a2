"""The state of the files that an artist edits, for the live page and `watch`."""

from contextlib import suppress
from pathlib import Path

Stamps = dict[Path, tuple[int, int, int]]


def saved(root: Path, home: Path) -> Stamps:
    """Return the inode, size and time of each file that an artist edits for a project."""
    files, stats = [home / "config.json"], Stamps()
    for folder in (home / "presets", root / "presets", home / "scripts"):
        with suppress(OSError):  # a folder was deleted during the walk
            files += [*folder.rglob("*.json"), *folder.rglob("*.py")]
    for path in files:
        with suppress(OSError):  # the file is missing, or an editor is replacing it
            status = path.stat()
            stats[path] = status.st_ino, status.st_size, status.st_mtime_ns
    return stats
