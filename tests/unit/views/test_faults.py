"""faults: a common reason for several failures is printed once and determines the exit code."""

from collide.base.errors import InputError, TaskError
from collide.views.faults import Faults

NONE = InputError("there are no clips", why="none", fix="copy some")


def test_a_reason_is_printed_once() -> None:
    """A second look that fails for the same reason refers to the first."""
    faults = Faults()
    assert faults.text(NONE) == f"failed\nERROR: {NONE}"
    assert faults.text(NONE) == "failed for the same reason"
    assert faults.text(TaskError("x", why="y", fix="z")).startswith("failed\nERROR: x")


def test_the_exit_code_follows_from_the_reason_of_the_failure() -> None:
    """If invalid input stops all looks, the exit code is 3; for any other failure, it is 1."""
    faults = Faults()
    assert faults.code(partly=False) == 0
    faults.text(NONE)
    assert (faults.code(partly=False), faults.code(partly=True)) == (3, 1)
    faults.text(TaskError("x", why="y", fix="z"))
    assert faults.code(partly=False) == 1
