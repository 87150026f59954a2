"""The folders of clips and sounds: the files in them, and which files must not be opened."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from collide.base.errors import CONTROL, printable
from collide.base.file_kinds import CLIPS, SOUNDS
from collide.base.sequences import followers, run_of
from collide.base.words import several
from collide.base.workspace import Workspace

# Suffixes of downloads that a browser or a download manager has not finished.
COMING = re.compile(
    r"\.(part(ial)?([-.].*)?|ytdl|crdownload|opdownload|download|tmp|aria2|!qb|!ut|bc!)",
    re.IGNORECASE,
)
STILL_COMING = "it is an unfinished or broken download"

# The kinds of files, which are also the names of their facts in library.json.
CLIP, SOUND = "facts", "sound"
WORDS = {CLIP: "clip", SOUND: "sound"}
HOMES = {CLIP: "library/video", SOUND: "library/audio"}  # where a new file of each kind belongs

# Recycle bins are skipped, and so are hidden files and folders (their names begin with a dot).
BIN = "$RECYCLE.BIN"


STRANGER = "collide does not read files of this kind"
MOST_KINDS = 8  # the maximum number of unsupported kinds to name


class Candidate(NamedTuple):
    """A file that could be a clip or a sound, or anything else that is left out with a reason."""

    name: str  # the path inside the workspace, or the full path if it is outside
    path: str
    trouble: str  # why it must not be opened, or "" if it may be
    stamp: list[int]  # size in bytes, mtime and ctime in ns, or [] if it must not be opened


def kind(path: Path | str) -> str:
    """Return a file's kind by its name: CLIP or SOUND, or "" for any other file."""
    suffix = _suffix(path)
    return CLIP if suffix in CLIPS else SOUND if suffix in SOUNDS else ""


def coming(path: Path | str) -> bool:
    """Return whether a path has the suffix of a partial download."""
    return COMING.fullmatch(_suffix(path)) is not None


def files(
    workspace: Workspace, roots: Sequence[Path], strangers: list[str] | None = None
) -> Iterator[Candidate]:
    """Yield every candidate in the folders, at any depth, sorted within each folder.

    The folders are `roots`, library/audio (for sounds only), and the projects' input/. Unsupported
    files are not yielded; their names are added to `strangers` if it is given.
    """
    paths = sorted((workspace.root / "projects").glob("*/input"))
    # skip links: a piece links to the input of its batch's project
    inputs = [path for path in paths if not path.is_symlink()]
    audio, here = workspace.root / "library" / "audio", f"{workspace.root}{os.sep}"
    others = [] if strangers is None else strangers
    shared = [os.path.realpath(root) for root in (*roots, audio)]
    for root in [*roots, audio, *inputs]:
        wanted = (SOUND,) if root == audio else (CLIP, SOUND)
        for path, trouble, stamp in _below(str(root), wanted, shared):
            name = path.removeprefix(here)
            if trouble == STRANGER:
                others.append(printable(name))
            elif CONTROL.search(name):  # the name could break a line or clear the screen
                why = "its name contains a character that cannot be printed"
                yield Candidate(printable(name), path, why, [])
            else:
                yield Candidate(name, path, trouble, stamp)


def counted(strangers: Iterable[str]) -> str:
    """Return one line that counts the files of unsupported kinds, or "" if there are none."""
    kinds = Counter(map(_called, strangers))
    count = kinds.total()
    if not count:
        return ""
    often = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    parts = [f"{number} {called}" for called, number in often[:MOST_KINDS]]
    more = sum(number for _, number in often[MOST_KINDS:])
    parts += [f"{more} of {several(len(often) - MOST_KINDS, 'other kind')}"] if more else []
    these = "file is of a kind" if count == 1 else "files are of kinds"
    return f"{count} {these} that collide does not read: {', '.join(parts)}"


def _called(stranger: str) -> str:
    """Return a short description of a file's kind, preferably its suffix."""
    if kind(stranger):
        return f"{_suffix(stranger)} in library/audio, where sounds belong"
    suffix = _suffix(stranger)
    return suffix if re.fullmatch(r"\.\S{1,11}", suffix) else "without a suffix"


def input_of(workspace: Workspace, project: str) -> str:
    """Return the name of a project's clip folder, or of the folder that it links to."""
    path = workspace.root / "projects" / project / "input"
    try:
        real = path.resolve().relative_to((workspace.root / "projects").resolve())
    except (ValueError, OSError, RuntimeError):
        return f"projects/{project}/input/"
    return f"projects/{real}/"


def own_names(workspace: Workspace, project: str, of: str) -> list[str]:
    """Return the sorted names (without folders) of all clips or sounds that a project may use."""
    own = (input_of(workspace, project), "library/")
    there = [one.name for one in files(workspace, [workspace.library]) if kind(one.name) == of]
    return sorted({one.rpartition("/")[2] for one in there if one.startswith(own)})


