"""What is known while a project is worked on: its receipts, its results so far, and why.

Nothing here renders.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collide.build.engine import Engine
from collide.build.entry import Entry
from collide.build.ffmpeg import ENCODERS, FILTERS
from collide.build.index import Index
from collide.build.key import Job, Step
from collide.build.library import Library
from collide.build.memo import Memo
from collide.build.needs import Lease
from collide.build.reasons import moved, short
from collide.build.receipts import Receipt, Receipts
from collide.build.record import Done
from collide.build.store import Store
from collide.hashing import digest_of

ENGINE = "the engine changed"
MADE = "made before"  # for another piece, or for this one before its receipts were cleaned
Watch = Callable[[str, float], None]  # a task, and the share of it that is done


@dataclass
class Bench:
    """Where steps are performed: the store, the engine, the clips, and what is known."""

    receipts: Receipts  # of its project
    store: Store
    memo: Memo
    library: Library
    engine: Engine
    index: Index
    lease: Lease
    engine_version: str = ""
    steps: dict[str, Step] = field(default_factory=dict)
    watch: Watch | None = None
    shown: Callable[[str, str], None] | None = None  # a task, and a command it runs
    told: Callable[[Done], None] | None = None  # an earlier task that was done again
    known: dict[str, Entry | None] = field(default_factory=dict)  # None: it would run again
    _digest: str = ""
    _orders: dict[str, "_Order"] = field(default_factory=dict)
    _found: dict[str, Entry] = field(default_factory=dict)

    @property
    def engine_digest(self) -> str:
        """Return the digest of the ffmpeg program."""
        if not self._digest:
            self._digest = self.memo.digest(self.engine.path)
        return self._digest

    def require_engine(self) -> None:
        """Refuse an engine without the parts every render needs; asked once for each engine.

        Raises:
            InputError: with what is missing.
        """
        entry = self.store.find(self._engine_key())
        if entry is None:
            self.engine.require()
            facts = {"version": self.engine.version()}
            entry = self.store.publish(self._engine_key(), {}, facts=facts, preimage={}, seconds=0)
        self._called(entry.facts["version"])
        self.memo.let_go()

    def recall_engine(self) -> None:
        """Take the engine's version from its check, where it was checked; start nothing."""
        entry = self.store.find(self._engine_key())
        self._called(entry.facts["version"] if entry else "")

    def _called(self, version: str) -> None:
        self.engine_version = version
        self._orders.clear()  # its name is among what steps say

    def _engine_key(self) -> str:
        return digest_of(["engine", self.engine_digest, FILTERS, ENCODERS])

    def receipt(self, task: str) -> Receipt | None:
        """Return what a task made last and what it said then; None where it never ran."""
        return self.receipts.read(task)

    def find(self, key: str) -> Entry | None:
        """Return what a key made, known or not here any more; read once by a process."""
        if key not in self._found and (entry := self.store.find(key)):
            self._found[key] = entry
        return self._found.get(key)

    def forget(self, key: str) -> None:
        """Forget what a key made, here and in the store, so that it is made again."""
        self._found.pop(key, None)
        self.store.forget(key)

    def results(self) -> Mapping[str, Entry]:
        """Return what tasks made, now or by their receipts; KeyError for what is unknown."""
        return _Results(self)

    def ready(self, step: Step) -> Job | None:
        """Return the job of a step, None while something before it is not known."""
        return self._order(step).job

    def job(self, step: Step) -> Job:
        """Return the job of a step.

        Raises:
            KeyError: something before it is not known.
        """
        if (job := self._order(step).job) is None:
            raise KeyError(f"{step.task} waits for what is not known")
        return job

    def key(self, step: Step) -> str:
        """Return the key of a step, "" while something before it is not known."""
        return self._order(step).key

    def says(self, step: Step) -> Mapping[str, Any]:
        """Return the ingredients of a step in words, as JSON gives them back."""
        return self._order(step).says

    def _order(self, step: Step) -> "_Order":
        """Return what a step is to do, worked out once for what the steps before it made."""
        results, known = self.results(), self._orders.get(step.task)
        given = [results.get(task) for task in step.needs]
        if known is None or known.step is not step or known.given != given:
            known = self._orders[step.task] = _Order(step, given, *self._worked_out(step, given))
        return known

    def _worked_out(
        self, step: Step, given: Sequence[Entry | None]
    ) -> tuple[Job | None, str, dict[str, Any]]:
        said: dict[str, Any] = dict(step.says)
        for task, entry in zip(step.needs, given, strict=True):
            if entry:
                made = sorted(made.digest for made in entry.objects.values())
                said[f"from {task}"] = made or entry.facts
        # it is shown what it says it needs, and nothing else: by that it is remembered
        known = {task: one for task, one in zip(step.needs, given, strict=True) if one}
        try:
            job = step.job(known)
        except KeyError:
            job = None
        if job and job.version:
            said[f"version of {job.play}"] = job.version
        said["engine"] = self.engine_version
        said = json.loads(json.dumps(said))
        return job, job.key(self.engine_digest) if job else "", said

    def fresh(self, step: Step) -> bool:
        """Return whether a step's receipt is of what it would make now, and that is delivered."""
        key, said = self.key(step), self.receipt(step.task)
        return bool(key and said and said[0].key == key and self.delivered(step, said[0]))

    def delivered(self, step: Step, entry: Entry) -> bool:
        """Return whether what people see of a step is what is in its entry."""
        return all(
            self.library.content(path) == entry.objects[role].digest
            for role, path in step.deliver.items()
        )

    def sign(self, step: Step, entry: Entry) -> None:
        """Take `entry` as what a step made, and write its receipt unless that stands already."""
        self.known[step.task] = self._found[entry.key] = entry
        self.receipts.write(step.task, entry, self.says(step))

    def why(self, step: Step, *, own: bool = False) -> str:
        """Return what moved since a step last ran, "" for nothing.

        Args:
            own: leave out what came from the steps before.
        """
        receipt, says = self.receipt(step.task), self.says(step)
        if receipt is None:
            return self._first(step)
        entry, before = receipt
        engine = self.engine_moved(entry, before)
        if own or engine:
            says = {name: value for name, value in says.items() if not name.startswith("from ")}
            before = {name: value for name, value in before.items() if name in says}
        words = ", ".join(filter(None, [engine, moved(before, says)]))
        if words or own:
            return words
        same = self.key(step) == entry.key
        return "it was not here any more" if same else "its command is written otherwise now"

    def _first(self, step: Step) -> str:
        """Return why a step without a receipt is done: another piece may have made it already."""
        entry = self.find(key) if (key := self.key(step)) else None
        if entry is None:
            return "never rendered"
        return MADE if self.store.complete(entry) else "it was not here any more"

    def engine_moved(self, entry: Entry, said: Mapping[str, Any]) -> str:
        """Return in words that something was made by another engine, "" where it was not."""
        if entry.preimage.get("engine", self.engine_digest) == self.engine_digest:
            return ""
        old, new = said.get("engine"), self.engine_version
        if not old or not new or old == new:
            return f"{ENGINE}, it is another ffmpeg than before"
        return f"{ENGINE}, ffmpeg {short(old, new)} → {short(new, old)}"


@dataclass(frozen=True)
class _Order:
    """What a step is to do, given what the steps before it made: its job, key, and words."""

    step: Step
    given: Sequence[Entry | None]
    job: Job | None
    key: str
    says: dict[str, Any]


class _Results(Mapping[str, Entry]):
    """What tasks made, by name; a view of the bench, so that it is always of now."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __getitem__(self, task: str) -> Entry:
        bench = self._bench
        if task in bench.known:
            found = bench.known[task]
        else:
            receipt = bench.receipt(task)
            found = receipt[0] if receipt else None
        if found is None:
            raise KeyError(task)
        return found

    def __iter__(self) -> Iterator[str]:
        return (task for task in self._bench.steps if task in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
