"""progress: the fraction done and the time left, from finished, running and earlier tasks."""

import io

import pytest

from collide.run import progress as module
from collide.run.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the clock as a list of one number, which the test sets."""
    time = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: time[0])
    return time


def test_the_time_left_is_estimated_from_earlier_times(clock: list[float]) -> None:
    """Before any task is done, the time left is the sum of the tasks' earlier times, if known."""
    progress = Progress(io.StringIO(), {"layer:2": 6.0, "stack:0": 2.0})
    assert progress.left() == 8.0
    assert Progress(io.StringIO(), {}).left() is None, "and without history nothing is claimed"


def test_the_pace_of_this_run_corrects_history(clock: list[float]) -> None:
    """If the finished tasks took twice as long as before, the time left is doubled."""
    progress = Progress(io.StringIO(), {"layer:2": 6.0, "stack:0": 2.0})
    progress.begin("layer:2")
    clock[0] = 12.0
    progress.end("layer:2")
    assert progress.done() == 0.75
    assert progress.left() == pytest.approx(4.0)


def test_running_tasks_count_in_part(clock: list[float]) -> None:
    """Two running tasks, each half done, count as half of the work."""
    progress = Progress(io.StringIO(), {"layer:2": 6.0, "layer:3": 2.0})
    for task in ("layer:2", "layer:3"):
        progress.begin(task)
        progress.seen(task, 0.5)
    assert progress.done() == 0.5
    progress.end("layer:2")
    progress.end("layer:3")
    assert progress.done() == 1.0


def test_a_line_has_one_unit_of_time(clock: list[float]) -> None:
    """If one of the times left is printed in minutes, all are, and none is below one minute."""
    progress = Progress(io.StringIO(), {"layer:2": 300.0, "layer:3": 300.0}, workers=2)
    for task in ("layer:2", "layer:3"):
        progress.begin(task)
    clock[0] = 100.0
    progress.seen("layer:2", 0.5)
    progress.seen("layer:3", 0.9)
    assert progress.line() == "70%, 1 min left · layer:2 50%, 2 min left · layer:3 90%, 1 min left"
    clock[0] = 32.0
    assert progress.line() == "70%, 14 s left · layer:2 50%, 32 s left · layer:3 90%, 4 s left"


def test_without_a_terminal_lines_are_ten_seconds_apart(clock: list[float]) -> None:
    """Without a terminal, a line is printed only if the last line is over ten seconds old."""
    stream = io.StringIO()
    progress = Progress(stream, {"layer:2": 40.0})
    progress.begin("layer:2")
    for second in range(1, 31):
        clock[0] = float(second)
        progress.seen("layer:2", second / 40)
    assert stream.getvalue() == (
        "  28%, 29 s left · layer:2 28%, 29 s left\n  55%, 18 s left · layer:2 55%, 18 s left\n"
    )


def test_a_task_that_is_rendered_again_shows_progress(clock: list[float]) -> None:
    """The progress of a task that is rendered again for another task is printed."""
    progress = Progress(io.StringIO(), {"stack:0": 2.0})
    progress.begin("stack:0")
    progress.seen("layer:1", 0.5)
    assert "layer:1 50%" in progress.line()
    progress.end("layer:1")
    assert "layer:1" not in progress.line()
