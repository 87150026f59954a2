"""A library whose clips are small text files, with a probe that reads them without ffmpeg."""

from pathlib import Path
from typing import Any

from collide.base.errors import TaskError
from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.library.library import Library
from collide.library.scan_diff import ScanReport
from collide.store.digests import Memo

FACTS = Clip(
    seconds=8.0, width=640, height=360, frames=200, fps=25.0, variable=False, rotated=False,
    video="h264", audio="aac", channels=2, rate=48000, gap=0.04,
).facts()  # fmt: skip


class Shelf:
    """A workspace with a library, which each scan opens again, as a new run would."""

    def __init__(self, house: Workspace) -> None:
        self.house = house
        self.probed: list[str] = []

    def put(self, name: str, content: str = "", folder: str = "library/video") -> Path:
        """Write a clip with the given content, or with its name as content; return its path."""
        path = self.house.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content or name)
        return path

    def probe(self, path: Path, _: str) -> dict[str, Any]:
        """Return the same facts for every file; raise an error if the file begins with "broken"."""
        self.probed.append(path.name)
        if path.read_text().startswith("broken"):
            raise TaskError("the command failed", why="exit code 1\nmoov atom not found", fix="x")
        return FACTS

    def library(self) -> Library:
        """Return the library as the next run sees it."""
        return Library(self.house, Memo(self.house.cache / "memo.db"))

    def scan(self) -> ScanReport:
        """Scan the library and return the report."""
        self.probed.clear()
        return self.library().scan(self.probe)

    def usable(self, project: str = "x") -> list[str]:
        """Return the clip names that a project may choose from."""
        return [clip["name"] for clip in self.library().usable(project)]
