"""A renamed library folder, such as library/videos instead of library/video."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from collide.base.errors import InputError
from collide.base.words import several
from collide.library.folders import CLIP, HOMES, WORDS, files, kind
from collide.library.library import Library


class Renamed(NamedTuple):
    """A missing or empty library folder, and the folder that contains its files."""

    lost: str
    now: str
    held: str  # what `now` contains, for example "3 clips"
    empty: bool  # whether `lost` exists and is empty

    @property
    def what(self) -> str:
        """Return what is wrong: the folder is missing or empty."""
        return f"{self.lost} is empty" if self.empty else f"there is no folder {self.lost}"

    @property
    def why(self) -> str:
        """Return the reason: a different folder contains the files."""
        return f"{self.now} contains {self.held}"

    @property
    def fix(self) -> str:
        """Return the command that renames the folder or moves its files back."""
        return f"mv {quote(self.now)}{'/*' if self.empty else ''} {self.lost}"

    @property
    def line(self) -> str:
        """Return the error on one line."""
        return f"{self.what}, and {self.why}: {self.fix}"

    @property
    def error(self) -> InputError:
        """Return the error for a verb that needs the files."""
        return InputError(self.what, why=self.why, fix=self.fix)


def renamed_folder(library: Library) -> Renamed | None:
    """Return the folder of clips or of sounds that was renamed, or None."""
    root = library.workspace.root
    for what, lost in HOMES.items():
        empty = (root / lost).is_dir()
        if empty and any(path.name[0] != "." for path in (root / lost).iterdir()):
            continue
        for path in _others(library, Path(lost).name):
            every = (file.name for file in files(library.workspace, [path]))
            held = [n for n in every if n.startswith(f"{path.relative_to(root)}/")]
            count = sum(kind(name) == what for name in held)
            if count and (what == CLIP or count == len(held)):  # library/audio contains only sounds
                whole = path.parent.parent == root and path.parent.name != "library"
                before, now = ("library", path.parent) if whole else (lost, path)
                text = several(count, WORDS[what])
                return Renamed(before, str(now.relative_to(root)), text, empty)
    return None


def _others(library: Library, name: str) -> Iterator[Path]:
    """Yield the folders that could be library/`name` under a different name."""
    root, added = library.workspace.root, {*map(Path, library.added)}
    own = {root / lost for lost in HOMES.values()}
    inside = root.glob("library/*") if (root / "library").is_dir() else root.glob(f"*/{name}")
    for path in sorted(inside):
        apart = path.is_symlink() or path.name.startswith(".") or path.parent.name == "projects"
        if path.is_dir() and not apart and path not in own and path.resolve() not in added:
            yield path
