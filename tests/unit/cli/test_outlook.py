"""outlook: what is printed before a render begins."""

import pytest

from collide.cli.outlook import expected_time


@pytest.mark.parametrize(
    ("load", "says"),
    [(0.0, "about 20 s"), (1.5, "about 20 s"), (6.0, "perhaps 80 s"), (20.0, "perhaps 4 min")],
)
def test_a_busy_machine_gets_a_longer_estimate(
    monkeypatch: pytest.MonkeyPatch, load: float, says: str
) -> None:
    """For a render of 20 s, a longer time is printed on a busy machine, but not otherwise."""
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr("collide.engine.machine.cores", lambda: 2)
    busy = ", because other programs keep this machine busy" if "perhaps" in says else ""
    assert expected_time(20.0) == f"{says}{busy}"


def test_a_partly_known_time_is_a_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """If some tasks never ran, the time is "at least" the time of the other tasks."""
    monkeypatch.setattr("os.getloadavg", lambda: (0.0, 0.0, 0.0))
    assert expected_time(20.0, least=True) == "at least 20 s"
