"""Files named by knobs: found in a folder of library/, identified by content."""

from dataclasses import dataclass
from pathlib import Path

from collide.base.errors import InputError, mistyped
from collide.catalog import Catalog
from collide.instrument import File
from collide.library.library import Library
from collide.project.settings import Settings, chained

LARGEST = 64 << 20  # bytes: a cube of 128 takes half of it


@dataclass(frozen=True)
class Lent:
    """One file: its name, its path, and the digest of its bytes."""

    name: str
    path: Path
    digest: str


def lent_files(settings: Settings, library: Library) -> dict[str, Lent]:
    """Return the file of each knob that names one, for the instruments played."""
    values, found, catalog = settings.piece(), {}, settings.catalog
    for name in chained(values):
        for knob, said in catalog.own(f"post/{name}", values).items():
            limit = catalog.knobs[knob].limit
            if isinstance(limit, File) and said != "none":
                found[knob] = lent_file(knob, said, limit, library)
    return found


def called(knob: str, digest: str, library: Library, name: str, catalog: Catalog) -> str:
    """Return the name of the file with `digest`; InputError, with its old `name`, if missing."""
    limit = catalog.knobs[knob].limit
    assert isinstance(limit, File)
    for path in _known(limit, library):
        small = path.is_file() and path.stat().st_size <= LARGEST
        if small and library.content(path) == digest:
            return path.name
    raise InputError(
        f"the file of {knob} is missing: {name or digest[:8]}",
        why=f"none in library/{limit.folder} has its bytes ({digest[:8]})",
        fix=f"copy it into library/{limit.folder}, or use {knob}=none",
        turns=[{knob: "none"}],
    )


def lent_file(knob: str, name: str, limit: File, library: Library) -> Lent:
    """Return the file that a knob names; InputError where there is none, or it cannot be used."""
    known = [path.name for path in _known(limit, library)]
    path = _folder(limit, library) / name
    if name not in known:
        raise mistyped(
            f"{knob}={name}: no such file in library/{limit.folder}",
            name,
            known,
            why="there is " + (", ".join(known) or "none yet"),
            otherwise=f"copy it into library/{limit.folder}",
        )
    fits = path.resolve().is_relative_to(path.parent.resolve()) and path.is_file()
    digest = library.content(path) if fits and path.stat().st_size <= LARGEST else None
    if digest is None:
        raise InputError(
            f"library/{limit.folder}/{name} cannot be used",
            why=f"it must be a readable plain file of at most {LARGEST >> 20} MiB",
            fix="copy the file itself there",
        )
    return Lent(name, path, digest)


def _folder(limit: File, library: Library) -> Path:
    return library.workspace.library.parent / limit.folder


def _known(limit: File, library: Library) -> list[Path]:
    """Return the files in the folder of a knob whose names can be a value of it."""
    folder = _folder(limit, library)
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if path.name.lower().endswith(limit.suffixes))
