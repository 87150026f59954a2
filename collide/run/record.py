"""The record of a run, cache/runs/TIME.json: its command line and the outcome of each task.

A render is not recorded if its input was refused, or if it had no tasks and was not stopped. Videos
do not depend on records, so damaged records are skipped.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic, utc_now
from collide.base.files import write_whole
from collide.store.reasons import Reason, sentence

STATUSES = ("rendered", "restored", "kept", "failed")
MAX_TASK_SECONDS = 1e9  # the longest valid duration of a task
BY_WORK = ("kept", "restored", "rendered", "failed")  # from the least work to the most


@dataclass(frozen=True)
class Done:
    """The outcome of one task."""

    task: str
    status: str
    why: tuple[Reason, ...] | str = ()  # reasons, or a failure message
    key: str = ""
    seconds: float = 0.0
    bytes: int = 0
    began: float = 0.0  # seconds since the start of the run

    @property
    def text(self) -> str:
        """Return why the task ran or why it failed."""
        return self.why if isinstance(self.why, str) else sentence(self.why, self.task)


@dataclass
class RunRecord:
    """The record of one run: its project and the outcomes of its tasks and of the run."""

    project: str
    words: list[str]
    tasks: dict[str, Done] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)
    stopped: bool = False  # whether a signal ended it early
    failed: bool = False  # whether an error outside its tasks ended it
    shared: dict[str, int] = field(default_factory=dict)  # counts of the shared store
    commands: list[tuple[str, str]] = field(default_factory=list)  # task, command
    machine: str = ""  # the farm machine that rendered what is restored here

    def add(self, done: Done) -> None:
        """Record a task's outcome; of several outcomes, keep the one that is last in BY_WORK."""
        before = self.tasks.get(done.task)
        if before is None or BY_WORK.index(done.status) > BY_WORK.index(before.status):
            self.tasks[done.task] = done

    def count(self, status: str) -> int:
        """Return the number of tasks with this outcome."""
        return sum(done.status == status for done in self.tasks.values())

    def line(self) -> str:
        """Return the summary of a run: the number of tasks with each outcome, and the duration."""
        return f"{self.counts()} · {self.lasted():.1f} s"

    def counts(self) -> str:
        """Return the number of tasks with each outcome, as text."""
        counts = [f"{status} {self.count(status)}" for status in STATUSES[:3]]
        if failed := self.count("failed"):
            counts.append(f"failed {failed}")
        return ", ".join(counts)

    def lasted(self) -> float:
        """Return the duration of the run so far, in seconds."""
        return monotonic() - self.began

    def code(self) -> int:
        """Return the run's exit code: 130 if stopped, 1 if anything failed, otherwise 0."""
        return 130 if self.stopped else 1 if self.failed or self.count("failed") else 0

    def write(self, folder: Path) -> Path:
        """Write the record and a log of the commands next to it; return the record's path."""
        stamp = utc_now()
        path = folder / f"{stamp:%Y%m%dT%H%M%S}.{stamp.microsecond:06d}Z.json"
        data: dict[str, Any] = {
            "project": self.project,
            "words": self.words,
            "ended": stamp.isoformat(),
            "seconds": round(self.lasted(), 3),
            "code": self.code(),
            # a copy, because the thread of a stopped task may still add to the tasks
            "tasks": {task: _short(done) for task, done in list(self.tasks.items())},
            **({"machine": self.machine} if self.machine else {}),
        }
        if self.shared:
            data["shared"] = self.shared
        if self.commands:
            log = "\n".join(f"# {task}\n{command}\n" for task, command in list(self.commands))
            write_whole(path.with_suffix(".log"), log.encode(errors="surrogateescape"))
        write_whole(path, (json.dumps(data, indent=1) + "\n").encode())
        return path


def read_run(path: Path) -> dict[str, Any] | None:
    """Return the record in a file, or None if it is damaged or not a record."""
    try:
        run = json.loads(path.read_bytes())
        words, tasks = run["words"], run["tasks"].values()
        texts = [run["project"], run["ended"], *words, *(done["why"] for done in tasks)]
        whole = isinstance(words, list) and all(isinstance(text, str) for text in texts)
        checks = [
            done["status"] in STATUSES and 0 <= done["seconds"] < MAX_TASK_SECONDS for done in tasks
        ]
        return run if whole and all(checks) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _short(done: Done) -> dict[str, Any]:
    values = {**asdict(done), "why": done.text}
    values.pop("task")
    reasons = () if isinstance(done.why, str) else done.why
    return values | {"reasons": [asdict(reason) for reason in reasons]}
