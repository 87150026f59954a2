"""A process of its own, from its first breath to its last: the only file that starts one.

Every child has a wall clock and limits, a clean environment, no standard input, and dies with
its parent. What it is for is the business of engine.py.
"""

import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from os import killpg
from pathlib import Path
from typing import NamedTuple

from collide.build.safety import Bounds, limits

Heard = Callable[[bytes], None]  # a line of standard output


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


def run_child(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], bounds: Bounds, heard: Heard
) -> Ended:
    """Run a program to its end, and return how it ended.

    Raises:
        OSError: it could not be started.
    """
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        restore_signals=False,  # SIGXFSZ stays ignored: a program then says "File too large"
        preexec_fn=limits(bounds),  # noqa: PLW1509 - it only calls setrlimit and prctl
    )
    with process, _running(process):  # the first closes the pipes, after the second has killed
        late = threading.Timer(bounds.seconds, _kill, [process])
        late.daemon = True  # an interrupted run leaves it behind: nobody waits for it
        late.start()
        said: list[bytes] = []
        listener = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        listener.start()
        for line in process.stdout or ():
            heard(line)
        code = process.wait()
        listener.join()
        timed_out = not late.is_alive()
        late.cancel()
    return Ended(code, b"".join(said).decode(errors="replace"), timed_out)


_CHILDREN: set[subprocess.Popen[bytes]] = set()


class _running:  # noqa: N801 - used as a statement
    """Remember a child while it runs, and leave none behind."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def __enter__(self) -> None:
        _CHILDREN.add(self.process)

    def __exit__(self, *_: object) -> None:
        _kill(self.process)
        _CHILDREN.discard(self.process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            killpg(process.pid, signal.SIGKILL)
        process.wait()


def stop_all() -> None:
    """Kill every child this process has running."""
    for process in list(_CHILDREN):
        _kill(process)
