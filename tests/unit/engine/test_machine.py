"""machine: the load is measured now, so renders that have ended do not count."""

from pathlib import Path

import pytest

from collide.engine import machine


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the file that replaces /proc/loadavg, on a machine with two cores."""
    monkeypatch.setattr(machine, "LOAD", tmp_path / "loadavg")
    monkeypatch.setattr(machine, "PAUSE", 0.0)
    monkeypatch.setattr(machine, "cores", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (3.0, 0.0, 0.0))
    return tmp_path / "loadavg"


@pytest.mark.parametrize(("running", "share"), [(1, 0.0), (2, 0.5), (7, 3.0)])
def test_the_load_is_the_number_of_other_running_threads(reported: Path, running, share):
    """The load counts the threads running now, except collide's own, not the last minute's."""
    reported.write_text(f"9.00 8.00 7.00 {running}/128 4711\n")
    assert machine.others() == share


@pytest.mark.parametrize("text", [None, "", "9.00 8.00"])
def test_without_a_count_of_threads_the_average_is_used(reported: Path, text):
    """If the system does not count running threads, the load is the average of a minute."""
    if text is not None:
        reported.write_text(text)
    assert machine.others() == 1.5
