"""Files outside the folder where collide looks for them, and commands that put them there."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shlex import quote

_COMMAND = re.compile(r"(mv|cp|mkdir|chmod|sudo|python) ")


def misplaced(
    text: str, root: Path, folders: Iterable[str], suffixes: Iterable[str]
) -> Path | None:
    """Return the file that `text` names by its path, or by its name in one of `folders`.

    Args:
        text: a path, or a name without its folder.
        root: the workspace, which contains the folders.
        folders: the folders to look in, as paths in the workspace.
        suffixes: the suffixes that the file may have, in lower case.
    """
    typed = Path(text).expanduser() if text.startswith("~/") else Path(text or "/")
    tried = [typed if typed.is_absolute() else root / typed]
    if "/" not in text:
        tried += [root / folder / text for folder in folders]
    fits = (path for path in tried if path.suffix.lower() in {*suffixes})
    with suppress(OSError):  # a name may be too long for the disk
        return next((path for path in fits if path.is_file()), None)
    return None


def putting(path: Path, root: Path, shelf: str, name: str = "") -> str:
    """Return the command that puts a file into the folder `shelf`, under `name` or its own name.

    The command moves a file that is in library/ and copies any other file. It creates a missing
    folder first.
    """
    inside = path.resolve().is_relative_to((root / "library").resolve())
    source = path.relative_to(root) if path.is_relative_to(root) else path
    make = "" if (root / shelf).is_dir() else f"mkdir -p {shelf} && "
    act = "mv" if inside else "cp"
    return f"{make}{act} {quote(str(source))} {quote(f'{shelf}/{name}')}"


def extracting(clip: Path, root: Path, shelf: str) -> str:
    """Return the command that writes a clip's sound to a file in the folder `shelf`."""
    path = clip.relative_to(root) if clip.is_relative_to(root) else clip
    make = "" if (root / shelf).is_dir() else f"mkdir -p {shelf} && "
    to = f"{shelf}/{clip.stem}.wav"
    return f"{make}python -m collide audio/extract -i {quote(str(path))} -o {quote(to)}"


def is_command(text: str) -> bool:
    """Return whether a fix is a single shell line of a known kind, which `&&` can continue."""
    return _COMMAND.match(text) is not None and "\n" not in text
