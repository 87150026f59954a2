"""File locks, which the kernel releases when their owner dies.

A process id in a name is for people only: ids are reused, and differ between containers that share
a cache.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = ".lock"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, after waiting for its holder."""
    while True:
        lock = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, path):  # otherwise it was swept while we waited
                yield
                return
        finally:
            os.close(lock)


@contextmanager
def held_inside(folder: Path) -> Iterator[None]:
    """Hold a folder itself, after waiting for its holder: no lock file is left in it."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def held_in_turn(path: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Hold an existing file, after waiting for its holder; `waits` is called if it must wait.

    A file that is missing or cannot be opened counts as held by nobody.
    """
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def held_now(path: Path) -> Iterator[bool]:
    """Try to hold the lock file at `path`; yield whether it is held."""
    path.touch()
    with _free(path) as free:
        yield free


@contextmanager
def held_folder(inside: Path) -> Iterator[Path]:
    """Yield a new folder, locked against sweeping by a file beside it, and deleted afterwards."""
    while True:
        lock, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=LOCK, dir=inside)
        folder = Path(name.removesuffix(LOCK))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, Path(name)):  # otherwise it was swept before we held it
                folder.mkdir()
                yield folder
                return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(name).unlink(missing_ok=True)
            os.close(lock)


def sweep_folders(inside: Path) -> None:
    """Delete the folders of dead owners."""
    for path in inside.glob(f"*{LOCK}"):
        with _free(path) as free:
            if free:
                shutil.rmtree(str(path).removesuffix(LOCK), ignore_errors=True)
                path.unlink()


def sweep_locks(folder: Path) -> None:
    """Delete the lock files that no process holds; a waiting process makes a new one."""
    for path in folder.glob("*"):
        with _free(path) as free:
            if free:
                path.unlink()


@contextmanager
def _free(path: Path) -> Iterator[bool]:
    """Try to lock an existing file; yield whether it is locked."""
    try:
        lock = os.open(path, os.O_WRONLY)
    except OSError:  # another process swept it
        yield False
        return
    try:
        free = False
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = _is(lock, path)
        yield free
    finally:
        os.close(lock)


def _is(lock: int, path: Path) -> bool:
    """Return whether an open file is still the file at `path`."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False
