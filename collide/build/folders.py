"""The folders that clips and sounds lie in: which files there are, and which must not be opened."""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from collide.errors import CONTROL, printable
from collide.house import House

CLIPS = frozenset(
    ".3g2 .3gp .asf .avi .flv .gif .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm "
    ".wmv".split()
)
SOUNDS = frozenset(".aac .flac .m4a .mp3 .oga .ogg .opus .wav".split())

# What is known of a file stands in the library under one of these words.
CLIP, SOUND = "facts", "sound"


def kind(path: Path | str) -> str:
    """Return what a file is by its name: CLIP, SOUND, or "" for neither."""
    suffix = Path(path).suffix.lower()
    return CLIP if suffix in CLIPS else SOUND if suffix in SOUNDS else ""


def files(house: House, roots: Sequence[Path]) -> Iterator[tuple[str, Path, str | None]]:
    """Yield every file that could be a clip or a sound: name, place, and why not to open it.

    Of library/audio only the sounds are taken: a video lies there for what is heard in it.
    """
    found = sorted((house.root / "projects").glob("*/input"))
    inputs = [path for path in found if not path.is_symlink()]  # a piece looks into its batch's
    audio = house.root / "library" / "audio"
    for root in [*roots, audio, *inputs]:
        inside, wanted = root.resolve(), (SOUND,) if root == audio else (CLIP, SOUND)
        for path in sorted(root.rglob("*")):
            if kind(path) not in wanted or path.name.startswith("."):
                continue
            name, trouble = name_of(house, path), _trouble(path, inside)
            if CONTROL.search(name):  # it would end a line, clear the screen, or not print
                name = printable(name)
                trouble = "its name has a character that cannot be printed"
            yield name, path, trouble


def input_of(house: House, project: str) -> str:
    """Return the folder of a project's own clips, as they are named: it may be another's."""
    path = house.root / "projects" / project / "input"
    try:
        real = path.resolve().relative_to((house.root / "projects").resolve())
    except (ValueError, OSError, RuntimeError):
        return f"projects/{project}/input/"
    return f"projects/{real}/"


def name_of(house: House, path: Path) -> str:
    """Return how a file is called: its path in the house, or the whole path outside."""
    try:
        return str(path.relative_to(house.root))
    except ValueError:
        return str(path)


def _trouble(path: Path, root: Path) -> str | None:
    """Return why a file must not be opened: a pipe never ends, a link may lead anywhere."""
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError):
        return "it is a link to nothing"
    if not stat.S_ISREG(mode):
        return "it is not a regular file"
    if not real.is_relative_to(root):
        return "it is a link out of the library"
    if not real.stat().st_size:
        return "it is empty"
    return None
