"""What a person sees while tasks run: a line for each that did something, and the time left.

The class is what doit calls a reporter; nothing here knows doit beyond its method names.
"""

import threading
from typing import Any, TextIO

from collide.build.record import Done, Run, now


class Progress:
    """One line that is written over, on a terminal; nothing elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.live = stream.isatty()
        self._shares: dict[str, tuple[float, float]] = {}  # task -> began, share
        self._lock = threading.Lock()
        self._drawn = 0.0

    def begin(self, task: str) -> None:
        """Count a task as running."""
        with self._lock:
            self._shares[task] = (now(), 0.0)

    def seen(self, task: str, share: float) -> None:
        """Take how far a task is, 0..1, and redraw a few times a second."""
        with self._lock:
            if task in self._shares:
                self._shares[task] = (self._shares[task][0], share)
            if self.live and now() - self._drawn > 0.1:
                self._drawn = now()
                self._draw()

    def end(self, task: str) -> None:
        """Take a task away, and clear the line for what is printed next."""
        with self._lock:
            self._shares.pop(task, None)
            if self.live:
                self.stream.write("\r\x1b[K")

    def _draw(self) -> None:
        parts = []
        for task, (began, share) in self._shares.items():
            spent = now() - began
            left = f", {spent / share - spent:.0f} s left" if share > 0.02 and spent > 1 else ""
            parts.append(f"{task} {share:.0%}{left}")
        self.stream.write("\r\x1b[K" + "   ".join(parts)[:110])
        self.stream.flush()


class Reporter:
    """Prints what each task did; `-- task` for nothing is noise, and is not printed."""

    desc = "one line for each task that did something"
    run: Run  # of this process; doit makes the reporter itself, so it is set on the class
    progress: Progress | None = None

    def __init__(self, outstream: TextIO, _: Any) -> None:
        self.stream = outstream
        Reporter.progress = Progress(outstream)
        self.internal = False

    @classmethod
    def seen(cls, task: str, share: float) -> None:
        """Take how far a running task is, 0..1."""
        if cls.progress:
            cls.progress.seen(task, share)

    @classmethod
    def told(cls, done: Done) -> None:
        """Take an earlier task that was done again, since a later one had to read it."""
        cls.run.add(done)
        print(line(done))

    def initialize(self, tasks: Any, selected_tasks: Any) -> None:
        """Do nothing: there is nothing to say yet."""

    def get_status(self, task: Any) -> None:
        """Do nothing: a task is only looked at."""

    def execute_task(self, task: Any) -> None:
        """Count a task as running."""
        if task.actions and Reporter.progress:
            Reporter.progress.begin(task.name)

    def add_success(self, task: Any) -> None:
        """Say what a task did."""
        if Reporter.progress:
            Reporter.progress.end(task.name)
        done = self.run.tasks.get(task.name)
        if done and done.status != "kept":
            self.write(line(done))

    def add_failure(self, task: Any, fail: Any) -> None:
        """Say why a task failed; what only waited for it is not repeated."""
        if Reporter.progress:
            Reporter.progress.end(task.name)
        if fail.get_name() == "UnmetDependency":
            return
        why = fail.get_msg().strip()
        if fail.get_name() != "TaskFailed":
            self.internal = True
        self.run.add(Done(task.name, "failed", why))
        self.write(f"{task.name:<12} failed\nERROR: {why}")

    def skip_uptodate(self, task: Any) -> None:
        """Remember a task that had nothing to do."""
        if task.actions:
            self.run.add(Done(task.name, "kept"))

    def skip_ignore(self, task: Any) -> None:
        """Say that a task is ignored, since it will not be right."""
        self.write(f"{task.name:<12} ignored (doit forget {task.name})")

    def cleanup_error(self, exception: Any) -> None:
        """Say what went wrong while ending."""
        self.write(f"ERROR: {exception.get_msg()}")

    def runtime_error(self, msg: str) -> None:
        """Say an error of doit itself."""
        self.internal = True
        self.write(f"ERROR: {msg}")

    def teardown_task(self, task: Any) -> None:
        """Do nothing: no task needs it."""

    def complete_run(self) -> None:
        """Do nothing: the last line is the verb's."""

    def write(self, text: str) -> None:
        """Write a line."""
        self.stream.write(text + "\n")
        self.stream.flush()


def line(done: Done) -> str:
    """Return one task as a line: name, what happened, how long it took, why."""
    took = f"{done.seconds:6.1f} s" if done.status == "rendered" else " " * 8
    return f"{done.task:<12} {done.status:<9} {took}  {done.why}".rstrip()
