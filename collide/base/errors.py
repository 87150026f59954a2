"""Errors with three parts (what happened, why, and how to fix it), and Cancelled.

CollideError          code 2  base class
├── InputError        code 3  something that a person typed or wrote is invalid
├── TaskError         code 1  one task failed; a render continues with the tasks that do not need it
│   ├── DiskError     code 1  reading or writing failed; no clip or knob is to blame
│   └── ChangedError  code 1  a file changed while it was being read, but may be intact now
└── StoreError        code 3  the cache cannot be used
Cancelled             code 130  stopped from outside, for example by Ctrl-C; finished steps are kept

Within a task, any CollideError fails the task (code 1). Outside of tasks, a system error ends the
command with code 3 if it is about permissions, or about a file or folder that is in the way.
"""

import errno
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from shlex import quote

from collide.base.words import nearest


class CollideError(Exception):
    """An error with three parts, printed in full and never with a traceback."""

    code = 2

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.why, self.fix = what, why, fix

    def __str__(self) -> str:
        """Return the three parts, one below the other; continuation lines are indented."""
        lines = [self.what]
        for label, text in (("why", self.why), ("fix", self.fix)):
            first, *more = text.splitlines() or [""]
            lines += [f"  {label}  {first}", *(f"       {line}" for line in more)]
        return "\n".join(map(printable, lines))


class InputError(CollideError):
    """The error for invalid input, in the command or in one of the artist's files."""

    code = 3

    def __init__(
        self,
        what: str,
        *,
        why: str,
        fix: str,
        turns: Iterable[Mapping[str, str]] = (),
        meant: tuple[str, ...] | None = None,
        replaces: str = "",
    ) -> None:
        """Create the error; the last three arguments describe corrections of the command.

        Args:
            turns: alternatives, each with the variables and knobs to set in the command.
            meant: a word of the command, followed by the words that were probably intended.
            replaces: the name in the command that each alternative in `turns` replaces, if any.
        """
        super().__init__(what, why=why, fix=fix)
        self.turns, self.meant, self.replaces = [dict(turn) for turn in turns], meant, replaces

    def because(self, why: str, *lines: str) -> "InputError":
        """Return a copy without corrections, with another reason, and these lines as its fix."""
        return InputError(self.what, why=why, fix="\n".join(lines))

    def fixed(self, *lines: str) -> "InputError":
        """Return a copy without corrections, with these lines as its fix."""
        return self.because(self.why, *lines)

    def at(self, place: str) -> "InputError":
        """Return a copy without corrections, whose first line begins with the input's location."""
        return InputError(f"{place}: {self.what}", why=self.why, fix=self.fix)


class TaskError(CollideError):
    """The failure of one task, which then does not publish a result."""

    code = 1


class DiskError(TaskError):
    """A failed read or write, for instance because the disk is full or access is denied."""


class ChangedError(TaskError):
    """The failure of a task whose input file was replaced, changed or deleted while being read."""


class Cancelled(KeyboardInterrupt):
    """The end of a run that was stopped from outside, for instance by Ctrl-C; nothing failed."""


class StoreError(CollideError):
    """The error for a cache that cannot be used."""

    code = 3


# Control characters and surrogates, but not wide spaces and joiners, which clip names may contain.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with control characters escaped, because a terminal would obey them."""
    return CONTROL.sub(lambda hit: hit[0].encode("unicode_escape").decode(), text)


def did_you_mean(word: str, choices: Iterable[str], *, otherwise: str) -> str:
    """Return "did you mean 'x'?" for the closest choice, or `otherwise` if no choice is close."""
    near = nearest(word, choices)
    return f"did you mean {near!r}?" if near else otherwise


def mistyped(
    what: str,
    word: str,
    choices: Iterable[str],
    *,
    why: str,
    otherwise: str,
    turns: Iterable[Mapping[str, str]] = (),
) -> InputError:
    """Return the error for an unknown word, whose fix suggests the nearest of `choices`.

    If no choice is near, the fix is `otherwise`, with the corrections in `turns`.
    """
    if near := nearest(word, choices):
        return InputError(what, why=why, fix=f"did you mean {near!r}?", meant=(word, near))
    return InputError(what, why=why, fix=otherwise, turns=turns)


