"""The library: all clips and sounds, their contents, and the reasons why files are left out.

cache/library.json records the digest and the facts of each file by its path, even after the content
is gone (see library_file.py). A clip is identified by its content, so a renamed, moved or copied
file is still the same clip.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Any

from collide.base.errors import CONTROL, InputError, printable
from collide.base.files import write_whole
from collide.base.media import Clip, Sound
from collide.base.workspace import Workspace
from collide.library.examine import Examiner, OnFile, Probe, ProbeMark, content_digest
from collide.library.file_names import matching
from collide.library.folders import CLIP, SOUND, files, input_of
from collide.library.library_file import (
    Contents,
    empty,
    merged,
    read,
    reported,
    unsaid,
    written,
)
from collide.library.roots import Roots, removals
from collide.library.scan_diff import ScanReport, compare, former, with_gone
from collide.store.digests import Memo
from collide.store.locks import held
from collide.store.objects import Store


class Library:
    """The clips and sounds of one workspace."""

    def __init__(self, workspace: Workspace, memo: Memo) -> None:
        self.workspace, self.memo = workspace, memo
        self.path = workspace.cache / "library.json"
        self._roots = Roots(workspace)
        self._contents: Contents | None = None
        self._text: bytes | None = None  # the text of library.json that was last parsed
        self._parsed: tuple[Contents, list[str]] = empty(), []
        self._stands = empty()  # the content of library.json, as last read or written
        self._once: list[str] = []  # the roots in a library.json of an older version
        self.damaged = False  # whether a damaged library.json was discarded
        self.strangers: list[str] = []  # unsupported files, found by the last scan
        self.sought: dict[str, str] = {}  # the last names of clips that were not found, by digest

    @property
    def contents(self) -> Contents:
        """Return the content of library.json: a dict of four tables (see library_file.py)."""
        if self._contents is None:
            self._stands, self._once = self._read()
            self._contents = dict(self._stands)
        return self._contents

    def _read(self) -> tuple[Contents, list[str]]:
        try:
            text = self.path.read_bytes()
            if text != self._text:  # an unchanged text has been parsed already
                self._parsed, self._text = read(text), text
            return self._parsed
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.damaged = True
        return empty(), []

    @property
    def added(self) -> list[str]:
        """Return the folders that `doit scan path=` added."""
        return self._roots.folders(self._once if self.contents else [])

    def roots(self) -> list[Path]:
        """Return the clip folders: library/video, then those added by `doit scan path=`."""
        return [self.workspace.library, *map(Path, self.added)]

    def add_root(self, path: Path) -> None:
        """Add a clip folder unless a known folder contains it; raise InputError if invalid."""
        if not path.is_dir():
            raise self._roots.no_folder(path, self.added)
        if CONTROL.search(str(path.resolve())):
            raise InputError(
                f"path={printable(str(path))} cannot be added to the library",
                why="its name contains a character that cannot be printed",
                fix="rename the folder",
            )

        def more(before: list[str]) -> list[str]:
            roots = [self.workspace.library, *map(Path, before)]
            inside = any(path.resolve().is_relative_to(root.resolve()) for root in roots)
            return before if inside else [*before, str(path.resolve())]

        self._change_roots(more)

    def drop_root(self, path: Path) -> None:
        """Remove an added folder; raise InputError if `path` was not added."""

        def less(before: list[str]) -> list[str]:
            if str(path.resolve()) not in before:
                raise InputError(
                    f"path={path} is not in the library",
                    why="added folders: " + (", ".join(before) or "none"),
                    fix=removals(before),
                )
            return [root for root in before if root != str(path.resolve())]

        self._change_roots(less)

    def take_over_roots(self) -> None:
        """Move the roots of an old library.json to library/roots.json, unless that exists."""
        if self.contents and self._once and not self._roots.path.exists():
            self._change_roots(lambda before: before)

    def _change_roots(self, changed: Callable[[list[str]], list[str]]) -> None:
        self._roots.change(self._once if self.contents else [], changed)

    def scan(
        self,
        probe: Probe,
        on_file: OnFile | None = None,
        *,
        marks: Mapping[str, ProbeMark] | None = None,
        reports: bool = True,
    ) -> ScanReport:
        """Scan all files, probe new and changed files, and record their facts.

        `on_file` is called before each file that must be examined. A file is probed again if
        `marks` names a different version of the probe for its kind. Changes seen while `reports` is
        false are reported by the next scan for which it is true.

        A file with the same name, size and times counts as unchanged. Device and inode are ignored,
        because both change when a disk is plugged in again, so all its clips would be read again.
        When a clip is rendered, its whole stat is compared.
        """
        before, self.strangers = self.contents["clips"], []
        candidates = {f.name: f for f in files(self.workspace, self.roots(), self.strangers)}
        away = [root for root in self.added if self._is_away(root)]
        if not candidates and not self.path.exists():  # do not create a cache for an empty library
            return ScanReport(away=dict.fromkeys(away, 0), strangers=self.strangers)
        examiner = Examiner(self.contents, self.memo, probe, marks or {})
        now, stamps = examiner.examine(candidates, on_file)
        with self._changing() as theirs:
            # `unsaid` is not merged, because it is computed below
            old = former(self.contents["former"], before, now)
            base = {**self._stands, "unsaid": {}}
            rest = {"seen": stamps, "unsaid": {}, "former": old}
            mine = merged(base, {"clips": with_gone(before, now), **rest}, theirs)
            view = reported(theirs)
            report = compare(view if reports else theirs["clips"], mine["clips"], away)
            left = {} if reports else unsaid(view, mine["clips"])
            self._contents = {**mine, "unsaid": left}
        report.strangers = self.strangers
        return report

    def _is_away(self, root: str) -> bool:
        """Return whether an added folder is missing or has lost all its files, as if unmounted."""
        if not Path(root).is_dir():
            return True
        had_files = any(name.startswith(f"{root}/") for name in self.contents["clips"])
        with suppress(OSError):  # the scan reports a folder that cannot be opened
            return had_files and not any(Path(root).iterdir())
        return False

    def remember(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Add the facts of each digest in `facts` to all files with that content."""
        with self._changing() as theirs:
            clips = theirs["clips"].items()
            more = {name: {**clip, **facts.get(clip.get("digest", ""), {})} for name, clip in clips}
            self._contents = {**theirs, "clips": more}

    @contextmanager
    def _changing(self) -> Iterator[Contents]:
        """Yield library.json's current content; afterwards, write the new content if it differs.

        Until then, library.json is locked, so processes do not overwrite each other's findings.
        """
        mine = self.contents
        self.take_over_roots()
        with held(Store(self.workspace.cache).ready() / "locks" / "library"):
            theirs, _ = self._read()
            self._contents = mine
            yield theirs
            if self.damaged or self._once or self._contents != theirs:
                write_whole(self.path, written(self._contents))
            self._stands, self._once, self.damaged = dict(self._contents), [], False

    def with_files(self, clips: Mapping[str, dict[str, Any]]) -> "Library":
        """Return a copy of the library, never written to disk, with these facts of files."""
        later = copy(self)
        later._contents = {**self.contents, "clips": clips}
        return later

    def has_files(self) -> bool:
        """Return whether there are any files to scan."""
        return any(files(self.workspace, self.roots()))

    def usable(self, project: str, what: str = CLIP) -> list[dict[str, Any]]:
        """Return a project's usable files of one kind, own files first; omit duplicates."""
        own, clips = input_of(self.workspace, project), self.contents["clips"]
        by_digest: dict[str, dict[str, Any]] = {}
        for name in sorted(clips, key=lambda name: not name.startswith(own)):
            file, mine = clips[name], name.startswith(own)
            if what in file and "gone" not in file and self._theirs(name, project):
                one = {"digest": file["digest"], "name": name, "own": mine, "facts": file[what]}
                by_digest.setdefault(file["digest"], one)
        return list(by_digest.values())

    def last_name(self, digest: str) -> str:
        """Return a known name for this content, or "" if it was never seen."""
        clips, sought = self.contents["clips"].items(), self.sought.get(digest, "")
        return next((name for name, clip in clips if clip.get("digest") == digest), sought)

    def left_out(self, project: str) -> dict[str, str]:
        """Map each file of a project or of the library that is left out to the reason."""
        clips = self.contents["clips"].items()
        lost = {name: clip["left_out"] for name, clip in clips if "left_out" in clip}
        return {name: why for name, why in lost.items() if self._theirs(name, project)}

    def others(self, project: str) -> list[str]:
        """Return the unsupported files of a project or of the library, as found by `scan`."""
        return [name for name in self.strangers if self._theirs(name, project)]

    def _theirs(self, name: str, project: str) -> bool:
        """Return whether a file belongs to a project or to the library that all projects share."""
        return not name.startswith("projects/") or name.startswith(
            input_of(self.workspace, project)
        )

    def names(self, project: str, what: str = CLIP) -> dict[str, dict[str, Any]]:
        """Map all names of a project's usable files of one kind to the files, own files first."""
        clips = self.contents["clips"].items()
        by_digest = {file["digest"]: file for file in self.usable(project, what)}
        every = [
            (name, {**by_digest[clip["digest"]], "name": name})
            for name, clip in clips
            if what in clip and "gone" not in clip and self._theirs(name, project)
        ]
        return dict(sorted(every, key=lambda one: not one[0].startswith("projects/")))

    def facts(self, digest: str) -> Clip | None:
        """Return the facts of a clip, even if its file is gone, or None if it is unknown."""
        return Clip.of(facts) if (facts := self._facts_of(digest, CLIP)) else None

    def sound(self, digest: str) -> Sound | None:
        """Return the facts of a sound, even if its file is gone, or None if it is unknown."""
        return Sound.of(facts) if (facts := self._facts_of(digest, SOUND)) else None

    def _facts_of(self, digest: str, what: str) -> dict[str, Any] | None:
        files = self.contents["clips"].values()
        same = (file[what] for file in files if file.get("digest") == digest and what in file)
        return next(same, None)

    def now_called(self, name: str, every: Mapping[str, Mapping[str, Any]]) -> str:
        """Return the name in `every` of the file formerly called `name`, or "" if not found."""
        old = self.contents["former"]
        digests = [old[one] for one in matching(name, old)]
        return next((one for one, file in every.items() if file["digest"] in digests), "")

    def called(self, digest: str) -> str:
        """Return a name of a usable file with this content, even of a file that is gone, or ""."""
        clips = self.contents["clips"].items()
        return next((n for n, c in clips if c.get("digest") == digest and "left_out" not in c), "")

    def place(self, digest: str) -> Path | None:
        """Return the path of a file that now has this content, or None.

        The file is read unless its stat is unchanged since it was last read.
        """
        for name, clip in self.contents["clips"].items():
            path = Path(self.workspace.root, name)
            same = clip.get("digest") == digest and "left_out" not in clip
            if same and self.content(path) == digest:
                return path
        return None

    def content(self, path: Path) -> str | None:
        """Return the digest of the file now at `path`, or None if it is missing or unreadable."""
        try:
            return content_digest(self.memo, path) if path.is_file() else None
        except OSError:
            return None
