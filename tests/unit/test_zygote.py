"""The zygote of the tests: a module that runs in its fork behaves as it does in a new process."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.zygote import EXEC, REPO, run_module

TELLS = (
    "import os, sys, signal\n"
    "print(os.getcwd(), sys.argv[1:], os.environ.get('SAYS'), sys.path[0])\n"
    "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, __name__)\n"
    "print('trouble', file=sys.stderr)\n"
    "if sys.argv[1] == 'killed': os.kill(os.getpid(), 9)\n"
    "sys.exit(int(sys.argv[1]))\n"
)


def ran(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the module `tells` of a folder and return its result; write the module if missing."""
    if not (folder / "tells.py").exists():
        (folder / "tells.py").write_text(TELLS)
    known = {**os.environ, "PYTHONPATH": str(REPO), **env}
    return run_module("tells", words, cwd=folder, env=known)


def test_a_fork_behaves_like_a_new_process(tmp_path: Path) -> None:
    """A fork gets the folder, arguments, environment, streams and exit code of `python -m`."""
    forked = ran(tmp_path, "3", "a b", SAYS="x")
    started = ran(tmp_path, "3", "a b", SAYS="x", **{EXEC: "1"})
    assert forked.stdout == started.stdout
    assert forked.stdout.startswith(f"{tmp_path} ['3', 'a b'] x {tmp_path}\nTrue __main__\n")
    assert (forked.returncode, forked.stderr) == (started.returncode, started.stderr)
    assert forked.stderr == "trouble\n"


def test_a_killed_fork_exits_with_its_signal(tmp_path: Path) -> None:
    """The exit code of a killed fork is the negative signal number, and the next fork runs."""
    assert ran(tmp_path, "killed").returncode == -9
    assert ran(tmp_path, "0").returncode == 0


def test_concurrent_runs_are_not_mixed_up(tmp_path: Path) -> None:
    """Sixty runs from eight threads each keep their own arguments, long or short."""
    words = ["x" * (number % 7 * 9000) for number in range(60)]
    ran(tmp_path, "0")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda word: ran(tmp_path, "0", word), words))
    mixed = [
        one.stderr
        for one, word in zip(told, words, strict=True)
        if repr(["0", word]) not in one.stdout
    ]
    assert mixed == []


def test_a_different_pythonpath_starts_a_new_process(tmp_path: Path) -> None:
    """With a different PYTHONPATH, a new process starts, because other modules may be loaded."""
    package = tmp_path / "other" / "collide"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("print('another collide')")
    env = {**os.environ, "PYTHONPATH": str(package.parent)}
    assert run_module("collide", [], cwd=tmp_path, env=env).stdout == "another collide\n"


def test_a_timeout_is_raised(tmp_path: Path) -> None:
    """A run that exceeds its timeout raises TimeoutExpired, as subprocess does."""
    (tmp_path / "sleeps.py").write_text("import time\ntime.sleep(5)\n")
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    with pytest.raises(subprocess.TimeoutExpired):
        run_module("sleeps", [], cwd=tmp_path, env=env, timeout=0.2)
