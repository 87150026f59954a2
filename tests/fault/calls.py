"""Count the calls by which publishing changes the disk, and make one call fail.

At the chosen call, the process is killed, or the call raises an error.
"""

import errno
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collide.store import scratch_db
from collide.store.scratch_db import Notes

NOT_REACHED = 77
CALLS = (
    "fsync",
    "replace",
    "rename",
    "link",
    "unlink",
    "rmdir",
    "mkdir",
    "chmod",
    "open",
    "ftruncate",
)


def armed(at: int, what: str) -> Callable[[], bool]:
    """Count calls from now on; at call number `at`, kill the process or make the call fail.

    Args:
        what: "KILL", the name of an error, or "" to count nothing.

    Returns:
        A function that tells whether call number `at` was reached.
    """
    count = [0]

    def counted() -> None:
        count[0] += 1
        if count[0] != at:
            return
        if what == "KILL":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(getattr(errno, what), os.strerror(getattr(errno, what)))

    if what:
        for name in CALLS:
            setattr(os, name, _before(getattr(os, name), counted))
        os.fsync = lambda _: counted()  # only a crash of the machine needs a real fsync
        Path.write_bytes = _halved(counted)
        shutil.copyfile = _copied(counted)
        Notes._file = _noted(Notes._file, counted)
        scratch_db.sqlite3 = _Traced(counted) if what == "KILL" else sqlite3
    return lambda: count[0] >= at


def _before(call: Callable[..., Any], counted: Callable[[], None]) -> Callable[..., Any]:
    def wrapped(*given: Any, **named: Any) -> Any:
        counted()
        return call(*given, **named)

    return wrapped


def _halved(counted: Callable[[], None]) -> Callable[[Path, bytes], int]:
    """Return a function that writes the data in two halves, and counts each half as a call."""

    def write(path: Path, data: bytes) -> int:
        with path.open("wb", buffering=0) as file:
            for part in (data[: len(data) // 2], data[len(data) // 2 :]):
                counted()
                file.write(part)
        return len(data)

    return write


def _copied(counted: Callable[[], None]) -> Callable[[Path, Path], None]:
    return lambda source, target: _halved(counted)(Path(target), Path(source).read_bytes()) and None


def _noted(call: Callable[..., Any], counted: Callable[[], None]) -> Callable[..., Any]:
    """Return a function that opens a database and fails as sqlite does."""

    def file(self: Notes) -> Any:
        try:
            counted()
        except OSError as error:
            full = error.errno == errno.ENOSPC
            failure = sqlite3.OperationalError(
                "database or disk is full" if full else "disk I/O error"
            )
            failure.sqlite_errorcode = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_IOERR
            raise failure from None
        return call(self)

    return file


class _Traced:
    """A stand-in for the module sqlite3 that counts every statement."""

    def __init__(self, counted: Callable[[], None]) -> None:
        self.counted = counted

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, *given: Any, **named: Any) -> sqlite3.Connection:
        """Return an open database that counts its statements."""
        self.counted()
        file = sqlite3.connect(*given, **named)
        file.set_trace_callback(lambda _: self.counted())
        return file
