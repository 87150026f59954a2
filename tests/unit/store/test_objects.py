"""objects: published results are found whole or not at all."""

import errno
import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import StoreError
from collide.base.files import copy_out, write_whole
from collide.base.hashing import digest
from collide.store.digests import MEMO
from collide.store.entry import Entry, ObjectRef, read_entry
from collide.store.index import Index
from collide.store.leases import Lease, needed, pin
from collide.store.objects import FOLDERS, Store
from tests.unit.store.stores import KEY, publish

# --- publishing and finding ---


def test_a_published_entry_is_found(store: Store) -> None:
    """A published entry is read back unchanged; each object is complete, under its digest."""
    entry = publish(store)
    assert store.find(KEY) == entry
    assert store.complete(entry)
    assert entry.objects["a.nut"] == ObjectRef(digest(b"a.nut" * 100), 500)
    assert (entry.facts, entry.preimage, entry.seconds) == (
        {"coverage": 0.5},
        {"argv": ["-i"]},
        1.235,
    )
    for made in entry.objects.values():
        path = store.verified(made.digest)
        assert path == store.object(made.digest)
        assert digest(path.read_bytes()) == made.digest


def test_objects_cannot_be_written_by_accident(store: Store) -> None:
    """The objects in the store are read-only."""
    made = publish(store).objects["a.nut"]
    assert store.object(made.digest).stat().st_mode & 0o222 == 0


def test_looking_up_an_unknown_key_writes_nothing(store: Store) -> None:
    """Looking up an unknown key writes nothing."""
    assert store.find(KEY) is None
    assert not store.root.exists()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_deleted_folder_is_created_again(store: Store, name: str) -> None:
    """If any folder is deleted, an open store can still claim, lease, pin and publish."""
    with store.workdir():
        publish(store)
    shutil.rmtree(store.root / name)
    with store.claim(KEY), store.workdir() as folder:
        (folder / "a").write_bytes(b"a")
    shutil.rmtree(store.root / name)
    with closing(Lease(store)) as lease:
        lease.take(["ab"])
        pin(store, "x-1", ["ab"])
        assert "ab" in needed(store)
    shutil.rmtree(store.root / name)
    store.sweep()
    assert store.complete(publish(store, "cd" * 16))


