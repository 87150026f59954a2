"""objects: damaged objects are never served, and no work is repeated."""

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collide.base.files import write_whole
from collide.base.hashing import digest
from collide.store import objects
from collide.store.objects import Store
from tests.unit.store.stores import KEY, act, ended, heard, publish


def spoil(path: Path, data: bytes) -> None:
    """Overwrite a read-only file, as a bad disk would."""
    path.chmod(0o644)
    path.write_bytes(data)


# --- damage ---


@pytest.mark.parametrize(
    "damage",
    [lambda data: bytes([data[0] ^ 1]) + data[1:], lambda data: data[:-1], lambda data: b""],
    ids=["flipped-bit", "truncated", "emptied"],
)
def test_a_damaged_object_is_quarantined_and_never_served(store: Store, damage) -> None:
    """A damaged object is detected on use, is moved aside, and can be published again."""
    made = publish(store).objects["a.nut"]
    path = store.object(made.digest)
    bad = damage(path.read_bytes())
    spoil(path, bad)
    assert store.verified(made.digest) is None
    assert not path.exists()
    assert (store.root / "quarantine" / made.digest).read_bytes() == bad
    assert store.verified(publish(store).objects["a.nut"].digest) == path


def test_a_damaged_object_of_the_same_size_still_counts_as_present(store: Store) -> None:
    """An object of the right size counts as present, whatever its bytes."""
    made = publish(store).objects["a.nut"]
    spoil(store.object(made.digest), b"x" * made.size)
    assert store.holds(made)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '"x"', "{}", '{"made": 1}', '{"made": {"objects": []}}',
     '{"made": {"objects": {"a": 1}}}', "[" * 100_000, "\x00\x00\x00",
     '{"made": {"key": "k", "objects": {}, "facts": 1, "preimage": {}, "seconds": 0}}'],
)  # fmt: skip
def test_a_damaged_action_counts_as_missing(store: Store, text: str) -> None:
    """A damaged action counts as missing, and its result can be published again."""
    publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    path.write_text(text)
    assert store.find(KEY) is None
    assert publish(store) == store.find(KEY)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_never_gives_a_different_entry(store: Store, data: st.DataObject) -> None:
    """An action with a flipped bit is never read as a different entry."""
    entry = publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    whole = bytearray(path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    assert store.find(KEY) in (None, entry)


def test_an_action_of_a_different_key_is_ignored(store: Store) -> None:
    """An action stored under another key is ignored."""
    publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    other = "cd" * 16
    write_whole(store.root / "actions" / other[:2] / f"{other}.json", path.read_bytes())
    assert store.find(other) is None


# --- several processes together ---


def test_a_claimed_key_is_locked_for_all_others(store: Store) -> None:
    """Until a claimed key is released, only its owner can lock it."""
    with store.claim(KEY):
        lock = (store.root / "locks" / KEY).open("w")
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    lock.close()


def test_two_processes_render_one_key_once(store: Store) -> None:
    """If two processes need the same key, the second waits for the first and uses its result."""
    code = f"""
        print("ready", flush=True)
        with store.claim({KEY!r}):
            entry = store.find({KEY!r})
            print("rendered" if entry is None else "restored")
            if entry is None:
                store.publish({KEY!r}, {{}}, facts={{}}, preimage={{}}, seconds=0)
    """
    with store.claim(KEY):
        others = [act(code, store.root) for _ in range(2)]
        assert [heard(other) for other in others] == ["ready", "ready"]
    assert sorted(ended(other) for other in others) == ["rendered\n", "restored\n"]


def test_a_killed_owner_frees_its_key_and_its_workdir_is_swept(store: Store) -> None:
    """After kill -9, the next owner can claim the key and deletes the partial files."""
    code = f"""
        with store.claim({KEY!r}), store.workdir() as folder:
            (folder / "half.nut").write_bytes(b"half")
            print(folder, flush=True)
            sys.stdin.read()
    """
    owner = act(code, store.root)
    left = Path(heard(owner))
    assert (left / "half.nut").exists()
    owner.kill()
    owner.communicate()
    with store.claim(KEY), store.workdir() as mine:
        assert not left.exists()
        assert mine.exists()


def test_the_workdir_of_a_running_process_stays(store: Store) -> None:
    """Opening a second private folder does not delete the first before it is closed."""
    with store.workdir() as one, store.workdir() as other:
        assert one != other
        assert one.exists()
    assert not one.exists()


def test_a_failed_render_leaves_no_partial_file(store: Store) -> None:
    """A failed render does not leave a partial file."""

    def fails() -> None:
        with store.workdir() as folder:
            (folder / "half.nut").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not any((store.root / "tmp").iterdir())


def test_an_object_is_read_once_per_run_unless_it_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run reads an object at most once unless the file's stat changes.

    A change to ctime alone also counts. Another run reads the object again.
    """
    reads: list[Path] = []
    monkeypatch.setattr(
        objects, "digest_file", lambda path: reads.append(path) or digest(path.read_bytes())
    )
    made = publish(store).objects["a.nut"]
    path = store.object(made.digest)
    reads.clear()
    assert store.verified(made.digest) == path and not reads
    assert Store(store.root).verified(made.digest) == path and reads == [path]
    before = path.stat()
    path.chmod(0o644)
    path.write_bytes(bytes(made.size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.verified(made.digest) is None
