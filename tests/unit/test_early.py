"""early: the first second of a command, before anything else of collide is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A program that receives Ctrl-C before it imports the rest of collide.
STOPPED = """
import signal, sys
sys.argv[0] = "{program}"
import collide
signal.raise_signal(signal.SIGINT)
print("it went on")
"""


def python(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments in the repository and return the finished process."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("program", ["/a/bin/doit", "/a/doit/__main__.py"])
def test_ctrl_c_during_the_imports_prints_one_line(program: str) -> None:
    """Ctrl-C during the imports prints one line without a traceback and exits with code 130."""
    ended = python("-c", STOPPED.format(program=program))
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "\nstopped; nothing was started\n"


def test_another_program_keeps_its_own_ctrl_c() -> None:
    """In another program that imports collide, Ctrl-C raises KeyboardInterrupt as usual."""
    ended = python("-c", STOPPED.format(program="/a/bin/pytest"))
    assert "KeyboardInterrupt" in ended.stderr


def test_a_python_without_the_packages_gets_a_fix() -> None:
    """If packages are missing, `python -m collide` suggests activating the environment."""
    ended = python("-I", "-S", "-c", "import sys; sys.path.insert(0, ''); " + LATE)
    assert ended.returncode == 3, ended.stderr
    first, *_, last = ended.stderr.splitlines()
    assert first == "ERROR: this Python does not have the packages of collide"
    assert last == "  fix  . .venv/bin/activate"


LATE = "sys.argv[0] = '-m'; sys.orig_argv = ['python', '-m', 'collide']; import collide"
