"""collide reports a full disk, publishes nothing broken, and succeeds once there is space."""

import pytest

from collide.base.hashing import digest_file
from tests.fault.disks import filled, grown, small_disk


@pytest.fixture
def disk(tmp_path):
    """Yield a small disk for the cache, or skip the test if mounting is not permitted."""
    with small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("mounting a small disk is not permitted here")
        yield disk


@pytest.fixture
def elsewhere(faulty, disk):
    """Return a workspace with its cache on the small disk."""
    faulty.cache_at = str(disk.place)
    return faulty


def test_a_too_small_disk_is_reported_before_rendering(elsewhere, disk):
    """A render on a small disk fails and names the disk; on a larger disk, it succeeds."""
    steps = list(grown(elsewhere, disk, 40_000, 3_000_000))
    assert [wrong for _, wrong in steps] == [[]] * len(steps)
    assert [done for done, _ in steps] == [False] * (len(steps) - 1) + [True]
    assert len(steps) > 3


@pytest.mark.parametrize("call", range(2, 16, 4))
def test_a_disk_that_fills_up_midway_is_reported(elsewhere, disk, call):
    """If the disk fills up at any engine call, the error names the disk, and all objects are whole.

    After space is freed, the render succeeds.
    """
    assert filled(elsewhere, disk, call, digest_file(elsewhere.video())) == (True, [])
