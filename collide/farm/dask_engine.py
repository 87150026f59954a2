"""The farm's engine, dask.distributed, which only this file imports.

A task calls one function in this file, which takes and returns a string, so no code is sent.
Connections use TLS only, with the farm's key at both ends. A worker process runs one task at a
time, and neither steals tasks from other workers nor serves a dashboard.
"""

import asyncio
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

import dask
from distributed import Client, Future, Scheduler, Security, Worker, get_worker
from distributed.comm.core import FatalCommClosedError
from distributed.core import Status, rpc

from collide.base.clock import sleep
from collide.farm.crew import LOST
from collide.farm.dask_settings import CONNECT, SETTINGS
from collide.farm.farm_place import StrangerError, nobody
from collide.farm.machines import Machine, read_machine
from collide.farm.networks import address_towards, knock
from collide.farm.slot import Slot

TOPIC = "collide"
POLL, GRACE = 0.2, 30  # seconds between checks; seconds for a worker to close
PATIENCE = 5.0  # seconds to wait for the scheduler's answer
OnProgress = Callable[[str, str], None]


class _Silent:
    """A mixin that removes the unused web server of a dask node."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Start no server."""


class _Scheduler(_Silent, Scheduler):  # type: ignore[misc]  # dask may be missing
    def valid_workers(self, ts: Any) -> Any:
        """Return a task's workers: all workers with its tag if the preferred worker is gone.

        Otherwise dask would choose any worker, and a worker without the tag would never run the
        task. Only clients with an older version of collide send such preferences.
        """
        workers = super().valid_workers(ts)
        if workers is None or workers or not ts.loose_restrictions:
            return workers
        ts.worker_restrictions, ts.loose_restrictions = set(), False
        return super().valid_workers(ts)


class _Worker(_Silent, Worker):  # type: ignore[misc]
    slot: Slot


