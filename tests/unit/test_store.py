"""store: what is published is whole, what is damaged is never served, and nobody works twice."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collide.errors import StoreError
from collide.hashing import digest
from collide.store import Entry, Made, Store, copy_out, read_entry, write_whole

KEY = "ab" * 16


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in a folder that is not there yet."""
    return Store(tmp_path / "cache")


def publish(store: Store, key: str = KEY, *, facts: dict[str, object] | None = None) -> Entry:
    """Publish two small files as what `key` made."""
    with store.workdir() as folder:
        files = {"a.nut": folder / "a.nut", "b.png": folder / "b.png"}
        for path in files.values():
            path.write_bytes(path.name.encode() * 100)
        return store.publish(
            key, files, facts=facts or {"coverage": 0.5}, preimage={"argv": ["-i"]}, seconds=1.23456
        )


def spoil(path: Path, data: bytes) -> None:
    """Put other bytes into a read-only file, as a bad disk would."""
    path.chmod(0o644)
    path.write_bytes(data)


def act(code: str, *words: str | Path) -> subprocess.Popen[str]:
    """Start another process that runs `code` with a store of its own on the same folder."""
    head = "import sys\nfrom pathlib import Path\nfrom collide.store import Store\n"
    text = head + "store = Store(Path(sys.argv[1]))\n" + dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", text, *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    """Return what a process printed until it ended well."""
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said


# --- publishing and finding ---


def test_what_is_published_is_found(store: Store) -> None:
    """An entry comes back equal, its objects are complete and named by their bytes."""
    entry = publish(store)
    assert store.find(KEY) == entry
    assert store.complete(entry)
    assert entry.objects["a.nut"] == Made(digest(b"a.nut" * 100), 500)
    assert (entry.facts, entry.preimage, entry.seconds) == ({"coverage": 0.5}, {"argv": ["-i"]}, 1.235)
    for made in entry.objects.values():
        path = store.verified(made)
        assert path == store.object(made.digest)
        assert digest(path.read_bytes()) == made.digest


def test_objects_cannot_be_written_by_accident(store: Store) -> None:
    """What is in the store is read-only."""
    made = publish(store).objects["a.nut"]
    assert store.object(made.digest).stat().st_mode & 0o222 == 0


def test_an_unknown_key_made_nothing(store: Store) -> None:
    """Asking a cold store writes nothing."""
    assert store.find(KEY) is None
    assert not store.root.exists()


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    """Two keys that made the same share the object."""
    assert publish(store).objects == publish(store, "cd" * 16).objects
    objects = [path for path in (store.root / "objects").rglob("*") if path.is_file()]
    assert len(objects) == 2


def test_an_entry_without_objects_is_complete(store: Store) -> None:
    """An analysis leaves facts and no file."""
    entry = store.publish(KEY, {}, facts={"colors": ["0xFFFFFF"]}, preimage={}, seconds=0)
    assert store.find(KEY) == entry
    assert store.complete(entry)


def test_a_failed_publish_leaves_no_action(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action is written last: while an object fails, the key has made nothing."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            publish(store)
    assert store.find(KEY) is None
    assert publish(store) == store.find(KEY)


def test_an_evicted_object_leaves_its_entry_known(store: Store) -> None:
    """What a key made is still said when the bytes are gone; only completeness ends."""
    entry = publish(store)
    store.object(entry.objects["a.nut"].digest).unlink()
    assert store.find(KEY) == entry
    assert not store.complete(entry)
    assert not store.holds(entry.objects["a.nut"])
    assert store.verified(entry.objects["a.nut"]) is None


# --- damage ---


@pytest.mark.parametrize(
    "damage",
    [lambda data: bytes([data[0] ^ 1]) + data[1:], lambda data: data[:-1], lambda data: b""],
    ids=["flipped-bit", "truncated", "emptied"],
)
def test_a_damaged_object_is_quarantined_and_never_served(store: Store, damage) -> None:
    """It is read before each use; what differs is moved aside and made again."""
    made = publish(store).objects["a.nut"]
    path = store.object(made.digest)
    bad = damage(path.read_bytes())
    spoil(path, bad)
    assert store.verified(made) is None
    assert not path.exists()
    assert (store.root / "quarantine" / made.digest).read_bytes() == bad
    assert store.verified(publish(store).objects["a.nut"]) == path


def test_a_damaged_object_of_the_same_size_still_counts_as_here(store: Store) -> None:
    """A no-op run only stats; the bytes are looked at when they are used."""
    made = publish(store).objects["a.nut"]
    spoil(store.object(made.digest), b"x" * made.size)
    assert store.holds(made)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '"x"', "{}", '{"key": 1}', '{"objects": []}', '{"objects": {"a": 1}}',
     "[" * 100_000, "\x00\x00\x00", '{"key":"k","objects":{},"facts":1,"preimage":{},"seconds":0}'],
)  # fmt: skip
def test_a_damaged_action_is_no_action(store: Store, text: str) -> None:
    """A record that cannot be read costs making it again, and nothing else."""
    publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    path.write_text(text)
    assert store.find(KEY) is None
    assert publish(store) == store.find(KEY)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_in_an_action_is_never_believed(store: Store, data: st.DataObject) -> None:
    """Any one bit of the record turned: the same answer as before, or none; never another."""
    entry = publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    whole = bytearray(path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    assert store.find(KEY) in (None, entry)


def test_an_action_of_another_key_is_no_action(store: Store) -> None:
    """A record in the wrong place is not believed."""
    publish(store)
    path = next((store.root / "actions").rglob("*.json"))
    other = "cd" * 16
    write_whole(store.root / "actions" / other[:2] / f"{other}.json", path.read_bytes())
    assert store.find(other) is None


@given(
    st.dictionaries(st.text(max_size=5), st.tuples(st.text(max_size=5), st.integers(0)), max_size=3),
    st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3),
    st.floats(0, 1e6),
)
def test_an_entry_survives_json(
    objects: dict[str, tuple[str, int]], facts: dict[str, object], seconds: float
) -> None:
    """What a receipt or an action keeps is all of the entry."""
    entry = Entry(KEY, {r: Made(*m) for r, m in objects.items()}, facts, {"a": [1]}, seconds)
    assert read_entry(json.loads(json.dumps(entry.data()))) == entry


@pytest.mark.parametrize("version", ["2", "", "0\n", "next"])
def test_a_store_of_another_version_is_refused(tmp_path: Path, version: str) -> None:
    """Another layout is never misread; the error says how to move it away."""
    (tmp_path / "version").write_text(version)
    with pytest.raises(StoreError) as caught:
        Store(tmp_path)
    assert caught.value.what == f"{tmp_path} was made by another version of collide"
    assert f"mv {tmp_path} {tmp_path}.old" in caught.value.fix


def test_a_store_is_opened_again(store: Store) -> None:
    """What this version wrote it also reads."""
    publish(store)
    assert Store(store.root).find(KEY) == store.find(KEY)


# --- several at once ---


def test_a_claimed_key_is_locked_for_all_others(store: Store) -> None:
    """While one holds the key, the lock cannot be had; afterwards it can."""
    with store.claim(KEY), (store.root / "locks" / KEY).open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (store.root / "locks" / KEY).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_two_processes_make_one_key_once(store: Store) -> None:
    """Who comes second waits, and finds what the first has made."""
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
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
    assert sorted(ended(other) for other in others) == ["rendered\n", "restored\n"]


def test_a_killed_owner_frees_its_key_and_its_workdir_is_swept(store: Store) -> None:
    """After kill -9 the key can be claimed, and the next to work clears the half-made files."""
    code = f"""
        with store.claim({KEY!r}), store.workdir() as folder:
            (folder / "half.nut").write_bytes(b"half")
            print(folder, flush=True)
            sys.stdin.read()
    """
    owner = act(code, store.root)
    assert owner.stdout is not None
    left = Path(owner.stdout.readline().strip())
    assert (left / "half.nut").exists()
    owner.kill()
    owner.communicate()
    with store.claim(KEY), store.workdir() as mine:
        assert not left.exists()
        assert mine.exists()


def test_a_living_owners_workdir_is_left_alone(store: Store) -> None:
    """Only what a dead process left is swept."""
    with store.workdir() as one, store.workdir() as other:
        assert one != other
        assert one.exists()
    assert not one.exists()


def test_a_workdir_is_gone_after_a_failure(store: Store) -> None:
    """A failed render leaves no half file."""
    with pytest.raises(RuntimeError), store.workdir() as folder:
        (folder / "half.nut").write_bytes(b"half")
        raise RuntimeError
    assert not any((store.root / "tmp").iterdir())


# --- writing whole ---


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """The folder is made, the file can be read by others, and nothing else is left."""
    path = tmp_path / "new" / "config.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_failed_write_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Wherever it fails: the old content stands, and no half file beside it."""
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


def test_what_people_see_is_a_copy(store: Store, tmp_path: Path) -> None:
    """Writing into the delivered file, as editors do, never reaches the store."""
    made = publish(store).objects["a.nut"]
    target = tmp_path / "output" / "x.mp4"
    copy_out(store.object(made.digest), target)
    with target.open("r+b") as file:
        file.write(b"edited")
    assert store.verified(made)


def test_a_delivered_file_replaces_a_link_and_not_what_it_leads_to(
    store: Store, tmp_path: Path
) -> None:
    """A link someone put in the way is replaced; its target keeps its bytes."""
    made = publish(store).objects["a.nut"]
    (tmp_path / "precious").write_bytes(b"mine")
    (tmp_path / "x.mp4").symlink_to(tmp_path / "precious")
    copy_out(store.object(made.digest), tmp_path / "x.mp4")
    assert (tmp_path / "precious").read_bytes() == b"mine"
    assert not (tmp_path / "x.mp4").is_symlink()
