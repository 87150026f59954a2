"""The costs of one more task, of ten thousand tasks, and of a hundred thousand objects.

Each task does nothing or stores an object of a few bytes.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.house import make_house, run, surroundings
from collide.store.index import Index
from collide.store.objects import Store

Row = tuple[str, float, str]

RENDER = ("render", "project=x")
TASKS = 10_000
OBJECTS = 100_000


def rows() -> Iterator[Row]:
    """Yield each figure, with its goal."""
    yield from _tasks()
    yield from _objects()


def _tasks() -> Iterator[Row]:
    """Yield the overhead of an executed task, and the cost of a graph with ten thousand tasks."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_house(root)

        def measured(count: int, *more: str) -> dict[str, float]:
            argv = [sys.executable, "-m", "benchmarks.many", str(count), *more]
            done = subprocess.run(
                argv, check=False, env=surroundings(), cwd=root, capture_output=True, text=True
            )
            if done.returncode:
                raise SystemExit(done.stdout + done.stderr)
            return dict(json.loads(done.stdout.splitlines()[-1]))

        few = [measured(500) for _ in range(3)]
        keep = [measured(500, "objects") for _ in range(3)]
        many = measured(TASKS)
        took = [(run(root, "--version").wall, run(root, *RENDER).wall) for _ in range(9)]
    bare, again = (statistics.median(times) for times in zip(*took, strict=True))
    # the goals for ten thousand tasks assume that doit --version takes 70 ms
    scale = 70 / bare
    for what, found in (("that answers", few), ("that keeps an object", keep)):
        each = statistics.median(one["each"] for one in found)
        yield f"overhead of an executed task {what}, ms", each, "≤ 2"
    yield f"loading {TASKS} tasks, ms, at doit --version = 70", many["load"] * scale, "≤ 250"
    yield f"a no-op over {TASKS} tasks, ms, at doit --version = 70", again * scale, "≤ 500"


def _objects() -> Iterator[Row]:
    """Yield the cost of planning an eviction and of rescanning the disk, with many objects."""
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Store(Path(folder)))
        digests = [f"{i * 2654435761 % 2**32:08x}{i:024x}" for i in range(OBJECTS)]
        for digest in digests:
            path = index.store.object(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        rows = [(digest, 1, float(i % 977)) for i, digest in enumerate(digests)]
        index.notes.tell(("insert into objects values (?,?,?)", rows))
        plan = _median(lambda: index.cheapest(OBJECTS // 10, set()))
        scan = _median(index.scan)
    yield f"choosing a tenth of {OBJECTS} objects, ms", plan, "≤ 50"
    yield f"rescanning {OBJECTS} objects, ms", scan, "≤ 2000"


def _median(act: Callable[[], object]) -> float:
    found = []
    for _ in range(5):
        began = time.perf_counter()
        act()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)
