"""Everything that can go wrong, and the three things every error says: what, why, how to mend it.

CollideError          code 2  never raised itself
├── InputError        code 3  something the person typed or wrote; nothing was started
├── TaskError         code 1  one task could not be done; the others go on
│   └── DiskError     code 1  it could not be written or read: no clip and no knob is to blame
└── StoreError        code 3  the cache cannot be used; nothing was started
Cancelled             code 130  stopped from outside, as by Ctrl-C; what was finished is kept
"""

import errno
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class CollideError(Exception):
    """What happened, why, and how to mend it; printed whole, never with a traceback."""

    code = 2

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.why, self.fix = what, why, fix

    def __str__(self) -> str:
        """Return the three lines a person reads; further lines of a part are indented under it."""
        lines = [self.what]
        for label, text in (("why", self.why), ("fix", self.fix)):
            first, *more = text.splitlines() or [""]
            lines += [f"  {label}  {first}", *(f"       {line}" for line in more)]
        return "\n".join(map(printable, lines))


class InputError(CollideError):
    """What was typed, or written in a file of the artist's, cannot be meant."""

    code = 3

    def at(self, place: str) -> "InputError":
        """Return the same error, with the place it stands in."""
        return InputError(f"{place}: {self.what}", why=self.why, fix=self.fix)


class TaskError(CollideError):
    """A task of the render failed; what it would have made is not published."""

    code = 1


class DiskError(TaskError):
    """What is read or written for a task cannot be: the disk is full, or fails."""


class Cancelled(KeyboardInterrupt):
    """A run was stopped through its token, as a person stops it with Ctrl-C: nothing failed."""


class StoreError(CollideError):
    """The cache cannot be read or written."""

    code = 3


# What ends a line, moves a cursor, or is not text at all. Wide spaces and joined signs
# are not among it: they stand in the names of real clips.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with control characters spelled out: a terminal would obey them."""
    return CONTROL.sub(lambda hit: hit[0].encode("unicode_escape").decode(), text)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the name in `known` that `word` was most likely meant to be, or None.

    Capitals do not count: half of the clips of this world are called DSC_0047.MP4.
    """
    names = {name.lower(): name for name in sorted(choices, reverse=True)}
    found = get_close_matches(word.lower(), sorted(names), n=1, cutoff=0.6)
    return names[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str], *, otherwise: str) -> str:
    """Return "did you mean 'x'?" where a name is near, and `otherwise` where none is."""
    near = nearest(word, choices)
    return f"did you mean {near!r}?" if near else otherwise


def of_disk(error: OSError, place: Path) -> DiskError:
    """Return what the system said, in words; `place` is the folder that was worked in."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    return DiskError(
        f"{error.filename or place}: {error.strerror}",
        why="the system did not let it be read or written",
        fix="look at the disk and at who may write there, then render again",
    )


def disk_full(place: Path) -> DiskError:
    """Return the error of a disk that has no room left for what is made in `place`."""
    return DiskError(
        f"the disk is full: {place}",
        why="what was being made did not fit; what is finished is kept",
        fix="make room on that disk, or set COLLIDE_CACHE to a folder on another one",
    )
