"""vitals: a child is stopped for using too much, for doing nothing, or at a deadline."""

import os
import signal
import sys
from pathlib import Path

import pytest

from collide.engine import child as children
from collide.engine import vitals
from collide.engine.cancel import Cancel
from collide.engine.child import Ended, run_child
from collide.engine.safety import Bounds

SPIN = "while True: pass"
SLEEP = "import time\nprint('here', flush=True)\ntime.sleep(10**6)"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check twenty times a second to keep the tests short."""
    monkeypatch.setattr(vitals, "LOOK", 0.05)
    monkeypatch.setattr(vitals, "IDLE", 0.001)
    monkeypatch.setattr(children, "LOOK", 0.05)


def run(folder: Path, code: str, bounds: Bounds) -> Ended:
    """Run a few lines of Python as a child and return how it ended."""
    argv = [sys.executable, "-c", code]
    return run_child(
        argv, cwd=folder, env={}, bounds=bounds, on_output=lambda _: None, cancel=Cancel()
    )


def test_a_child_that_uses_too_much_processor_time_is_stopped(tmp_path: Path) -> None:
    """A child that spins is stopped at its limit, even if it prints nothing."""
    assert run(tmp_path, SPIN, Bounds(0.3)).how() == "was stopped after 0 s of processor time"


def test_processor_time_of_grandchildren_counts(tmp_path: Path) -> None:
    """A child's children count towards its processor time: COLLIDE_FFMPEG may be a wrapper."""
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', '{SPIN}'])"
    assert run(tmp_path, code, Bounds(0.5)).over == "was stopped after 0 s of processor time"


def test_a_child_that_prints_constantly_is_still_watched(tmp_path: Path) -> None:
    """Output does not protect a child, since ffmpeg reports progress even when it is stuck."""
    code = "while True: print('frame=1', flush=True)"
    assert run(tmp_path, code, Bounds(0.3)).over == "was stopped after 0 s of processor time"


def test_an_idle_child_is_stopped(tmp_path: Path) -> None:
    """Waiting for a pipe without a writer or sleeping for days counts as doing nothing."""
    os.mkfifo(tmp_path / "pipe")
    for code in ("open('pipe')", SLEEP):
        how = run(tmp_path, code, Bounds(patience=5)).how()
        assert how == "was stopped: it did nothing in 6 checks, one a second"


def test_a_download_is_left_alone_while_it_progresses(tmp_path: Path) -> None:
    """A new line counts as progress, but a repeated line does not."""
    slow = "import time\nfor n in range(20): print({line}, flush=True); time.sleep(0.1)"
    bounds = Bounds(patience=8, talks=True)
    assert run(tmp_path, slow.format(line="n"), bounds).how() == ""
    stuck = run(tmp_path, slow.replace("20", "10**6").format(line="'bytes=0'"), bounds)
    assert stuck.over.startswith("was stopped: it did nothing")


def test_a_child_suspended_by_a_signal_is_not_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child suspended by SIGSTOP is not ended for doing nothing and can continue."""
    looks: list[int] = []

    def look(session: int) -> vitals.Vitals | None:
        looks.append(session)
        if len(looks) == 20:
            os.kill(session, signal.SIGCONT)
        return seen(session)

    seen = vitals.vitals
    monkeypatch.setattr(vitals, "vitals", look)
    code = "import os, signal, sys\nos.kill(os.getpid(), signal.SIGSTOP)\nsys.exit(7)"
    assert run(tmp_path, code, Bounds(patience=3)).how() == "failed with exit code 7"
    assert len(looks) >= 20


def test_a_child_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    """A child is stopped at the deadline that the user sets, even while it sleeps."""
    assert run(tmp_path, SLEEP, Bounds(until=0.2)).over == "was stopped at its deadline"


def test_a_hang_ends_even_without_vitals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no vitals can be read, an idle child is stopped after twelve times the patience."""
    monkeypatch.setattr(vitals, "vitals", lambda _: None)
    assert run(tmp_path, SLEEP, Bounds(patience=0.5)).over.endswith("in 7 checks, one a second")


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        ((1, 5, False), (1, 5, False), False),
        ((1, 5, False), (1.0001, 5, False), False),
        ((1, 5, False), (1.5, 5, False), True),
        ((1, 5, False), (1, 6, False), True),
        ((1, 5, False), (1, 5, True), True),
    ],
    ids="still tells-progress-only computes reads waits".split(),
)
def test_processor_time_reads_and_waits_count_as_activity(before, now, moved) -> None:
    """Processor time, bytes read, and waits caused by the machine count as doing something."""
    assert vitals._moved(vitals.Vitals(*before), vitals.Vitals(*now)) is moved
