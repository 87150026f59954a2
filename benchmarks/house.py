"""A temporary workspace with generated clips, and the commands to measure in it."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collide.engine.programs import find_engine

REPO = Path(__file__).parents[1]
DOIT = [sys.executable, "-m", "doit"]
CONFIG = {
    "seed": 1, "num_videos": 3, "duration": 5.0, "fps": 10, "start": 0.0, "similarity": 0.3,
    "storage": "raw", "output_size": "64x36", "min_resolution": 0, "encoding_preset": "ultrafast",
    "layer1.clip": "a.mp4", "layer2.clip": "b.mp4", "layer3.clip": "c.mp4",
    "layer1.sound": "on", "layer2.sound": "on", "layer3.sound": "off",
    "mode": "fixed",
}  # fmt: skip
PICTURES = {"a.mp4": "testsrc2", "b.mp4": "testsrc", "c.mp4": "rgbtestsrc"}


@dataclass(frozen=True)
class Took:
    """The wall and CPU time of one command, in milliseconds."""

    wall: float
    cpu: float


SMALL = {"size": "64x36", "rate": 10, "seconds": 3}


def make_house(
    root: Path, *, clips: Mapping[str, object] = SMALL, render: bool = True, **knobs: object
) -> Took:
    """Make a workspace with three clips and a project x, and render it if `render` is true.

    Return the time of this render, or zero if `render` is false.
    """
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPO / name, root / name)
    shutil.copytree(REPO / "presets", root / "presets")
    (root / "library" / "video").mkdir(parents=True)
    for name, picture in PICTURES.items():
        source = f"{picture}=s={clips['size']}:r={clips['rate']}"
        words = ["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=220"]
        words += ["-t", str(clips["seconds"]), "-pix_fmt", "yuv420p"]
        path = root / "library" / "video" / name
        subprocess.run([str(find_engine().path), "-v", "error", *words, str(path)], check=True)
    (root / "projects" / "x").mkdir(parents=True)
    (root / "projects" / "x" / "config.json").write_text(json.dumps({**CONFIG, **knobs}))
    return run(root, "render", "project=x") if render else Took(0.0, 0.0)


def surroundings() -> dict[str, str]:
    """Return the environment without PYTHON* variables, so bytecode is cached as for users."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(REPO), "COLLIDE_CACHE": ""}


def run(root: Path, *words: str, program: tuple[str, ...] = tuple(DOIT)) -> Took:
    """Run a command in a workspace and return its time, including child processes.

    If the command fails, raise SystemExit with its output.
    """
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*program, *words],
        check=False,
        cwd=root,
        env=surroundings(),
        stdin=subprocess.DEVNULL,  # otherwise, ffmpeg would read keys from the terminal
        capture_output=True,
        text=True,
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(1000 * wall, 1000 * cpu)


def last_record(root: Path) -> dict[str, dict[str, str]]:
    """Map the tasks of the last run to their records."""
    path = max((root / "cache" / "runs").glob("*.json"))
    return dict(json.loads(path.read_text())["tasks"])
