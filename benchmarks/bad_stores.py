"""The cost of a bad shared store for a render: the store hangs, is late, fails, is full or gone.

    python -m benchmarks.bad_stores [ROUNDS] [FAULT …] [--clips FOLDER] [--knob NAME=VALUE …]

The benchmark renders a 4-second piece with mostly default knobs, always in a new workspace. In each
of ROUNDS (5) rounds, it renders the piece with each store, good or bad, and without a store. The
clips come from FOLDER; by default, small clips are generated. For each store, the benchmark prints
the median ratio of the wall time with the store to the wall time without a store (goal: 1.10). The
benchmark also prints the same ratio of CPU seconds, which shows whether the machine was quiet.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collide.shared.farm_key import FarmKey
from tests.render.conftest import House, make_clips
from tests.shared.bad_server import bad_server

GOAL = 1.10
SERVERS = ("", "hang", "late", "error", "full", "read-only")
FAULTS = (*SERVERS, "silent", "gone")
KNOBS: dict[str, object] = {"duration": 4, "seed": 3, "min_resolution": 0}


@contextmanager
def store(fault: str, folder: Path) -> Iterator[str]:
    """Yield the address of a store with a fault; with the fault "", the store is good and empty."""
    if fault in SERVERS:
        with bad_server(fault) as server:
            yield server.url
    elif fault == "silent":  # connections are made, but nothing reads from them
        with socket.create_server(("127.0.0.1", 0)) as door:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
    else:
        yield (folder / "not mounted").as_uri()


def rendered(root: Path, clips: Path, knobs: dict[str, object], url: str) -> tuple[float, float]:
    """Render a new piece and return its wall and CPU seconds."""
    root.mkdir()
    house = House(root)
    for clip in sorted(clips.glob("*.*")):
        shutil.copy(clip, root / "library" / "video")
    (root / "projects" / "x").mkdir(parents=True)
    (root / "projects" / "x" / "config.json").write_text(json.dumps({**KNOBS, **knobs}))
    env = {**house.env(), "COLLIDE_STORE": url, "COLLIDE_STORE_WAIT": ""}
    before, began = os.times(), time.monotonic()
    words = [sys.executable, "-m", "doit", "render", "project=x"]
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, os.times()
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(root)
    cpu = after.children_user + after.children_system
    return wall, cpu - before.children_user - before.children_system


def main(words: list[str]) -> int:
    """Measure and print the ratios; return 1 if a ratio of wall seconds is above the goal."""
    parser = argparse.ArgumentParser("benchmarks.bad_stores")
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("faults", nargs="*", default=FAULTS)
    parser.add_argument("--clips", type=Path, help="folder of clips; default: generated clips")
    parser.add_argument("--knob", action="append", default=[], metavar="NAME=VALUE")
    typed = parser.parse_args(words)
    faults, rounds = typed.faults, typed.rounds
    knobs = {name: json.loads(value) for name, _, value in (k.partition("=") for k in typed.knob)}
    ratios: dict[str, list[tuple[float, float]]] = {fault: [] for fault in faults}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        clips = typed.clips or make_clips(root / "clips")
        os.environ["COLLIDE_FARM_KEY"] = str(FarmKey.make(root / "farm.pem").path)
        rendered(root / "first", clips, knobs, "")  # warm-up: fills the disk cache
        for number in range(rounds):
            for fault in faults:
                pair = {}
                order = ("with", "without") if number % 2 else ("without", "with")
                for which in order:
                    with store(fault, root) as url:
                        address = url if which == "with" else ""
                        pair[which] = rendered(root / "house", clips, knobs, address)
                (wall, cpu), (wall_0, cpu_0) = pair["with"], pair["without"]
                ratios[fault].append((wall / wall_0, cpu / cpu_0))
    print(f"{rounds} rounds: with a store / without one in the same round")
    worst = 0.0
    for fault, found in ratios.items():
        walls, cpus = zip(*found, strict=True)
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        worst = max(worst, wall)
        each = f"{min(walls):.2f} to {max(walls):.2f}"
        print(f"{fault or 'good, empty':<12} wall {wall:5.2f} ({each})  CPU {cpu:5.2f}")
    return 1 if worst > GOAL else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
