"""File locks, which the kernel releases when their owner dies.

The process id in a lock's name is only for people to read, because ids are reused, and containers
that share a cache number their processes independently.
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
    """Lock the file at `path`, waiting while another process holds it."""
    while True:
        lock = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, path):  # otherwise the file was swept during the wait
                yield
                return
        finally:
            os.close(lock)


@contextmanager
def held_inside(folder: Path) -> Iterator[None]:
    """Lock a folder itself (without a lock file), waiting while another process holds it."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def held_in_turn(path: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Lock an existing file; if another process holds the lock, call `waits` and wait.

    A file that is missing or cannot be opened counts as free.
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


def suspended(path: Path) -> int:
    """Return the id of a process that has locked a file and is suspended, for example by Ctrl-Z.

    Return 0 if no such process exists or if there is no /proc to search.
    """
    with suppress(OSError, ValueError, IndexError):
        inode = path.stat().st_ino
        for text in Path("/proc/locks").read_text().splitlines():
            words = text.split()
            if "->" in words or not words[5].endswith(f":{inode}"):
                continue
            state = Path(f"/proc/{words[4]}/stat").read_text().rpartition(")")[2].split()[0]
            if state in "Tt":
                return int(words[4])
    return 0


@contextmanager
def held_now(path: Path) -> Iterator[bool]:
    """Create the file at `path` if missing; yield whether it could be locked without waiting."""
    path.touch()
    with _free(path) as free:
        yield free


@contextmanager
def held_folder(inside: Path) -> Iterator[Path]:
    """Yield a new folder, deleted afterwards, with a lock file beside it to prevent sweeping."""
    while True:
        lock, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=LOCK, dir=inside)
        folder = Path(name.removesuffix(LOCK))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is(lock, Path(name)):  # otherwise the file was swept before it was locked
                folder.mkdir()
                yield folder
                return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(name).unlink(missing_ok=True)
            os.close(lock)


def sweep_folders(inside: Path) -> None:
    """Delete the folders that dead processes created with `held_folder`."""
    for path in inside.glob(f"*{LOCK}"):
        with _free(path) as free:
            if free:
                shutil.rmtree(str(path).removesuffix(LOCK), ignore_errors=True)
                path.unlink()


def sweep_locks(folder: Path) -> None:
    """Delete the lock files that no process holds, which `held` creates again on demand."""
    for path in folder.glob("*"):
        with _free(path) as free:
            if free:
                path.unlink()


@contextmanager
def _free(path: Path) -> Iterator[bool]:
    """Try to lock an existing file without waiting; yield whether that succeeded."""
    try:
        lock = os.open(path, os.O_WRONLY)
    except OSError:  # another process swept the file, or it is not writable
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
