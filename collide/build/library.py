"""The clips: which there are, what each holds, and which were left out and why.

cache/library.json remembers, by path, the digest and the facts of every clip that was seen.
A clip is its content: renamed, moved or copied it is the same clip.
"""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.build.memo import Memo
from collide.errors import CONTROL, DiskError, InputError, TaskError, printable
from collide.files import write_whole
from collide.house import House
from collide.media import Clip, plainly

SUFFIXES = frozenset(
    ".3g2 .3gp .asf .avi .flv .gif .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm "
    ".wmv".split()
)

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
        found = list(self._files())
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
        data = json.dumps(self.known, indent=1, sort_keys=True).encode()
        stands = self.path.read_bytes() if self.path.exists() else None
        if data != stands and (stands or any(self.known.values())):
            write_whole(self.path, data)

    def has_files(self) -> bool:
        """Return whether there is any file to look at."""
        return any(True for _ in self._files())

    def _files(self) -> Iterator[tuple[str, Path, str | None]]:
        """Yield every file that could be a clip: name, place, and why not to open it."""
        inputs = sorted((self.house.root / "projects").glob("*/input"))
        for root in [*self.roots(), *inputs]:
            inside = root.resolve()
            for path in sorted(root.rglob("*")):
                if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
                    continue
                name, trouble = self.name(path), _trouble(path, inside)
                if CONTROL.search(name):  # it would end a line, clear the screen, or not print
                    name = printable(name)
                    trouble = "its name has a character that cannot be printed"
                yield name, path, trouble

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
        for earlier in before.values():
            if earlier.get("digest") == digest:
                return {k: v for k, v in earlier.items() if k != "gone"}
        try:
            return {"digest": digest, "facts": probe(path, digest)}
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
            report.clips += 1
            if clip["digest"] in first:
                report.doubles.append((name, first[clip["digest"]]))
            first.setdefault(clip["digest"], name)
            _arrived(name, clip["digest"], before, now, report)
        for name, clip in before.items():
            if name not in now and clip.get("digest") not in first and "facts" in clip:
                report.gone += [] if "gone" in clip else [name]
                now[name] = {**clip, "gone": True}  # unplugged: what it was is still needed

    def name(self, path: Path) -> str:
        """Return how a clip is called: its path in the house, or the whole path outside."""
        try:
            return str(path.relative_to(self.house.root))
        except ValueError:
            return str(path)

    def usable(self, project: str) -> list[dict[str, Any]]:
        """Return the clips a project may choose from: its own first, each content once."""
        own = f"projects/{project}/input/"
        found: dict[str, dict[str, Any]] = {}
        for name, clip in sorted(
            self.known["clips"].items(), key=lambda c: not c[0].startswith(own)
        ):
            elsewhere = name.startswith("projects/") and not name.startswith(own)
            if elsewhere or "facts" not in clip or "gone" in clip:
                continue
            found.setdefault(
                clip["digest"],
                {
                    "digest": clip["digest"],
                    "name": name,
                    "own": name.startswith(own),
                    "facts": clip["facts"],
                },
            )
        return list(found.values())

    def facts(self, digest: str) -> Clip | None:
        """Return what is known of a clip, also when it is not here any more."""
        for clip in self.known["clips"].values():
            if clip.get("digest") == digest and "facts" in clip:
                return Clip.of(clip["facts"])
        return None

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
