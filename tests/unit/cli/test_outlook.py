"""outlook: what is printed before a render begins."""

import pytest

from collide.cli.outlook import expected_time


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.0, "about 20 s"), (0.75, "about 20 s"), (3.0, "perhaps 80 s"), (10.0, "perhaps 4 min")],
)
def test_a_busy_machine_gets_a_longer_estimate(
    monkeypatch: pytest.MonkeyPatch, share: float, says: str
) -> None:
    """The estimate for a render of 20 s grows on a busy machine and is 20 s on an idle machine."""
    monkeypatch.setattr("collide.cli.outlook.others", lambda: share)
    busy = ", because this machine is busy" if "perhaps" in says else ""
    assert expected_time(20.0) == f"{says}{busy}"


def test_a_partly_known_time_is_a_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """If some tasks never ran, the time is "at least" the time of the other tasks."""
    monkeypatch.setattr("collide.cli.outlook.others", lambda: 0.0)
    assert expected_time(20.0, least=True) == "at least 20 s"
