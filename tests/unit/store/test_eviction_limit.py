"""eviction: the choice of the limit and the printed reason for it."""

import pytest

from collide.base.errors import InputError
from collide.store.eviction import GB, Limit, gb, limit, ways
from collide.store.objects import Store
from tests.unit.store.conftest import Disk


@pytest.mark.parametrize(
    ("total", "expected"), [(1000, 200), (200, 40), (60, 20), (100, 20), (30, 15), (8, 4)]
)
def test_the_default_limit_is_a_share_of_the_disk(
    store: Store, disk: Disk, total: float, expected: float
) -> None:
    """The default limit is a fifth of the disk, at least 20 GB, but at most half of the disk."""
    disk(total, total)
    most = limit(store, 0)
    assert most.bytes == expected * GB
    assert most.why == f"this is {expected / total:.0%} of the disk"
    assert most.fix == f"a higher limit: export COLLIDE_CACHE_MAX_GB={2 * expected:.3g}"


@pytest.mark.parametrize("said", ["50", "0.001", "1e2", " 7 "])
def test_the_variable_sets_the_limit(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """COLLIDE_CACHE_MAX_GB sets the limit in units of a billion bytes."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", said)
    assert limit(store, 0)[:2] == (int(float(said) * GB), "set by COLLIDE_CACHE_MAX_GB")


@pytest.mark.parametrize("said", ["much", "0", "1e-10", "-1", "nan", "inf", "1e7", "20G", "1,5"])
def test_an_invalid_limit_is_refused(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """The error for an invalid limit names the variable and a valid value."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", said)
    with pytest.raises(InputError) as caught:
        limit(store, 0)
    assert caught.value.what == f"COLLIDE_CACHE_MAX_GB={said} is not a valid value"
    typed = "20" if said == "20G" else "50"
    assert caught.value.fix == f"export COLLIDE_CACHE_MAX_GB={typed}"


@pytest.mark.parametrize("needed", [57.3e6, 3.0e9, 80e9, 123456789.0])
@pytest.mark.parametrize("said", ["0.001", "0.5", "50"])
def test_a_suggested_limit_is_always_large_enough(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch, needed: float, said: str
) -> None:
    """The suggested limit is always large enough, even if the old limit was tiny."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", said)
    higher = ways(limit(store, 0), int(needed))[0].partition("COLLIDE_CACHE_MAX_GB=")[2]
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", higher)
    assert limit(store, 0).bytes >= needed
    assert len(higher.strip("0.").replace(".", "")) <= 2


def test_no_limit_beyond_the_disk_is_suggested(store: Store, disk: Disk) -> None:
    """If the disk is too small for a higher limit, the advice is to free space."""
    disk(0.006, 0.006)
    lines = ways(limit(store, 0), 338_700_000)
    assert lines[0] == "free 502.2 MB more on that disk"
    assert not [line for line in lines if "MAX_GB" in line]


def test_a_nearly_full_disk_lowers_the_limit(store: Store, disk: Disk) -> None:
    """On a nearly full disk, the limit is the store's size plus the free space beyond 1 GB."""
    disk(1000, 11)
    most = limit(store, 5 * GB)
    assert most[:2] == (15 * GB, f"the disk of {store.root} has only 11.0 GB left")
    assert most.fix == "free space on that disk"
    disk(1000, 0.5)
    assert limit(store, 5 * GB).bytes == 5 * GB


def test_a_users_limit_applies_even_if_it_is_exceeded(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit set by the user applies even if the store already exceeds it."""
    disk(1000, 3)
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", "1")
    assert limit(store, 5 * GB)[:2] == (GB, "set by COLLIDE_CACHE_MAX_GB")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2.5e6, "2.5 MB"), (3.21e10, "32.1 GB")],
)
def test_sizes_are_printed_in_decimal_units(size: float, text: str) -> None:
    """Sizes are printed in bytes, or in kB, MB or GB with one decimal."""
    assert gb(size) == text


def test_a_limit_that_just_fits_on_the_disk_is_suggested() -> None:
    """The largest limit that the disk can hold is still suggested."""
    most = Limit(10 * GB, "why", "fix", 15 * GB)
    assert ways(most, 10 * GB)[0] == "a higher limit: export COLLIDE_CACHE_MAX_GB=15"
    assert ways(most, 10 * GB + 2)[0].startswith("free ")
