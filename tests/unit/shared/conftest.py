"""A key, a folder store, and a store behind the farm's own server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from collide.shared.store_server import StoreServer


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> FarmKey:
    """Return the key of a farm."""
    return FarmKey.make(tmp_path_factory.mktemp("key") / "farm.pem")


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    """Return the folder of a store."""
    (tmp_path / "nas").mkdir()
    return tmp_path / "nas"


@pytest.fixture
def server(tmp_path: Path, key: FarmKey) -> Iterator[StoreServer]:
    """Run the farm's own server over an empty folder."""
    served = StoreServer(tmp_path / "served", key).begin()
    yield served
    served.end()


@pytest.fixture(params=["file", "https"])
def shared(request: pytest.FixtureRequest, key: FarmKey, nas: Path) -> Iterator[SharedStore]:
    """Return a store by each door that needs nothing installed."""
    file = request.param == "file"
    store = SharedStore(nas.as_uri() if file else request.getfixturevalue("server").url, key)
    yield store
    store.close()
