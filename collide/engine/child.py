"""A child process from start to end: its output lines, its limits, its exit status."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from collide.engine.cancel import Cancel, Process, kill
from collide.engine.safety import Bounds
from collide.engine.vitals import LOOK, Watch

OnOutput = Callable[[bytes], None]  # called with each line of standard output


class Ended(NamedTuple):
    """How a child ended: its exit code, its stderr, and the limit that stopped it, if any."""

    code: int
    text: str
    over: str

    def how(self) -> str:
        """Return how the child failed, or "" if it succeeded."""
        if self.over:
            return self.over
        if self.code < 0:
            return f"was killed by signal {signal.Signals(-self.code).name}"
        return f"failed with exit code {self.code}" if self.code else ""

    def why(self) -> str:
        """Return how the child failed, followed by the last line of its stderr."""
        last = [line for line in self.text.splitlines() if line.strip()][-1:]
        return "\n".join([f"it {self.how() or 'ended'}", *last])


class Child:
    """A child process, started by the function `start` under the token `cancel`.

    A separate thread starts it, reads its output and waits for it, because Ctrl-C interrupts only
    the main thread.
    """

    def __init__(self, start: Callable[[], Process], cancel: Cancel) -> None:
        self._start, self._cancel = start, cancel
        self._thread = Thread(target=self._live, daemon=True)
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._began = Event()
        self._process: Process | None = None
        self._unwanted = False
        self._trouble: BaseException | None = None
        self._text: list[bytes] = []
        self._over = ""

    def begin(self) -> None:
        """Start the process; raise the same errors as `Cancel.start`."""
        self._thread.start()
        self._began.wait()
        if self._trouble:
            raise self._trouble

    def lines(self, bounds: Bounds) -> Iterator[bytes]:
        """Yield the child's output lines until the output ends or a limit is exceeded."""
        assert self._process
        watch = Watch(self._process.pid, bounds)
        while not self._over:
            try:
                line = self._lines.get(timeout=LOOK)
            except Empty:
                self._over = watch.over()
                continue
            if line is None:
                return
            watch.hear(line)
            yield line
            self._over = watch.over()

    def end(self) -> Ended:
        """Kill the process unless it has ended, and return how it ended.

        Raise Cancelled if the token was stopped.
        """
        self.kill()
        self._cancel.check()
        assert self._process
        text = b"".join(self._text).decode(errors="replace")
        return Ended(self._process.returncode, text, self._over)

    def kill(self) -> None:
        """Kill the process unless it has ended, and wait until it is gone."""
        self._unwanted = True
        if self._process:
            kill(self._process)
        if self._thread.ident:
            self._began.wait()  # Ctrl-C may have interrupted `begin`, before the process existed
            self._thread.join()

    def _live(self) -> None:
        try:
            self._process = process = self._start()
        except BaseException as error:
            self._trouble = error
            return
        finally:
            self._began.set()
        if self._unwanted:  # `kill` was called before the process existed
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
    on_output: OnOutput,
    cancel: Cancel,
) -> Ended:
    """Run a program to its end, passing each line of its standard output to `on_output`.

    Raise Cancelled if the token was stopped, and OSError if the program cannot be started.
    """
    child = Child(partial(cancel.start, argv, cwd=cwd, env=env, bounds=bounds), cancel)
    try:
        child.begin()
        for line in child.lines(bounds):
            on_output(line)
        return child.end()
    finally:
        child.kill()
