"""The progress of a render and the time left: bars on a terminal, otherwise occasional lines.

A task's progress is the fraction of its frames that are finished. Its expected time comes from
earlier runs.
"""

import shutil
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from collide.base.clock import monotonic

LINE_SECONDS = 10.0  # seconds between plain lines, so that a log stays short
AT_ONCE = 0.2  # seconds between rewritten lines
IN_MINUTES = 90.0  # times of this many seconds or more are given in minutes
SELDOM = 60.0  # seconds between plain lines about many pieces
MIN_SHARE = 0.03  # before this fraction of the work is done, the pace is unknown


class Line:
    """One progress line: rewritten in place on a terminal, otherwise printed occasionally."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._last_report, self._width = monotonic(), 0

    def say(self, text: str) -> None:
        """Report progress unless the start or the last report was only moments ago."""
        live = self.stream.isatty()
        if monotonic() - self._last_report < (LINE_SECONDS if not live else AT_ONCE):
            return
        self._last_report = monotonic()
        if live:
            text = text[: shutil.get_terminal_size().columns - 1]
            self.stream.write(f"\r{text:<{self._width}}")
            self._width = len(text)
        else:
            self.stream.write(text + "\n")
        self.stream.flush()

    def close(self) -> None:
        """Remove the line."""
        if self._width:
            self.stream.write(f"\r{'':<{self._width}}\r")
            self.stream.flush()
            self._width = 0


class Progress:
    """The progress of one run; up to `workers` tasks run at once."""

    def __init__(
        self,
        stream: TextIO,
        expected: Mapping[str, float],
        workers: int = 1,
        clips: Mapping[str, str] = {},
    ) -> None:
        """Set the expected duration of each task, and the clips of layer tasks."""
        self.stream, self._workers, self._clips = stream, workers, clips
        self._left = dict(expected)  # seconds of unfinished tasks
        self._whole = sum(expected.values())
        self._shares: dict[str, tuple[float, float]] = {}  # running task -> start, progress
        self._lock = threading.RLock()
        self._began = self._last_report = monotonic()
        self._bars: Any = None
        self._rows: dict[str, Any] = {}

    def begin(self, task: str) -> None:
        """Count a task as running; on a terminal, the first task shows the bars."""
        with self._lock:
            self._shares[task] = (monotonic(), 0.0)
            if self.stream.isatty() and self._bars is None:
                self._bars = _bars(self.stream)
                self._bars.start()
                self._rows[""] = self._bars.add_task("all", total=1.0, left="")

    def seen(self, task: str, share: float) -> None:
        """Record the progress (0..1) of a running task."""
        with self._lock:
            if task not in self._shares:
                self._shares[task] = (monotonic(), 0.0)  # it runs again for a later task
            self._shares[task] = (self._shares[task][0], share)
            if self._bars is not None:
                self._draw(task, share)
            elif monotonic() - self._last_report > LINE_SECONDS:
                self._last_report = monotonic()
                self.say(f"  {self.line()}")

    def end(self, task: str) -> None:
        """Count a task as done, whatever its outcome."""
        with self._lock:
            self._shares.pop(task, None)
            self._left.pop(task, None)
            if self._bars is not None and task in self._rows:
                self._bars.remove_task(self._rows.pop(task))

    def say(self, text: str) -> None:
        """Print a line above any bars."""
        with self._lock:
            if self._bars is not None:
                self._bars.console.out(text, highlight=False)
            else:
                self.stream.write(text + "\n")
                self.stream.flush()

    def close(self) -> None:
        """Remove the bars."""
        with self._lock:
            if self._bars is not None:
                self._bars.stop()
                self._bars = None

    def line(self) -> str:
        """Return the overall progress and each running task: "40%, 12 s left · layer:2 60%".

        If one time is in minutes, so are all others.
        """
        # if there is no history, the total is unknown, and 0% would be a false claim
        rows = [("", self.done(), self.left())] if self._whole else []
        rows += [(f"{self._name(t)} ", done, self._of(t)) for t, (_, done) in self._shares.items()]
        minutes = any(left is not None and left >= IN_MINUTES for *_, left in rows)
        return " · ".join(f"{name}{done:.0%}{_left(left, minutes)}" for name, done, left in rows)

    def done(self) -> float:
        """Return the fraction (0..1) of the work that is done."""
        if not self._whole:
            return 0.0
        running = sum(self._left.get(t, 0.0) * share for t, (_, share) in self._shares.items())
        return min(1.0, 1 - (sum(self._left.values()) - running) / self._whole)

    def left(self) -> float | None:
        """Return the time left, if known: at first from history, later from this run's pace."""
        done = self.done()
        if done > MIN_SHARE:
            return (monotonic() - self._began) * (1 - done) / done
        return self._whole / self._workers or None

    def _name(self, task: str) -> str:
        """Return a task's name, followed by the name of its clip, if any: "layer 3, karma.mp4"."""
        clip = self._clips.get(task, "")
        return f"{task.replace(':', ' ')}, {clip}" if clip else task

    def _of(self, task: str) -> float | None:
        began, share = self._shares[task]
        return (monotonic() - began) * (1 - share) / share if share > MIN_SHARE else None

    def _draw(self, task: str, share: float) -> None:
        if task not in self._rows:
            self._rows[task] = self._bars.add_task(self._name(task), total=1.0, left="")
        left = _left(self._of(task)).lstrip(", ")
        self._bars.update(self._rows[task], completed=share, left=left)
        whole = _left(self.left()).lstrip(", ")
        self._bars.update(self._rows[""], completed=self.done(), left=whole)


class Ticker:
    """Progress of many pieces: one rewritten line on a terminal, otherwise a line a minute."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._last_report = monotonic()

    def tell(self, text: str) -> None:
        """Report progress; if there is no terminal, print at most one report per SELDOM seconds."""
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}")
            self.stream.flush()
        elif monotonic() - self._last_report > SELDOM:
            self._last_report = monotonic()
            self.say(f"  {text}")

    def say(self, text: str) -> None:
        """Print a permanent line, above the progress line."""
        self.clear()
        self.stream.write(f"{text}\n")
        self.stream.flush()

    def clear(self) -> None:
        """Remove the progress line."""
        if self.stream.isatty():
            self.stream.write("\r\x1b[K")


def _bars(stream: TextIO) -> Any:
    """Return rich's bars, which leave sys.stdout alone, because other threads may print to it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    name, left = TextColumn("{task.description:<12}"), TextColumn("{task.fields[left]}")
    columns = name, BarColumn(), TaskProgressColumn(), left
    apart: Any = {"transient": True, "redirect_stdout": False, "redirect_stderr": False}
    return Progress(*columns, console=Console(file=stream), **apart)


def _left(seconds: float | None, minutes: bool = False) -> str:
    if seconds is not None and minutes:
        seconds = max(60.0, seconds)
    return "" if seconds is None else f", {long(seconds, minutes)} left"


def long(seconds: float, in_minutes: bool = False) -> str:
    """Return a duration as text: 12 s, 14 min, 2 h 5 min, 7 h."""
    if seconds < IN_MINUTES and not in_minutes:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
