"""Locks that die with their owner: the kernel frees them, whoever is killed, and however.

A process number in a name tells a person who it was; nothing is decided by it, for numbers are
given out again, and mean something else in another container that shares the cache.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; wait for who holds it."""
    while True:
        lock = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, path):  # else it was swept while we waited, and may be held anew
                yield
                return
        finally:
            os.close(lock)


@contextmanager
def held_now(path: Path) -> Iterator[bool]:
    """Hold the lock file at `path` if nobody else does, and say whether that is so."""
    path.touch()
    with _free(path) as free:
        yield free


@contextmanager
def held_folder(inside: Path) -> Iterator[Path]:
    """Give a new folder that nobody sweeps while this process lives; gone afterwards.

    Its lock is a file beside it: a folder cannot be locked everywhere, NFS for one.
    """
    while True:
        lock, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=LOCK, dir=inside)
        folder = Path(name.removesuffix(LOCK))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, Path(name)):  # else it was swept before we held it
                folder.mkdir()
                yield folder
                return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(name).unlink(missing_ok=True)
            os.close(lock)


def sweep_folders(inside: Path) -> None:
    """Take away the folders whose owners are dead."""
    for path in inside.glob(f"*{LOCK}"):
        with _free(path) as free:
            if free:
                shutil.rmtree(str(path).removesuffix(LOCK), ignore_errors=True)
                path.unlink()


def sweep_locks(folder: Path) -> None:
    """Take away the lock files that nobody holds; who waits for one begins anew."""
    for path in folder.glob("*"):
        with _free(path) as free:
            if free:
                path.unlink()


@contextmanager
def _free(path: Path) -> Iterator[bool]:
    """Hold what stands at `path` if nobody else does, and say whether that is so."""
    try:
        lock = os.open(path, os.O_WRONLY)
    except OSError:  # another process has swept it
        yield False
        return
    try:
        yield _taken(lock) and _is(lock, path)
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is(lock: int, path: Path) -> bool:
    """Return whether an open file is still the one at `path`."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False