def name_of(workspace: Workspace, path: Path) -> str:
    """Return a file's name: its path inside the workspace, or the full path if it is outside."""
    root = workspace.root
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _suffix(path: Path | str) -> str:
    # splitext, since Path is too slow here; spaces after a suffix are invisible, so they are
    # ignored
    return os.path.splitext(path)[1].lower().rstrip()  # noqa: PTH122


def _below(
    root: str, wanted: Sequence[str], shared: Sequence[str]
) -> Iterator[tuple[str, str, list[int]]]:
    """Yield each file below a folder: its path, why it must not be opened (or ""), its stamp.

    Links to folders are not followed, since they could lead anywhere or form a cycle. A link to a
    file is followed if its target is below `root` or below one of the `shared` folders, which are
    scanned for all projects.
    """
    inside = [os.path.realpath(root), *shared]
    left: list[tuple[str, os.DirEntry[str] | None]] = [(root, None)]
    while left:
        path, entry = left.pop()
        if entry and (not entry.is_dir(follow_symlinks=False) or _partial_bundle(path)):
            if trouble := _judged(entry, wanted, inside):
                yield path, *trouble
            continue
        try:
            left += _entries(path)
        except OSError as error:
            if path == root and isinstance(error, PermissionError):
                raise  # otherwise everything in the folder would count as gone
            if os.path.lexists(path):
                yield path, f"it cannot be opened: {error.strerror}", []
            continue
        if entry and kind(path) in wanted:
            yield path, "it is not a regular file", []


def _partial_bundle(path: str) -> bool:
    """Return whether a folder is a partial download by Safari, such as clip.mp4.download."""
    return coming(path) and bool(kind(path.rpartition(".")[0]))


def _judged(
    entry: os.DirEntry[str], wanted: Sequence[str], inside: Sequence[str]
) -> tuple[str, list[int]] | None:
    """Return the trouble and stamp of a file, link or download, or None for an origin file."""
    if entry.is_symlink() and not Path(entry.path).exists():
        return "it is a broken link: its target is missing, or on a disk that is not plugged in", []
    if kind(entry.path) in wanted:
        trouble, stamp = _looked(entry, inside)
        return trouble, stamp if trouble else _run_stamp(entry.path) or stamp
    if entry.is_symlink() and Path(entry.path).is_dir():
        if _leads(entry, inside):
            return "it is a link to a folder that is scanned already", []
        return "it is a link to a folder: add the folder with doit scan path=…", []
    if coming(entry.path):
        return STILL_COMING, []
    page = entry.path.endswith(".json") and kind(entry.path[:-5])  # an origin file
    return None if page else (STRANGER, [])


def _entries(folder: str) -> list[tuple[str, os.DirEntry[str]]]:
    """Return a folder's paths and entries, in reverse order, with one entry per image sequence."""
    with os.scandir(folder) as entries:
        seen = [entry for entry in entries if entry.name[0] != "." and entry.name != BIN]
    apart = followers(Path(folder), (entry.name for entry in seen))
    seen = [entry for entry in seen if entry.name not in apart]
    return [(e.path, e) for e in sorted(seen, key=lambda e: e.name, reverse=True)]


def stamp_of(path: str) -> list[int]:
    """Return a file's or an image sequence's stamp (see Candidate), or [] if it is missing."""
    try:
        return _run_stamp(path) or _stamp(os.stat(path))
    except OSError:
        return []


def _stamp(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _run_stamp(path: str) -> list[int]:
    """Return one stamp for the image sequence that begins with a file, or [] if there is none."""
    every = [one.lstat() for one in run_of(Path(path))]
    if not every:
        return []
    latest = max(one.st_mtime_ns for one in every), max(one.st_ctime_ns for one in every)
    return [sum(one.st_size for one in every), *latest]


def _leads(entry: os.DirEntry[str], inside: Sequence[str]) -> bool:
    """Return whether a link leads into one of the folders (given as real paths)."""
    target = Path(os.path.realpath(entry.path))
    return any(target.is_relative_to(folder) for folder in inside)


def _looked(entry: os.DirEntry[str], inside: Sequence[str]) -> tuple[str, list[int]]:
    """Return why a file must not be opened ("" if it may be), and its stamp.

    For example, a pipe would never end, and a link could lead anywhere.
    """
    try:
        status = entry.stat()
    except OSError as error:
        return f"it cannot be read: {error.strerror}", []
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file", []
    if entry.is_symlink() and not _leads(entry, inside):
        return "it links to a file elsewhere: add that file's folder with doit scan path=…", []
    if not status.st_size:
        return "it is empty", []
    return "", _stamp(status)
