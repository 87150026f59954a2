"""waiting: on a terminal, a verb prints a line until its first output."""

import io
import sys

import pytest

from collide.cli import waiting
from tests.patience import wait_until


class Terminal(io.StringIO):
    """A terminal that records what is written to it."""

    def isatty(self) -> bool:
        """Return True, as a terminal does."""
        return True


def test_the_first_output_overwrites_the_waiting_line(monkeypatch) -> None:
    """The waiting line says what collide is doing, and the next output overwrites it."""
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with waiting.waiting("looking"):
        wait_until(lambda: err.getvalue() == "looking …", what="no line came")
        print("done")
        assert err.getvalue().endswith("\r\x1b[K")
    assert (out.getvalue(), sys.stdout) == ("done\n", out)


def test_no_line_appears_after_the_first_output(monkeypatch) -> None:
    """If there is output before the line would appear, the line is left out."""
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(waiting, "SOON", 3600.0)
    with waiting.waiting("looking"):
        print("done")
    assert (out.getvalue(), err.getvalue()) == ("done\n", "")


@pytest.mark.parametrize("which", ["stdout", "stderr"])
def test_a_pipe_gets_no_line(monkeypatch, which: str) -> None:
    """If stdout or stderr is not a terminal, no line appears, and stdout is not replaced."""
    streams = {"stdout": Terminal(), "stderr": Terminal(), which: io.StringIO()}
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)
    with waiting.waiting("looking"):
        assert sys.stdout is streams["stdout"]
