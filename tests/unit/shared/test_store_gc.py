"""store_gc: the least recently used entries are deleted first, each before its objects."""

import os
from pathlib import Path

import pytest

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import Blob, SharedStore
from collide.shared.store_gc import sweep

DAY = 86400.0


@pytest.fixture
def store(key: FarmKey, nas: Path) -> SharedStore:
    """Return a store in a folder."""
    return SharedStore(nas.as_uri(), key)


def keep(store: SharedStore, nas: Path, name: str, *, days: float, size: int = 1000) -> Blob:
    """Publish an entry last used `days` days ago; return its object, which is much older."""
    file = nas.parent / name
    file.write_bytes((name.encode() * size)[:size])
    blob = store.put(file)
    store.publish(name, {"objects": {"a": [blob.sha256, blob.size]}})
    used = unix_time() - days * DAY
    newest = max((nas / "ac").iterdir(), key=lambda path: path.stat().st_mtime)
    os.utime(newest, (used, used))
    os.utime(nas / blob.address, (used - 100 * DAY,) * 2)
    return blob


def test_an_entry_is_deleted_before_its_object(store: SharedStore, nas: Path) -> None:
    """Entries are deleted before objects; if that frees enough space, the objects are kept."""
    keep(store, nas, "old", days=9)
    held = sum(path.stat().st_size for path in nas.rglob("*") if path.is_file())
    done = sweep(store, held - 1)
    assert (done.objects, done.entries) == (0, 1)


def test_the_least_recently_used_entry_is_deleted_first(store: SharedStore, nas: Path) -> None:
    """An old entry is deleted along with its object; recently used entries remain complete."""
    old, young = (keep(store, nas, name, days=d) for name, d in (("old", 9), ("young", 1)))
    done = sweep(store, 1500)
    assert (done.objects, done.entries) == (1, 1)
    assert not store.has(old)
    assert store.entry("old") is None
    assert store.has(young)
    assert store.entry("young")
    assert done.held <= 1500


def test_an_object_stays_until_its_last_entry_is_deleted(store: SharedStore, nas: Path) -> None:
    """An object is kept until the last entry that lists it is deleted."""
    shared = keep(store, nas, "shared", days=9)
    store.publish("again", {"objects": {"b": [shared.sha256, shared.size]}})
    other = keep(store, nas, "other", days=5)
    sweep(store, 1600)
    assert store.has(shared)
    assert store.entry("again")
    assert not store.has(other)


def test_only_an_old_object_without_an_entry_is_deleted(store: SharedStore, nas: Path) -> None:
    """An old object without an entry is deleted; a new object, whose entry may follow, is kept."""
    for name, days in (("now", 0.0), ("old", 9.0)):
        (nas.parent / name).write_bytes(name.encode())
        blob = store.put(nas.parent / name)
        os.utime(nas / blob.address, (unix_time() - days * DAY,) * 2)
    done = sweep(store, 0)
    assert (done.objects, done.held) == (1, 3)


def test_an_entry_without_the_farms_seal_is_deleted_by_age(store: SharedStore, nas: Path) -> None:
    """An entry without this farm's seal is deleted like any other entry."""
    (nas / "ac").mkdir()
    (nas / "ac" / ("0" * 64)).write_bytes(b"rubbish")
    assert sweep(store, 0).entries == 1


@pytest.mark.parametrize(
    ("url", "what", "fix"),
    [
        (
            "http://nas/x",
            "can be freed only on its own machine",
            "COLLIDE_STORE=file:///ITS/FOLDER doit",
        ),
        (
            "https://nas:8787",
            "can be freed only on its own machine",
            "run there: COLLIDE_STORE= doit farm gc",
        ),
        (
            "file:///not/mounted",
            "could not be reduced to the requested size",
            "doit farm gc keep=1M",
        ),
    ],
)
def test_a_store_that_cannot_be_swept_is_refused(key: FarmKey, url, what, fix) -> None:
    """A server, the farm's own store and a missing folder are refused, each with a specific fix."""
    with pytest.raises(InputError) as refused:
        sweep(SharedStore(url, key), 1_000_000, "1M")
    assert what in refused.value.what
    assert fix in refused.value.fix
    assert "keep=1M" in refused.value.fix


def test_a_new_object_without_an_entry_is_kept_and_counted(store: SharedStore, nas: Path) -> None:
    """A new object without an entry may belong to a running render: it is kept and counted."""
    file = nas.parent / "new"
    file.write_bytes(bytes(700))
    blob = store.put(file)
    old = keep(store, nas, "old", days=9)
    done = sweep(store, 0)
    assert not store.has(old)
    assert store.has(blob)
    assert done.held == done.spared == 700
