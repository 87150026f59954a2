"""The workspace: the folder of dodo.py, and the paths in it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """One checkout: its projects, its library, its cache."""

    root: Path
    apart: Path | None = None  # a cache of its own

    @property
    def cache(self) -> Path:
        """Return the folder of the cache: COLLIDE_CACHE, if it is set."""
        if self.apart:
            return self.apart
        return self.root / Path(os.environ.get("COLLIDE_CACHE") or "cache").expanduser()

    def fullest(self) -> Path:
        """Return the folder, the cache or the root, whose disk has less free space."""
        places = [path for path in (self.cache, self.root) if path.exists()]
        return min(places, key=lambda path: shutil.disk_usage(path).free)

    @property
    def library(self) -> Path:
        """Return the folder of the clips shared by all projects."""
        return self.root / "library" / "video"

    def receipts(self, project: str) -> Path:
        """Return the folder of a project's receipts."""
        return self.cache / "receipts" / project

    def projects(self) -> list[str]:
        """Return the names of all projects."""
        return sorted(p.parent.name for p in (self.root / "projects").glob("*/config.json"))

    def unused_name(self) -> str:
        """Return an unused name for a new project."""
        taken = {p.name for p in (self.root / "projects").glob("*")}
        return next(n for n in (f"piece-{i}" for i in range(1, 10000)) if n not in taken)