def test_a_read_only_store_is_refused_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error for a read-only store names the command that makes its folder writable."""
    publish(store)
    monkeypatch.setattr(os, "access", lambda path, mode: path != store.root or not mode & os.W_OK)
    with pytest.raises(StoreError) as refused:
        store.claim(KEY)
    assert "cannot be written" in str(refused.value)
    assert f"chmod u+w {store.root}" in refused.value.fix.splitlines()


def test_a_forgotten_key_can_be_published_again(store: Store) -> None:
    """A forgotten key can be published again; forgetting an unknown key is not an error."""
    entry = publish(store)
    store.forget(KEY)
    assert store.find(KEY) is None
    assert store.complete(entry)
    store.forget(KEY)
    assert publish(store) == store.find(KEY)


def test_keys_with_equal_results_share_the_objects(store: Store) -> None:
    """Two keys with the same results share the objects."""
    assert publish(store).objects == publish(store, "cd" * 16).objects
    objects = [path for path in (store.root / "objects").rglob("*") if path.is_file()]
    assert len(objects) == 2


def test_an_entry_without_objects_is_complete(store: Store) -> None:
    """The entry of an analysis, with facts but without files, counts as complete."""
    entry = store.publish(KEY, {}, facts={"colors": ["0xFFFFFF"]}, preimage={}, seconds=0)
    assert store.find(KEY) == entry
    assert store.complete(entry)


def test_a_failed_publish_leaves_no_action(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action is written last, so a key whose object cannot be written has no result."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            publish(store)
    assert store.find(KEY) is None
    assert publish(store) == store.find(KEY)


def test_an_entry_outlives_its_evicted_object(store: Store) -> None:
    """An entry whose object was evicted is still found, but is incomplete."""
    entry = publish(store)
    store.object(entry.objects["a.nut"].digest).unlink()
    assert store.find(KEY) == entry
    assert not store.complete(entry)
    assert not store.holds(entry.objects["a.nut"])
    assert store.verified(entry.objects["a.nut"].digest) is None


@given(
    st.dictionaries(
        st.text(max_size=5), st.tuples(st.text(max_size=5), st.integers(0)), max_size=3
    ),
    st.dictionaries(
        st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3
    ),
    st.floats(0, 1e6),
)
def test_an_entry_survives_json(
    objects: dict[str, tuple[str, int]], facts: dict[str, object], seconds: float
) -> None:
    """An entry written as JSON is read back unchanged."""
    entry = Entry(KEY, {r: ObjectRef(*m) for r, m in objects.items()}, facts, {"a": [1]}, seconds)
    assert read_entry(json.loads(json.dumps(entry.data()))) == entry


@pytest.mark.parametrize("version", ["2", "", "0\n", "next"])
def test_a_store_of_a_different_version_is_refused(tmp_path: Path, version: str) -> None:
    """A store with a different layout is refused, and the error says how to move it away."""
    (tmp_path / "version").write_text(version)
    with pytest.raises(StoreError) as caught:
        Store(tmp_path)
    assert caught.value.what == f"{tmp_path} was created by a different version of collide"
    assert f"mv {tmp_path} {tmp_path}.old" in caught.value.fix


def test_a_store_that_is_opened_again_finds_its_entries(store: Store) -> None:
    """A store opened again on the same folder finds its entries."""
    publish(store)
    assert Store(store.root).find(KEY) == store.find(KEY)


# --- writing whole files ---


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """A file is written into a new folder, readable by other users, and no other file is left."""
    path = tmp_path / "new" / "config.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_write_keeps_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """If fsync or the rename fails, the old content is kept, and no partial file is left."""
    path = tmp_path / "config.json"
    write_whole(path, b"one")

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        for attempt in (lambda: write_whole(path, b"two"), lambda: copy_out(path, path)):
            with pytest.raises(OSError, match="Input/output"):
                attempt()
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_delivered_file_is_a_copy(store: Store, tmp_path: Path) -> None:
    """Writing into a delivered file, as some editors do, never changes the store."""
    made = publish(store).objects["a.nut"]
    target = tmp_path / "output" / "x.mp4"
    copy_out(store.object(made.digest), target)
    with target.open("r+b") as file:
        file.write(b"edited")
    assert store.verified(made.digest)


def test_a_delivered_file_replaces_a_link_and_not_its_target(store: Store, tmp_path: Path) -> None:
    """A symbolic link at the target is replaced; the linked file does not change."""
    made = publish(store).objects["a.nut"]
    (tmp_path / "precious").write_bytes(b"mine")
    (tmp_path / "x.mp4").symlink_to(tmp_path / "precious")
    copy_out(store.object(made.digest), tmp_path / "x.mp4")
    assert (tmp_path / "precious").read_bytes() == b"mine"
    assert not (tmp_path / "x.mp4").is_symlink()


def test_another_machines_entry_is_found_without_its_objects(store: Store, tmp_path: Path) -> None:
    """An entry from another machine is found without its objects, which may arrive one by one."""
    made = publish(Store(tmp_path / "other"))
    store.note(made)
    assert Store(store.root).find(KEY) == made
    assert not store.complete(made)
    with store.workdir() as folder:
        (folder / "half").write_bytes(b"a.nut" * 100)
        assert store.adopt(folder / "half") == made.objects["a.nut"].digest
    assert Store(store.root).verified(made.objects["a.nut"].digest)
    assert store.object(made.objects["a.nut"].digest).stat().st_mode & 0o222 == 0


def test_the_files_of_a_cache_keep_their_names(store: Store) -> None:
    """The folders and databases of a cache have the names that earlier versions wrote."""
    store.ready()
    there = {path.name for path in store.root.iterdir() if path.is_dir()}
    assert there == {"objects", "actions", "locks", "tmp", "quarantine", "pins", "leases"}
    assert (MEMO, Index(store).notes.path.name) == ("memo.db", "index.db")


def test_a_sweep_ignores_what_another_process_swept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not an error if another process deletes a quarantined object during the sweep."""
    gone = store.ready() / "quarantine" / "gone"
    monkeypatch.setattr(Path, "glob", lambda *_: iter([gone]))
    monkeypatch.setattr("collide.store.objects.sweep_folders", lambda _: None)
    monkeypatch.setattr("collide.store.objects.sweep_locks", lambda _: None)
    store.sweep()
