"""index: rebuilt from the disk when its file is lost, damaged or wrong."""

import sqlite3
from contextlib import closing

import pytest

from collide.store.entry import Entry, ObjectRef
from collide.store.index import Index
from collide.store.objects import Store
from tests.unit.store.stores import digests, held, put


@pytest.fixture
def index(store: Store) -> Index:
    """Return the scanned index of a store that does not exist yet."""
    index = Index(store)
    index.scan()
    return index


def rows(index: Index) -> list[tuple[object, ...]]:
    """Return all rows that a scan can restore from the disk, without times."""
    return [
        *index.notes.ask("select key, kind, seconds, bytes, amount from entries order by key"),
        *index.notes.ask("select digest, size from objects order by digest"),
        *index.notes.ask("select digest, key from parts order by digest, key"),
    ]


@pytest.mark.parametrize("damage", ["lost", "rubbish", "emptied", "bad page"])
def test_a_lost_or_damaged_index_is_restored_from_the_disk(store: Store, damage: str) -> None:
    """A scan of a lost or damaged index restores entries, objects, and the order of eviction."""
    index = Index(store)
    for number in range(60):
        put(index, f"{number}", size=1000 + number, seconds=1 + number % 7)
    index.scan()
    before, order = rows(index), digests(index.cheapest(10**6, set()))
    hurt(index, damage)
    again = Index(store)
    assert again.scan()[0] == held(store)
    assert rows(again) == before
    assert digests(again.cheapest(10**6, set())) == order


def hurt(index: Index, how: str) -> None:
    """Damage an index file in the given way."""
    path = index.store.root / "index.db"
    index.notes.close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma wal_checkpoint(truncate)")
    data = path.read_bytes()
    if how == "lost":
        path.unlink()
    elif how == "bad page":
        path.write_bytes(data[:4096] + bytes(len(data) - 4096))
    else:
        path.write_bytes(b"rubbish" * 999 if how == "rubbish" else b"")


@pytest.mark.parametrize(
    "lie",
    [
        "update objects set size = size + 4096",
        "update totals set bytes = 7",
        "delete from objects where rowid = 1",
        "insert into objects values ('feed', 5, 1e9)",
        "update objects set digest = 'f' || substr(digest, 2)",
        "update objects set rank = 1e9 where rowid = 2",
        "update entries set seconds = 1e6, bytes = 1, amount = 9, kind = 'lay'",
        "update entries set used = 1e12",
    ],
)
def test_a_full_scan_corrects_a_wrong_index(index: Index, lie: str) -> None:
    """A full scan corrects any changed value and restores the order of eviction."""
    for number in range(9):
        put(index, f"{number}", size=1000 + number, seconds=9 - number)
    before, order = rows(index), digests(index.cheapest(10**6, set()))
    index.notes.tell((lie, [()]))
    index.scan(whole=True)
    assert (rows(index), index.held()) == (before, held(index.store))
    assert digests(index.cheapest(10**6, set())) == order


@pytest.mark.parametrize(
    "lie",
    ["update objects set size = size + 1", "update totals set bytes = 7", "delete from objects",
     "insert into objects values ('feed', 5, 1)"],
)  # fmt: skip
def test_a_scan_returns_whether_the_index_agreed(index: Index, lie: str) -> None:
    """A scan returns whether the index agreed with the disk."""
    put(index, "a")
    assert index.scan() == (1000, True)
    index.notes.tell((lie, [()]))
    assert index.scan() == (1000, False)
    assert index.scan() == (1000, True)


def test_objects_about_to_be_published_stay_counted(index: Index) -> None:
    """A scan during a build still counts objects that are about to be published."""
    index.add(Entry("ab" * 16, {"a.nut": ObjectRef("cd" * 16, 500)}))
    assert index.scan({"cd" * 16})[0] == 500
    assert index.scan()[0] == 0


def test_an_object_without_an_entry_is_evicted_first(index: Index) -> None:
    """An object without an entry is counted and is evicted first."""
    put(index, "cheap", seconds=0.001)
    lost = index.store.object("ab" * 16)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"x" * 50)
    assert index.scan()[0] == 1050
    assert digests(index.cheapest(1, set())) == ["ab" * 16]


def test_misplaced_files_are_not_objects(index: Index) -> None:
    """Folders, links and misplaced files are not counted and do not cause errors."""
    made = put(index, "a", size=700)
    objects = index.store.root / "objects"
    (objects / "stray").write_bytes(b"x" * 50)
    (objects / "zz" / "zzzz").mkdir(parents=True)
    (objects / "zz" / "link").symlink_to(index.store.object(made.digest))
    (objects / "zz" / made.digest).write_bytes(b"x" * 50)
    assert index.scan()[0] == 700


def test_reading_a_damaged_index_raises_no_error(index: Index) -> None:
    """Queries of a damaged index return nothing, and the total is read from the disk."""
    put(index, "a")
    hurt(index, "rubbish")
    again = Index(index.store)
    assert (again.rate("layer"), again.kinds(), again.projects(), again.saved()) == (
        None, [], [], (0, 0.0),
    )  # fmt: skip
    assert again.held() == 1000
