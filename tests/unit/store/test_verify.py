"""verify: a check reads the whole store and reports all damage and nothing else."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from collide.base.hashing import digest
from collide.store.digests import Memo
from collide.store.entry import ObjectRef
from collide.store.index import Index
from collide.store.leases import pin
from collide.store.objects import Store
from collide.store.verify import Health, check
from tests.unit.store.stores import act, heard, held, put

Files = list[Path]


@pytest.fixture
def made(store: Store) -> list[ObjectRef]:
    """Return eight objects of a store, counted in its index."""
    index = Index(store)
    index.scan()
    return [put(index, f"{number}", size=900 + number) for number in range(8)]


def check_result(store: Store) -> Health:
    """Run a check, verify that it reports each object, and return its result."""
    seen: list[tuple[int, int]] = []
    health = check(Index(store), lambda done, total: seen.append((done, total)))
    assert len(seen) == health.objects
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert not seen or seen[-1][0] == health.bytes
    return health


def objects(store: Store) -> Files:
    """Return all object files."""
    return sorted((store.root / "objects").glob("*/*"))


def actions(store: Store) -> Files:
    """Return all action files."""
    return sorted((store.root / "actions").glob("*/*"))


def test_an_undamaged_store_is_sound(store: Store, made: list[ObjectRef]) -> None:
    """A check of a sound store counts everything, moves nothing, and agrees with the index."""
    pin(store, "x-1", [made[0].digest])
    before = [*objects(store), *actions(store)]
    health = check_result(store)
    assert health == Health(objects=8, bytes=held(store), actions=8)
    assert health.sound and health.agreed
    assert [*objects(store), *actions(store)] == before


def test_an_empty_store_is_sound(store: Store) -> None:
    """An empty store is undamaged."""
    store.ready()
    assert check_result(store).sound


def flip(path: Path) -> None:
    """Flip the last bit of a file."""
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def swap(path: Path) -> None:
    """Replace a file's bytes with another file's bytes."""
    other = next(file for file in path.parents[1].glob("*/*") if file != path)
    path.write_bytes(other.read_bytes())


def link(path: Path) -> None:
    """Replace a file with a link to its own bytes elsewhere."""
    path.rename(path.parents[2] / "elsewhere")
    path.symlink_to(path.parents[2] / "elsewhere")


def pipe(path: Path) -> None:
    """Replace a file with a pipe, which a reader would wait for forever."""
    path.unlink()
    os.mkfifo(path)


def folder(path: Path) -> None:
    """Replace a file with a folder that contains a file."""
    path.unlink()
    path.mkdir()
    (path / "file").write_bytes(b"x")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "flipped": flip,
    "cut": lambda path: os.truncate(path, 100),
    "emptied": lambda path: os.truncate(path, 0),
    "grown": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "swapped": swap,
}


@pytest.mark.parametrize("how", [*DAMAGE, "link", "pipe"])
def test_a_damaged_object_is_quarantined(store: Store, made: list[ObjectRef], how: str) -> None:
    """Only the damaged object goes to quarantine, even if its size, time and mode are the same."""
    path = store.object(made[3].digest)
    before = path.stat()
    path.chmod(0o644)
    ({**DAMAGE, "link": link, "pipe": pipe}[how])(path)
    if how in DAMAGE:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        path.chmod(before.st_mode)
    health = check_result(store)
    assert health.damaged == [made[3].digest]
    assert not health.sound and not health.unreadable
    assert not path.exists()
    assert [p.name for p in (store.root / "quarantine").iterdir()] == [made[3].digest]
    assert Index(store).held() == held(store)
    assert check_result(store).sound


def test_a_folder_in_the_place_of_an_object_is_found(store: Store, made: list[ObjectRef]) -> None:
    """The file inside a misplaced folder is reported as damaged."""
    folder(store.object(made[3].digest))
    health = check_result(store)
    assert health.damaged == ["file"]
    assert not store.holds(made[3])


@pytest.mark.parametrize("place", ["stray", "zz/stray", "ab/ab/stray", f"zz/{digest(b'x')}"])
def test_a_misplaced_file_among_objects_is_found(
    store: Store, made: list[ObjectRef], place: str
) -> None:
    """A misnamed or misplaced file goes to quarantine."""
    path = store.root / "objects" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert check_result(store).damaged == [path.name]
    assert check_result(store).sound


def test_an_intact_extra_object_is_not_damage(store: Store, made: list[ObjectRef]) -> None:
    """An intact object without an entry is counted and is evicted first."""
    path = store.object(digest(b"x"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    health = check_result(store)
    assert health.sound and health.objects == 9
    assert Index(store).cheapest(1, set())[0].digest == digest(b"x")


def test_a_missing_object_is_not_reported_as_damage(store: Store, made: list[ObjectRef]) -> None:
    """A missing object is removed from the index and is not reported as damage."""
    store.object(made[3].digest).unlink()
    health = check_result(store)
    assert health.sound and not health.agreed
    assert Index(store).held() == held(store)
    assert check_result(store).agreed


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_action_is_found_and_deleted(
    store: Store, made: list[ObjectRef], how: str
) -> None:
    """A damaged action is reported and deleted."""
    path = actions(store)[3]
    DAMAGE[how](path)
    health = check_result(store)
    assert health.unreadable == [path.name]
    assert not path.exists()
    assert check_result(store).sound


@pytest.mark.parametrize("place", ["stray", "zz/stray.json", "ab/stray"])
def test_a_misplaced_action_is_found(store: Store, made: list[ObjectRef], place: str) -> None:
    """A misnamed or misplaced action is deleted."""
    path = store.root / "actions" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(actions(store)[0].read_bytes())
    assert check_result(store).unreadable == [path.name]
    assert check_result(store).sound


@pytest.mark.parametrize("name", ["memo.db", "index.db", "shared.db", "doit/x.db"])
def test_a_damaged_database_is_found_and_rebuilt(
    store: Store, made: list[ObjectRef], name: str
) -> None:
    """A database with a bad page is reported and deleted, and the index is rebuilt."""
    path = store.root / name
    path.parent.mkdir(exist_ok=True)
    if name == "memo.db":
        Memo(path).digest(Path(__file__))
    with closing(sqlite3.connect(path)) as file:
        if name in ("doit/x.db", "shared.db"):
            file.execute("create table doit (task_id text primary key, task_data text)")
        file.execute("pragma wal_checkpoint(truncate)")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\x55" * (len(data) - 4096))
    assert check_result(store).unreadable == [path.name]
    assert check_result(store).sound
    assert Index(store).held() == held(store)


def test_a_wrong_index_is_found_by_comparison_with_the_disk(
    store: Store, made: list[ObjectRef]
) -> None:
    """A wrong value in an undamaged index is found by comparison with the disk."""
    index = Index(store)
    index.notes.tell(("update objects set size = size + 7", [()]))
    assert not check_result(store).agreed
    assert (Index(store).held(), check_result(store).agreed) == (held(store), True)


def test_a_damaged_pin_is_reported_and_kept(store: Store, made: list[ObjectRef]) -> None:
    """A damaged pin is reported but not deleted."""
    pin(store, "x-1", [made[0].digest])
    path = store.root / "pins" / "x-1.json"
    flip(path)
    health = check_result(store)
    assert not health.sound and health.pins.startswith(f"{path} cannot be read")
    assert path.exists()


def test_partial_files_of_a_running_build_are_left_alone(
    store: Store, made: list[ObjectRef]
) -> None:
    """A check during a build leaves the build's partial action and private folder alone."""
    code = """
    from collide.base.files import _half
    key = "ab" * 16
    with _half(store._action(key)) as half, store.workdir():
        half.touch()
        print("ready", flush=True)
        sys.stdin.read()
    """
    builder = act(code, store.root)
    assert heard(builder) == "ready"
    assert check_result(store).sound
    builder.communicate()
    assert builder.returncode == 0
