"""The clips and sounds: which there are, what each holds, and which were left out and why.

cache/library.json remembers, by path, the digest and the facts of every file that was seen: first
the digest of all that follows, then a clip a line. A clip is its content: renamed, moved or copied
it is the same clip.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collide.base.errors import DiskError, InputError, TaskError
from collide.base.files import write_whole
from collide.base.hashing import digest
from collide.base.media import Clip, Sound, plainly
from collide.base.workspace import Workspace
from collide.library.folders import CLIP, SOUND, Candidate, files, input_of, kind
from collide.library.scan_diff import ScanReport, compare
from collide.store.digests import Memo, at_rest

# What asks a clip for its facts: (path, digest) -> facts; raises TaskError where it cannot.
Probe = Callable[[Path, str], dict[str, Any]]

# A digest of the text is compared in a millisecond; one of what it means, ten thousand clips of
# it, took a hundred.
HEAD = b'{"digest":"%s",\n'


def empty() -> dict[str, Any]:
    """Return the contents of an empty library: folders, clips by name, and the stamp of each."""
    return {"roots": [], "clips": {}, "seen": {}}


def written(contents: Mapping[str, Any]) -> bytes:
    """Return the text of library.json."""
    parts = [f'"roots":{json.dumps(contents["roots"])}']
    for word in ("clips", "seen"):
        lines = (f"{json.dumps(name)}:{json.dumps(each)}" for name, each in contents[word].items())
        parts.append(f'"{word}":{{\n' + ",\n".join(lines) + "}")
    text = ",\n".join(parts).encode() + b"}\n"
    return HEAD % digest(text).encode() + text


def read(data: bytes) -> dict[str, Any]:
    """Return the contents in the text of library.json.

    Raises:
        ValueError: it is damaged, or another file.
    """
    cut = len(HEAD % bytes(32))
    if data[:cut] != HEAD % digest(data[cut:]).encode():
        raise ValueError("its digest is another")
    contents = json.loads(data)
    return {word: contents[word] for word in empty()}


class Library:
    """The clips of one house."""

    def __init__(self, workspace: Workspace, memo: Memo) -> None:
        self.workspace, self.memo = workspace, memo
        self.path = workspace.cache / "library.json"
        self._known: dict[str, Any] | None = None
        self._stands = empty()  # what library.json says
        self.damaged = False  # whether what was seen, and which folders, had to be forgotten

    @property
    def contents(self) -> dict[str, Any]:
        """Return what was seen: `roots`, `clips` by path, and `seen`, the stamp of each."""
        if self._known is None:
            try:
                self._stands = read(self.path.read_bytes())
            except FileNotFoundError:
                pass
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.damaged = True
            self._known = dict(self._stands)
        return self._known

    def roots(self) -> list[Path]:
        """Return the folders clips are looked for in: library/video, then what scan was given."""
        return [self.workspace.library, *map(Path, self.contents["roots"])]

    def add_root(self, path: Path) -> None:
        """Look into another folder from now on; InputError where it is none."""
        if not path.is_dir():
            raise InputError(
                f"path={path} is not a folder",
                why="scan reads a folder of clips, with all that is in it",
                fix="give a folder; single clips go into library/video",
            )
        if not any(path.resolve().is_relative_to(root.resolve()) for root in self.roots()):
            self.contents["roots"] = [*self.contents["roots"], str(path.resolve())]

    def drop_root(self, path: Path) -> None:
        """Look into an added folder no more; InputError where it was never added."""
        roots = self.contents["roots"]
        if str(path.resolve()) not in roots:
            raise InputError(
                f"path={path} is not looked into",
                why="scan was given " + (", ".join(roots) or "no folder but its own"),
                fix="give one of these, as it is written here",
            )
        self.contents["roots"] = [root for root in roots if root != str(path.resolve())]

    def scan(
        self, probe: Probe, on_file: Callable[[int, int, str], None] | None = None
    ) -> ScanReport:
        """Look at every file, probe what is new or changed, and remember it.

        `on_file` is called with (files read, files to read, path) before each.

        A file of the same name, size and times is the file that was read before. Device and
        inode are not asked: a disk that was plugged in again has others, and a terabyte would
        be read anew. What is rendered is compared once more, by all that stat says.
        """
        before, seen = self.contents["clips"], self.contents["seen"]
        found = {file.name: file for file in files(self.workspace, self.roots())}
        fresh = [
            file
            for name, file in found.items()
            if file.trouble or file.stamp != seen.get(name) or "digest" not in before.get(name, {})
        ]
        content = {
            (clip["digest"], kind(name)): clip for name, clip in before.items() if "digest" in clip
        }
        looked: dict[str, Any] = {}
        for count, file in enumerate(fresh):
            if on_file:
                on_file(count, len(fresh), file.name)
            looked[file.name] = self._look(file, content, probe)
        latest = {name: looked.get(name) or before[name] for name in found}
        now = {n: {w: v for w, v in clip.items() if w != "gone"} for n, clip in latest.items()}
        stamps = {name: file.stamp for name, file in found.items() if _sure(file, now[name], seen)}
        roots = self.contents["roots"]
        report = compare(before, now, [root for root in roots if not Path(root).is_dir()])
        self._known = {"roots": roots, "clips": dict(sorted(now.items())), "seen": stamps}
        self._save()
        return report

    def remember(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep more facts of contents, by digest, beside those that are known."""
        clips = self.contents["clips"].items()
        more = {name: {**clip, **facts.get(clip.get("digest", ""), {})} for name, clip in clips}
        self._known = {**self.contents, "clips": more}
        self._save()

    def _save(self) -> None:
        """Write what is known, if it changed; of an empty library there is nothing to know."""
        if self.damaged or self.contents != self._stands:
            write_whole(self.path, written(self.contents))
            self._stands, self.damaged = dict(self.contents), False

    def has_files(self) -> bool:
        """Return whether there is any file to look at."""
        return any(files(self.workspace, self.roots()))

    def _look(
        self, file: Candidate, content: dict[tuple[str, str], dict[str, Any]], probe: Probe
    ) -> dict[str, Any]:
        """Return what is known of one file, by digest and kind; new bytes are probed."""
        if file.trouble:
            return {"left_out": file.trouble}
        try:
            digest = self.memo.digest(Path(file.path))
        except OSError as error:
            return {"left_out": f"it cannot be read: {error.strerror}"}
        what = kind(file.name)
        if (digest, what) not in content:
            try:
                content[digest, what] = {"digest": digest, what: probe(Path(file.path), digest)}
            except DiskError:
                raise  # it would be forgotten for good, for no fault of its own
            except TaskError as error:
                content[digest, what] = {"digest": digest, "left_out": plainly(error.why)}
        return content[digest, what]

    def usable(self, project: str, what: str = CLIP) -> list[dict[str, Any]]:
        """Return the files of a kind that a project may use: its own first, each content once."""
        own, clips = input_of(self.workspace, project), self.contents["clips"]
        found: dict[str, dict[str, Any]] = {}
        for name in sorted(clips, key=lambda name: not name.startswith(own)):
            file, mine = clips[name], name.startswith(own)
            elsewhere = name.startswith("projects/") and not mine
            if what in file and "gone" not in file and not elsewhere:
                one = {"digest": file["digest"], "name": name, "own": mine, "facts": file[what]}
                found.setdefault(file["digest"], one)
        return list(found.values())

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
            return self.memo.digest(path) if path.is_file() else None
        except OSError:
            return None


def _sure(file: Candidate, clip: Mapping[str, Any], seen: Mapping[str, list[int]]) -> bool:
    """Return whether a file's stamp stands for what was read of it."""
    return "digest" in clip and (file.stamp == seen.get(file.name) or at_rest(*file.stamp[1:]))
