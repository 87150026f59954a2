"""A small piece, and an engine that can be told to harm the render that runs it."""

import json
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from collide.base.hashing import digest_file
from collide.engine.programs import find_engine
from tests.patience import running, wait_until
from tests.render.conftest import House, Ran, make_clip
from tests.zygote import SYNC

# This engine counts its calls. The file `order` next to it gives the number of a call (0 for all)
# and a command, which the engine runs at the start of that call or some seconds into it. Two
# simultaneous calls may count the same number, so only the call that creates the folder `at-N` runs
# the command. Every workspace has the same engine, byte for byte, and therefore the same keys and
# video.
ENGINE = """#!/bin/sh
here=${0%/*}
echo called >> "$here/calls"
if [ -f "$here/order" ]; then
  read -r at pause what < "$here/order"
  parent=$PPID
  reached() { [ "$(wc -l < "$here/calls")" -ge "$at" ] && mkdir "$here/at-$at" 2> /dev/null; }
  if [ "$at" -eq 0 ] || reached; then
    if [ "$pause" = now ]; then eval "$what"
    else (sleep "$pause"; eval "$what") > /dev/null 2>&1 &
    fi
  fi
fi
exec FFMPEG "$@"
"""

CONFIG = {
    "seed": 3,
    "num_videos": 2,
    "audio_sources": 1,
    "layer1.clip": "a.mp4",
    "layer2.clip": "b.mp4",
    "layer1.sound": "on",
    "mode": "luminance",
    "luminance_target": "lights",
    "luminance_threshold": 0.7,
    "similarity": 0.3,
    "storage": "raw",
    "output_size": "128x72",
    "fps": 10,
    "duration": 6,
    "min_resolution": 0,
    "encoding_preset": "ultrafast",
}


class Faulty(House):
    """A workspace with an engine that takes orders."""

    cache_at = ""  # an unusual location for the cache, or ""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        engine = root / "engine" / "ffmpeg"
        engine.parent.mkdir()
        engine.write_text(ENGINE.replace("FFMPEG", f"'{find_engine().path}'"))
        engine.chmod(0o755)
        self.project("x")

    def project(self, name: str, **knobs) -> None:
        """Write the config of a project."""
        path = self.root / "projects" / name / "config.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**CONFIG, **knobs}))

    def env(self) -> dict[str, str]:
        """Return the environment that doit runs in."""
        engine = str(self.root / "engine" / "ffmpeg")
        own = {"COLLIDE_FFMPEG": engine, "COLLIDE_CACHE": self.cache_at, SYNC: "1"}
        return {**super().env(), **own}

    def calls(self) -> int:
        """Return how often the engine was called."""
        path = self.root / "engine" / "calls"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def order(self, call: int, what: str, pause: float | str = 0.0) -> None:
        """Make the engine run a shell command during its n-th call from now.

        Args:
            call: n, or 0 for every call.
            what: the command.
            pause: how many seconds into the call the command runs, or "now" to run it first.
        """
        at = self.calls() + call if call else 0
        (self.root / "engine" / "order").write_text(f"{at} {pause} {what}\n")

    def start(self, *words: str) -> subprocess.Popen:
        """Start doit in its own process group and return the process."""
        return subprocess.Popen(
            [sys.executable, "-m", "doit", *words],
            cwd=self.root, env=self.env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True, preexec_fn=_restore_signals,  # noqa: PLW1509 - it only calls signal
        )  # fmt: skip

    def again(self, *words: str) -> Ran:
        """Render the piece without an order; the render must succeed. Return its result."""
        (self.root / "engine" / "order").unlink(missing_ok=True)
        ran = self.doit("render", "project=x", *words)
        assert ran.code == 0, ran.out
        assert "Traceback" not in ran.out
        return ran

    def cold(self) -> None:
        """Delete the cache and the output."""
        shutil.rmtree(self.root / "cache")
        shutil.rmtree(self.root / "projects" / "x" / "output")

    def actions(self) -> set[str]:
        """Return the keys of all recorded results."""
        return {path.stem for path in (self.root / "cache" / "actions").glob("*/*.json")}

    def objects(self, task: str) -> list[Path]:
        """Return the paths of the objects that a task made."""
        made = self.manifest()["tasks"][task]["objects"]
        return [self.object(digest) for _, digest in sorted(made.items())]

    def unsound(self) -> list[str]:
        """Return the names of objects that do not match the digest of their bytes."""
        every = (self.root / "cache" / "objects").glob("*/*")
        return [path.name for path in every if digest_file(path) != path.name]

    def leftovers(self) -> list[Path]:
        """Return unfinished files: private folders, and files that were never renamed."""
        half = [path for path in self.root.rglob(".*-*") if path.is_file()]
        return [*(self.root / "cache" / "tmp").iterdir(), *half]

    def running(self) -> list[str]:
        """Wait for this workspace's commands to end; return those still running."""
        with suppress(AssertionError):
            wait_until(lambda: not running(self.root), what="it was killed")
        return running(self.root)


def _restore_signals() -> None:
    """Restore the default signal handlers, even under nohup or in the background."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)


def prepared(root: Path) -> Faulty:
    """Return a new workspace whose engine takes orders, and whose piece is rendered once."""
    house = Faulty(root)
    folder = house.root / "library" / "video"
    make_clip(folder / "a.mp4", picture="testsrc2=s=160x90:r=25", sound="sine=220", seconds=7)
    make_clip(folder / "b.mp4", sound="sine=440:r=22050", seconds=2.5,
              picture="gradients=s=90x160:r=30:c0=white:c1=navy:y0=60:x1=90:seed=3")  # fmt: skip
    house.again()
    return house


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Path:
    """Return the folder of a workspace that has rendered its piece once."""
    return prepared(tmp_path_factory.mktemp("once")).root


@pytest.fixture
def faulty(tmp_path, once) -> Faulty:
    """Return a copy of the workspace that has rendered its piece once."""
    root = tmp_path / "house"
    shutil.copytree(once, root)
    house = Faulty.__new__(Faulty)
    house.root = root
    return house
