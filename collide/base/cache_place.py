"""A cache outside the workspace, on a disk that may be absent.

library/caches.json lists the folders where this workspace has had such a cache. With the list,
collide can tell an unmounted disk from a new disk, so it does not create a second cache at an empty
mount point.
"""

import json
import os
from pathlib import Path
from shlex import quote

from collide.base.errors import StoreError
from collide.base.files import write_whole
from collide.base.strict_json import read_json

LIST = "library/caches.json"
MOST = 100  # the maximum number of folders in the list; the oldest are dropped
DISKS = ("/media", "/mnt", "/run/media", "/Volumes")  # where systems mount disks
OTHERS = ("library", "projects", "presets", "collide", "docs", "tests", "benchmarks")


def refuse_lost(root: Path, place: Path) -> None:
    """Raise StoreError if a new cache must not be created in `place`.

    Args:
        root: the workspace folder.
        place: the cache folder.
    """
    real, home = Path(os.path.realpath(place)), Path(os.path.realpath(root))
    if real.exists() and not real.is_dir():
        raise cannot_be(place, home, "it is a file, but a cache needs a folder")
    folder = real if _on_disks(real) else real.parent
    if not folder.is_dir() and not _is_mounted(folder):
        why = f"there is no folder {folder}: its disk is not mounted, or the path is mistyped"
        fix = f"mount the disk, or create the folder: mkdir -p {quote(str(folder))}"
        raise _lost(place, why, fix)
    if real == home or any(real.is_relative_to(home / name) for name in OTHERS):
        why = "that folder contains other files, and a cache must not mix with them"
        raise cannot_be(place, home, why)
    folder = real if real.exists() else real.parent
    if not _takes_files(folder):
        raise cannot_be(place, home, f"no file can be written to {folder}")
    if _listed(root, real) and _empty(folder):
        why = f"it was used before, but {folder} is empty now: perhaps its disk is not mounted"
        fix = f"mount the disk; if that cache was deleted, start a new one: rm {LIST}"
        raise _lost(place, why, fix)


def cannot_be(place: Path, home: Path, why: str) -> StoreError:
    """Return the error for a folder that cannot hold the cache of the workspace `home`."""
    named = bool(os.environ.get("COLLIDE_CACHE"))
    other = f"export COLLIDE_CACHE={quote(str(home / 'cache'))}"
    return StoreError(
        f"the cache cannot be at {place}",
        why=f"COLLIDE_CACHE names it: {why}" if named else why,
        fix=f"unset COLLIDE_CACHE, or set it to an empty folder: {other}"
        if named
        else f"remove the link: rm {quote(str(place))}",
    )


def _on_disks(place: Path) -> bool:
    """Return whether a path is below a folder where systems mount disks."""
    return any(place.is_relative_to(disks) for disks in DISKS)


def _is_mounted(place: Path) -> bool:
    """Return whether a missing folder would be on a mounted disk."""
    above = (one for one in place.parents if _on_disks(one))
    return place.parent.is_dir() and any(map(os.path.ismount, above))


def _takes_files(folder: Path) -> bool:
    """Return whether files can be written to a folder.

    File systems such as /proc accept no files, whatever the permissions say.
    """
    return os.access(folder, os.W_OK | os.X_OK) and os.statvfs(folder).f_blocks > 0


def is_anew(root: Path, place: Path) -> bool:
    """Return whether `place` used to contain a cache but no longer does."""
    return not (place / "version").exists() and _listed(root, Path(os.path.realpath(place)))


def remember(root: Path, place: Path) -> None:
    """Record that `place` contains a cache of the workspace `root`."""
    real = Path(os.path.realpath(place))
    if not _listed(root, real):
        caches = [*_list(root), str(real)][-MOST:]
        write_whole(root / LIST, (json.dumps({"caches": caches}, indent=1) + "\n").encode())


def _listed(root: Path, real: Path) -> bool:
    return str(real) in _list(root)


def _list(root: Path) -> list[str]:
    """Return the valid entries of the list, the only ones that `remember` keeps."""
    if not (root / LIST).exists():
        return []
    caches = read_json(root / LIST, label=LIST).get("caches")
    return [one for one in caches if isinstance(one, str)] if isinstance(caches, list) else []


def _empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def _lost(place: Path, why: str, fix: str) -> StoreError:
    return StoreError(f"the cache at {place} is missing", why=why, fix=fix)
