"""Files that are there whole or not at all, whoever is killed while they are written."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut.

    Raises:
        OSError: it cannot be written; what stood there before stays.
    """
    with _half(path) as half:
        half.write_bytes(data)


def copy_out(source: Path, target: Path) -> None:
    """Copy an object to where people see it: whole or not at all, never a link to the store.

    ffmpeg and editors write through links, and would change the store.
    """
    with _half(target) as half:
        shutil.copyfile(source, half)


@contextmanager
def _half(path: Path) -> Iterator[Path]:
    """Give a file beside `path` that takes its name at the end, and is gone if that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    start = f".{path.name[:40]}-"
    sweep(path.parent.glob(f"{start}*"))
    handle, name = tempfile.mkstemp(prefix=f"{start}{os.getpid()}-", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        with open(name, "rb") as file:
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    sync_folder(path.parent)


def sweep(left: Iterable[Path]) -> None:
    """Take away what was left half done, named …PID-N, by processes that are dead."""
    for path in left:
        owner = path.name.split("-")[-2:][0]
        if owner.isdigit() and not _alive(int(owner)):
            with suppress(OSError):  # another process may be sweeping too
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def sync_folder(path: Path) -> None:
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
