"""The clips and sounds: which there are, what each holds, and which were left out and why.

cache/library.json remembers, by path, the digest and the facts of every file that was seen.
A clip is its content: renamed, moved or copied it is the same clip.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.build.folders import CLIP, SOUND, files, input_of, kind
from collide.build.memo import Memo
from collide.errors import DiskError, InputError, TaskError
from collide.files import write_whole
from collide.hashing import digest_of
from collide.house import House
from collide.media import Clip, Sound, plainly

# What asks a clip for its facts: (path, digest) -> facts; raises TaskError where it cannot.
Probe = Callable[[Path, str], dict[str, Any]]


@dataclass
class Report:
    """What a scan found."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    doubles: list[tuple[str, str]] = field(default_factory=list)
    clips: int = 0
    sounds: int = 0


class Library:
    """The clips of one house."""

    def __init__(self, house: House, memo: Memo) -> None:
        self.house, self.memo = house, memo
        self.path = house.cache / "library.json"
        self._known: dict[str, Any] | None = None
        self.damaged = False  # whether what was seen, and which folders, had to be forgotten

    @property
    def known(self) -> dict[str, Any]:
        """Return what was seen: `roots`, and `clips` by path."""
        if self._known is None:
            try:
                said = json.loads(self.path.read_bytes())
                clips = {name: dict(clip) for name, clip in said["clips"].items()}
                self._known = {"roots": list(said["roots"]), "clips": clips}
                # a bit turned in a fact is no fact; files of before do not say what they should be
                if said.get("digest") not in (None, digest_of(self._known)):
                    raise ValueError("its digest is another")
            except FileNotFoundError:
                self._known = {"roots": [], "clips": {}}
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self._known, self.damaged = {"roots": [], "clips": {}}, True
        return self._known

    def roots(self) -> list[Path]:
        """Return the folders clips are looked for in: library/video, then what scan was given."""
        return [self.house.library, *map(Path, self.known["roots"])]

    def add_root(self, path: Path) -> None:
        """Look into another folder from now on.

        Raises:
            InputError: it is not a folder.
        """
        if not path.is_dir():
            raise InputError(
                f"path={path} is not a folder",
                why="scan reads a folder of clips, with all that is in it",
                fix="give a folder; single clips go into library/video",
            )
        if path.resolve() not in [root.resolve() for root in self.roots()]:
            self.known["roots"].append(str(path.resolve()))

    def scan(self, probe: Probe, seen: Callable[[int, int, str], None] | None = None) -> Report:
        """Look at every file, probe what is new or changed, and remember it.

        Args:
            probe: asks a clip for its facts.
            seen: told (clips done, clips in all, path) before each.
        """
        before, report = dict(self.known["clips"]), Report()
        found = list(files(self.house, self.roots()))
        now: dict[str, Any] = {}
        for count, (name, path, trouble) in enumerate(found):
            if seen:
                seen(count, len(found), name)
            now[name] = self._look(path, trouble, before, probe)
        self._compare(before, now, report)
        self.known["clips"] = now
        self._save()
        return report

    def _save(self) -> None:
        """Write what is known, if it changed; of an empty library there is nothing to know."""
        whole = {**self.known, "digest": digest_of(self.known)}
        data = json.dumps(whole, indent=1, sort_keys=True).encode()
        stands = self.path.read_bytes() if self.path.exists() else None
        if data != stands and (stands or any(self.known.values())):
            write_whole(self.path, data)

    def has_files(self) -> bool:
        """Return whether there is any file to look at."""
        return any(True for _ in files(self.house, self.roots()))

    def _look(
        self, path: Path, trouble: str | None, before: dict[str, Any], probe: Probe
    ) -> dict[str, Any]:
        """Return what is known of one file, asking it only when its bytes are new."""
        if trouble:
            return {"left_out": trouble}
        try:
            digest = self.memo.digest(path)
        except OSError as error:
            return {"left_out": f"it cannot be read: {error.strerror}"}
        what = kind(path)
        for name, earlier in before.items():
            if earlier.get("digest") == digest and kind(name) == what:
                return {k: v for k, v in earlier.items() if k != "gone"}
        try:
            return {"digest": digest, what: probe(path, digest)}
        except DiskError:
            raise  # it would be forgotten for good, for no fault of its own
        except TaskError as error:
            return {"digest": digest, "left_out": plainly(error.why)}

    def _compare(self, before: dict[str, Any], now: dict[str, Any], report: Report) -> None:
        """Say what is new, changed, moved, double or gone; what is gone stays known."""
        first: dict[str, str] = {}
        for name, clip in now.items():
            if "left_out" in clip:
                report.left_out[name] = clip["left_out"]
                continue
            report.clips += CLIP in clip
            report.sounds += SOUND in clip
            if clip["digest"] in first:
                report.doubles.append((name, first[clip["digest"]]))
            first.setdefault(clip["digest"], name)
            _arrived(name, clip["digest"], before, now, report)
        for name, clip in before.items():
            told = CLIP in clip or SOUND in clip
            if name not in now and clip.get("digest") not in first and told:
                report.gone += [] if "gone" in clip else [name]
                now[name] = {**clip, "gone": True}  # unplugged: what it was is still needed

    def usable(self, project: str, what: str = CLIP) -> list[dict[str, Any]]:
        """Return the files a project may choose from: its own first, each content once.

        Args:
            what: CLIP or SOUND; each has its `facts`.
        """
        own = input_of(self.house, project)
        found: dict[str, dict[str, Any]] = {}
        for name, file in sorted(
            self.known["clips"].items(), key=lambda c: not c[0].startswith(own)
        ):
            elsewhere = name.startswith("projects/") and not name.startswith(own)
            if elsewhere or what not in file or "gone" in file:
                continue
            told = {"name": name, "own": name.startswith(own), "facts": file[what]}
            found.setdefault(file["digest"], {"digest": file["digest"], **told})
        return list(found.values())

    def facts(self, digest: str) -> Clip | None:
        """Return what is known of a clip, also when it is not here any more."""
        known = self._known_of(digest, CLIP)
        return Clip.of(known) if known else None

    def sound(self, digest: str) -> Sound | None:
        """Return what is known of a file of sound, also when it is not here any more."""
        known = self._known_of(digest, SOUND)
        return Sound.of(known) if known else None

    def _known_of(self, digest: str, what: str) -> dict[str, Any] | None:
        files = self.known["clips"].values()
        same = (file[what] for file in files if file.get("digest") == digest and what in file)
        return next(same, None)

    def called(self, digest: str) -> str:
        """Return what a clip or sound with this content was last called, "" where none was seen."""
        clips = self.known["clips"].items()
        return next((n for n, c in clips if c.get("digest") == digest and "left_out" not in c), "")

    def place(self, digest: str) -> Path | None:
        """Return where a clip with this content is now, None where none is.

        Its bytes are compared, unless stat says that they are those compared before.
        """
        for name, clip in self.known["clips"].items():
            path = Path(self.house.root, name)
            if (
                clip.get("digest") == digest
                and "left_out" not in clip
                and self.content(path) == digest
            ):
                return path
        return None

    def content(self, path: Path) -> str | None:
        """Return the digest of what stands at `path` now, None for nothing."""
        try:
            return self.memo.digest(path) if path.is_file() else None
        except OSError:
            return None


def _arrived(
    name: str, digest: str, before: dict[str, Any], now: dict[str, Any], report: Report
) -> None:
    """Say how a clip came to be at `name`: changed there, moved there, or new."""
    earlier = before.get(name, {})
    came = [n for n, clip in before.items() if clip.get("digest") == digest and n not in now]
    if earlier.get("digest") not in (None, digest):
        report.changed.append(name)
    elif came:
        report.moved.append((came[0], name))
    elif not earlier or "gone" in earlier:
        report.new.append(name)
