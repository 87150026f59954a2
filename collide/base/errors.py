"""The errors, each with three parts: what happened, why, and how to fix it.

CollideError          code 2  base class
├── InputError        code 3  something the person typed or wrote; nothing was started
├── TaskError         code 1  one task failed; the others continue
│   ├── DiskError     code 1  reading or writing failed; no clip and no knob is to blame
│   └── ChangedError  code 1  a clip was replaced while it was read; it may be a good clip
└── StoreError        code 3  the cache cannot be used; nothing was started
Cancelled             code 130  stopped from outside, as by Ctrl-C; finished steps are kept
"""

import errno
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path


class CollideError(Exception):
    """What happened, why, and how to fix it; printed whole, never with a traceback."""

    code = 2

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.why, self.fix = what, why, fix

    def __str__(self) -> str:
        """Return the three parts as lines; further lines of a part are indented."""
        lines = [self.what]
        for label, text in (("why", self.why), ("fix", self.fix)):
            first, *more = text.splitlines() or [""]
            lines += [f"  {label}  {first}", *(f"       {line}" for line in more)]
        return "\n".join(map(printable, lines))


class InputError(CollideError):
    """Invalid input: something typed, or in a file of the artist's."""

    code = 3

    def __init__(
        self,
        what: str,
        *,
        why: str,
        fix: str,
        turns: Iterable[Mapping[str, str]] = (),
        meant: tuple[str, str] | None = None,
    ) -> None:
        """Take what, besides its fix, mends the line that was typed.

        Args:
            turns: variables and knobs, each of which would have to be typed as well, or instead.
            meant: a word of the line, and the word that was meant by it.
        """
        super().__init__(what, why=why, fix=fix)
        self.turns, self.meant = [dict(turn) for turn in turns], meant

    def at(self, place: str) -> "InputError":
        """Return the error with the place of the input in front."""
        return InputError(f"{place}: {self.what}", why=self.why, fix=self.fix)


class TaskError(CollideError):
    """A task of the render failed; nothing of it is published."""

    code = 1


class DiskError(TaskError):
    """A read or write of a task failed: the disk is full, or faulty."""


class ChangedError(TaskError):
    """A file that a task read was replaced, written or deleted meanwhile."""


class Cancelled(KeyboardInterrupt):
    """A run was stopped through its token, as by Ctrl-C: nothing failed."""


class StoreError(CollideError):
    """The cache cannot be read or written."""

    code = 3


# Control characters and surrogates. Wide spaces and joiners occur in names of real clips.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with control characters escaped: a terminal would obey them."""
    return CONTROL.sub(lambda hit: hit[0].encode("unicode_escape").decode(), text)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the closest match for `word`, or None; case is ignored."""
    names = {name.lower(): name for name in sorted(choices, reverse=True)}
    turned = (n for n in sorted(names) if sorted(n) == sorted(word.lower()))  # form, from
    if same := next((name for name in turned if name[0] == word[0].lower()), None):
        return names[same]
    found = get_close_matches(word.lower(), sorted(names), n=1, cutoff=0.6)
    return names[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str], *, otherwise: str) -> str:
    """Return "did you mean 'x'?" for the closest match, or `otherwise`."""
    near = nearest(word, choices)
    return f"did you mean {near!r}?" if near else otherwise


def mistyped(
    what: str, word: str, choices: Iterable[str], *, why: str, otherwise: str
) -> InputError:
    """Return the error of a word that is none of `choices`, with the nearest of them."""
    near = nearest(word, choices)
    fix = f"did you mean {near!r}?" if near else otherwise
    return InputError(what, why=why, fix=fix, meant=(word, near) if near else None)


def of_disk(error: OSError, place: Path) -> DiskError:
    """Return an error of the system as a DiskError; `place` is the working folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    return DiskError(
        f"{error.filename or place}: {error.strerror or error}",
        why="the system did not let it be read or written",
        fix="look at the disk and at who may write there, then render again",
    )


def cache_deleted(place: Path, again: str) -> DiskError:
    """Return the error of a cache that somebody deletes while a task reads or writes it."""
    return DiskError(
        "the cache was deleted while it was in use",
        why=f"{place} is not what it was when this began: no clip and no knob is to blame",
        fix=f"render again: {again}",
    )


def disk_full(place: Path) -> DiskError:
    """Return the error of a full disk at `place`."""
    return DiskError(
        f"the disk is full: {place}",
        why="what was being made did not fit; what is finished is kept",
        fix="make room on that disk, or set COLLIDE_CACHE to a folder on another one",
    )
