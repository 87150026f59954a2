"""Atomic file writes (a file exists whole or not at all), and relative links for pages."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

# Names of temporary files (.NAME-PID-RANDOM) and links (.NAME-PID-0), which no person would choose.
_HALF = re.compile(r"\..{1,40}-\d+-([0-9a-f]{12}|0)", re.DOTALL)


def write_whole(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file atomically: after a failure it may be old, new or missing, but never partial.

    If `lasting` is true, the file also survives a power cut, at the cost of waiting for the disk.
    """
    with _half(path, lasting=lasting) as half, half.open("xb") as file:
        file.write(data)


def copy_out(source: Path, target: Path, *, lasting: bool = True) -> None:
    """Copy a file atomically, for example an object to one of the artist's folders.

    `lasting` works as in `write_whole`. The copy is never a link, because ffmpeg and editors would
    write through it and change the store.
    """
    with _half(target, lasting=lasting) as half:
        shutil.copyfile(source, half)


def lead(link: Path, to: str) -> None:
    """Atomically point a symlink at its sibling `to`; do nothing if the system refuses."""
    half = link.with_name(f".{link.name}-{os.getpid()}-0")
    with suppress(OSError):
        half.unlink(missing_ok=True)
        half.symlink_to(to)
        os.replace(half, link)


@contextmanager
def _half(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Yield a temporary path, which is renamed to `path` at the end or deleted on failure."""
    folder = path.parent
    refuse_locked(path)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    half = folder / f".{path.name[:40]}-{os.getpid()}-{os.urandom(6).hex()}"
    try:
        yield half
        if lasting:
            _sync(half)
        os.replace(half, path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise _about(error, half, path) from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    if lasting:
        _sync(folder)


def refuse_locked(path: Path) -> None:
    """Raise an OSError if `path` cannot be written or is a read-only file.

    Raises:
        PermissionError: the folder or the file is read-only.
        NotADirectoryError: a file is where a folder should be.
        IsADirectoryError: a folder is where the file should be.
    """
    folder = next(one for one in path.parents if one.exists())
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    shut = folder if not os.access(folder, os.W_OK | os.X_OK) else None
    if path.exists() and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
        shut = path
    if shut:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(shut))


def _about(error: OSError, half: Path, path: Path) -> OSError:
    """Turn an error about `half`, or without a file name, into an error about `path`.

    The error for a full disk names no file, and users do not know the names of temporary files.
    """
    if error.filename is None or str(half) in (error.filename, error.filename2):
        return OSError(error.errno, error.strerror or str(error), str(path))
    return error


def _sweep(folder: Path) -> None:
    """Delete the temporary files that dead processes left in a folder."""
    for path in folder.glob(".?*-*-*"):
        file = path.is_file() or (path.is_symlink() and not path.is_dir())
        if file and _HALF.fullmatch(path.name) and not _alive(int(path.name.split("-")[-2])):
            with suppress(OSError):  # another process may have deleted it
                path.unlink()


def _sync(path: Path) -> None:
    """Flush a file's contents, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def address(path: Path, folder: Path) -> str:
    """Return the URL of a file, relative to a page in `folder`."""
    return quote(os.path.relpath(path, folder).replace(os.sep, "/"), errors="surrogateescape")
