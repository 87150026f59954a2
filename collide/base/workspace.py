"""The workspace: the folder that contains dodo.py, and the paths in this folder."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from collide.base import cache_place

LABEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")  # names of projects, presets and stars
LABEL_SIGNS = "letters, digits, _ . and -"  # the characters of a LABEL
LABEL_FORM = f"{LABEL_SIGNS}, at most 64"


@dataclass(frozen=True)
class Workspace:
    """One checkout: its projects, its library, and its cache."""

    root: Path
    apart: Path | None = None  # the folder of a separate cache; None for the usual cache

    @property
    def cache(self) -> Path:
        """Return the cache folder; raise StoreError if it must not be created there."""
        place = self.cache_place
        if self._elsewhere() and not (place / "version").exists():
            cache_place.refuse_lost(self.root, place)
        return place

    @property
    def cache_place(self) -> Path:
        """Return the cache folder: `apart`, or COLLIDE_CACHE, or `cache` in the root."""
        if self.apart:
            return self.apart
        return self.root / Path(os.environ.get("COLLIDE_CACHE") or "cache").expanduser()

    def _elsewhere(self) -> bool:
        """Return whether COLLIDE_CACHE or a link may put the cache on another disk."""
        if self.apart:
            return False
        return bool(os.environ.get("COLLIDE_CACHE")) or self.cache_place.is_symlink()

    def remember_cache(self) -> None:
        """Record the cache folder, if it may be on another disk."""
        if self._elsewhere():
            cache_place.remember(self.root, self.cache)

    def lost_cache(self) -> str:
        """Return a notice if a cache has disappeared from its folder, or ""."""
        if not self._elsewhere() or not cache_place.is_anew(self.root, self.cache):
            return ""
        return f"starting a new cache in {self.cache}: the previous one is gone"

    def fullest(self) -> Path:
        """Return the cache or the root, whichever is on the disk with less free space."""
        places = [path for path in (self.cache_place, self.root) if path.exists()]
        return min(places, key=lambda path: shutil.disk_usage(path).free)

    @property
    def library(self) -> Path:
        """Return the folder for clips that all projects share."""
        return self.root / "library" / "video"

    def receipts(self, project: str) -> Path:
        """Return the folder for a project's receipts."""
        return self.cache / "receipts" / project

    def projects(self) -> list[str]:
        """Return all project names."""
        return sorted(p.parent.name for p in (self.root / "projects").glob("*/config.json"))

    def unused_name(self) -> str:
        """Return an unused name for a new project."""
        taken = {p.name for p in (self.root / "projects").glob("*")}
        return next(n for n in (f"piece-{i}" for i in range(1, 10000)) if n not in taken)
