"""Clips beside the folders that are scanned: in library/ itself, or a sound's folder."""

from collections.abc import Iterator
from shlex import quote

from collide.base.words import several
from collide.library.folders import CLIP, SOUND, kind
from collide.library.library import Library

HOMES = {CLIP: "library/video", SOUND: "library/audio"}


def beside_lines(library: Library) -> Iterator[str]:
    """Yield a line for each kind of file in library/ that a scan does not read, with its move."""
    root, shelf = library.workspace.root, library.workspace.root / "library"
    apart = {path.resolve() for path in library.roots()}
    if not shelf.is_dir() or shelf.resolve() in apart:
        return
    for what, home in HOMES.items():
        found = [one for one in sorted(shelf.iterdir()) if kind(one) == what and one.is_file()]
        if not found:
            continue
        names = " ".join(quote(str(one.relative_to(root))) for one in found)
        words = several(len(found), "file is", "files are")
        yield f"{words} in library/, where none is read: mv {names} {home}/"
