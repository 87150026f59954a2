"""child: how a process ends is known, and none is left behind."""

import sys
import threading
import time
from pathlib import Path

import pytest

from collide.build.child import Ended, run_child, stop_all
from collide.build.safety import Bounds


def run(folder: Path, code: str, seconds: float = 60, **heard: list[bytes]) -> Ended:
    """Run a few lines of Python as a child."""
    told = heard.get("heard", [])
    bounds = Bounds(seconds=seconds)
    argv = [sys.executable, "-c", code]
    return run_child(argv, cwd=folder, env={}, bounds=bounds, heard=told.append)


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("pass", ""),
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended with signal SIGKILL"),
    ],
)
def test_how_it_ended_is_told_in_words(tmp_path: Path, code: str, how: str) -> None:
    """An exit code, a signal, or nothing where it ended well."""
    assert run(tmp_path, code).how(Bounds()) == how


def test_its_lines_are_heard_and_its_trouble_is_kept(tmp_path: Path) -> None:
    """Standard output comes line by line, stderr in the end, and nothing can be asked of it."""
    heard: list[bytes] = []
    code = "import sys; print('a\\nb'); print(sys.stdin.read() or 'silence', file=sys.stderr)"
    assert run(tmp_path, code, heard=heard).text == "silence\n"
    assert heard == [b"a\n", b"b\n"]


def test_one_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """The clock on the wall counts, not the processor's."""
    ended = run(tmp_path, "import time; time.sleep(60)", seconds=0.5)
    assert ended.how(Bounds(seconds=0.5)) == "was stopped after 0 s"


def test_all_can_be_stopped_with_what_they_started(tmp_path: Path) -> None:
    """A child and the child of that child are killed when stop_all returns."""
    code = (
        "import os, time\n"
        "pid = os.fork()\n"
        "open(f'{os.getpid()}.pid', 'w').close()\n"
        "print('here', flush=True)\n"
        "time.sleep(60)"
    )
    ready = threading.Event()

    class Two(list[bytes]):
        """Says when both are here."""

        def append(self, line: bytes) -> None:
            super().append(line)
            if len(self) == 2:
                ready.set()

    heard = Two()
    thread = threading.Thread(target=run, args=(tmp_path, code), kwargs={"heard": heard})
    thread.start()
    assert ready.wait(30)
    stop_all()
    thread.join(30)
    pids = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(pids) == 2
    patience = time.monotonic() + 30  # a processor with other work lets them die a little later
    while alive := [pid for pid in pids if _lives(pid)]:
        assert time.monotonic() < patience, alive


def _lives(pid: int) -> bool:
    """Return whether a process runs; one that nobody has asked about yet is a zombie: dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
