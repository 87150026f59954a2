"""The state of a build: receipts, results so far, and reasons. Nothing here renders."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from collide.base.errors import TaskError
from collide.base.hashing import digest_of
from collide.base.words import joined
from collide.catalog import Catalog
from collide.engine.programs import ENCODERS, FILTERS, Engine
from collide.library.library import Library
from collide.run.outside import Alone, Outside, opened
from collide.run.record import Done
from collide.store.digests import Memo
from collide.store.entry import Entry
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.reasons import (
    ENGINE,
    UPSTREAM,
    VERSION,
    Cause,
    Reason,
    differences,
    modern,
    of,
    own,
)
from collide.store.receipts import Receipt, Receipts
from collide.store.step import Job, Log, Step

OnShare = Callable[[str, float], None]  # called with a task and its progress (0..1)


@dataclass
class BuildState:
    """The state that steps run in: the store, the engine, the clips, and earlier results."""

    receipts: Receipts  # receipts of its project
    store: Store
    memo: Memo
    library: Library
    engine: Engine
    index: Index
    lease: Lease
    catalog: Catalog
    engine_version: str = ""
    renders: bool = False  # whether this run renders; if so, it waits less for a shared store
    steps: dict[str, Step] = field(default_factory=dict)
    watch: OnShare | None = None
    on_command: Callable[[str, str], None] | None = None  # called with a task and its command
    on_redone: Callable[[Done], None] | None = None  # called with an earlier task that ran again
    predicted: dict[str, Entry | None] = field(default_factory=dict)  # None: not known yet
    _orders: dict[str, "_Order"] = field(default_factory=dict)
    _entries: dict[str, Entry] = field(default_factory=dict)

    @cached_property
    def engine_digest(self) -> str:
        """Return the digest of the ffmpeg program."""
        return self.memo.digest(self.engine.path)

    @cached_property
    def outside(self) -> Outside:
        """Return the interface to other machines; raise InputError if their store is invalid."""
        return opened(self)

    def stay_alone(self) -> None:
        """Do not use other machines, because a person who turns a knob cannot wait for them."""
        self.outside = Alone()

    def leave_outside(self, *, stopped: bool) -> tuple[list[str], dict[str, int]]:
        """Finish exchanges with other machines; return lines to print and counts of exchanges."""
        there = self.__dict__.pop("outside", None)
        return (there.end(stopped=stopped), there.counts()) if there else ([], {})

    def require_engine(self) -> None:
        """Raise InputError if the engine lacks a part that renders need; check each engine once.

        Contact the shared store first. Afterwards, remember a cache outside the workspace.
        """
        self.outside.begin()
        entry = self.store.find(self._engine_key())
        if entry is None:
            self.engine.require()
            facts = {"version": self.engine.version()}
            entry = self.store.publish(self._engine_key(), {}, facts=facts, preimage={}, seconds=0)
        self._called(entry.facts["version"])
        self.library.workspace.remember_cache()
        self.memo.let_go()

    def recall_engine(self) -> None:
        """Set the engine's version from its last check, without starting a process."""
        entry = self.store.find(self._engine_key())
        self._called(entry.facts["version"] if entry else "")

    def _called(self, version: str) -> None:
        self.engine_version = version
        self._orders.clear()  # their logs record the version

    def _engine_key(self) -> str:
        return digest_of(["engine", self.engine_digest, FILTERS, ENCODERS])

    def receipt(self, task: str) -> Receipt | None:
        """Return the receipt of a task (its last result and what it read), or None."""
        receipt = self.receipts.read(task)
        if receipt is None or not receipt.earlier:
            return receipt
        layered = [k.name for k in self.catalog.knobs.values() if k.scope != "piece"]
        beds = self.catalog.instrument("audio/bed").NAMES
        facts = receipt.entry.facts
        return receipt._replace(log=modern(task, receipt.log, facts, layered, beds))

    def find(self, key: str) -> Entry | None:
        """Return the result for a key, or None; each entry of the store is read only once."""
        if key not in self._entries and (entry := self.store.find(key)):
            self._entries[key] = entry
        return self._entries.get(key)

    def forget(self, key: str) -> None:
        """Forget the result for a key, here and in the store, so it will be computed again."""
        self._entries.pop(key, None)
        self.store.forget(key)

    def results(self) -> Mapping[str, Entry]:
        """Return a mapping from tasks to their results, which come from this run or receipts."""
        return _Results(self)

    def key_of(self, job: Job) -> str:
        """Return a job's key with this engine."""
        return job.key(self.engine_digest, self.catalog)

    def ready(self, step: Step) -> Job | None:
        """Return the job of a step, or None until all its inputs are known."""
        return self._order(step).job

    def job(self, step: Step) -> Job:
        """Return the job of a step; raise TaskError if its inputs are missing or incomplete."""
        if (job := self.ready(step)) is None:
            more = f"{joined(step.needs)} did not produce everything it needs"
            raise TaskError(
                f"{step.task} has nothing to work on",
                why=more if step.needs else "it needs a result that no task produced",
                fix="check the clip or remove it",
            )
        return job

    def key(self, step: Step) -> str:
        """Return a step's key, or "" until all its inputs are known."""
        return self._order(step).key

    def log(self, step: Step) -> Log:
        """Return the log of values that a step read for its job, as JSON data."""
        return self._order(step).log

    def _order(self, step: Step) -> "_Order":
        """Return the work of a step, recomputed if the step or a dependency's result changed."""
        results, order = self.results(), self._orders.get(step.task)
        entries = [results.get(task) for task in step.needs]
        if order is None or order.step is not step or order.entries != entries:
            order = self._orders[step.task] = self._worked_out(step, entries)
        return order

    def _worked_out(self, step: Step, arguments: Sequence[Entry | None]) -> "_Order":
        # pass only the step's declared needs, because nothing else is compared before the work is
        # reused
        results = {task: one for task, one in zip(step.needs, arguments, strict=True) if one}
        log: Log = {}
        job, supposed, partial = None, None, False
        try:
            job = step.job(results, log)
        except LookupError:
            supposed = self._supposed(step, results, log)
            partial = supposed is None
        for task, entry in results.items():
            objects = sorted(ref.digest for ref in entry.objects.values())
            log[f"{UPSTREAM}{task}"] = objects or entry.facts
        worked_out = job or supposed
        for call in worked_out.calls if worked_out else ():
            log[f"{VERSION}{call.play}"] = call.version(self.catalog)
        log[ENGINE] = self.engine_version
        key = self.key_of(job) if job else ""
        return _Order(step, arguments, job, key, json.loads(json.dumps(log)), partial)

    def _supposed(self, step: Step, contents: Mapping[str, Entry], log: Log) -> Job | None:
        """Return a step's job if the last run can supply its unknown results, or None."""
        before = {task: self.receipt(task) for task in step.needs if task not in contents}
        last = {task: receipt.entry for task, receipt in before.items() if receipt}
        try:
            return step.job({**contents, **last}, log)
        except LookupError:  # there is no last result, or it was for a piece with fewer layers
            return None

    def making_seconds(self, step: Step, entry: Entry) -> float:
        """Return how many seconds it takes to render a result and its missing inputs again."""
        seconds, results, counted = entry.seconds, self.results(), {step.task}
        waiting = [*step.needs] if step.opens else []
        while waiting:
            task = waiting.pop()
            before, there = self.steps.get(task), results.get(task)
            if task in counted or there is None or self.store.complete(there):
                continue
            counted.add(task)
            seconds += there.seconds
            waiting += before.needs if before and before.opens else ()
        return seconds

    def fresh(self, step: Step) -> bool:
        """Return whether a step's receipt matches its current job and its files are delivered."""
        key, receipt = self.key(step), self.receipts.read(step.task)
        if not key or receipt is None or receipt.entry.key != key:
            return False
        return self.delivered(step, receipt.entry)

    def delivered(self, step: Step, entry: Entry) -> bool:
        """Return whether the delivered files of a step match its entry."""
        return all(
            self.library.content(path) == entry.objects[role].digest
            for role, path in step.deliver.items()
        )

    def sign(self, step: Step, entry: Entry) -> None:
        """Accept `entry` as a step's result and write a receipt if the step leaves one."""
        self.predicted[step.task] = self._entries[entry.key] = entry
        if step.signed:
            self.receipts.write(step.task, entry, self.log(step))

    def why(self, step: Step, *, own_only: bool = False) -> tuple[Reason, ...]:
        """Return why a step runs: what changed since it last ran, or why its result is gone.

        If `own_only` is true, omit changes in upstream results, even if no other reason remains.
        """
        receipt, order = self.receipt(step.task), self._order(step)
        if receipt is None:
            return self._first(order.key)
        partial = order.partial or receipt.earlier
        moved = differences(receipt.log, order.log, partial=partial)
        same = order.key == receipt.entry.key
        if same:  # different values gave the same command
            moved = of(moved, Cause.ORIGIN)
        engine: tuple[Reason, ...] = ()
        if receipt.entry.preimage.get("engine", self.engine_digest) != self.engine_digest:
            engine = (Reason(Cause.ENGINE, "", receipt.log.get(ENGINE), self.engine_version),)
        if own_only or engine:
            moved = own(moved)
        if engine or moved or own_only:
            return (*engine, *moved)
        return (Reason(Cause.GONE if same else Cause.REWRITTEN),)

    def _first(self, key: str) -> tuple[Reason, ...]:
        """Return why a step without a receipt runs, whose result may come from another piece."""
        if (entry := self.find(key) if key else None) is None:
            return (Reason(Cause.FIRST),)
        return (Reason(Cause.ELSEWHERE if self.store.complete(entry) else Cause.GONE),)


@dataclass(frozen=True)
class _Order:
    """The work of a step (job, key and log), given the results of its dependencies."""

    step: Step
    entries: Sequence[Entry | None]
    job: Job | None
    key: str
    log: Log
    partial: bool  # whether the log is partial because an upstream result is unknown


class _Results(Mapping[str, Entry]):
    """A live view of the state that maps tasks to their results."""

    def __init__(self, state: BuildState) -> None:
        self._state = state

    def __getitem__(self, task: str) -> Entry:
        state, receipt = self._state, None
        if task not in state.predicted:
            receipt = state.receipts.read(task)
        entry = receipt.entry if receipt else state.predicted.get(task)
        if entry is None:
            raise KeyError(task)
        return entry

    def __iter__(self) -> Iterator[str]:
        return (task for task in self._state.steps if task in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
