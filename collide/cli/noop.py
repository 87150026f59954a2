"""The no-op stamp: a render ends immediately if no input's stat has changed since the last no-op.

cache/stamps/PROJECT.json holds the output of a run that found nothing to do, and a digest of that
run's command line, its environment, and the stat of every file that it depends on. If the digest is
still the same, collide prints this output again, without opening a project, plan or receipt. Any
difference, even a new file in presets/, leads to an ordinary run. This file imports little, so it
loads fast.
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
from collide.base.workspace import LABEL, Workspace
from collide.run.record import Done, RunRecord

HERE = Path(__file__).parents[1]
Compared = Callable[[], list[str] | None]

COUNTS = "counts"  # placeholder for the line with the counts and the time
FRESH = 0.05  # seconds; a file changed twice within one tick of the clock looks unchanged


class NoopStamp:
    """The stamp of a command, with a digest of the stats known without a plan (`before`)."""

    def __init__(self, workspace: Workspace, words: Sequence[str]) -> None:
        self.workspace, self.words = workspace, list(words)
        names = [word.partition("=")[2] for word in words if word.startswith("project=")]
        self.project = names[0] if len(names) == 1 and LABEL.fullmatch(names[0]) else ""
        self.path = workspace.cache / "stamps" / f"{self.project}.json"
        self.began = unix_time()
        self.before = self._now()

    def answer(self) -> tuple[RunRecord, list[str]] | None:
        """Return the record and output of a run that would do nothing, or None otherwise."""
        try:
            stamp = json.loads(self.path.read_bytes()) if self.project else {}
            if stamp.get("signature") != self.signature(stamp["paths"]):
                return None
            run = RunRecord(self.project, stamp["said"])
            run.tasks = {task: Done(task, "kept") for task in stamp["tasks"]}
            return run, list(stamp["lines"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def signature(self, paths: Iterable[str]) -> str:
        """Return a digest of the arguments, the environment, and the stat of every file."""
        return digest_of([self.words, _surroundings(), [[p, *_stat(p)] for p in self._all(paths)]])

    def remember(self, run: RunRecord, lines: Sequence[str], compared: Compared) -> None:
        """Write the stamp of a run that did nothing, unless a file may have changed since.

        If the command names no project, nothing is written.

        Args:
            compared: a function that compares the content of clips and delivered files. It returns
                the paths of the clips, delivered files and engine, or None if a file differs.
        """
        paths = compared() if self.project else None
        if paths is None:
            return
        signature = self.signature(paths)
        youngest = max(max(_stat(path)[3:]) for path in self._all(paths))
        # compare again, because a change after the first comparison shows in the stat or the bytes
        same = self.before == self._now() and compared() == paths
        if same and youngest < (self.began - FRESH) * 1e9:
            stamp = {"signature": signature, "paths": paths, "lines": list(lines)}
            stamp |= {"tasks": list(run.tasks), "said": run.words}
            write_whole(self.path, json.dumps(stamp).encode(), lasting=False)

    def _now(self) -> str:
        return digest_of([[path, *_stat(path)] for path in self._theirs()])

    def _all(self, paths: Iterable[str]) -> Iterator[str]:
        yield from self._theirs()
        yield from paths
        yield from _tree(self.workspace.receipts(self.project))

    def _theirs(self) -> Iterator[str]:
        root, home = self.workspace.root, self.workspace.root / "projects" / self.project
        folders = [HERE, root / "presets", home / "presets", home / "scripts"]
        # the prefix of a look, or a cell's number, may now refer to a different look
        if any(word.startswith("look=") for word in self.words):
            folders.append(home / "looks")
            yield str(home / "sheets.json")
        for folder in (*folders, root / "library" / "luts", root / "library" / "models"):
            yield from _tree(folder)
        files = root / "dodo.py", root / "pyproject.toml", home / "config.json"
        yield from map(str, (*files, home / "selection.json"))
        yield from (str(self.workspace.cache / name) for name in ("library.json", "version"))


def _surroundings() -> Mapping[str, Any]:
    """Return the environment that a render reads: variables, Python, and installed packages."""
    names = ("PATH", *sorted(name for name in os.environ if name.startswith("COLLIDE_")))
    packages = sorted({path for path in sys.path if path.endswith("-packages")})
    return {
        "environment": {name: os.environ.get(name) for name in names},
        "python": [sys.version, sys.prefix, [[path, *_stat(path)] for path in packages]],
    }


def _tree(folder: Path | str) -> Iterator[str]:
    """Yield every file below a folder, in order, except Python's compiled files."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _tree(entry.path) if entry.name != "__pycache__" else ()
        else:
            yield entry.path


def _stat(path: str) -> tuple[int, ...]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0, 0, 0)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
