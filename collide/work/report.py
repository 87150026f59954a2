"""What a person sees while tasks run: a line for each that did something, and the time left.

The class is what doit calls a reporter; nothing here knows doit beyond its method names.
"""

from collections.abc import Mapping
from typing import Any, TextIO

from collide.build.record import Done, Run
from collide.work.progress import Progress


class Reporter:
    """Prints what each task did; `-- task` for nothing is noise, and is not printed."""

    desc = "one line for each task that did something"
    # of this process; doit makes the reporter itself, so they are set on the class
    run: Run
    expected: Mapping[str, float] = {}  # seconds of each task that will render
    progress: Progress | None = None

    def __init__(self, outstream: TextIO, _: Any) -> None:
        self.stream = outstream
        Reporter.progress = Progress(outstream, self.expected)

    @classmethod
    def seen(cls, task: str, share: float) -> None:
        """Take how far a running task is, 0..1."""
        if cls.progress:
            cls.progress.seen(task, share)

    @classmethod
    def told(cls, done: Done) -> None:
        """Take an earlier task that was done again, since a later one had to read it."""
        cls.run.add(done)
        if cls.progress:
            cls.progress.end(done.task)
            cls.progress.say(line(done))

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
        self.run.add(Done(task.name, "failed", why))
        self.write(f"{task.name:<12} failed\nERROR: {why}")

    def skip_uptodate(self, task: Any) -> None:
        """Remember a task that had nothing to do."""
        if task.actions:
            self.run.add(Done(task.name, "kept"))

    def skip_ignore(self, task: Any) -> None:
        """Say that a task is ignored, since it will not be right."""
        self.write(f"{task.name:<12} ignored")

    def cleanup_error(self, exception: Any) -> None:
        """Say what went wrong while ending."""
        self.write(f"ERROR: {exception.get_msg()}")

    def runtime_error(self, msg: str) -> None:
        """Say an error of doit itself."""
        self.write(f"ERROR: {msg}")

    def teardown_task(self, task: Any) -> None:
        """Do nothing: no task needs it."""

    def complete_run(self) -> None:
        """Take the bars away; the last line is the verb's."""
        if Reporter.progress:
            Reporter.progress.close()

    def write(self, text: str) -> None:
        """Write a line."""
        if Reporter.progress:
            Reporter.progress.say(text)


def line(done: Done) -> str:
    """Return one task as a line: name, what happened, how long it took, why."""
    took = f"{done.seconds:6.1f} s" if done.status == "rendered" else " " * 8
    return f"{done.task:<12} {done.status:<9} {took}  {done.why}".rstrip()
