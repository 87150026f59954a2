"""A fake disk with the size and free space that a test sets."""

import shutil
from collections.abc import Callable
from typing import NamedTuple

import pytest

from collide.store.eviction import GB

Disk = Callable[[float, float], None]


class Usage(NamedTuple):
    """Disk usage as the system reports it, in bytes."""

    total: int
    used: int
    free: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return a function that sets the size and the free space of the disk, in GB."""
    monkeypatch.delenv("COLLIDE_CACHE_MAX_GB", raising=False)

    def be(total: float, free: float) -> None:
        usage = Usage(int(total * GB), int((total - free) * GB), int(free * GB))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    be(1000, 900)
    return be
