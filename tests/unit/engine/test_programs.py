"""programs: how ffmpeg and helpers run; most programs here are a few lines of shell."""

import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from collide.base.errors import Cancelled, InputError, TaskError
from collide.engine.programs import Engine, find_engine
from collide.engine.safety import Bounds
from tests.patience import HANGS

Program = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a function that writes a program of shell commands."""

    def make(lines: str) -> str:
        path = tmp_path / "program"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
        return str(path)

    return make


def play(command: str, tmp_path: Path, seconds: float = 60, **watch: Callable[[int], None]) -> str:
    """Run a program as a render does and return its stderr."""
    engine, bounds = Engine(Path(command), "a test"), Bounds(seconds=seconds)
    return engine.run([command, "out.nut"], cwd=tmp_path, bounds=bounds, **watch)


def test_stderr_is_returned_and_progress_reported(program: Program, tmp_path: Path) -> None:
    """The program's stderr is returned, and the frames on its stdout are reported as progress."""
    told: list[int] = []
    talks = program("echo frame=3; echo trouble >&2; echo progress=continue; echo frame=  7")
    assert play(talks, tmp_path, watch=told.append) == "trouble\n"
    assert told == [3, 7]


def test_much_output_does_not_block(program: Program, tmp_path: Path) -> None:
    """Both pipes are drained, so neither can block the program."""
    talks = program(
        "i=0; while [ $i -lt 3000 ]; do echo $i$i$i$i$i$i$i$i >&2; echo frame=$i; i=$((i+1)); done"
    )
    assert len(play(talks, tmp_path).splitlines()) == 3000


def test_a_failure_reports_the_exit_code_and_the_last_lines(
    program: Program, tmp_path: Path
) -> None:
    """The error for a failed program gives its exit code, its last lines and a command to paste."""
    fails = program("echo one >&2; echo no such filter >&2; echo Conversion failed! >&2; exit 8")
    with pytest.raises(TaskError) as caught:
        play(fails, tmp_path)
    assert caught.value.why == "ffmpeg failed with exit code 8\none\nno such filter"
    assert caught.value.fix == f"paste this to reproduce it:\n{fails} out.nut"


def test_the_error_names_the_signal_that_killed_a_program(program: Program, tmp_path: Path) -> None:
    """The error names the signal that ended the program."""
    with pytest.raises(TaskError) as caught:
        play(program("kill -9 $$"), tmp_path)
    assert caught.value.why == "ffmpeg was killed by signal SIGKILL"


def test_a_hanging_program_is_stopped_at_its_limit(program: Program, tmp_path: Path) -> None:
    """A program that never ends is stopped at its processor-time limit."""
    with pytest.raises(TaskError) as caught:
        play(program("while :; do echo frame=1; done"), tmp_path, seconds=0.2)
    assert caught.value.why == "ffmpeg was stopped after 0 s of processor time"


def test_an_interrupted_run_leaves_nothing_behind(program: Program, tmp_path: Path) -> None:
    """After Ctrl-C the child is dead, and no thread delays the exit."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    before = {thread for thread in threading.enumerate() if not thread.daemon}
    hangs = program(f"echo $$ > {tmp_path}/pid; echo frame=1; exec sleep 600")
    with pytest.raises(KeyboardInterrupt):
        play(hangs, tmp_path, watch=interrupt)
    assert {thread for thread in threading.enumerate() if not thread.daemon} == before
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_program_sees_nothing_of_this_environment(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFREPORT and other variables do not reach a program, and its standard input is empty."""
    monkeypatch.setenv("FFREPORT", "file=/tmp/anywhere")
    said = play(program("env >&2; cat >&2"), tmp_path)
    names = {line.partition("=")[0] for line in said.splitlines()} - {"_", "PWD", "SHLVL", "OLDPWD"}
    assert names == {"PATH", "LANG", "HOME", "TMPDIR"}


def test_the_chosen_engine_is_used(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLLIDE_FFMPEG takes precedence and must name a program."""
    chosen = program("echo ffmpeg version 9.0 Copyright etc.")
    monkeypatch.setenv("COLLIDE_FFMPEG", chosen)
    assert find_engine().path == Path(chosen).resolve()
    assert find_engine().version() == "9.0"
    monkeypatch.setenv("COLLIDE_FFMPEG", "/nowhere/ffmpeg")
    with pytest.raises(InputError, match=r"^COLLIDE_FFMPEG=/nowhere/ffmpeg cannot be run"):
        find_engine()


def test_a_helper_runs_with_fixed_and_given_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names a missing helper; other helpers run with fixed and given variables."""
    monkeypatch.setenv("U2NET_HOME", "/elsewhere")
    work = partial(find_engine().work, cwd=tmp_path, bounds=Bounds(seconds=60), env={"TOLD": "x"})
    with pytest.raises(TaskError) as caught:
        work("no_such_program", [])
    assert caught.value.what == "no_such_program failed"
    assert caught.value.why.startswith("it failed with exit code 1\n")
    code = "import os, sys; print(sorted(set(os.environ) - {'LC_CTYPE'}), file=sys.stderr)"
    (tmp_path / "packages" / "collide" / "engine").mkdir(parents=True)
    (tmp_path / "packages" / "collide" / "engine" / "tell.py").write_text(code)
    monkeypatch.setattr("sys.path", [str(tmp_path / "packages")])
    seen = work("engine.tell", [])
    assert seen.strip() == str(sorted(
        "HOME LANG MKL_NUM_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS PATH PYTHONPATH TMPDIR "
        "TOLD".split()
    ))  # fmt: skip


def test_two_engines_are_independent(tmp_path: Path) -> None:
    """Cancelling one engine ends its ffmpeg; another engine still finishes."""
    one, two = find_engine(), find_engine()
    runs = threading.Event()
    source = ["-f", "lavfi", "-i", "testsrc=s=64x36:r=25"]
    endless = [str(one.path), "-re", *source, "-f", "rawvideo", "-y", "endless.raw"]
    short = [str(two.path), *source, "-frames:v", "50", "-f", "rawvideo", "-y", "made.raw"]
    play = partial(one.run, endless, cwd=tmp_path, bounds=Bounds(), watch=lambda _: runs.set())
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(play)
        assert runs.wait(HANGS)
        second = pool.submit(two.run, short, cwd=tmp_path, bounds=Bounds())
        one.cancel.stop()
        assert not [line for line in processes() if "endless.raw" in line]
        with pytest.raises(Cancelled):
            first.result(HANGS)
        second.result(HANGS)
    with pytest.raises(Cancelled):
        one.run(short, cwd=tmp_path, bounds=Bounds())
    made = (tmp_path / "made.raw").read_bytes()
    two.run(short, cwd=tmp_path, bounds=Bounds())
    assert made == (tmp_path / "made.raw").read_bytes()
    assert len(made) == 50 * 64 * 36 * 3


def processes() -> list[str]:
    """Return the command lines of this process's children."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if line.split()[0] == str(os.getpid())]
