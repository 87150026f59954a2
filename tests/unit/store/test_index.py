"""index: the bytes held, the cheapest objects, and the expected cost of a task."""

import pytest

from collide.store.entry import Entry, ObjectRef
from collide.store.index import Index
from collide.store.objects import Store
from collide.store.reasons import Cause
from collide.store.scratch_db import take_away
from tests.unit.store.stores import act, digests, ended, held, put


@pytest.fixture
def index(store: Store) -> Index:
    """Return the scanned index of a store that does not exist yet."""
    index = Index(store)
    index.scan()
    return index


# --- the order of eviction ---


def test_objects_cheapest_per_byte_are_evicted_first(index: Index) -> None:
    """Objects are evicted in order of render time per byte, not of time or bytes alone."""
    slow = put(index, "slow", size=1000, seconds=100)
    large = put(index, "large", size=9000, seconds=100)
    quick = put(index, "quick", size=1000, seconds=2)
    assert digests(index.cheapest(10**6, set())) == digests([quick, large, slow])


def test_a_week_without_use_halves_the_value(index: Index) -> None:
    """A week without use halves an object's value: 19 s then rank below 10 s, but 21 s above."""
    now = put(index, "now", seconds=10)
    older = put(index, "older", seconds=19, days=7)
    dearer = put(index, "dearer", seconds=21, days=7)
    assert digests(index.cheapest(10**6, set())) == digests([older, now, dearer])


def test_a_used_object_counts_as_new(index: Index) -> None:
    """An object that a run uses counts as new, so an unused object is evicted first."""
    made = [put(index, name, days=days) for name, days in (("old", 30), ("new", 1))]
    assert digests(index.cheapest(1, set())) == digests(made[:1])
    (entry,) = (e for _, e in index.store.entries() if e.objects["a.nut"] == made[0])
    index.use("x", {"layer:1": entry}, ["layer:1"])
    assert digests(index.cheapest(1, set())) == digests(made[1:])
    assert index.saved() == (1, 1.0)
    assert index.projects() == [("x", 1, 1000)]


def test_no_more_objects_are_chosen_than_needed(index: Index) -> None:
    """Objects are taken in order until their bytes suffice; spared objects are left out."""
    made = [put(index, f"{n}", size=1000 + n, seconds=1 + n) for n in range(6)]
    assert digests(index.cheapest(2000, {made[1].digest})) == digests([made[0], made[2]])
    assert index.cheapest(0, set()) == []


def test_the_order_holds_across_queries(index: Index) -> None:
    """A list of objects from several queries is in order, without repeats or gaps."""
    rows = [(f"{n:032x}", 1, float(n * 7919 % 1201)) for n in range(1201)]
    index.notes.tell(("insert into objects values (?,?,?)", rows))
    found = digests(index.cheapest(10**6, set()))
    assert found == [digest for digest, _, rank in sorted(rows, key=lambda row: row[2])]


# --- the bytes held ---


def test_the_total_always_equals_the_bytes_on_the_disk(index: Index) -> None:
    """The total always equals the bytes on the disk, and identical objects count once."""
    assert index.held() == 0
    first, second = put(index, "a", size=700), put(index, "b", size=300)
    assert index.held() == held(index.store) == 1000
    put(index, "a", size=700, seconds=3)
    assert index.held() == 1000
    index.store.object(first.digest).unlink()
    index.gone([first.digest])
    assert index.held() == held(index.store) == second.size
    index.gone([first.digest])
    assert index.held() == 300


def test_the_total_counts_what_other_processes_add(index: Index) -> None:
    """If four processes publish and evict together, the total still matches the disk."""
    code = """
    from tests.unit.store.stores import put
    index = Index(store)
    for turn in range(12):
        made = put(index, sys.argv[2] + str(turn), size=100 + turn)
        if turn % 3 == 0:
            store.object(made.digest).unlink()
            index.gone([made.digest])
    """
    workers = [act(code, index.store.root, name) for name in "abcd"]
    assert [ended(worker) for worker in workers] == [""] * 4
    assert index.held() == held(index.store) > 0
    assert index.scan() == (held(index.store), True)


def test_an_index_without_a_scan_has_no_total(store: Store) -> None:
    """An index created by an addition has no total, because older objects are not counted yet."""
    put(Index(store), "a", size=700)
    take_away(store.root / "index.db")
    index = Index(store)
    put(index, "b", size=300)
    assert index.total() is None
    assert index.held() == 1000
    index.scan()
    assert index.total() == 1000


def test_counting_held_objects_writes_nothing(store: Store) -> None:
    """If there is no index, a reading verb counts the objects on the disk and writes nothing."""
    index = Index(store)
    assert index.held() == 0
    assert not store.root.exists()
    put(index, "a", size=700)
    index.notes.close()
    take_away(store.root / "index.db")
    assert Index(store).held() == 700
    assert not (store.root / "index.db").exists()


# --- costs ---


def test_a_cost_is_the_median_of_the_latest_renders(index: Index) -> None:
    """A kind's cost is the median of its latest renders; an unknown kind has no cost."""
    for seconds in (1.0, 2.0, 90.0):
        put(index, f"{seconds}", size=600, seconds=seconds)
    assert index.rate("layer") == (1.0, 300.0)
    assert index.rate("mux") is None


def test_an_evicted_entry_still_counts_for_the_cost(index: Index) -> None:
    """The entry of an evicted object counts for its kind's cost, but its bytes are not counted."""
    made = put(index, "a", seconds=4)
    index.store.object(made.digest).unlink()
    index.gone([made.digest])
    assert index.rate("layer") == (2.0, 500.0)
    assert (index.kinds(), index.held()) == ([], 0)
    assert index.sizes([made.digest]) == 0


def test_held_bytes_are_counted_by_kind(index: Index) -> None:
    """Each object counts once, under the kind of task that made it."""
    put(index, "a", size=10)
    put(index, "b", size=20)
    assert index.kinds() == [("layer", 2, 30)]


def test_an_entry_from_elsewhere_counts_objects_on_arrival(index: Index) -> None:
    """Another machine's entry does not affect forecasts, and its objects count as they arrive."""
    objects = {name: ObjectRef(name * 32, 100) for name in "ab"}
    entry = Entry("f" * 32, objects, seconds=50.0, kind="far", amount=2.0)
    assert index.add(entry, only=())
    assert (index.held(), index.rate("far")) == (0, None)
    assert index.uncounted_bytes(entry) == 200
    assert index.uncounted_bytes(entry, ["b" * 32]) == 100
    assert index.add(entry, only=["b" * 32])
    assert index.uncounted_bytes(entry) == 100
    assert index.kinds() == [("far", 1, 100)]
    assert index.add(entry)
    assert index.rate("far") == (25.0, 100.0)


def test_an_absent_object_has_a_reason(index: Index) -> None:
    """The index tells whether an absent object was damaged, evicted, or never fetched."""
    made = put(index, "a")
    index.store.object(made.digest).unlink()
    assert index.lost(made.digest) is Cause.DAMAGED
    index.gone([made.digest])
    assert index.lost(made.digest) is Cause.EVICTED
    far = ObjectRef("b" * 32, 100)
    index.add(Entry("f" * 32, {"a.nut": far}, seconds=50.0, kind="far", amount=2.0), only=())
    assert index.lost(far.digest) is Cause.AFAR
