"""A farm key, a store in a folder or on the farm's own server, and a link with a fake clock."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from collide.shared import link as module
from collide.shared.farm_key import FarmKey
from collide.shared.link import Link
from collide.shared.shared_store import SharedStore
from collide.shared.side_table import SideTable
from collide.shared.store_server import StoreServer
from tests.patience import HANGS


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> FarmKey:
    """Return a farm key."""
    return FarmKey.make(tmp_path_factory.mktemp("key") / "farm.pem")


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    """Return an empty folder for a store."""
    (tmp_path / "nas").mkdir()
    return tmp_path / "nas"


@pytest.fixture
def server(tmp_path: Path, key: FarmKey) -> Iterator[StoreServer]:
    """Yield the farm's own server, which serves an empty folder."""
    served = StoreServer(tmp_path / "served", key).begin()
    yield served
    served.end()


@pytest.fixture(params=["file", "https"])
def shared(request: pytest.FixtureRequest, key: FarmKey, nas: Path) -> Iterator[SharedStore]:
    """Yield a store in a folder or on the farm's own server."""
    file = request.param == "file"
    store = SharedStore(nas.as_uri() if file else request.getfixturevalue("server").url, key)
    yield store
    store.close()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time that the test has set."""
        return self.now


@dataclass
class Waits:
    """A fake wait that advances the clock and adds up the waiting times."""

    clock: Clock
    total: float = 0.0

    def __call__(self, event: threading.Event, seconds: float) -> bool:
        """Pretend to wait for an event; return whether it is set."""
        if not event.is_set():
            self.clock.now += seconds
            self.total += seconds
        return event.is_set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the link's clock, which a test can set."""
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    monkeypatch.delenv("COLLIDE_STORE_WAIT", raising=False)
    return clock


@pytest.fixture
def link(shared: SharedStore, tmp_path: Path, clock: Clock) -> Link:
    """Return a link to a working store."""
    return Link(shared, SideTable(tmp_path, shared.url))


@pytest.fixture
def waits(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Return the counter that replaces the link's waits."""
    waits = Waits(clock)
    monkeypatch.setattr(module, "wait", waits)
    return waits


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Yield an event; set it after the test."""
    event = threading.Event()
    yield event
    event.set()


def reached(link: Link) -> Link:
    """Return the link once its first request has been answered."""
    link.reach()
    link._reached.wait(HANGS)
    return link
