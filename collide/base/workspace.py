"""The folder that holds dodo.py, and where its parts are."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """One checkout: its projects, its library, its cache."""

    root: Path
    apart: Path | None = None  # a cache of its own, beside the house's

    @property
    def cache(self) -> Path:
        """Return the cache, on another disk where COLLIDE_CACHE says so."""
        if self.apart:
            return self.apart
        return self.root / Path(os.environ.get("COLLIDE_CACHE") or "cache").expanduser()

    def fullest(self) -> Path:
        """Return the one of the folders that are written to whose disk has less room."""
        places = [path for path in (self.cache, self.root) if path.exists()]
        return min(places, key=lambda path: shutil.disk_usage(path).free)

    @property
    def library(self) -> Path:
        """Return the folder of the clips that all projects share."""
        return self.root / "library" / "video"

    def receipts(self, project: str) -> Path:
        """Return the folder of what doit knows of a project's tasks."""
        return self.cache / "receipts" / project

    def projects(self) -> list[str]:
        """Return the names of the projects there are."""
        return sorted(p.parent.name for p in (self.root / "projects").glob("*/config.json"))

    def unused_name(self) -> str:
        """Return a name for a project that was given none."""
        taken = {p.name for p in (self.root / "projects").glob("*")}
        return next(n for n in (f"piece-{i}" for i in range(1, 10000)) if n not in taken)
