"""The clips and sounds: which there are, what each holds, and which were left out and why.

cache/library.json remembers, by path, the digest and the facts of every file that was seen, see
library_file.py. A clip is its content: renamed, moved or copied it is the same clip.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from collide.base.errors import CONTROL, InputError, printable
from collide.base.files import write_whole
from collide.base.media import Clip, Sound
from collide.base.workspace import Workspace
from collide.library.examine import Examiner, OnFile, Probe, ProbeMark, content_digest
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
from collide.library.roots import Roots
from collide.library.scan_diff import ScanReport, compare, with_gone
from collide.store.digests import Memo
from collide.store.locks import held
from collide.store.objects import Store


class Library:
    """The clips of one house."""

    def __init__(self, workspace: Workspace, memo: Memo) -> None:
        self.workspace, self.memo = workspace, memo
        self.path = workspace.cache / "library.json"
        self._roots = Roots(workspace)
        self._known: Contents | None = None
        self._text: bytes | None = None  # of library.json, as it was read last
        self._parsed: tuple[Contents, list[str]] = empty(), []
        self._stands = empty()  # what library.json says
        self._once: list[str] = []  # the roots that stand in it, where it is an old one
        self.damaged = False  # whether what was seen had to be forgotten
        self.strangers: list[str] = []  # files of other kinds, as the last scan met them

    @property
    def contents(self) -> Contents:
        """Return what library.json says, see library_file.py: `clips`, `seen` and `unsaid`."""
        if self._known is None:
            self._stands, self._once = self._read()
            self._known = dict(self._stands)
        return self._known

    def _read(self) -> tuple[Contents, list[str]]:
        try:
            text = self.path.read_bytes()
            if text != self._text:  # as it was read before, it need not be parsed again
                self._parsed, self._text = read(text), text
            return self._parsed
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.damaged = True
        return empty(), []

    @property
    def added(self) -> list[str]:
        """Return the folders that scan was given."""
        return self._roots.folders(self._once if self.contents else [])

    def roots(self) -> list[Path]:
        """Return the folders clips are looked for in: library/video, then what scan was given."""
        return [self.workspace.library, *map(Path, self.added)]

    def add_root(self, path: Path) -> None:
        """Look into another folder from now on; InputError where it is none."""
        if not path.is_dir():
            raise InputError(
                f"path={path} is not a folder",
                why="scan reads a folder of clips, with all that is in it",
                fix="give a folder; single clips go into library/video",
            )
        if CONTROL.search(str(path.resolve())):
            raise InputError(
                f"path={printable(str(path))} has a name that cannot be written down",
                why="there is a sign in it that cannot be printed",
                fix="rename the folder",
            )

        def more(before: list[str]) -> list[str]:
            roots = [self.workspace.library, *map(Path, before)]
            inside = any(path.resolve().is_relative_to(root.resolve()) for root in roots)
            return before if inside else [*before, str(path.resolve())]

        self._change_roots(more)

    def drop_root(self, path: Path) -> None:
        """Look into an added folder no more; InputError where it was never added."""

        def less(before: list[str]) -> list[str]:
            if str(path.resolve()) not in before:
                raise InputError(
                    f"path={path} is not looked into",
                    why="scan was given " + (", ".join(before) or "no folder but its own"),
                    fix="give one of these, as it is written here",
                )
            return [root for root in before if root != str(path.resolve())]

        self._change_roots(less)

    def take_over_roots(self) -> None:
        """Write the roots of an old library.json where a person's work belongs, once."""
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
        """Look at every file, probe what is new or changed, and remember it.

        `on_file` is called with (files read, files to read, path) before each. Where another probe
        than that of `marks`, by kind, found what is known, it is asked again. What a scan that
        does not report sees, the next one that does reports.

        A file of the same name, size and times is the file that was read before. Device and
        inode are not asked: a disk that was plugged in again has others, and a terabyte would
        be read anew. What is rendered is compared once more, by all that stat says.
        """
        before, self.strangers = self.contents["clips"], []
        found = {f.name: f for f in files(self.workspace, self.roots(), self.strangers)}
        away = [root for root in self.added if self._is_away(root)]
        if not found and not self.path.exists():  # there is nothing to write, and no cache yet
            return ScanReport(away=dict.fromkeys(away, 0), strangers=self.strangers)
        examiner = Examiner(self.contents, self.memo, probe, marks or {})
        now, stamps = examiner.examine(found, on_file)
        with self._changing() as theirs:
            # what a report is about is decided now; until then nobody's is mine
            base, rest = {**self._stands, "unsaid": {}}, {"seen": stamps, "unsaid": {}}
            mine = merged(base, {"clips": with_gone(before, now), **rest}, theirs)
            view = reported(theirs)
            report = compare(view if reports else theirs["clips"], mine["clips"], away)
            left = {} if reports else unsaid(view, mine["clips"])
            self._known = {**mine, "unsaid": left}
        report.strangers = self.strangers
        return report

    def _is_away(self, root: str) -> bool:
        """Return whether an added folder is not here, or is empty now as a mount point is alone."""
        if not Path(root).is_dir():
            return True
        known = any(name.startswith(f"{root}/") for name in self.contents["clips"])
        with suppress(OSError):  # what cannot be looked into is said of its own
            return known and not any(Path(root).iterdir())
        return False

    def remember(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep more facts of contents, by digest, beside those that are known."""
        with self._changing() as theirs:
            clips = theirs["clips"].items()
            more = {name: {**clip, **facts.get(clip.get("digest", ""), {})} for name, clip in clips}
            self._known = {**theirs, "clips": more}

    @contextmanager
    def _changing(self) -> Iterator[Contents]:
        """Yield what library.json says by now; what is known afterwards is written, if it differs.

        It is held meanwhile: what two processes find is kept of both. Of an empty library there
        is nothing to write.
        """
        mine = self.contents
        self.take_over_roots()
        with held(Store(self.workspace.cache).ready() / "locks" / "library"):
            theirs, _ = self._read()
            self._known = mine
            yield theirs
            if self.damaged or self._once or self._known != theirs:
                write_whole(self.path, written(self._known))
            self._stands, self._once, self.damaged = dict(self._known), [], False

    def has_files(self) -> bool:
        """Return whether there is any file to look at."""
        return any(files(self.workspace, self.roots()))

    def usable(self, project: str, what: str = CLIP) -> list[dict[str, Any]]:
        """Return the files of a kind that a project may use: its own first, each content once."""
        own, clips = input_of(self.workspace, project), self.contents["clips"]
        found: dict[str, dict[str, Any]] = {}
        for name in sorted(clips, key=lambda name: not name.startswith(own)):
            file, mine = clips[name], name.startswith(own)
            if what in file and "gone" not in file and self._theirs(name, project):
                one = {"digest": file["digest"], "name": name, "own": mine, "facts": file[what]}
                found.setdefault(file["digest"], one)
        return list(found.values())

    def left_out(self, project: str) -> dict[str, str]:
        """Return why each file is left out that a project could have used, by name."""
        clips = self.contents["clips"].items()
        lost = {name: clip["left_out"] for name, clip in clips if "left_out" in clip}
        return {name: why for name, why in lost.items() if self._theirs(name, project)}

    def others(self, project: str) -> list[str]:
        """Return the files of other kinds that lie where a project looks, as the last scan of
        this object met them.
        """
        return [name for name in self.strangers if self._theirs(name, project)]

    def _theirs(self, name: str, project: str) -> bool:
        """Return whether a file lies where a project looks: in its own folder, or in no other's."""
        return not name.startswith("projects/") or name.startswith(
            input_of(self.workspace, project)
        )

    def names(self, project: str, what: str = CLIP) -> dict[str, dict[str, Any]]:
        """Return every name of the files of a kind that a project may use, its own first."""
        clips = self.contents["clips"].items()
        by_digest = {file["digest"]: file for file in self.usable(project, what)}
        every = [
            (name, {**by_digest[clip["digest"]], "name": name})
            for name, clip in clips
            if what in clip and "gone" not in clip and self._theirs(name, project)
        ]
        return dict(sorted(every, key=lambda one: not one[0].startswith("projects/")))

    def facts(self, digest: str) -> Clip | None:
        """Return what is known of a clip, also when it is not here any more."""
        return Clip.of(known) if (known := self._known_of(digest, CLIP)) else None

    def sound(self, digest: str) -> Sound | None:
        """Return what is known of a file of sound, also when it is not here any more."""
        return Sound.of(known) if (known := self._known_of(digest, SOUND)) else None

    def _known_of(self, digest: str, what: str) -> dict[str, Any] | None:
        files = self.contents["clips"].values()
        same = (file[what] for file in files if file.get("digest") == digest and what in file)
        return next(same, None)

    def called(self, digest: str) -> str:
        """Return what a clip or sound with this content was last called, "" where none was seen."""
        clips = self.contents["clips"].items()
        return next((n for n, c in clips if c.get("digest") == digest and "left_out" not in c), "")

    def place(self, digest: str) -> Path | None:
        """Return where a clip with this content is now, None where none is.

        Its bytes are compared, unless stat says that they are those compared before.
        """
        for name, clip in self.contents["clips"].items():
            path = Path(self.workspace.root, name)
            same = clip.get("digest") == digest and "left_out" not in clip
            if same and self.content(path) == digest:
                return path
        return None

    def content(self, path: Path) -> str | None:
        """Return the digest of what stands at `path` now, None for nothing."""
        try:
            return content_digest(self.memo, path) if path.is_file() else None
        except OSError:
            return None
