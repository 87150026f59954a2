"""Refuse a path without a variable's name if nothing exists there: `doit scan ~/Videos`."""

import shlex
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import few, nearest
from collide.project.near_records import no_record
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration


def refuse_lost_path(left: TypedLine, word: str, lines: Iterable[str]) -> None:
    """Refuse a word that a corrected command would use as a path if nothing exists there.

    The fix names a similar path that exists; otherwise it contains no command to paste.

    Args:
        left: the command without the word.
        lines: the commands suggested so far.
    """
    paths = [n for n, one in declaration(left.verb).variables.items() if one.limit.of == "file"]
    name = next((n for n in paths if any(f"{n}={word}" in shlex.split(t) for t in lines)), "")
    path = Path(word).expanduser()
    if not name or path.exists():
        return
    if name == declaration(left.verb).record:  # a video, a manifest or a look
        error = no_record(left.workspace, word)
        guess = error.meant[1] if error.meant else ""
        joint = " " if error.fix.endswith("?") else ": "
        right = f"{joint}{line(left.spoken, {**left.typed, name: guess})}" if guess else ""
        raise error.fixed(error.fix + right)
    near, folder = similar(path), path.parent
    while not folder.is_dir():
        folder = folder.parent
    beside = sorted(one.name for one in folder.glob("*/") if one.name[0] != ".")
    there = f"folders in {folder}: {few(beside)}" if beside else f"{folder} contains no folders"
    there = there if folder.name else "it must be a full path, or a path from this folder"
    raise InputError(
        f"there is no file or folder {word}",
        why=f"{name} is {declaration(left.verb).variables[name].about}",
        fix=f"did you mean this one? {line(left.spoken, {**left.typed, name: near})}"
        if near
        else f"give a path that exists; {there}",
    )


def similar(path: Path) -> str:
    """Return an existing path that differs from a missing path in a single part, or ""."""
    parts = [path, *path.parents]
    lost = next((part for part, above in pairwise(parts) if above.is_dir()), None)
    if path.exists() or not lost:
        return ""
    alike = [one.name for one in lost.parent.iterdir() if one.suffix == lost.suffix]
    near = nearest(lost.name, alike)
    meant = lost.with_name(near) / path.relative_to(lost) if near else path
    return str(meant) if meant.exists() else ""
