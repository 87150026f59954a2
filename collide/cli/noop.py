"""The no-op stamp: a render none of whose inputs changed their stat is answered at once.

After a run that found nothing to do, cache/stamps/PROJECT.json holds its words, the stat of every
file it depends on, and what it printed. The same words and stats get the same answer, without
opening a project, plan or receipt. Any difference, even one more preset, causes a full render,
which is always right. Imports here are light.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.base.clock import unix_time
from collide.base.files import write_whole
from collide.base.hashing import digest_of
from collide.base.workspace import Workspace
from collide.run.record import Done, RunRecord

HERE = Path(__file__).parents[1]
Compared = Callable[[], list[str] | None]

COUNTS = "counts"  # stands for the line that says how many, and how long it took
FRESH = 0.05  # seconds; a file changed twice within a tick of its clock looks unchanged


class NoopStamp:
    """The dependencies of one command line, besides the files that only its plan knows."""

    def __init__(self, workspace: Workspace, words: Sequence[str]) -> None:
        self.workspace, self.words = workspace, list(words)
        said = [word.partition("=")[2] for word in words if word.startswith("project=")]
        self.project = said[0] if len(said) == 1 and "/" not in said[0] else ""
        self.path = workspace.cache / "stamps" / f"{self.project}.json"
        self.began = unix_time()
        self.before = self._now()

    def answer(self) -> tuple[RunRecord, list[str]] | None:
        """Return the record and the lines of a run that would find nothing to do, or None."""
        try:
            known = json.loads(self.path.read_bytes()) if self.project else {}
            if known.get("signature") != self.signature(known["paths"]):
                return None
            run = RunRecord(self.project, known["said"])
            run.tasks = {task: Done(task, "kept") for task in known["tasks"]}
            return run, list(known["lines"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def signature(self, paths: Iterable[str]) -> str:
        """Return the digest of the words, the environment, and the stat of every file."""
        return digest_of([self.words, _surroundings(), [[p, *_stat(p)] for p in self._all(paths)]])

    def remember(self, run: RunRecord, lines: Sequence[str], compared: Compared) -> None:
        """Write the stamp of a run that found nothing to do; none if a file may have changed.

        Args:
            compared: returns the paths of clips, engine and finished files, their content compared
                at that moment; None where it differs.
        """
        paths = compared() if self.project else None
        if paths is None:
            return
        signature = self.signature(paths)
        youngest = max(max(_stat(path)[3:]) for path in self._all(paths))
        # compared once more: what changed after the first look has another stat, or other bytes
        same = self.before == self._now() and compared() == paths
        if same and youngest < (self.began - FRESH) * 1e9:
            known = {"signature": signature, "paths": paths, "lines": list(lines)}
            known |= {"tasks": list(run.tasks), "said": run.words}
            write_whole(self.path, json.dumps(known).encode(), lasting=False)

    def _now(self) -> str:
        """Return the digest of the stat of the files that people change."""
        return digest_of([[path, *_stat(path)] for path in self._theirs()])

    def _all(self, paths: Iterable[str]) -> Iterator[str]:
        yield from self._theirs()
        yield from paths
        yield from _tree(self.workspace.receipts(self.project))

    def _theirs(self) -> Iterator[str]:
        root, home = self.workspace.root, self.workspace.root / "projects" / self.project
        folders = [HERE, root / "presets", home / "presets", home / "scripts"]
        if any(
            word.startswith("look=") for word in self.words
        ):  # its signs, or its number, may be another's
            folders.append(home / "looks")
            yield str(home / "sheets.json")
        for folder in (*folders, root / "library" / "luts", root / "library" / "models"):
            yield from _tree(folder)
        files = root / "dodo.py", root / "pyproject.toml", home / "config.json"
        yield from map(str, (*files, home / "selection.json"))
        yield from (str(self.workspace.cache / name) for name in ("library.json", "version"))


def _surroundings() -> Mapping[str, Any]:
    """Return the environment a render reads, and the Python it runs in; packages come and go."""
    names = ("PATH", *sorted(name for name in os.environ if name.startswith("COLLIDE_")))
    packages = sorted({path for path in sys.path if path.endswith("-packages")})
    return {
        "environment": {name: os.environ.get(name) for name in names},
        "python": [sys.version, sys.prefix, [[path, *_stat(path)] for path in packages]],
    }


def _tree(folder: Path | str) -> Iterator[str]:
    """Yield every file below a folder, in order, without Python's compiled files."""
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.is_dir():
            yield from _tree(entry.path) if entry.name != "__pycache__" else ()
        else:
            yield entry.path


def _stat(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0, 0, 0, 0)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
