"""Forecast a scan without probing files or writing library.json, for verbs that only read."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from collide.library.examine import Examiner, ProbeMark
from collide.library.folders import files, name_of, stamp_of
from collide.library.library import Library
from collide.library.scan_diff import with_gone


class Located(NamedTuple):
    """A clip's name and digest, as a render would find them."""

    name: str
    digest: str


def located(library: Library, name: str, digest: str) -> Located:
    """Return the current name and digest of the clip `digest`, whose last name was `name`.

    If the clip is gone, return `name` and the digest of the file now at `name`, or `digest` if that
    file is missing or was refused by a scan. Nothing is read if library.json does not list `name`,
    or if the last scan found the clip there and the file's stamp is unchanged.
    """
    clips, here = library.contents["clips"], Located(name, digest)
    clip, stamp = clips.get(name), library.contents["seen"].get(name)
    path = library.workspace.root / name
    stands = clip and clip.get("digest") == digest
    if clip is None or (stands and stamp and stamp == stamp_of(str(path))):
        return here
    new = library.content(path)
    if new == digest:
        return here
    if place := library.place(digest):
        return Located(name_of(library.workspace, place), digest)
    if stands and stamp and (moved := _unscanned(library, digest, stamp[0])):
        return Located(moved, digest)
    lost = any(one.get("digest") == new and "left_out" in one for one in clips.values())
    return here if new is None or lost else Located(name, new)


def _unscanned(library: Library, digest: str, size: int) -> str:
    """Return the name of an unscanned file with this content and size, or "" if not found."""
    clips, every = library.contents["clips"], files(library.workspace, library.roots())
    sized = (file for file in every if file.stamp and file.stamp[0] == size)
    new = (file for file in sized if file.name not in clips)
    return next((file.name for file in new if library.content(Path(file.path)) == digest), "")


def as_scanned(library: Library, marks: Mapping[str, ProbeMark]) -> Library | None:
    """Return the library as a scan would leave it, or None if a file would have to be read.

    Args:
        library: the library as of the last scan.
        marks: the versions of the current probes, by kind of file.
    """
    before = library.contents["clips"]
    examiner = Examiner(library.contents, library.memo, lambda _path, _digest: {}, marks)
    now = {}
    for file in files(library.workspace, library.roots()):
        if not file.trouble and not examiner.as_known(file):
            return None
        now[file.name] = {"left_out": file.trouble} if file.trouble else before[file.name]
    return library.with_files(with_gone(before, now))
