"""The exchange of results with the shared store: finding, fetching, checking and sending them.

A miss is never an error, and a fault of the store never fails a render. Finished videos, encodes,
sounds, masks and facts are exchanged whatever their size. Pictures in .nut files are large: they
are fetched only if fetching is faster than rendering, and sent only if fetching would be more than
twice as fast.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from collide.base.clock import monotonic
from collide.base.errors import DiskError
from collide.base.hashing import digest_file, digest_of
from collide.catalog import Catalog
from collide.engine.programs import Engine
from collide.library.library import Library
from collide.shared.door import DoorError
from collide.shared.exchange_summary import lines, unasked
from collide.shared.link import GRACE, MEASURED, PLANNING, LateError, Link, patience
from collide.shared.shared_key import shared_name
from collide.shared.shared_store import Blob, Missing, SharedStore, open_store
from collide.shared.side_table import SideTable
from collide.shared.uploads import Uploads
from collide.store.entry import UNREADABLE, Entry, read_entry
from collide.store.eviction import reserve
from collide.store.index import Index
from collide.store.leases import Lease, alone
from collide.store.objects import Store
from collide.store.step import Input, Job, Step

LARGE = (".nut",)  # suffixes of pictures stored losslessly
# Large pictures are sent if fetching takes less than half as long as rendering, since sending takes
# time.
MARGIN = 2.0


class State(Protocol):
    """The part of a build state that the exchange reads."""

    store: Store
    library: Library
    engine: Engine
    index: Index
    lease: Lease
    catalog: Catalog
    renders: bool  # whether this run renders

    @property
    def engine_digest(self) -> str:
        """Return the digest of the ffmpeg program."""


class Exchange:
    """One run's exchange with the shared store, used by the run's task threads concurrently."""

    def __init__(self, state: State, store: SharedStore) -> None:
        self.state, self.store = state, store
        self.side = SideTable(state.store.root, store.url)
        grace = GRACE if state.renders else PLANNING
        self.link = Link(store, self.side, lambda: state.engine.cancel.stopped, grace)
        self.uploads = Uploads()
        self.unequal: list[str] = []  # tasks whose results differ from other machines' results
        self._writes, self._dear, self._stale = False, 0, 0
        self._names: dict[str, str] = {}  # names of results, by key
        self._entries: dict[str, Entry | None] = {}  # results found by key, None for a miss
        self._bodies: dict[str, Any] = {}  # answers by key, including late answers
        self._missing: set[str] = set()  # digests of objects that could not be fetched
        self._damaged: set[str] = set()  # SHA-256 of objects damaged in the store
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Contact the store and record that this run may write."""
        self._writes = True
        self.link.reach()

    def find(self, step: Step, job: Job, key: str) -> Entry | None:
        """Return a key's result in the store, without objects; None if no result came in time."""
        if key in self._entries:
            return self._entries[key]
        if not (step.portable and step.opens) or not self.link.is_open():
            return None
        try:
            name = self._name(job, key)
            if key not in self._bodies:
                self.link.ask(partial(self._look_up, name, key))
        except (LookupError, LateError, DoorError):
            return None
        body = self._bodies[key]
        entry = self._taken(body, key) if body is not None else None
        self._entries[key] = entry
        if entry:
            self.link.credit(entry.seconds)
        return entry

    def brings(self, entry: Entry, role: str, seconds: float) -> tuple[bool, float | None]:
        """Return whether `bring` would fetch an object and, if that is too slow, how long it takes.

        A large picture is too slow to fetch if rendering it here (`seconds`) is as fast.
        """
        ref = entry.objects[role]
        blob = self._blob(ref.digest, ref.size)
        if blob is None or ref.digest in self._missing:
            return False, None
        try:
            if not self.link.ask(lambda: self.store.has(blob)):
                return False, None
        except (LateError, DoorError):
            return False, None
        took = ref.size / self.side.speed("get")
        return (False, took) if _dear(role, took, seconds) else (True, None)

    def bring(self, entry: Entry, role: str, seconds: float) -> bool:
        """Fetch an object into the store and return whether it is here.

        A large picture is fetched only if that is faster than rendering it here (`seconds`).
        """
        ref, store = entry.objects[role], self.state.store
        blob = self._blob(ref.digest, ref.size)
        if blob is None or ref.digest in self._missing or not self.link.is_open():
            return False
        if _dear(role, ref.size / self.side.speed("get"), seconds):
            self._dear += 1
            return False
        with store.claim(f"{ref.digest}.fetch"):  # two tasks that wait for one object fetch it once
            if not store.holds(ref) and not self._fetched(entry, blob, ref.digest, seconds):
                self._missing.add(ref.digest)
        return store.holds(ref)

    def offer(self, step: Step, job: Job, entry: Entry) -> None:
        """Queue a result for upload, if other machines can use it and the store accepts uploads."""
        if step.portable and step.opens and not self.uploads.trouble and self.link.is_open():
            size = sum(ref.size for role, ref in entry.objects.items() if self._goes(entry, role))
            self.uploads.add(size, partial(self._send, step.task, job, entry))

    def end(self, *, stopped: bool) -> list[str]:
        """Wait briefly for pending uploads, drop the rest, and return the lines to print.

        Do not wait if `stopped` is true or the run may not write.
        """
        if not stopped and self._writes:
            self.uploads.end(self.link.closing() if self.link.is_open() else 0.0)
        else:
            self.uploads.end(0.0)
        if self._writes:
            with suppress(OSError):
                self.side.keep(self.counts())
        self.side.close()
        return lines(self) if self._writes else unasked(self)

    def counts(self) -> dict[str, int]:
        """Map the nonzero counts of this run (items found, fetched, rejected …) to their values."""
        counts = dict(self.store.counts)
        counts |= {"late": self.link.late, "made here": self._dear}
        counts["stale"] = counts.get("stale", 0) + self._stale
        counts["dropped"] = self.uploads.dropped["results"]
        counts["bytes_dropped"] = self.uploads.dropped["bytes"]
        return {what: number for what, number in counts.items() if number}

    def _look_up(self, name: str, key: str) -> None:
        """Request a key's entry and keep the answer even if the caller has stopped waiting."""
        self._bodies[key] = self.store.entry(name, touch=self._writes)

    def _taken(self, body: dict[str, Any], key: str) -> Entry | None:
        """Return the entry in an answer, or None if unusable; record its objects' SHA-256s."""
        try:
            entry = read_entry(body["entry"])
            names = {
                digest: str(body["objects"][role][0])
                for role, digest in ((role, ref.digest) for role, ref in entry.objects.items())
            }
            if entry.key != key:
                raise ValueError("it belongs to a different key")
        except UNREADABLE:
            with self._lock:
                self._stale += 1
            return None
        for digest, sha256 in names.items():
            self.side.learn(digest, sha256)
        return entry

    def _fetched(self, entry: Entry, blob: Blob, digest: str, seconds: float) -> bool:
        """Make room for an object, fetch it into the store, and return whether that worked."""
        state = self.state
        try:
            reserve(state.index, state.lease, entry, only=[digest])
            with state.store.workdir() as folder:
                self.link.fetch(blob, folder / "half", max(seconds, entry.seconds))
                if digest_file(folder / "half") == digest:
                    state.store.adopt(folder / "half")
                    return True
                self._damaged.add(blob.sha256)
        except Missing as error:
            if error.reason in ("truncated", "damaged"):
                self._damaged.add(blob.sha256)
        except (LateError, DiskError, OSError):  # ignored: the render reports a full disk
            pass
        with alone(state.store):
            if not state.store.object(digest).exists():
                state.index.gone([digest])
        return False

    def _send(self, task: str, job: Job, entry: Entry) -> None:
        """Upload the objects of a result that are worth sending, then its entry."""
        name = self._name(job, entry.key)
        objects = {}
        for role, ref in entry.objects.items():
            path = self.state.store.object(ref.digest)
            blob = Blob(self.side.of_file(ref.digest, path), ref.size)
            if self._goes(entry, role):
                self._put(path, blob)
            objects[role] = [blob.sha256, blob.size]
        plain = entry.data()
        body = {"entry": plain, "objects": objects, "facts": digest_of(plain["facts"])}
        if self.store.publish(name, body) is not None:
            self.unequal.append(task)

    def _put(self, path: Path, blob: Blob) -> None:
        """Upload an object unless the store has an undamaged copy; time a large upload."""
        anew = blob.sha256 in self._damaged
        if anew or not self.store.has(blob):
            began = monotonic()
            self.store.put(path, blob=blob, anew=True)
            if blob.size >= MEASURED:
                self.side.note_transfer("put", blob.size, monotonic() - began)

    def _goes(self, entry: Entry, role: str) -> bool:
        """Return whether an object is uploaded along with its entry."""
        took = entry.objects[role].size / self.side.speed("get")
        return not _dear(role, MARGIN * took, entry.seconds)

    def _name(self, job: Job, key: str) -> str:
        """Return the name of a job's result. Raise LookupError if an input is unavailable."""
        if key not in self._names:
            engine = self.state.engine_digest
            strong = engine, self.side.of_file(engine, self.state.engine.path)
            self._names[key] = shared_name(job, strong, self.state.catalog, self._named)
        return self._names[key]

    def _named(self, source: Input) -> str:
        """Return the SHA-256 of an input. Raise LookupError if the input is not on this machine."""
        if sha256 := self.side.sha256(source.digest):
            return sha256
        for path in self._places(source):
            return self.side.of_file(source.digest, path)
        raise LookupError(source.digest)

    def _places(self, source: Input) -> Iterator[Path]:
        if source.path:
            yield source.path
        elif source.task:
            yield self.state.store.object(source.digest)
        elif place := self.state.library.place(source.digest):
            yield place

    def _blob(self, digest: str, size: int) -> Blob | None:
        sha256 = self.side.sha256(digest)
        return Blob(sha256, size) if sha256 else None


def _dear(role: str, took: float, seconds: float) -> bool:
    """Return whether an object is a large picture that is faster to render than to fetch."""
    return role.endswith(LARGE) and took >= seconds


def opened(state: State) -> Exchange:
    """Return the exchange with the store at COLLIDE_STORE.

    Raises:
        InputError: the address or the farm's key is missing or invalid, or COLLIDE_STORE_WAIT is
            invalid.
    """
    patience()
    return Exchange(state, open_store())
