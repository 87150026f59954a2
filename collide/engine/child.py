"""A child process, from its start to its end: its lines, its clock on the wall, how it ended.

What it is for is the business of programs.py.
"""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from collide.base.clock import monotonic
from collide.engine.cancel import Cancel, Process, kill
from collide.engine.safety import Bounds

OnOutput = Callable[[bytes], None]  # a line of standard output


class Ended(NamedTuple):
    """How a child ended: its exit code, what it said on stderr, whether its time was up."""

    code: int
    text: str
    late: bool

    def how(self, bounds: Bounds) -> str:
        """Return in words how it ended, "" where it ended well."""
        if self.late:
            return f"was stopped after {bounds.seconds:.0f} s"
        if self.code < 0:
            return f"ended with signal {signal.Signals(-self.code).name}"
        return f"ended with exit code {self.code}" if self.code else ""


class Child:
    """A program while it runs.

    It is started, read and waited for in a thread of its own: a Ctrl-C, which comes to the main
    thread, then never comes into the middle of that.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        bounds: Bounds,
        cancel: Cancel,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._cancel = cancel
        self._start = partial(
            cancel.start, argv, cwd=cwd, env=env, bounds=bounds, pass_fds=pass_fds
        )
        self._thread = Thread(target=self._live, daemon=True)
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._began = Event()
        self._process: Process | None = None
        self._unwanted = False
        self._trouble: BaseException | None = None
        self._text: list[bytes] = []
        self.late = False

    def begin(self) -> None:
        """Start it.

        Raises:
            Cancelled: the token was stopped.
            OSError: it could not be started.
        """
        self._thread.start()
        self._began.wait()
        if self._trouble:
            raise self._trouble

    def lines(self, seconds: float) -> Iterator[bytes]:
        """Yield the lines of its standard output to the last, or until its time is up."""
        end = monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - monotonic()))
            except Empty:
                self.late = True
                return
            if line is None:
                return
            yield line

    def end(self) -> Ended:
        """Kill it unless it has ended, and return how it did.

        Raises:
            Cancelled: the token was stopped.
        """
        self.kill()
        self._cancel.check()
        assert self._process
        text = b"".join(self._text).decode(errors="replace")
        return Ended(self._process.returncode, text, self.late)

    def kill(self) -> None:
        """Kill it unless it has ended, and wait until it is gone."""
        self._unwanted = True
        if self._process:
            kill(self._process)
        if self._thread.ident:
            self._thread.join()

    def _live(self) -> None:
        try:
            self._process = process = self._start()
        except BaseException as error:
            self._trouble = error
            return
        finally:
            self._began.set()
        if self._unwanted:  # since before there was anything to kill
            kill(process)
        with process:
            listener = Thread(target=lambda: self._text.extend(process.stderr or ()), daemon=True)
            listener.start()
            for line in process.stdout or ():
                self._lines.put(line)
            listener.join()
            process.wait()
        self._cancel.ended(process)
        self._lines.put(None)


def run_child(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    bounds: Bounds,
    heard: OnOutput,
    cancel: Cancel,
) -> Ended:
    """Run a program to its end, and return how it ended.

    Raises:
        Cancelled: the token was stopped.
        OSError: it could not be started.
    """
    child = Child(argv, cwd=cwd, env=env, bounds=bounds, cancel=cancel)
    try:
        child.begin()
        for line in child.lines(bounds.seconds):
            heard(line)
        return child.end()
    finally:
        child.kill()
