"""The files that a knob names: found in a folder of library/, known by their content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collide.build.library import Library
from collide.catalog import knobs, own
from collide.errors import InputError, did_you_mean
from collide.graph.knobs import Settings
from collide.graph.post import chained
from collide.step import File

LARGEST = 64 << 20  # bytes: a cube of 128 has half of it


@dataclass(frozen=True)
class Lent:
    """One file: what it is called, where it is, and the digest of its bytes."""

    name: str
    path: Path
    digest: str


def lent_files(settings: Settings, library: Library) -> dict[str, Lent]:
    """Return the file of each knob that names one, of the instruments that are played.

    Raises:
        InputError: there is no such file, with those there are.
    """
    values, found = settings.piece(), {}
    for name in chained(values):
        for knob, said in own(f"post/{name}", values).items():
            limit = knobs()[knob].limit
            if isinstance(limit, File) and said != "none":
                found[knob] = _found(knob, said, limit, library)
    return found


def digests(files: dict[str, Lent]) -> dict[str, Any]:
    """Return what a recipe holds in place of the names: a file renamed is the same look."""
    return {knob: file.digest for knob, file in files.items()}


def _found(knob: str, name: str, limit: File, library: Library) -> Lent:
    folder, known = library.house.library.parent / limit.folder, []
    if folder.is_dir():
        known = sorted(p.name for p in folder.iterdir() if p.name.lower().endswith(limit.suffixes))
    path = folder / name
    if name not in known:
        raise InputError(
            f"{knob}={name}: no such file in library/{limit.folder}",
            why="there is " + (", ".join(known) or "none yet"),
            fix=did_you_mean(name, known, otherwise=f"copy it into library/{limit.folder}"),
        )
    fits = path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    digest = library.content(path) if fits and path.stat().st_size <= LARGEST else None
    if digest is None:
        raise InputError(
            f"library/{limit.folder}/{name} cannot be used",
            why=f"it is no plain file of at most {LARGEST >> 20} MiB that can be read",
            fix="copy the file itself there",
        )
    return Lent(name, path, digest)
