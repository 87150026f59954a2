"""The dask engine with real processes: where a dead worker's tasks go.

The workers render nothing; each writes a file when a task begins, and ends the task when another
file exists.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from collide.farm.machines import tag
from collide.farm.order import code_digest
from collide.shared.farm_key import FarmKey
from tests.farm.conftest import free_port
from tests.patience import HANGS, wait_until

OURS, OLD = "c" * 64, "9" * 64  # digests of two builds of ffmpeg


@dataclass
class Bench:
    """A scheduler in a thread, with its worker processes."""

    folder: Path
    engine: object
    address: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def join(self, name: str, engine: str = OURS) -> None:
        """Start a worker and wait until it has joined."""
        words = [self.address, str(self.folder), name, engine]
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.farm.fake_slot", *words]
        )
        wait_until((self.folder / f"{name}.joined").exists, what=f"{name} joins")

    def begun(self, name: str) -> list[str]:
        """Return the tasks that a worker has begun."""
        return sorted(p.stem.partition("-")[2] for p in self.folder.glob(f"{name}-*.begun"))

    def names(self) -> set[str]:
        """Return the worker names that the scheduler knows."""
        return {one.name for one in self.ask(self.engine.workers_of)}

    def ask(self, what: Callable[..., Any], *more: Any) -> Any:
        """Call a function of the engine with the address and the key, in a new thread.

        A browser that an earlier test opened may occupy the event loop of the current thread.
        """
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(what, self.address, self.folder / "farm.pem", *more).result()


@pytest.fixture
def bench(tmp_path, monkeypatch) -> Iterator[Bench]:
    """Yield a scheduler that reassigns the tasks of a silent worker after a few seconds."""
    pytest.importorskip("distributed", reason="pip install -e '.[farm]' brings the farm's packages")
    engine = dask_engine()
    monkeypatch.setitem(engine.SETTINGS, "distributed.scheduler.worker-ttl", "1s")
    key, port = FarmKey.make(tmp_path / "farm.pem").path, free_port()
    ready, ended = Event(), Event()
    words = ("127.0.0.1", port, key, ready.set, ended)
    thread = Thread(target=engine.schedule, args=words, daemon=True)
    thread.start()
    assert ready.wait(HANGS)
    made = Bench(tmp_path, engine, f"127.0.0.1:{port}")
    yield made
    for process in made.running.values():
        process.kill()
        process.wait(HANGS)
    ended.set()
    thread.join(HANGS)


def all_ended(pool, keys: str) -> dict[str, str | None]:
    """Wait until all tasks have ended; map each task to its answer."""
    found: dict[str, str | None] = {}

    def done() -> bool:
        if end := pool.ended(0.1):
            found[end[0]] = end[1]
        return len(found) == len(keys)

    wait_until(done, what=f"{keys} end")
    return found


def send_as_before(pool, key: str, fits: str, preferred: str) -> None:
    """Send a task with a preference for a worker, as older versions of collide do."""
    future = pool._client.submit(
        dask_engine().make_text, key, key=key, pure=False, retries=0, resources={fits: 1},
        workers=[preferred], allow_other_workers=True,
    )  # fmt: skip
    pool._futures[key] = future
    future.add_done_callback(lambda _: pool._ended.put(key))


def dask_engine():
    """Import the engine's module late, because some machines lack dask."""
    return import_module("collide.farm.dask_engine")


def test_tasks_of_a_stopped_worker_go_to_a_compatible_one(bench):
    """All tasks of a stopped worker are reassigned to the worker whose ffmpeg fits.

    Tasks from an older version of collide that preferred the stopped worker are also reassigned.
    """
    bench.join("t1")
    pool = bench.ask(bench.engine.Pool, lambda *_: None)
    fits = tag(OURS, code_digest())
    for key in "ab":
        pool.send(key, key, fits, [])
    for key in "cd":
        send_as_before(pool, key, fits, pool.machines()[0].address)
    wait_until(lambda: bench.begun("t1"), what="t1 begins")
    bench.join("vm")
    bench.join("old", OLD)
    for name in ("vm", "old"):
        (bench.folder / f"{name}.go").touch()
    os.kill(bench.running["t1"].pid, signal.SIGSTOP)
    wait_until(lambda: "t1" not in bench.names(), what="t1 is given up")
    assert all_ended(pool, "abcd") == {key: f"{key} by vm" for key in "abcd"}
    assert bench.begun("old") == []
    pool.close()
