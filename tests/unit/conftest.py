"""Fixtures of unit tests: an fsync that does nothing, a store, and a library of two clips."""

import os
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.store import digests
from collide.store.objects import Store
from tests.unit.shelf import Shelf


@pytest.fixture(autouse=True)
def disk_that_needs_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make fsync do nothing: no test here cuts the power, and a real fsync costs milliseconds."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in a folder that does not exist yet."""
    return Store(tmp_path / "cache")


@pytest.fixture
def shelf(house: Workspace, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Return a library of two scanned clips, which caches a new file's digest immediately."""
    monkeypatch.setattr(digests, "TOO_FRESH", -1)
    shelf = Shelf(house)
    shelf.put("a.mp4")
    shelf.put("b.mov")
    shelf.scan()
    return shelf
