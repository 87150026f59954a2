"""The files that an artist saves by hand for a project, and their times, for pages and `watch`."""

from contextlib import suppress
from pathlib import Path

Stamps = dict[Path, tuple[int, int, int]]


def saved(root: Path, home: Path) -> Stamps:
    """Return the stat of every file that an artist saves for the project in the folder `home`."""
    files, stats = [home / "config.json"], Stamps()
    for folder in (home / "presets", root / "presets", home / "scripts"):
        with suppress(OSError):  # it is taken away while it is looked through
            files += [*folder.rglob("*.json"), *folder.rglob("*.py")]
    for path in files:
        with suppress(OSError):  # an editor puts a new file in its place
            found = path.stat()
            stats[path] = found.st_ino, found.st_size, found.st_mtime_ns
    return stats
