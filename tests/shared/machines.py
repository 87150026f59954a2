"""Machines that share a store: workspaces with the same clips and projects, but separate caches."""

import json
import shutil
from pathlib import Path

from collide.shared.farm_key import FarmKey
from tests.patience import HANGS
from tests.render.conftest import CONFIG, House, Ran

SMALL = {**CONFIG, "num_videos": 2, "audio_sources": 1, "duration": 1.5, "fps": 10}
SMALL |= {"output_size": "128x72", "min_resolution": 0}
SMALL.pop("layer3.clip"), SMALL.pop("layer3.sound")
ALONE = {"select", "record"}  # tasks that each machine runs itself


class Machine(House):
    """One of several workspaces, with the farm's key and the store's address."""

    def __init__(self, root: Path, clips: Path, key: Path, url: str) -> None:
        root.mkdir()
        super().__init__(root)
        for clip in clips.iterdir():
            shutil.copy(clip, root / "library" / "video")
        (root / "projects" / "x").mkdir(parents=True)
        (root / "projects" / "x" / "config.json").write_text(json.dumps(SMALL))
        self.key, self.url, self.more = key, url, {"COLLIDE_STORE_WAIT": str(HANGS)}

    def env(self) -> dict[str, str]:
        """Return the environment doit runs in."""
        store = {"COLLIDE_FARM_KEY": str(self.key), "COLLIDE_STORE": self.url}
        return {**super().env(), **store, **self.more}

    def go(self, *words: str) -> Ran:
        """Render the project from its config and check that this succeeds."""
        ran = self.doit("render", "project=x", *words)
        assert ran.code == 0, ran.out
        return ran

    def shared(self, ran: Ran) -> dict[str, int]:
        """Return a run's counters of the shared store."""
        return ran.record.get("shared", {})


class Machines:
    """A factory of machines that share one store."""

    def __init__(self, folder: Path, clips: Path) -> None:
        self.folder, self.clips, self.count = folder, clips, 0
        self.key = FarmKey.make(folder / "farm.pem")
        self.nas = folder / "nas"
        self.nas.mkdir()
        self.url = self.nas.as_uri()

    def another(self, url: str | None = None) -> Machine:
        """Return a new machine without results."""
        self.count += 1
        root = self.folder / f"machine-{self.count}"
        return Machine(root, self.clips, self.key.path, self.url if url is None else url)

    def kept(self, folder: str) -> list[Path]:
        """Return the files in one folder of the store."""
        return sorted((self.nas / folder).glob("[0-9a-f]*"))
