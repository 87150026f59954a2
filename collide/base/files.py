"""Files that are there whole or not at all, whoever is killed while they are written; and how a
page says one.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

# How a half file is called, and no file of a person: .NAME-PID-DICE
_HALF = re.compile(r"\..{1,40}-\d+-([0-9a-f]{12}|0)", re.DOTALL)


def write_whole(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        lasting: also after a power cut; without it, what can be found out again costs no wait.

    Raises:
        OSError: it cannot be written; what stood there before stays.
    """
    with _half(path, lasting=lasting) as half, half.open("xb") as file:
        file.write(data)


def copy_out(source: Path, target: Path, *, lasting: bool = True) -> None:
    """Copy an object to where people see it: whole or not at all, never a link to the store.

    ffmpeg and editors write through links, and would change the store.

    Args:
        lasting: also after a power cut, as for `write_whole`.
    """
    with _half(target, lasting=lasting) as half:
        shutil.copyfile(source, half)


def lead(link: Path, to: str) -> None:
    """Let a link lead to what is called `to` beside it, at no moment to nothing.

    On a disk that has no links there is none: it only saves a look into the folder.
    """
    half = link.with_name(f".{link.name}-{os.getpid()}-0")
    with suppress(OSError):
        half.unlink(missing_ok=True)
        half.symlink_to(to)
        os.replace(half, link)


@contextmanager
def _half(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Give a file beside `path` that takes its name at the end, and is gone if that fails."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    sweep(path for path in folder.glob(".?*-*-*") if _is_half(path))
    half = folder / f".{path.name[:40]}-{os.getpid()}-{os.urandom(6).hex()}"
    try:
        yield half
        if lasting:
            with half.open("rb") as file:
                os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    if lasting:
        _sync_folder(folder)


def _is_half(path: Path) -> bool:
    return bool(_HALF.fullmatch(path.name)) and (path.is_symlink() or path.is_file())


def sweep(left: Iterable[Path]) -> None:
    """Take away what was left half done, named …PID-N, by processes that are dead."""
    for path in left:
        owner = path.name.split("-")[-2:][0]
        if owner.isdigit() and not _alive(int(owner)):
            with suppress(OSError):  # another process may be sweeping too
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def address(path: Path, folder: Path) -> str:
    """Return how a page in `folder` says a file; strange signs in names must not end it."""
    return quote(os.path.relpath(path, folder).replace(os.sep, "/"), errors="surrogateescape")
