"""eviction: the cache stays within its limit, and objects in use are kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from collide.base.errors import DiskError
from collide.base.files import write_whole
from collide.base.hashing import digest
from collide.store.entry import Entry
from collide.store.eviction import GB, Limit, count, evict, make_way, reserve, ways
from collide.store.index import Index
from collide.store.leases import Lease, alone, pin
from collide.store.objects import Store
from collide.store.scratch_db import take_away
from tests.unit.store.conftest import Disk
from tests.unit.store.stores import act, ended, heard, held, put


@pytest.fixture
def index(store: Store, disk: Disk) -> Index:
    """Return the index of a store on a large, nearly empty disk."""
    return Index(store)


@pytest.fixture
def lease(index: Index) -> Iterator[Lease]:
    """Yield a lease that ends with the test."""
    with closing(Lease(index.store)) as lease:
        yield lease


def once(index: Index, name: str, size: int) -> Entry:
    """Publish one object under a separate lease and return its entry."""
    with closing(Lease(index.store)) as lease:
        return publish(index, lease, name, size)


def publish(index: Index, lease: Lease, name: str, size: int) -> Entry:
    """Publish an object that the index counts before it is in place; return its entry."""
    with index.store.workdir() as folder:
        (folder / "a").write_bytes((name.encode() * size)[:size])
        return index.store.publish(
            name.encode().hex().ljust(32, "0"), {"a": folder / "a"}, facts={}, preimage={},
            seconds=1, kind="layer", amount=1, before=lambda entry: reserve(index, lease, entry),
        )  # fmt: skip


# --- keeping the limit ---


def small(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Set a limit of `size` bytes."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", f"{size / GB:.9f}")


def test_every_publication_stays_within_the_limit(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of 12 publications, the store is within its limit and contains the new entry."""
    small(monkeypatch, 3000)
    for number in range(12):
        entry = once(index, f"{number}", 400 + number * 50)
        assert index.store.complete(entry)
        assert held(index.store) == index.held() <= 3000


