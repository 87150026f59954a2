"""Numbered pictures: the files walk_0001.png, walk_0002.png … form one clip.

The clip is named after its first file. A run consists of at least FEWEST files whose names differ
only in a number of three or more digits, without gaps. After a gap, another run may begin. Cameras
number JPEG photographs the same way, so JPEGs form a run only if their numbers begin at 0 or 1.
"""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

FEWEST = 8
RATE = 24  # frames per second
NAME = re.compile(r"(.*?)(\d{3,18})\.(png|tiff?|bmp|webp|jpe?g)", re.IGNORECASE | re.DOTALL)


def run_of(path: Path) -> list[Path]:
    """Return the run of files that begins with `path`, in order, or [] if there is no such run.

    If the next number belongs to a link or to anything else that is not a file, the files form no
    run, because ffmpeg opens a run by its pattern and would open the link too.
    """
    match = NAME.fullmatch(path.name)
    if not match:
        return []
    first, latest = int(match[2]), 1 if match[3].lower().startswith("j") else 10**18
    if first > latest or os.path.lexists(_numbered(path, first - 1)):
        return []
    every, at = list[Path](), first
    while _is_file(one := _numbered(path, at)):
        every.append(one)
        at += 1
    return every if len(every) >= FEWEST and not os.path.lexists(_numbered(path, at)) else []


def followers(folder: Path, names: Iterable[str]) -> set[str]:
    """Return the names in a folder that belong to a run, except the first name in each run."""
    named = {name for name in names if NAME.fullmatch(name)}
    firsts = (name for name in named if _before(name) not in named)
    return {path.name for name in firsts for path in run_of(folder / name)[1:]}


def pattern(path: Path) -> str:
    """Return a run's path as a pattern for image2, with its own percent signs escaped."""
    head, digits, suffix = _parts(path.name)
    whole = str(path.parent / head).replace("%", "%%")
    return f"{whole}%0{len(digits)}d.{suffix}" if head else f"{whole}/%0{len(digits)}d.{suffix}"


def number_of(path: Path) -> int:
    """Return the number in a run file's name."""
    return int(_parts(path.name)[1])


def _parts(name: str) -> tuple[str, str, str]:
    match = NAME.fullmatch(name)
    assert match
    return match[1], match[2], match[3]


def _numbered(path: Path, number: int) -> Path:
    head, digits, suffix = _parts(path.name)
    return path.with_name(f"{head}{number:0{len(digits)}d}.{suffix}")


def _before(name: str) -> str:
    head, digits, suffix = _parts(name)
    return f"{head}{int(digits) - 1:0{len(digits)}d}.{suffix}"


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
