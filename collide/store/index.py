"""The index of the store: one sqlite file with the sizes, costs and uses of entries and objects.

The index answers queries that would otherwise require reading a hundred thousand files: total
size, cheapest objects, expected costs. Sizes and costs can be rebuilt from the objects and
actions; records of use cannot. A new index has no total until the disk is scanned.
"""

import math
import statistics
from collections.abc import Container, Iterable, Iterator, Mapping, Set

from collide.base.clock import unix_time
from collide.store.entry import Entry, ObjectRef
from collide.store.objects import Store
from collide.store.reasons import Cause
from collide.store.scratch_db import Notes, Row

# An object's rank is the log2 of the render time it saves per byte, plus the time of its last use
# in weeks, so each week without use halves its value. Ranks change only when objects are added or
# used, so they can be indexed.
WEEK = 7 * 86400.0

TABLES = (
    "table entries (key text primary key, kind text, seconds real, bytes int,"
    " amount real, made real, used real, restored int default 0)",
    "index kinds on entries (kind, made)",
    "table objects (digest text primary key, size int, rank real)",
    "index ranks on objects (rank, digest, size)",
    "table totals (bytes int)",
    "trigger more after insert on objects begin update totals set bytes = bytes + new.size; end",
    "trigger less after delete on objects begin update totals set bytes = bytes - old.size; end",
    "trigger other after update of size on objects begin"
    " update totals set bytes = bytes + new.size - old.size; end",
    "table parts (digest text, key text, primary key (digest, key)) without rowid",
    "index wholes on parts (key)",
    "table uses (project text, key text, primary key (project, key)) without rowid",
)

ENTRY = (
    "insert into entries (key, kind, seconds, bytes, amount, made, used) values (?,?,?,?,?,?,?)"
    " on conflict (key) do update set kind=excluded.kind, seconds=excluded.seconds,"
    " bytes=excluded.bytes, amount=excluded.amount, used=max(used, excluded.used)"
)
NOTED = (  # the amount is 0: seconds measured elsewhere do not apply to this machine
    "insert into entries (key, kind, seconds, bytes, amount, made, used) values (?,?,?,?,0,?,?)"
    " on conflict (key) do update set used=max(used, excluded.used)"
)
OBJECT = (
    "insert into objects values (?,?,?) on conflict (digest) do update"
    " set size=excluded.size, rank=max(rank, excluded.rank)"
)
PART = "insert or ignore into parts values (?,?)"
LATELY = 20  # the cost of each kind is estimated from this many recent renders


