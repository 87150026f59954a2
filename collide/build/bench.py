"""What is known while a project is worked on: its receipts, its results so far, and why.

A receipt (cache/receipts/x/TASK.json) is what doit sees of a task: the key, what it made, and
its ingredients in words. The media stay in the store. Nothing here renders.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.build import engine as door
from collide.build.engine import Engine
from collide.build.index import Index
from collide.build.key import Job, Step
from collide.build.library import Library
from collide.build.memo import Memo
from collide.build.needs import Lease
from collide.build.record import Done
from collide.build.store import Entry, Store, read_entry
from collide.files import write_whole
from collide.hashing import canonical, digest_of

ENGINE = "the engine changed"
Watch = Callable[[str, float], None]  # a task, and the share of it that is done


@dataclass
class Bench:
    """Where steps are performed: the store, the engine, the clips, and what is known."""

    receipts: Path  # of its project
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
            door.require(self.engine)
            facts = {"version": self.engine.version()}
            entry = self.store.publish(self._engine_key(), {}, facts=facts, preimage={}, seconds=0)
        self.engine_version = entry.facts["version"]
        self.memo.let_go()

    def recall_engine(self) -> None:
        """Take the engine's version from its check, where it was checked; start nothing."""
        entry = self.store.find(self._engine_key())
        self.engine_version = entry.facts["version"] if entry else ""

    def _engine_key(self) -> str:
        return digest_of(["engine", self.engine_digest, door.FILTERS, door.ENCODERS])

    def receipt_path(self, task: str) -> Path:
        """Return where the receipt of a task is."""
        return self.receipts / f"{task.replace(':', '-')}.json"

    def receipt(self, task: str) -> tuple[Entry, dict[str, Any]] | None:
        """Return what a task made last and what it said then; None where it never ran."""
        try:
            data = json.loads(self.receipt_path(task).read_bytes())
            whole = data.pop("digest") == digest_of(data)
            return (read_entry(data), dict(data["says"])) if whole else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None  # damaged: the task is looked up in the store again

    def results(self) -> Mapping[str, Entry]:
        """Return what tasks made, now or by their receipts; KeyError for what is unknown."""
        return _Results(self)

    def ready(self, step: Step) -> Job | None:
        """Return the job of a step, None while something before it is not known."""
        try:
            return step.job(self.results())
        except KeyError:
            return None

    def fresh(self, step: Step) -> bool:
        """Return whether a step's receipt is of what it would make now, and that is delivered."""
        job, said = self.ready(step), self.receipt(step.task)
        if job is None or said is None or said[0].key != job.key(self.engine_digest):
            return False
        return self.delivered(step, said[0])

    def delivered(self, step: Step, entry: Entry) -> bool:
        """Return whether what people see of a step is what is in its entry."""
        return all(
            self.library.content(path) == entry.objects[role].digest
            for role, path in step.deliver.items()
        )

    def sign(self, step: Step, entry: Entry) -> None:
        """Take `entry` as what a step made, and write its receipt unless that stands already."""
        self.known[step.task] = entry
        says = self.says(step)
        if self.receipt(step.task) != (entry, says):
            data = {**entry.data(), "says": says}
            whole = canonical({**data, "digest": digest_of(data)})
            write_whole(self.receipt_path(step.task), whole, lasting=False)

    def says(self, step: Step) -> dict[str, Any]:
        """Return the ingredients of a step in words, as JSON gives them back."""
        said: dict[str, Any] = dict(step.says)
        for task in step.needs:
            if task in self.results():
                entry = self.results()[task]
                made = sorted(made.digest for made in entry.objects.values())
                said[f"from {task}"] = made or entry.facts
        job = self.ready(step)
        if job and job.version:
            said[f"version of {job.play}"] = job.version
        said["engine"] = self.engine_version
        return dict(json.loads(json.dumps(said)))

    def why(self, step: Step, *, own: bool = False) -> str:
        """Return what moved since a step last ran, "" for nothing.

        Args:
            own: leave out what came from the steps before.
        """
        receipt, says = self.receipt(step.task), self.says(step)
        if receipt is None:
            return "never rendered"
        entry, before = receipt
        engine = self.engine_moved(entry, before)
        if own or engine:
            says = {name: value for name, value in says.items() if not name.startswith("from ")}
            before = {name: value for name, value in before.items() if name in says}
        words = ", ".join(filter(None, [engine, moved(before, says)]))
        if words or own:
            return words
        job = self.ready(step)
        same = job is not None and job.key(self.engine_digest) == entry.key
        return "it was not here any more" if same else "its command is written otherwise now"

    def engine_moved(self, entry: Entry, said: Mapping[str, Any]) -> str:
        """Return in words that something was made by another engine, "" where it was not."""
        if entry.preimage.get("engine", self.engine_digest) == self.engine_digest:
            return ""
        old, new = said.get("engine"), self.engine_version
        if not old or not new or old == new:
            return f"{ENGINE}, it is another ffmpeg than before"
        return f"{ENGINE}, ffmpeg {_short(old, new)} → {_short(new, old)}"


class Fresh:
    """The question whether a step is up to date; its repr is what `doit info` shows."""

    def __init__(self, bench: Bench, step: Step) -> None:
        self.bench, self.step = bench, step

    def __call__(self) -> bool:
        """Return the answer of now: asked late, it knows all that is upstream."""
        return self.bench.fresh(self.step)

    def __repr__(self) -> str:
        return self.bench.why(self.step) or "up to date"


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


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return in an artist's words what differs between two sets of ingredients."""
    every = [*after, *(name for name in before if name not in after)]
    names = [n for n in every if before.get(n) != after.get(n) and n != "engine"]
    if len(names) > 1 and "look" in names:
        names.remove("look")  # its name changes with everything, and says nothing
    words = [_word(name, before.get(name), after.get(name)) for name in names]
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _word(name: str, old: Any, new: Any) -> str:
    if name.startswith("from "):
        return f"{name[5:].replace(':', ' ')} changed"
    if name == "clip":
        return "the clip changed"
    return f"{name} {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _short(version: str, other: str) -> str:
    """Return a version as people call it, unless that is the other's too: n9.0.2-17 is 9.0.2."""
    short, others = (re.sub(r"^n?(\d+(?:\.\d+)+).*", r"\1", text) for text in (version, other))
    return version if short == others else short
