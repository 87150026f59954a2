"""Local facts about a shared store, cache/shared.db: SHA-256 digests, speed, counts.

The local store identifies contents by xxh3, which is not secure; the shared store uses SHA-256. The
table keeps both digests, so each object is read only once. If the table is lost, it is filled
again, and the counts restart at 0.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from collide.base.hashing import digest_of, digests_file
from collide.store.scratch_db import Notes

TABLES = (
    "table names (digest text primary key, sha256 text, proof text) without rowid",
    "table links (url text, way text, bytes real, seconds real, primary key (url, way))",
    "table counts (url text, what text, number int, primary key (url, what)) without rowid",
)
UNMEASURED = 100e6  # bytes per second, about as fast as a gigabit network
FADES = 0.8  # each transfer reduces the weight of earlier transfers by this factor
COUNT = (
    "insert into counts values (?,?,?) on conflict (url, what) do update"
    " set number = number + excluded.number"
)


class SideTable:
    """The table of one cache; new facts are kept in memory until `keep` writes them."""

    def __init__(self, cache: Path, url: str) -> None:
        self.url = url
        self._notes = Notes(cache / "shared.db", TABLES)
        self._names: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._links: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def sha256(self, digest: str) -> str | None:
        """Return the SHA-256 of the content with this digest, or None if it is unknown."""
        with self._lock:
            if digest in self._names:
                return self._names[digest]
        query = "select sha256, proof from names where digest=?"
        for sha256, proof in self._notes.ask(query, (digest,)):
            if proof == digest_of([digest, sha256]):
                self._names[digest] = str(sha256)
        return self._names.get(digest)

    def learn(self, digest: str, sha256: str) -> None:
        """Record the SHA-256 of the content with this digest."""
        with self._lock:
            self._names[digest] = self._new[digest] = sha256

    def of_file(self, digest: str, path: Path) -> str:
        """Return the SHA-256 of the content with this digest, reading the file if necessary.

        Raise LookupError if the file cannot be read or its digest is different.
        """
        with self._lock:
            reading = self._reading.setdefault(digest, threading.Lock())
        with reading:  # if two steps need an object, only one step reads it
            if cached := self.sha256(digest):
                return cached
            try:
                same, sha256 = digests_file(path)
            except OSError as error:
                raise LookupError(digest) from error
            if same != digest:
                raise LookupError(digest)
            self.learn(digest, sha256)
            return sha256

    def note_transfer(self, way: str, size: int, seconds: float) -> None:
        """Record a transfer in the direction `way`, "get" or "put"."""
        before, took = self._link(way) or (0.0, 0.0)
        with self._lock:
            self._links[way] = (FADES * before + size, FADES * took + max(seconds, 1e-4))

    def speed(self, way: str) -> float:
        """Return the recent speed in the direction `way`, in bytes per second.

        Before the first transfer in this direction, return the other direction's speed or a guess.
        """
        other = "put" if way == "get" else "get"
        size, seconds = self._link(way) or self._link(other) or (UNMEASURED, 1.0)
        return size / seconds

    def _link(self, way: str) -> tuple[float, float] | None:
        with self._lock:
            if way in self._links:
                return self._links[way]
        query = "select bytes, seconds from links where url=? and way=?"
        rows = self._notes.ask(query, (self.url, way))
        return (float(rows[0][0]), float(rows[0][1])) if rows and rows[0][1] else None

    def counted(self) -> dict[str, int]:
        """Map the names of all counts of this store to their values."""
        rows = self._notes.ask("select what, number from counts where url=?", (self.url,))
        return {str(what): int(number) for what, number in rows}

    def keep(self, counts: Mapping[str, int]) -> None:
        """Write the new facts and add the new counts."""
        with self._lock:
            names, self._new = self._new, {}
            links = dict(self._links)
        rows = [(digest, sha, digest_of([digest, sha])) for digest, sha in names.items()]
        self._notes.tell(
            ("insert or replace into names values (?,?,?)", rows),
            (
                "insert or replace into links values (?,?,?,?)",
                [(self.url, way, *values) for way, values in links.items()],
            ),
            (COUNT, [(self.url, what, number) for what, number in counts.items() if number]),
        )

    def close(self) -> None:
        """Close the file."""
        self._notes.close()
