"""Files that knobs name (such as color tables), found in library/ and identified by content."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from collide.base.errors import InputError, mistyped
from collide.base.misplaced import misplaced, putting
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.instrument import File
from collide.library.library import Library
from collide.project.settings import Settings, chained

LARGEST = 64 << 20  # bytes; a cube with 128 colors per side fits
LARGEST_SIDE = 256  # colors per side of a .cube
SIDE_3DL = 17


@dataclass(frozen=True)
class Lent:
    """A file that a knob names: its name, its path, and the digest of its bytes."""

    name: str
    path: Path
    digest: str


def lent_files(settings: Settings, library: Library) -> dict[str, Lent]:
    """Map the knobs of the chain's effects to their files; raise InputError for unusable files."""
    values, files, catalog = settings.piece(), {}, settings.catalog
    for name in chained(values):
        for knob, value in catalog.own(f"post/{name}", values).items():
            limit = catalog.knobs[knob].limit
            if isinstance(limit, File) and value != "none":
                files[knob] = lent_file(knob, value, limit, library)
    return files


def called(knob: str, digest: str, library: Library, name: str, catalog: Catalog) -> str:
    """Return the name of the file with `digest`; raise InputError if it is missing."""
    limit = catalog.knobs[knob].limit
    assert isinstance(limit, File)
    for path in known_files(limit, library.workspace):
        small = path.is_file() and path.stat().st_size <= LARGEST
        if small and library.content(path) == digest:
            return path.name
    raise InputError(
        f"the file for {knob} is missing: {name or digest[:8]}",
        why=f"no file with its content ({digest[:8]}) is in library/{limit.folder}",
        fix=f"copy it into library/{limit.folder}, or use {knob}=none",
        turns=[{knob: "none"}],
    )


def lent_file(knob: str, name: str, limit: File, library: Library) -> Lent:
    """Return the file that a knob names; raise InputError if it is missing or unusable."""
    names = [path.name for path in known_files(limit, library.workspace)]
    path, root = _folder(limit, library.workspace) / name, library.workspace.root
    if name not in names and (other := misplaced(name, root, ("library",), limit.suffixes)):
        raise InputError(
            f"{knob}={name}: no such file in library/{limit.folder}",
            why=f"it is in another folder, and {knob} takes a file in library/{limit.folder}",
            fix=putting(other, root, f"library/{limit.folder}"),
            turns=[{knob: name}],
        )
    if name not in names:
        raise mistyped(
            f"{knob}={name}: no such file in library/{limit.folder}",
            name,
            names,
            why="files there: " + (", ".join(names) or "none yet"),
            otherwise=putting(Path(name), root, f"library/{limit.folder}"),
            turns=[{knob: name}],
        )
    fits = path.resolve().is_relative_to(path.parent.resolve()) and path.is_file()
    digest = library.content(path) if fits and path.stat().st_size <= LARGEST else None
    if digest is None:
        raise InputError(
            f"library/{limit.folder}/{name} cannot be used",
            why=f"it must be a readable plain file of at most {LARGEST >> 20} MiB",
            fix="copy the file itself there",
        )
    if fault := _fault(path, digest):
        raise InputError(
            f"library/{limit.folder}/{name} cannot be read as a LUT",
            why=fault,
            fix=f"copy a complete file there, or use {knob}=none",
            turns=[{knob: "none"}],
        )
    return Lent(name, path, digest)


@lru_cache(maxsize=64)
def _fault(path: Path, _digest: str) -> str:
    """Return what is wrong with a LUT, or "" if no fault is found.

    A .cube states its colors per side in the line LUT_3D_SIZE. A .3dl uses 17 colors per side,
    after a line of positions. This function only counts the rows; ffmpeg reads the numbers.
    """
    data = path.read_bytes()
    rows, side = sum(1 for _ in re.finditer(rb"^[ \t]*[-+.]?[0-9]", data, re.MULTILINE)), SIDE_3DL
    if path.suffix.lower() == ".3dl":
        rows -= 1
    elif not (match := re.search(rb"^LUT_3D_SIZE[ \t]+([0-9]{1,4})\b", data, re.MULTILINE)):
        return "it contains no line LUT_3D_SIZE with the number of colors per side"
    elif not 2 <= (side := int(match[1])) <= LARGEST_SIDE:
        return f"it has {side} colors per side; ffmpeg reads 2 to {LARGEST_SIDE}"
    if rows < side**3:
        return f"it has {rows} colors; with {side} per side it needs {side**3}"
    return ""


def _folder(limit: File, workspace: Workspace) -> Path:
    return workspace.library.parent / limit.folder


def known_files(limit: File, workspace: Workspace) -> list[Path]:
    """Return the files in a knob's folder with a suffix that the knob accepts."""
    folder = _folder(limit, workspace)
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if path.name.lower().endswith(limit.suffixes))