FULL = (errno.ENOSPC, errno.EDQUOT)
SHUT = (errno.EACCES, errno.EPERM, errno.EROFS)
IN_THE_WAY = (errno.ENOTDIR, errno.EISDIR)


def of_disk(error: OSError, place: Path) -> DiskError:
    """Convert a system error to a DiskError about the file that it names, or else `place`."""
    named = isinstance(error.filename, str | bytes) and bool(error.filename)
    path = Path(os.fsdecode(error.filename)) if named else place
    if error.errno in FULL:
        return disk_full(path.parent if named else path, cache=not named)
    if error.errno in SHUT:
        return not_permitted(path, error.strerror or str(error))
    if error.errno in IN_THE_WAY and path.exists():
        return in_the_way(path)
    return DiskError(
        f"{path}: {error.strerror or error}",
        why="the system refused to read or write it",
        fix="check the disk and its permissions, then try again",
    )


def in_the_way(path: Path) -> DiskError:
    """Return the error for a file where a folder should be, or a folder where a file should be."""
    path = Path(os.path.abspath(path))
    there = path if path.is_dir() else next(o for o in (path, *path.parents) if not o.is_dir())
    while not there.is_dir() and not there.parent.is_dir():
        there = there.parent
    label = os.path.relpath(there) if there.is_relative_to(Path.cwd()) else str(there)
    is_one, must = ("folder", "file") if there.is_dir() else ("file", "folder")
    return DiskError(
        f"{label} is a {is_one}, but must be a {must}",
        why=f"a {must} of that name is needed there",
        fix=f"move it away: mv {quote(label)} {quote(label + '.old')}",
    )


def not_permitted(path: Path, reason: str) -> DiskError:
    """Return the error for a file or folder that this user may not read, write or enter."""
    place, act, letters = _barrier(path)
    text = quote(os.path.relpath(place) if place.is_relative_to(Path.cwd()) else str(place))
    mine = os.path.exists(place) and os.stat(place).st_uid == os.geteuid()
    if mine and reason != os.strerror(errno.EROFS):
        return DiskError(f"{text} cannot be {act}", why=reason, fix=f"chmod u+{letters} {text}")
    return DiskError(
        f"{text} cannot be {act}",
        why=f"{reason}: it belongs to another user, or its disk is read-only",
        fix=f"take ownership: sudo chown -R $USER {text}",
    )


def barred(path: Path) -> DiskError | None:
    """Return the error for a path that this user may not read, or None for any other path.

    The file is not opened, since it could be a pipe.
    """
    try:
        os.stat(path)
    except PermissionError as error:
        return not_permitted(path, error.strerror or str(error))
    except OSError:
        return None
    return None if os.access(path, os.R_OK) else not_permitted(path, os.strerror(errno.EACCES))


def _barrier(path: Path) -> tuple[Path, str, str]:
    """Return which part of a path denies access, what it denies, and the mode bits to add."""
    path = Path(os.path.abspath(path))
    for folder in reversed(path.parents):
        if folder.is_dir() and not os.access(folder, os.X_OK):
            return folder, "entered", "rx"
    if os.path.exists(path) and not os.access(path, os.R_OK):
        return path, "read", "rwx" if path.is_dir() else "rw"
    there = next(one for one in (path, *path.parents) if os.path.exists(one))
    file = there == path and not path.is_dir()
    folder = there.parent if file and os.access(path, os.W_OK) and not _locked(path) else there
    return folder, "written", "w" if os.access(folder, os.X_OK) or not folder.is_dir() else "wx"


def _locked(path: Path) -> bool:
    return not os.stat(path).st_mode & 0o222


def cache_deleted(place: Path, again: str) -> DiskError:
    """Return the error for a cache that was deleted while a command was using it."""
    return DiskError(
        "the cache was deleted while it was in use",
        why=f"{place} changed since the run began: no clip or knob caused this",
        fix=f"run it again: {again}\nto free space: doit cache gc keep=20G",
    )


def disk_full(place: Path, *, cache: bool = True) -> DiskError:
    """Return the error for a full disk, which also suggests moving the cache if `cache` is true."""
    elsewhere = ", or set COLLIDE_CACHE to a folder on another disk" if cache else ""
    return DiskError(
        f"the disk is full: {place}",
        why="the new result did not fit; finished results are kept",
        fix=f"free space on that disk{elsewhere}",
    )
