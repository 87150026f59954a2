"""child: how a process ended is reported, and no process is left behind."""

import os
import select
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from collide.base.errors import Cancelled
from collide.engine.cancel import Cancel
from collide.engine.child import Ended, run_child
from collide.engine.safety import Bounds
from tests.patience import HANGS


def run(
    folder: Path,
    code: str,
    bounds: Bounds = Bounds(seconds=60),  # noqa: B008 - it is frozen
    heard: list[bytes] | None = None,
    cancel: Cancel | None = None,
) -> Ended:
    """Run a few lines of Python as a child and return how it ended."""
    argv, told = [sys.executable, "-c", code], [] if heard is None else heard
    return run_child(
        argv, cwd=folder, env={}, bounds=bounds, on_output=told.append, cancel=cancel or Cancel()
    )


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("pass", ""),
        ("raise SystemExit(3)", "failed with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "was killed by signal SIGKILL"),
    ],
)
def test_the_exit_is_described_in_words(tmp_path: Path, code: str, how: str) -> None:
    """The text about an ended child names its exit code or signal; for success, it is empty."""
    assert run(tmp_path, code).how() == how


def test_stdout_arrives_by_line_and_stderr_at_the_end(tmp_path: Path) -> None:
    """Standard output arrives line by line, stderr at the end, and standard input is empty."""
    heard: list[bytes] = []
    code = "import sys; print('a\\nb'); print(sys.stdin.read() or 'silence', file=sys.stderr)"
    assert run(tmp_path, code, heard=heard).text == "silence\n"
    assert heard == [b"a\n", b"b\n"]


def test_a_child_has_the_requested_limits(tmp_path: Path) -> None:
    """A child has the requested limits, but 5 s more processor time, and does not dump core."""
    code = (
        "import resource as r\n"
        "for name in 'CPU FSIZE NOFILE CORE AS'.split():\n"
        "    print(*r.getrlimit(getattr(r, f'RLIMIT_{name}')))"
    )
    heard: list[bytes] = []
    assert not run(tmp_path, code, Bounds(60, 1 << 20, 3 << 30), heard).text
    wanted = [65, 1 << 20, 128, 0, 3 << 30]
    assert heard == [b"%d %d\n" % (value, value) for value in wanted]


def test_a_file_beyond_its_limit_is_an_error_and_not_a_signal(tmp_path: Path) -> None:
    """A child ignores SIGXFSZ, so the program can report the error itself."""
    code = "import os; os.write(os.open('f', os.O_CREAT | os.O_WRONLY), bytes(1 << 21))\n" * 2
    ended = run(tmp_path, code + "os.write(3, b'x')", Bounds(60, 1 << 20))
    assert (ended.code, ended.text.splitlines()[-1]) == (1, "OSError: [Errno 27] File too large")


def test_a_missing_program_is_a_system_error(tmp_path: Path) -> None:
    """A program that does not exist raises FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        run_child(
            ["/nowhere/x"], cwd=tmp_path, env={}, bounds=Bounds(), on_output=print, cancel=Cancel()
        )


# Two processes that hold a pipe open until they exit, and each print a line when they run.
TWO = """
import os, time
os.open('alive', os.O_WRONLY)
os.fork()
print('here', flush=True)
time.sleep(600)
"""


class Alive:
    """A pipe that shows when all of its holders have exited."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "alive")
        self.end = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)

    def gone(self) -> bool:
        """Return whether no process holds the pipe now."""
        try:
            return os.read(self.end, 1) == b""
        except BlockingIOError:
            return False

    def wait(self) -> None:
        """Wait until no process holds the pipe."""
        assert select.select([self.end], [], [], HANGS)[0], "a process is still alive"
        assert self.gone()


class Heard(list[bytes]):
    """A list of lines, with an event that is set when there are enough lines."""

    def __init__(self, enough: int) -> None:
        self.enough, self.ready = enough, threading.Event()

    def append(self, line: bytes) -> None:
        """Append a line; set the event if no more lines are needed."""
        super().append(line)
        if len(self) == self.enough:
            self.ready.set()


def started_child(folder: Path, code: str, cancel: Cancel, lines: int) -> Future[Ended]:
    """Run a child in a thread and return once it has printed `lines` lines."""
    heard = Heard(lines)
    pool = ThreadPoolExecutor(1)
    future = pool.submit(run, folder, code, heard=heard, cancel=cancel)
    pool.shutdown(wait=False)
    assert heard.ready.wait(HANGS)
    return future


def test_a_stopped_token_kills_its_children_and_starts_no_more(tmp_path: Path) -> None:
    """After stop() the child and its own child are dead, and Cancelled is raised in the thread."""
    cancel, alive = Cancel(), Alive(tmp_path)
    future = started_child(
        tmp_path, "import os\nopen('id', 'w').write(str(os.getpid()))\n" + TWO, cancel, 2
    )
    child = int((tmp_path / "id").read_text())
    assert not alive.gone()
    cancel.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    alive.wait()  # a grandchild may end a moment later, because no process waits for it
    with pytest.raises(Cancelled):
        future.result(HANGS)
    with pytest.raises(Cancelled):
        run(tmp_path, "pass", cancel=cancel)


def test_two_tokens_are_independent(tmp_path: Path) -> None:
    """Stopping one token does not affect the children of another token."""
    one, two = Cancel(), Cancel()
    (tmp_path / "go").mkdir()
    code = "import os, time\nprint('here', flush=True)\nwhile os.path.exists('go'): time.sleep(.01)"
    first, second = (
        started_child(tmp_path, code, one, 1),
        started_child(tmp_path, code + "\nexit(3)", two, 1),
    )
    one.stop()
    with pytest.raises(Cancelled):
        first.result(HANGS)
    (tmp_path / "go").rmdir()
    assert second.result(HANGS).code == 3


def test_a_closed_token_may_be_used_again(tmp_path: Path) -> None:
    """A closed token can start children again."""
    cancel = Cancel()
    for _ in range(2):
        assert run(tmp_path, "pass", cancel=cancel).code == 0
        cancel.close()


def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    """After kill -9 of the parent, the child and its own child die, even if started by a thread."""
    code = (
        "import sys, threading\nfrom pathlib import Path\n"
        "from collide.engine.cancel import Cancel\nfrom collide.engine.child import run_child\n"
        "from collide.engine.safety import Bounds\n"
        "def heard(line):\n    sys.stdout.write(line.decode()); sys.stdout.flush()\n"
        "thread = threading.Thread(target=run_child, args=([sys.executable, '-c', sys.argv[1]],),"
        " kwargs=dict(cwd=Path.cwd(), env={}, bounds=Bounds(), on_output=heard, cancel=Cancel()))\n"
        "thread.start()\nthread.join()"
    )
    alive, env = Alive(tmp_path), {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", code, TWO]
    with subprocess.Popen(argv, cwd=tmp_path, env=env, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert [parent.stdout.readline(), parent.stdout.readline()] == [b"here\n"] * 2
        assert not alive.gone()
        parent.kill()
    alive.wait()