@contextmanager
def _set() -> Iterator[None]:
    """Configure dask for the farm and silence its log and all warnings."""
    for name in [*logging.root.manager.loggerDict]:
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with dask.config.set(SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _security(key: Path) -> Security:
    files = {f"tls_{role}_cert": str(key) for role in ("scheduler", "worker", "client")}
    return Security(tls_ca_file=str(key), require_encryption=True, **files)


def schedule(address: str, port: int, key: Path, ready: Callable[[], None], ended: Event) -> None:
    """Run a scheduler until `ended` is set, and call `ready` as soon as it listens.

    Raise OSError or RuntimeError if the port is taken.
    """

    async def live() -> None:
        scheduler = _Scheduler(
            host=address, port=port, protocol="tls", security=_security(key), dashboard=False
        )
        await scheduler
        ready()
        while not ended.is_set():
            await asyncio.sleep(POLL)
        await scheduler.close()

    with _set():
        asyncio.run(live())


def workers_of(address: str, key: Path, patience: float = PATIENCE) -> list[Machine]:
    """Return the workers of the scheduler at `address` ("host:port").

    Raises:
        NoFarmError: no farm answers there.
        StrangerError: the other side has a different key or no TLS.
    """

    async def ask() -> dict[str, Any]:
        arguments = _security(key).get_connection_args("client")
        async with rpc(f"tls://{address}", connection_args=arguments, timeout=patience) as one:
            return dict(await one.identity(n_workers=-1))

    with _set():
        try:
            knock(address, patience)  # dask would retry until its timeout
            return _machines(asyncio.run(asyncio.wait_for(ask(), 2 * patience)))
        except FatalCommClosedError:
            raise StrangerError(address) from None
        except (OSError, TimeoutError) as error:
            raise nobody(error) from None


def _machines(identity: dict[str, Any]) -> list[Machine]:
    return [
        replace(
            read_machine(one.get("metrics", {}).get(TOPIC), address),
            seen=float(one.get("last_seen", 0.0)),
        )
        for address, one in sorted(identity.get("workers", {}).items())
    ]


def make_text(text: str) -> str:
    """Run a task, given as JSON, in a worker process; return JSON, even after an error."""
    worker = get_worker()
    key = worker.get_current_task()

    def on_progress(far: str) -> None:
        worker.log_event(TOPIC, {"key": str(key), "far": far, "machine": worker.slot.machine.name})

    with _watched(worker, key):
        return str(worker.slot.play(text, on_progress))


@contextmanager
def _watched(worker: Any, key: Any) -> Iterator[None]:
    """Stop the slot's work as soon as its task is canceled, which dask does not do."""
    over = Event()

    def look() -> None:
        while not over.wait(POLL):
            task = worker.state.tasks.get(key)
            if task is None or task.state in ("cancelled", "released", "forgotten"):
                worker.slot.stop()

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work(slot: Slot, address: str, key: Path, folder: Path, joined: Callable[[], None]) -> None:
    """Work for the scheduler at `address` until the connection ends or the slot idles too long.

    Raises:
        NoFarmError: no farm answers there.
        StrangerError: the other side has a different key or no TLS.
    """

    async def live() -> None:
        host = address.rpartition(":")[0].strip("[]")
        async with asyncio.timeout(2 * CONNECT):
            worker = await _Worker(
                f"tls://{address}",
                nthreads=1,
                name=f"{slot.machine.name}-{slot.token}",
                host=address_towards(host),
                security=_security(key),
                resources={slot.machine.tag: 1},
                metrics={TOPIC: lambda _: slot.machine.text()},
                memory_limit=0,
                local_directory=str(folder),
                dashboard=False,
            )
        worker.slot = slot
        joined()
        while worker.status == Status.running and not slot.is_idle():
            await asyncio.sleep(POLL)
        await worker.close(timeout=GRACE)

    with _set():
        workers_of(address, key)  # raises clearer errors than dask
        try:
            asyncio.run(live())
        except FatalCommClosedError:
            raise StrangerError(address) from None
        except (OSError, TimeoutError) as error:
            raise nobody(error) from None


class Pool:
    """A client's connection to the farm, which sends and receives strings."""

    def __init__(
        self, address: str, key: Path, on_progress: OnProgress, patience: float = PATIENCE
    ) -> None:
        """Connect to the scheduler at `address` ("host:port"); errors are those of `workers_of`.

        `on_progress` is called from another thread with a task's key and progress.
        """
        workers_of(address, key, patience)
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._futures: dict[str, Future] = {}
        self._cut = False
        self._settings = _set()
        self._settings.__enter__()
        self._client = Client(
            f"tls://{address}",
            security=_security(key),
            timeout=10,
            set_as_default=False,
            direct_to_workers=False,
        )

        def progress(event: tuple[float, Any]) -> None:
            with suppress(KeyError, TypeError):
                report = event[1]
                on_progress(str(report["key"]), f"{report['far']} on {report['machine']}")

        self._client.subscribe_topic(TOPIC, progress)

    @property
    def lost(self) -> bool:
        """Return whether the scheduler is gone."""
        return self._cut or bool(self._client.status == "closed")

    def machines(self) -> list[Machine]:
        """Return the current workers, or [] if the scheduler is gone."""
        with suppress(Exception):
            return _machines(dict(self._client.scheduler_info(n_workers=-1)))
        return []

    def send(self, key: str, text: str, tag: str, only: list[str]) -> None:
        """Send a task to a worker with this tag; if the connection is lost, only record the loss.

        Args:
            key: tasks with the same key run only once.
            text: the task, see slot.py.
            tag: the tag of the workers that may run it.
            only: the addresses of these workers, or [] for all workers with the tag.
        """
        there = {"workers": only} if only else {}
        try:
            future = self._client.submit(
                make_text, text, key=key, pure=False, resources={tag: 1}, retries=0, **there
            )
        except Exception:  # raised by dask if the connection has been lost
            self._cut = True
            return
        self._futures[key] = future
        future.add_done_callback(lambda _: self._ended.put(key))

    def ended(self, seconds: float) -> tuple[str, str | None, str] | None:
        """Return the next task that ends, as described in `Workers`."""
        try:
            key = self._ended.get(timeout=seconds)
        except Empty:
            return None
        future = self._futures.pop(key, None)
        if future is None:
            return None
        try:
            if future.status == "finished":
                return key, str(future.result(timeout=CONNECT)), ""
            why = str(future.exception(timeout=5)) if future.status == "error" else LOST
            return key, None, why
        except Exception as error:  # raised by dask if the worker has died
            return key, None, f"{type(error).__name__}: {error}"
        finally:
            with suppress(Exception):  # otherwise a dead worker's piece would be rendered again
                future.release()

    def drop(self, key: str) -> None:
        """Cancel a task: its worker stops, unless another client wants its result too."""
        if future := self._futures.pop(key, None):
            with suppress(Exception):
                future.release()

    def close(self) -> None:
        """Cancel everything and disconnect from the scheduler."""
        for key in [*self._futures]:
            self.drop(key)
        sleep(0.05)  # time for the releases to be sent
        with suppress(Exception):
            self._client.close(timeout=3)
        self._settings.__exit__(None, None, None)
