"""A Ctrl-C always ends a run and its processes, with exit code 130 and a record."""

import json
import os
import subprocess
import sys

import pytest

from tests.patience import HANGS

# This program starts a child again and again, and sends the signal a little later in each round. If
# the signal is lost, the round ends without it.
MOMENTS = """
import signal, sys
from pathlib import Path
from collide.engine.cancel import Cancel
from collide.engine.child import run_child
from collide.engine.safety import Bounds
from collide.cli.guard import guarded

def act(_interrupts):
    signal.setitimer(signal.ITIMER_REAL, 0.0001 + len(rounds) * 4e-5)
    for _ in range(1000):
        run_child(argv, cwd=Path("/"), env={}, bounds=Bounds(), on_output=print, cancel=cancel)
    return 0

argv, cancel = sys.argv[1:], Cancel()
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
rounds = []
for _ in range(250):
    rounds.append(guarded(act))
print(rounds.count(130), len(cancel._children))
"""

# This program sends a signal at every possible moment. CPython checks for signals after a call, at
# the start of a function and at a backward jump; the trace function sends one at the n-th check.
EVERY = """
import dis, signal, sys
from functools import cache
from pathlib import Path
from collide.engine.cancel import Cancel
from collide.engine.child import run_child
from collide.engine.safety import Bounds
from collide.cli.guard import guarded

LOOKS = {"CALL", "CALL_FUNCTION_EX", "CALL_KW", "RESUME", "JUMP_BACKWARD"}

@cache
def looks(code):
    names = [(each.offset, each.opname) for each in dis.get_instructions(code)]
    return {after for (_, name), (after, _) in zip(names, names[1:]) if name in LOOKS}

def trace(frame, event, _):
    global left
    frame.f_trace_opcodes = True
    if event == "opcode" and frame.f_lasti in looks(frame.f_code):
        left -= 1
        if not left:
            sys.settrace(None)
            signal.raise_signal(signal.SIGINT)
    return trace

def act(_interrupts):
    sys.settrace(trace)
    try:
        run_child(argv, cwd=Path("/"), env={}, bounds=Bounds(), on_output=print, cancel=cancel)
    finally:
        sys.settrace(None)
    return 0

argv, cancel, codes = sys.argv[2:], Cancel(), []
for left in range(1, int(sys.argv[1]) + 1):
    codes.append(guarded(act))
print(codes.count(130), codes.count(0), len(cancel._children))
"""

# The worst moment is a finalizer, where Python drops every exception.
DROPPED = """
import signal, time
from collide.cli.guard import guarded

class Ends:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def act(_interrupts):
    Ends()
    time.sleep(60)
    return 0

print(guarded(act))
"""


# If Ctrl-C arrives inside a lock, Python reports a lock error instead.
LOCKED = """
import signal
from collide.cli.guard import guarded

def act(_interrupts):
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        raise RuntimeError("release unlocked lock")

print(guarded(act))
"""


def printed(code: str, *words: str) -> str:
    """Return the last line that a program prints."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", code, *words]
    done = subprocess.run(argv, env=env, stdout=subprocess.PIPE, text=True, timeout=HANGS)
    return done.stdout.split("\n")[-2]


@pytest.mark.parametrize("program", [["/bin/true"], ["/bin/sleep", "600"]], ids=["short", "long"])
def test_no_interrupt_is_lost_while_children_are_started(program: list[str]) -> None:
    """All 250 interrupts around the start of a child arrive and leave no child behind."""
    assert printed(MOMENTS, *program) == "250 0"


def test_no_interrupt_leaves_a_python_lock_locked() -> None:
    """An interrupt at any of the first 300 signal checks gives 130 and leaves no child behind."""
    assert printed(EVERY, "300", "/bin/sleep", "600") == "300 0 0"


def test_an_interrupt_in_a_finalizer_is_not_lost() -> None:
    """An interrupt still ends the run with 130 if Python drops it in a finalizer."""
    assert printed(DROPPED) == "130"


def test_an_interrupt_inside_a_lock_ends_the_run() -> None:
    """A run still exits with 130 if Python reports the interrupt as a lock error."""
    assert printed(LOCKED) == "130"


AGAIN = "for i in 1 2 3 4 5 6; do kill -s INT $parent; sleep 0.01; done"


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.35, 0.5, 0.65, 0.8])
def test_an_interrupted_render_is_recorded_and_leaves_no_child(faulty, share, workers):
    """A render reports and records an interrupt once, however often Ctrl-C is pressed."""
    before, calls, known = faulty.video().read_bytes(), faulty.calls(), faulty.records()
    faulty.cold()
    faulty.order(max(1, round(calls * share)), AGAIN, pause=share / 50)
    stopped = faulty.start("-n", workers, "render", "project=x")
    out, _ = stopped.communicate(timeout=HANGS)
    assert stopped.returncode == 130, out
    assert "Traceback" not in out and "Exception" not in out
    assert out.count("stopped; finished work is kept") == 1
    assert faulty.running() == []
    records = faulty.records() - known
    assert [json.loads(path.read_text())["code"] for path in records] == [130]
    assert "failed" not in out
    faulty.again()
    assert faulty.video().read_bytes() == before
    assert faulty.leftovers() == []


@pytest.mark.parametrize("verb", [["still"], ["preview"], ["export", "as=vertical"], ["debug"]])
def test_every_rendering_verb_records_an_interrupt(faulty, verb):
    """An interrupted still, preview, export or `doit debug` leaves a record with code 130."""
    known = faulty.records()
    faulty.order(1, "kill -s INT $parent", pause=0.01)
    stopped = faulty.start(*verb, "project=x", "similarity=0.4")
    out, _ = stopped.communicate(timeout=HANGS)
    assert stopped.returncode == 130, out
    assert "Traceback" not in out
    assert faulty.running() == []
    (record,) = faulty.records() - known
    assert json.loads(record.read_text())["code"] == 130
