"""shared_store: objects and entries pass through an untrusted store, and faults are counted."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.shared.door import AbsentError, DoorError
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import Blob, Missing, SharedStore, open_store, opened, sealed

BODY = {"objects": {"a.nut": ["ab" * 32, 3]}, "facts": {"share": 0.5}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a one-mebibyte file."""
    path = tmp_path / "made.bin"
    path.write_bytes(bytes(range(256)) * 4096)
    return path


def test_an_object_is_uploaded_once_and_fetched_unchanged(
    shared: SharedStore, file: Path, tmp_path: Path
) -> None:
    """An object that is put several times is uploaded once and fetched unchanged."""
    blob = shared.put(file)
    assert shared.put(file) == blob
    assert shared.has(blob)
    shared.get(blob, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert shared.counts["sent"] == shared.counts["fetched"] == 1
    assert shared.counts["bytes_sent"] == shared.counts["bytes_fetched"] == 1 << 20


def test_an_absent_object_is_a_miss(shared: SharedStore, tmp_path: Path) -> None:
    """Fetching an absent object that an entry lists is a miss and counts as gone."""
    with pytest.raises(Missing) as missing:
        shared.get(Blob("0" * 64, 5), tmp_path / "back")
    assert missing.value.reason == "absent"
    assert not (tmp_path / "back").exists()
    assert shared.counts["gone"] == 1


def damages(data: bytes) -> dict[str, tuple[bytes, str]]:
    """Map each kind of damage to a damaged copy of an object and the reason for its rejection."""
    return {
        "flipped": (data[:-1] + bytes([data[-1] ^ 1]), "damaged"),
        "short": (data[:-1], "truncated"),
        "empty": (b"", "truncated"),
        "long": (data + b"x", "damaged"),
        "other": (bytes(len(data)), "damaged"),
    }


@pytest.mark.parametrize("damage", damages(b"data"))
def test_a_damaged_object_leaves_no_partial_file(
    key: FarmKey, nas: Path, file: Path, tmp_path: Path, damage: str
) -> None:
    """The SHA-256 is checked on arrival, and no partial file is left; `anew` repairs the object."""
    store = SharedStore(nas.as_uri(), key)
    blob = store.put(file)
    data, reason = damages(file.read_bytes())[damage]
    (nas / blob.address).write_bytes(data)
    with pytest.raises(Missing) as missing:
        store.get(blob, tmp_path / "back")
    assert missing.value.reason == reason
    assert store.counts[reason] == 1
    assert not (tmp_path / "back").exists()
    store.put(file, anew=True)
    store.get(blob, tmp_path / "back")


def test_an_entry_is_found_only_under_its_own_name(shared: SharedStore) -> None:
    """An entry is found only under its own name, and publishing it twice is harmless."""
    assert shared.entry("step/a") is None
    assert shared.publish("step/a", BODY) is None
    assert shared.publish("step/a", {**BODY, "seconds": 3}) is None
    assert shared.entry("step/a") == BODY
    assert shared.entry("step/b") is None
    counts = {name: shared.counts[name] for name in ("hits", "absent", "published", "unequal")}
    assert counts == {"hits": 1, "absent": 2, "published": 1, "unequal": 0}


@pytest.mark.parametrize("part", ["objects", "facts"])
def test_the_first_of_two_results_is_kept(shared: SharedStore, part: str) -> None:
    """Publishing a different result under a name returns the first result."""
    shared.publish("step/a", BODY)
    assert shared.publish("step/a", {**BODY, part: {}}) == BODY
    assert shared.entry("step/a") == BODY
    assert shared.counts["unequal"] == 1


def test_an_entry_without_a_valid_seal_counts_as_missing(key: FarmKey) -> None:
    """An entry with any changed byte or without its end counts as missing."""
    data = sealed(key, "step/a", BODY)
    assert opened(key, "step/a", data) == BODY
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(Missing):
            opened(key, "step/a", changed)
    for length in range(len(data)):
        with pytest.raises(Missing):
            opened(key, "step/a", data[:length])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated"),
        (b'{"objects":{}}', "unsigned"),
        (b"\x00" * 500, "unsigned"),
        (b'{"seal":"' + b"0" * 64 + b'","body":{"a":{}}}', "forged"),
        (b'{"seal":"' + b"0" * 64 + b'","body":{"a":', "truncated"),
    ],
)
def test_misses_are_counted_by_reason(key: FarmKey, nas: Path, data: bytes, reason: str) -> None:
    """Misses are counted by reason, and the next published result replaces the entry."""
    store = SharedStore(nas.as_uri(), key)
    store.publish("step/a", BODY)
    (entry,) = (nas / "ac").iterdir()
    entry.write_bytes(data)
    assert store.entry("step/a") is None
    assert store.counts[reason] == 1
    store.publish("step/a", BODY)
    assert store.entry("step/a") == BODY


def test_an_entry_under_a_different_name_is_stale(key: FarmKey) -> None:
    """An entry under a different name is stale, because the seal covers the name."""
    with pytest.raises(Missing) as missing:
        opened(key, "step/b", sealed(key, "step/a", BODY))
    assert missing.value.reason == "stale"


def test_an_entry_sealed_with_a_different_key_is_forged(
    key: FarmKey, nas: Path, tmp_path: Path
) -> None:
    """An entry sealed with a different key counts as forged."""
    ours = SharedStore(nas.as_uri(), key)
    theirs = SharedStore(nas.as_uri(), FarmKey.make(tmp_path / "other.pem"))
    ours.publish("step/a", BODY)
    assert theirs.entry("step/a") is None
    assert theirs.counts["forged"] == 1


def test_an_interrupted_transfer_leaves_no_partial_file(
    shared: SharedStore, file: Path, tmp_path: Path
) -> None:
    """An interrupted transfer does not leave a partial file."""
    blob = shared.put(file)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared.get(blob, tmp_path / "back", stop)
    assert not (tmp_path / "back").exists()


def test_an_unreachable_store_is_an_error_and_not_a_miss(key: FarmKey, tmp_path: Path) -> None:
    """If the store is unreachable, requests raise DoorError, but a fetch raises Missing."""
    store = SharedStore((tmp_path / "away").as_uri(), key)
    with pytest.raises(DoorError, match="mkdir -p"):
        store.entry("step/a")
    with pytest.raises(DoorError):
        store.publish("step/a", BODY)
    with pytest.raises(Missing) as missing:
        store.get(Blob("0" * 64, 1), tmp_path / "back")
    assert missing.value.reason == "unreachable"
    assert not (tmp_path / "away").exists()
    assert not isinstance(missing.value, AbsentError)


def test_the_error_names_a_missing_store_variable(
    key: FarmKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If COLLIDE_STORE is not set, the error names it; the fix is to set a valid address."""
    monkeypatch.setenv("COLLIDE_FARM_KEY", str(key.path))
    monkeypatch.delenv("COLLIDE_STORE", raising=False)
    with pytest.raises(InputError) as refused:
        open_store()
    assert refused.value.what == "no shared store is configured"
    assert refused.value.why == "COLLIDE_STORE, which holds its address, is not set"
    name, _, url = refused.value.fix.removeprefix("export ").partition("=")
    monkeypatch.setenv(name, url)
    assert open_store().url == "file:///mnt/nas/collide"