class Index:
    """The index of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.notes = Notes(store.root / "index.db", TABLES)

    def add(
        self, entry: Entry, when: float | None = None, only: Container[str] | None = None
    ) -> bool:
        """Add an entry, whose objects may not be in place yet, and return whether it was written.

        Args:
            when: the Unix time of the render, by default now.
            only: for an entry from another machine, the objects to count; by default, all objects.
        """
        at = unix_time() if when is None else when
        row: Row = (entry.key, entry.kind, entry.seconds, entry.size)
        own = (ENTRY, [(*row, entry.amount, at, at)])
        sizes, rank = _sizes(entry), _rank(entry, at)
        if only is not None:
            sizes = {digest: size for digest, size in sizes.items() if digest in only}
        return self.notes.tell(
            own if only is None else (NOTED, [(*row, at, at)]),
            (OBJECT, [(digest, size, rank) for digest, size in sizes.items()]),
            (PART, [(digest, entry.key) for digest in sizes]),
        )

    def uncounted_bytes(self, entry: Entry, only: Container[str] | None = None) -> int:
        """Return the total size of an entry's objects that are not indexed yet.

        `only` lists the objects to consider; by default, all objects are considered.
        """
        query = "select 1 from objects where digest=?"
        sizes = [(d, size) for d, size in _sizes(entry).items() if only is None or d in only]
        return sum(size for digest, size in sizes if not self.notes.ask(query, (digest,)))

    def use(self, project: str, entries: Mapping[str, Entry], restored: Iterable[str]) -> None:
        """Record the entries that a run of a project used, and the tasks that it restored."""
        now, keys = unix_time(), {entry.key for entry in entries.values() if entry.key}
        ranks = [(_rank(entry, now), d) for entry in entries.values() for d in _sizes(entry)]
        again = [(entries[task].key,) for task in restored if task in entries]
        self.notes.tell(
            ("update entries set used=? where key=?", [(now, key) for key in keys]),
            ("update entries set restored=restored+1 where key=?", again),
            ("update objects set rank=max(rank, ?) where digest=?", ranks),
            ("insert or ignore into uses values (?,?)", [(project, key) for key in keys]),
        )

    def total(self) -> int | None:
        """Return the total size of all objects, or None if it is unknown."""
        rows = self.notes.ask("select bytes from totals")
        return int(rows[0][0]) if rows else None

    def held(self) -> int:
        """Return the total size of all objects, summed from the disk if the index lacks a total."""
        total = self.total()
        return sum(size for _, size in self.store.objects()) if total is None else total

    def sizes(self, digests: Iterable[str]) -> int:
        """Return the total size of the given objects, ignoring objects that the store lacks."""
        counted = self.total() is not None
        rows = self.notes.ask("select digest, size from objects") if counted else []
        by_digest: dict[str, int] = dict(rows if counted else self.store.objects())
        return sum(by_digest.get(digest, 0) for digest in digests)

    def cheapest(self, size: int, spared: set[str]) -> list[ObjectRef]:
        """Return the lowest-ranked objects not in `spared`: at least `size` bytes, if possible."""
        refs: list[ObjectRef] = []
        for _, digest, bytes_ in self._by_rank():
            if size <= 0:
                break
            if digest not in spared:
                refs.append(ObjectRef(digest, bytes_))
                size -= bytes_
        return refs

    def _by_rank(self) -> Iterator[Row]:
        """Yield the rank, digest and size of every indexed object, lowest rank first.

        If the index is empty or unreadable, for example on a full disk, read the store itself.
        """
        after: tuple[float, str] = (-math.inf, "")
        query = (
            "select rank, digest, size from objects where (rank, digest) > (?, ?)"
            " order by rank, digest limit 500"
        )
        while rows := self.notes.ask(query, after):
            yield from rows
            after = rows[-1][:2]
        if after[1] == "" and self.total() is None:
            there = dict(self.store.objects())
            ranks = dict.fromkeys(there, -math.inf)
            for path, entry in self.store.entries():
                rank = _rank(entry, path.stat().st_mtime)
                entry_ranks = {
                    digest: max(rank, ranks[digest]) for digest in _sizes(entry) if digest in there
                }
                ranks.update(entry_ranks)
            yield from sorted((rank, digest, there[digest]) for digest, rank in ranks.items())

    def gone(self, digests: Iterable[str]) -> None:
        """Delete objects from the index, but not their entries."""
        self.notes.tell(("delete from objects where digest=?", [(d,) for d in digests]))

    def lost(self, digest: str) -> Cause:
        """Return why an object is not in the store: damaged or deleted, evicted, or never here."""
        if self.notes.ask("select 1 from objects where digest=?", (digest,)):
            return Cause.DAMAGED
        was_here = self.notes.ask("select 1 from parts where digest=? limit 1", (digest,))
        return Cause.EVICTED if was_here else Cause.AFAR

    def rate(self, kind: str) -> tuple[float, float] | None:
        """Return the median seconds and bytes per unit of work, over the latest renders of a kind.

        Return None if that kind was never rendered here.
        """
        rows = self.notes.ask(
            "select seconds / amount, bytes / amount from entries where kind=? and amount > 0"
            " order by made desc limit ?",
            (kind, LATELY),
        )
        if not rows:
            return None
        return statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows)

    def kinds(self) -> list[Row]:
        """Return (kind, number of objects, bytes) for each kind of task, largest first."""
        return self.notes.ask(
            "select kind, count(*), sum(size) from (select o.size, min(e.kind) as kind"
            " from objects o join parts p using (digest) join entries e using (key)"
            " group by digest) group by kind order by sum(size) desc"
        )

    def projects(self) -> list[Row]:
        """Return (project, number of objects, bytes) for each project, largest first.

        An object that several projects use counts in each of them.
        """
        return self.notes.ask(
            "select project, count(*), sum(size) from (select distinct u.project, digest, o.size"
            " from uses u join parts p using (key) join objects o using (digest))"
            " group by project order by sum(size) desc"
        )

    def used(self, project: str, kind: str) -> list[str]:
        """Return the keys that a project used for one kind of task, the latest result first."""
        rows = self.notes.ask(
            "select key from uses join entries using (key) where project=? and kind=?"
            " order by made desc",
            (project, kind),
        )
        return [str(key) for (key,) in rows]

    def saved(self) -> tuple[int, float]:
        """Return the number of cache hits and the time they saved, in seconds."""
        row = self.notes.ask("select sum(restored), sum(restored * seconds) from entries")
        hits, seconds = row[0] if row else (0, 0)
        return int(hits or 0), float(seconds or 0)

    def scan(self, spared: Set[str] = frozenset(), *, whole: bool = False) -> tuple[int, bool]:
        """Update the index from the disk. Return the total size and whether the index was correct.

        Objects in `spared` remain counted even if they are not yet in place. If `whole` is true,
        the actions are read again even if no object is missing from the index, but the records of
        use are kept.
        """
        there, before = dict(self.store.objects()), self.total()
        indexed: dict[str, int] = dict(self.notes.ask("select digest, size from objects"))
        gone = indexed.keys() - there.keys() - spared
        agreed = before == sum(indexed.values()) and not gone and there.items() <= indexed.items()
        self.gone(indexed.keys() - spared if whole else gone)
        if whole or not there.items() <= indexed.items():
            self._read_actions(there)
        total = "insert into totals select coalesce(sum(size), 0) from objects"
        self.notes.tell(("delete from totals", [()]), (total, [()]))
        return self.held(), agreed

    def _read_actions(self, there: Mapping[str, int]) -> None:
        """Add all entries and all objects in `there`, even those that no entry lists."""
        used: dict[str, float] = dict(self.notes.ask("select key, used from entries"))
        rows, parts = [], []
        objects: dict[str, float] = {}
        for path, entry in self.store.entries():
            mtime = path.stat().st_mtime
            at = min(used.get(entry.key, mtime), unix_time())
            rows.append((entry.key, entry.kind, entry.seconds, entry.size, entry.amount, mtime, at))
            for digest in _sizes(entry).keys() & there.keys():
                objects[digest] = max(_rank(entry, at), objects.get(digest, -math.inf))
                parts.append((digest, entry.key))
        # an object that no entry lists cannot be found by any key, so it is evicted first
        ranks = {digest: objects.get(digest, -math.inf) for digest in there}
        self.notes.tell(
            (ENTRY, rows),
            (OBJECT, [(digest, there[digest], rank) for digest, rank in ranks.items()]),
            (PART, parts),
        )


def _sizes(entry: Entry) -> dict[str, int]:
    return {ref.digest: ref.size for ref in entry.objects.values()}


def _rank(entry: Entry, used: float) -> float:
    return math.log2((entry.seconds + 1e-3) / (entry.size + 1)) + used / WEEK
