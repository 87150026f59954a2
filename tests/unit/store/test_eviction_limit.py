"""eviction: the limit, and its reason."""

import pytest

from collide.base.errors import InputError
from collide.store.eviction import GB, gb, limit
from collide.store.objects import Store
from tests.unit.store.conftest import Disk


@pytest.mark.parametrize(
    ("total", "expected"), [(1000, 200), (200, 40), (60, 20), (100, 20), (30, 15), (8, 4)]
)
def test_a_share_of_the_disk_is_the_limit(
    store: Store, disk: Disk, total: float, expected: float
) -> None:
    """A fifth; of a small disk 20 GB, but never over half."""
    disk(total, total)
    most = limit(store, 0)
    assert most.bytes == expected * GB
    assert most.why == f"that is {expected / total:.0%} of the disk"
    assert most.fix == f"a higher limit: export COLLIDE_CACHE_MAX_GB={2 * expected:.3g}"


@pytest.mark.parametrize("said", ["50", "0.001", "1e2", " 7 "])
def test_the_limit_is_what_was_said(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """COLLIDE_CACHE_MAX_GB counts in GB of a thousand million bytes."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", said)
    assert limit(store, 0)[:2] == (int(float(said) * GB), "COLLIDE_CACHE_MAX_GB says so")


@pytest.mark.parametrize("said", ["much", "0", "-1", "nan", "inf", "1e7", "20G", "1,5"])
def test_a_limit_that_is_no_number_is_refused(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """The error names the variable, and a value that would do."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", said)
    with pytest.raises(InputError) as caught:
        limit(store, 0)
    assert caught.value.what == f"COLLIDE_CACHE_MAX_GB={said} is not a valid value"
    assert "COLLIDE_CACHE_MAX_GB=50" in caught.value.fix


def test_a_disk_that_is_nearly_full_is_the_limit(store: Store, disk: Disk) -> None:
    """The limit is the held and the free bytes, minus a GB for other programs."""
    disk(1000, 11)
    most = limit(store, 5 * GB)
    assert most == (15 * GB, f"the disk of {store.root} has only 11.0 GB left", most.fix)
    assert most.fix == "make room on that disk"
    disk(1000, 0.5)
    assert limit(store, 5 * GB).bytes == 5 * GB


def test_the_limit_is_never_below_what_a_full_disk_lets_stay(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set limit holds on a disk with room, and if it is less than the held bytes."""
    disk(1000, 3)
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", "1")
    assert limit(store, 5 * GB)[:2] == (GB, "COLLIDE_CACHE_MAX_GB says so")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2.5e6, "2.5 MB"), (3.21e10, "32.1 GB")],
)
def test_bytes_are_said_as_people_say_them(size: float, text: str) -> None:
    """One digit after the point, in thousands."""
    assert gb(size) == text
