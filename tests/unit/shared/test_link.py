"""link: requests run in other threads, and a render waits only briefly for answers."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.shared.door import DoorError
from collide.shared.link import (
    ERRORS,
    LONGEST,
    REST,
    LateError,
    Link,
    patience,
)
from collide.shared.shared_store import Blob, Missing, SharedStore
from collide.shared.side_table import SideTable
from tests.patience import HANGS
from tests.unit.shared.conftest import Clock, reached


def test_a_request_runs_in_another_thread(link: Link) -> None:
    """A request runs in another thread, and its error is raised in the caller's thread."""
    assert reached(link).ask(threading.current_thread) is not threading.current_thread()
    with pytest.raises(Missing):
        link.ask(raising(Missing("absent")))
    assert link.is_open()


def raising(error: Exception) -> Callable[[], None]:
    """Return a request that fails with the error."""

    def act() -> None:
        raise error

    return act


def test_some_errors_close_the_link_for_a_minute(link: Link, clock: Clock) -> None:
    """After some errors the link closes for a minute; then a successful request reopens it."""
    reached(link)
    for _ in range(ERRORS):
        assert link.is_open()
        with pytest.raises(DoorError):
            link.ask(raising(DoorError("it is gone")))
    assert not link.is_open()
    with pytest.raises(LateError):
        link.ask(lambda: 1)
    assert link.trouble == "it is gone"
    clock.now += REST + 1
    with pytest.raises(DoorError):
        link.ask(raising(DoorError("still")))
    assert not link.is_open()
    clock.now += REST + 1
    assert link.ask(lambda: 1) == 1
    assert link.is_open()
    assert link.trouble == "it is gone"


def test_the_speed_of_a_fetch_is_measured(link: Link, tmp_path: Path, clock: Clock) -> None:
    """The speed of a fetch is measured for later decisions."""
    (tmp_path / "made").write_bytes(bytes(1 << 20))
    blob = link.store.put(tmp_path / "made")
    link.fetch(blob, tmp_path / "back", worth=10.0)
    assert (tmp_path / "back").stat().st_size == 1 << 20
    assert link.side.speed("get") > 0


def test_a_stalled_transfer_closes_the_link(
    link: Link, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a transfer stalls, the link closes, and nothing waits for the rest."""
    stuck = threading.Event()

    def get(_blob: Blob, _to: Path, seen: Callable[[int], None]) -> None:
        seen(5)
        clock.now += 60
        stuck.wait(HANGS)
        seen(6)

    reached(link)
    monkeypatch.setattr(link.store, "get", get)
    with pytest.raises(LateError):
        link.fetch(Blob("0" * 64, 100), tmp_path / "back", worth=1.0)
    assert link.trouble == "it stopped sending"
    assert not link.is_open()
    stuck.set()


def test_stopping_a_run_ends_a_transfer_at_once(
    shared: SharedStore, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends a transfer immediately, without counting as a failure of the store."""
    stuck = threading.Event()
    link = reached(Link(shared, SideTable(tmp_path, shared.url), lambda: True))
    monkeypatch.setattr(shared, "get", lambda *_: stuck.wait(HANGS))
    with pytest.raises(LateError):
        link.fetch(Blob("0" * 64, 100), tmp_path / "back", worth=1.0)
    assert link.is_open()
    stuck.set()


def test_a_variable_sets_the_waiting_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLLIDE_STORE_WAIT is a number of seconds; text, negatives, NaN and infinity are refused."""
    monkeypatch.setenv("COLLIDE_STORE_WAIT", "60")
    assert patience() == 60
    for text in ("long", "-1", "nan", "inf"):
        monkeypatch.setenv("COLLIDE_STORE_WAIT", text)
        with pytest.raises(InputError, match="COLLIDE_STORE_WAIT"):
            patience()


def test_a_long_transfer_is_not_a_hanging_request(
    link: Link, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other requests are answered during a transfer that exceeds the time limit for a request."""
    come, answers = threading.Event(), []

    def get(_blob: Blob, _to: Path, seen: Callable[[int], None]) -> None:
        clock.now += 2 * LONGEST
        seen(50)
        answers.append(link.ask(lambda: "an answer"))
        come.set()

    reached(link)
    link.credit(1000.0)
    monkeypatch.setattr(link.store, "get", get)
    link.fetch(Blob("0" * 64, 100), tmp_path / "back", worth=1000.0)
    assert come.is_set()
    assert answers == ["an answer"]
    assert link.is_open()
    assert link.trouble == ""
