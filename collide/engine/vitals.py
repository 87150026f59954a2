"""Signs of life of a child and its descendants: processor time, bytes read, waiting threads.

Elapsed time says little, since everything is slow on a busy machine or a slow disk. A child is
stopped for using too much processor time, for doing nothing at all, or at a deadline that a person
set.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from collide.base.clock import monotonic
from collide.engine.safety import Bounds

LOOK = 1.0  # seconds between two checks of a child
IDLE = 0.02  # a child that uses fewer seconds of processor time between two checks is idle
BLIND = 12  # factor for the patience on systems without /proc (macOS)
WAITS = "RDTt"  # states: running or ready to run, waiting for a disk, or stopped (Ctrl-Z)


class Vitals(NamedTuple):
    """The resources that a session of processes has used, and whether a thread is in WAITS."""

    seconds: float  # seconds of processor time, including that of ended children
    read: int  # bytes read
    waits: bool


def vitals(session: int) -> Vitals | None:
    """Return the signs of life of a session, or None if it has ended or /proc is missing."""
    seconds, read, waits = 0.0, 0, False
    alive = False
    for process in _members(session):
        with suppress(OSError, ValueError, IndexError):  # the process may end in the meantime
            fields = _fields(process / "stat")
            seconds += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
            alive = True
            read += int((process / "io").read_text().split()[1])
            waits |= any(_fields(t / "stat")[0] in WAITS for t in (process / "task").iterdir())
    return Vitals(seconds, read, waits) if alive else None


def _members(session: int) -> Iterator[Path]:
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(path.name)) == session:
                yield path


def _fields(path: Path) -> list[str]:
    """Return the fields of a stat file after the name, which may contain any characters."""
    return path.read_text(errors="replace").rpartition(")")[2].split()


class Watch:
    """A watch that checks one child (or one request to it) against its limits."""

    def __init__(self, session: int, bounds: Bounds) -> None:
        self._session, self._bounds = session, bounds
        self._first = self._last = vitals(session)
        self._began = self._looked = monotonic()
        self._idle = 0
        self._line = b""

    def hear(self, line: bytes) -> None:
        """Note a line of output; if `talks` is true, each changed line counts as progress."""
        if self._bounds.talks and line != self._line:
            self._idle, self._line = 0, line

    def over(self) -> str:
        """Return which limit was exceeded, or ""; check at most once every LOOK seconds."""
        now = monotonic()
        if now - self._looked < LOOK:
            return ""
        self._looked = now
        if now - self._began > self._bounds.until:
            return "was stopped at its deadline"
        return self._exceeded(vitals(self._session))

    def _exceeded(self, seen: Vitals | None) -> str:
        bounds, before, self._last = self._bounds, self._last, seen
        used = (seen.seconds if seen else 0.0) - (self._first.seconds if self._first else 0.0)
        if used > bounds.seconds:
            return f"was stopped after {bounds.seconds:.0f} s of processor time"
        self._idle = 0 if _moved(before, seen) else self._idle + 1
        if self._idle > bounds.patience * (1 if seen else BLIND):
            return f"was stopped: it did nothing in {self._idle} checks, one a second"
        return ""


def _moved(before: Vitals | None, now: Vitals | None) -> bool:
    """Return whether a child did something between two checks, or is waiting."""
    if not (before and now):
        return before is not now
    return now.waits or now.read != before.read or now.seconds - before.seconds >= IDLE
