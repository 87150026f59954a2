"""leases: a lease ends with its owner; a pin is kept until it is removed."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from collide.base.errors import StoreError
from collide.store.leases import Lease, alone, leased, needed, pin, pinned, pins, unpin
from collide.store.objects import Store
from tests.unit.store.stores import act, heard

LEASE = """
lease = Lease(store)
lease.take(sys.argv[2:])
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    """Yield the lease of this process."""
    with closing(Lease(store)) as lease:
        yield lease


def test_a_lease_lasts_until_its_owner_is_killed(store: Store) -> None:
    """Other processes respect a lease until its owner is killed; then the lease is swept."""
    owner = act(LEASE, store.root, "aa", "bb")
    assert heard(owner) == "taken"
    assert needed(store) == {"aa", "bb"}
    owner.kill()
    owner.communicate()
    assert needed(store) == set()
    assert not list((store.root / "leases").iterdir())


def test_a_lease_grows_and_ends(store: Store, lease: Lease) -> None:
    """A lease also protects objects that are added later; after closing, it can be used again."""
    lease.take(["aa"])
    lease.take(["bb", "aa"])
    assert needed(store) == {"aa", "bb"}
    lease.close()
    assert needed(store) == set()
    lease.take(["aa"])
    assert needed(store) == {"aa"}


def test_an_empty_lease_creates_no_file(store: Store) -> None:
    """A lease on no objects does not create a file."""
    Lease(store).take([])
    assert not store.root.exists()


def test_threads_share_one_lease(store: Store, lease: Lease) -> None:
    """If several tasks begin together, the objects of all tasks are leased."""
    ready = threading.Barrier(8)

    def take(number: int) -> None:
        ready.wait()
        for turn in range(20):
            lease.take([f"{number}.{turn}"])

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(needed(store)) == 160
    assert len(list((store.root / "leases").iterdir())) == 1


def test_eviction_excludes_leases_and_pins(store: Store, lease: Lease) -> None:
    """While a process is evicting, no other process can lease or pin an object."""
    waiting = [
        threading.Thread(target=lease.take, args=(["aa"],)),
        threading.Thread(target=pin, args=(store, "x-1", ["bb"])),
    ]
    with alone(store):
        for thread in waiting:
            thread.start()
            thread.join(0.2)
        assert leased(store) | pinned(store) == set()
    for thread in waiting:
        thread.join()
    assert needed(store) == {"aa", "bb"}


# --- pins ---


def test_a_pin_stays_until_it_is_removed(store: Store) -> None:
    """Each pin protects its objects and is listed by name; removing a missing pin has no effect."""
    store.ready()
    pin(store, "x-1", ["aa", "bb"])
    pin(store, "x-2", ["bb", "cc"])
    assert (pins(store), pinned(store)) == (["x-1", "x-2"], {"aa", "bb", "cc"})
    unpin(store, "x-1")
    unpin(store, "x-1")
    assert (pins(store), pinned(store)) == (["x-2"], {"bb", "cc"})


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied", "list", "other"])
def test_a_damaged_pin_is_an_error_and_keeps_its_objects(store: Store, damage: str) -> None:
    """If a pin is damaged, its objects are kept; the error names the file and the fix."""
    store.ready()
    pin(store, "x-1", ["aa", "bb"])
    path = store.root / "pins" / "x-1.json"
    data = path.read_bytes()
    other = json.dumps({"objects": [], "digest": json.loads(data)["digest"]}).encode()
    path.write_bytes(
        {"flipped": data.replace(b"aa", b"a`"), "cut": data[:-9], "emptied": b"", "list": b"[]",
         "other": other}[damage]
    )  # fmt: skip
    with pytest.raises(StoreError) as caught:
        needed(store)
    assert caught.value.what == f"{path} cannot be read"
    assert "star that look again" in caught.value.fix and f"rm {path}" in caught.value.fix


def test_a_deleted_store_is_reported_and_no_clip_is_blamed(store: Store) -> None:
    """If the store is deleted during a run, the error says so instead of blaming a clip or knob."""
    with closing(Lease(store)) as lease:
        lease.take(["a" * 32])
        assert lease.deleted(["render", "project=x"]) is None
        shutil.rmtree(store.root)
        error = lease.deleted(["render", "project=x"])
    assert error is not None
    assert str(error) == (
        "the cache was deleted while it was in use\n"
        f"  why  {store.root} changed since the run began: no clip or knob caused this\n"
        "  fix  run it again: doit render project=x\n"
        "       to free space: doit cache gc keep=20G"
    )


def test_a_store_that_was_created_again_counts_as_deleted(store: Store) -> None:
    """A store that was deleted and created again during a run counts as deleted."""
    store.ready()
    with closing(Lease(store)) as lease:
        assert lease.deleted([]) is None
        held = (store.root / "version").rename(store.root.parent / "held")  # keeps its inode in use
        store.ready()
        assert lease.deleted([]) is not None
        assert held.exists()
