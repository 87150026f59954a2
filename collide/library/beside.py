"""Clips and sounds in folders that no scan reads, with the commands that move them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from shlex import quote

from collide.base.words import several
from collide.library.folders import CLIP, HOMES, SOUND, kind
from collide.library.library import Library

# Folders that people create in a project instead of input/.
IN_PROJECT = ("video", "videos", "clips", "footage", "media", "library")


def beside_lines(library: Library) -> Iterator[str]:
    """Yield a note, with the command that moves the files, for each folder that no scan reads.

    The folders are library/ itself (with a note for each kind of file in it) and the project
    folders listed in IN_PROJECT. There is no note for a folder that contains neither clips nor
    sounds.
    """
    root, read = library.workspace.root, {path.resolve() for path in library.roots()}
    shelf = root / "library"
    places: list[tuple[Path, Collection[str], str]]
    places = [(shelf, (what,), home) for what, home in HOMES.items()]
    for project in library.workspace.projects():
        own = root / "projects" / project
        home = f"projects/{project}/input"
        places += [(own / folder, (CLIP, SOUND), home) for folder in IN_PROJECT]
    for folder, kinds, home in places:
        if folder.resolve() not in read:
            yield from _moved(root, folder, kinds, home)


def _moved(root: Path, folder: Path, kinds: Collection[str], home: str) -> Iterator[str]:
    """Yield the note for a folder, if it contains files of these kinds."""
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    paths = [one for one in there if kind(one) in kinds and one.is_file()]
    if paths:
        names = " ".join(quote(str(one.relative_to(root))) for one in paths)
        words = several(len(paths), "file is", "files are")
        make = "" if (root / home).is_dir() else f"mkdir -p {home} && "
        itself = " itself" if folder.name == "library" else ""
        place = f"{folder.relative_to(root)}/{itself}, which no scan reads"
        yield f"{words} in {place}: {make}mv {names} {home}/"