def test_many_processes_never_exceed_the_limit(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four processes that publish at the same time never exceed the limit."""
    small(monkeypatch, 5000)
    code = """
    from tests.unit.store.test_eviction import once
    index = Index(store)
    for turn in range(25):
        once(index, sys.argv[2] + str(turn), 300 + turn)
    """
    workers = [act(code, index.store.root, name) for name in "abcd"]
    most = 0
    while any(worker.poll() is None for worker in workers):
        with alone(index.store):  # other processes must not publish or evict during the count
            most = max(most, held(index.store))
    assert [ended(worker) for worker in workers] == [""] * 4
    assert 0 < most <= 5000
    assert index.held() == held(index.store) > 4000


def test_an_object_leased_by_another_process_is_not_evicted(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheapest object is not evicted while a living process leases it."""
    small(monkeypatch, 2000)
    made = put(index, "needed", size=1000, seconds=0.001)
    code = (
        "lease = Lease(store); lease.take(sys.argv[2:]); print('ok', flush=True); sys.stdin.read()"
    )
    owner = act(code, index.store.root, made.digest)
    assert heard(owner) == "ok"
    for number in range(3):
        once(index, f"{number}", 900)
    assert index.store.holds(made)
    owner.kill()
    owner.communicate()
    once(index, "last", 900)
    assert not index.store.holds(made)


def test_a_pinned_object_is_never_evicted(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pinned object outlives every eviction, even if it is the cheapest."""
    small(monkeypatch, 2000)
    made = put(index, "starred", size=1000, seconds=0.001)
    pin(index.store, "x-1", [made.digest])
    for number in range(3):
        once(index, f"{number}", 900)
    assert index.store.holds(made)
    assert evict(index, 10**6) == 900
    assert index.store.holds(made)


def test_a_build_never_evicts_its_own_objects(
    index: Index, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build's own objects are never evicted: if they fill the store, publishing fails."""
    small(monkeypatch, 2000)
    kept = [publish(index, lease, f"{number}", 900) for number in range(2)]
    with pytest.raises(DiskError) as caught:
        publish(index, lease, "more", 300)
    what = "the cache limit is 2.0 kB, and another 300 bytes would not fit"
    assert caught.value.what == what
    why = "set by COLLIDE_CACHE_MAX_GB; running renders and starred looks need"
    assert caught.value.why.startswith(why)
    assert "COLLIDE_CACHE=/media" in caught.value.fix
    assert all(map(index.store.complete, kept))
    assert held(index.store) == index.held() == 1800
    assert index.store.find(b"more".hex().ljust(32, "0")) is None


def test_publishing_existing_bytes_evicts_nothing(
    index: Index, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publishing bytes that are already in the store evicts nothing."""
    small(monkeypatch, 2000)
    first = publish(index, lease, "a", 1500)
    reserve(index, lease, Entry("cd" * 16, first.objects, seconds=2))
    assert index.held() == held(index.store) == 1500


def test_a_lost_index_does_not_lift_the_limit(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index deleted between two renders is rebuilt before another object is counted."""
    small(monkeypatch, 3000)
    for number in range(3):
        once(index, f"{number}", 900)
    take_away(index.store.root / "index.db")
    once(Index(index.store), "more", 900)
    assert held(index.store) == index.held() == 2700


def test_an_object_that_cannot_be_counted_is_not_published(
    index: Index, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object that cannot be counted is not published, and the error says why."""
    monkeypatch.setattr(index.notes, "tell", lambda *_: False)
    with pytest.raises(DiskError, match=r"index.db cannot be written"):
        once(index, "a", 100)
    disk(1000, 0)
    with pytest.raises(DiskError, match="the disk is full"):
        once(index, "a", 100)
    assert held(index.store) == 0


def test_eviction_works_on_a_completely_full_disk(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If sqlite cannot open the index, eviction finds the cheapest objects on the disk."""
    put(index, "a", seconds=9.0), put(index, "b", seconds=1.0), put(index, "c", seconds=5.0)
    pin(index.store, "x-1", [digest(b"c" * 1000)])

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    index.notes.close()
    with monkeypatch.context() as patched:
        patched.setattr(index.notes, "_file", full)
        assert evict(index, 500) == 1000
        assert not index.store.object(digest(b"b" * 1000)).exists()
        assert index.sizes([digest(b"c" * 1000)]) == 1000
        assert evict(index, 5000) == 1000
    assert count(index)[0] == held(index.store) == 1000


def test_a_kill_before_the_rename_makes_the_index_overcount(index: Index) -> None:
    """After a kill before the rename, the index counts too much until the next scan."""
    once(index, "a", 500)
    code = """
    from tests.unit.store.test_eviction import once
    import os
    os.replace = lambda *_: os.kill(os.getpid(), 9)
    once(Index(store), "b", 700)
    """
    killed = act(code, index.store.root)
    killed.communicate()
    assert killed.returncode == -9
    assert (index.held(), held(index.store)) == (1200, 500)
    assert count(index) == (500, False)


def test_space_is_freed_before_a_render_writes(index: Index, disk: Disk) -> None:
    """Space for a render's output is freed before it is written."""
    for number in range(3):
        put(index, f"{number}", size=1000)
    disk(1000, 1.0000005)  # one GB is left for other programs
    make_way(index, 400)
    assert held(index.store) == 3000
    make_way(index, 2400)
    assert held(index.store) == 1000


# --- evicted entries, damaged pins, and advice ---


def test_an_evicted_entry_is_found_but_incomplete(index: Index) -> None:
    """An entry whose object was evicted is still found, but is incomplete."""
    made = put(index, "a")
    ((_, entry),) = index.store.entries()
    assert evict(index, 1) == 1000
    assert index.store.find(entry.key) == entry
    assert not index.store.complete(entry) and not index.store.holds(made)
    assert index.held() == held(index.store) == 0


def test_a_damaged_pin_stops_eviction(index: Index) -> None:
    """A damaged pin stops eviction, because the objects it protects are unknown."""
    made = put(index, "a")
    write_whole(index.store.root / "pins" / "x-1.json", b"[]")
    with pytest.raises(Exception, match="cannot be read"):
        evict(index, 1)
    assert index.store.holds(made)


def test_the_ways_to_make_room_can_be_pasted() -> None:
    """Besides another disk, the advice is a higher limit or, if none fits, to free space."""
    other = "or another disk: export COLLIDE_CACHE=/media/disk/cache"
    low = Limit(10 * GB, "", "", 100 * GB)
    assert ways(low, 12 * GB) == ["a higher limit: export COLLIDE_CACHE_MAX_GB=20", other]
    assert ways(low, 80 * GB) == ["free 20.0 GB more on that disk", other]
