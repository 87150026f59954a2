"""link: the store is asked in other threads, and what waiting costs is bounded by the render."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.shared import link as module
from collide.shared.door import DoorError
from collide.shared.link import ERRORS, GRACE, REST, SHARE, LateError, Link, patience
from collide.shared.shared_store import Blob, Missing, SharedStore
from collide.shared.side_table import SideTable
from tests.patience import HANGS


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time that the test says."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of the link."""
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    monkeypatch.delenv("COLLIDE_STORE_WAIT", raising=False)
    return clock


@pytest.fixture
def link(shared: SharedStore, tmp_path: Path, clock: Clock) -> Link:
    """Return the link to a good store."""
    return Link(shared, SideTable(tmp_path, shared.url))


def reached(link: Link) -> Link:
    """Return a link whose first question was answered."""
    link.reach()
    link._reached.wait(HANGS)
    return link


def test_a_question_is_answered(link: Link) -> None:
    """By its own thread; an error of it is the asker's."""
    assert reached(link).ask(threading.current_thread) is not threading.current_thread()
    with pytest.raises(Missing):
        link.ask(raising(Missing("absent")))
    assert link.is_open()


def raising(error: Exception) -> Callable[[], None]:
    """Return a question that fails."""

    def act() -> None:
        raise error

    return act


def test_after_some_errors_it_is_left_alone_for_a_minute(link: Link, clock: Clock) -> None:
    """Then one question is let through, and after its answer all are."""
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


def test_one_question_that_hangs_is_enough(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for as long as a single question may take, and no longer."""
    monkeypatch.setattr(module, "LONGEST", 0.06)
    ended = threading.Event()
    reached(link)
    with pytest.raises(LateError):
        link.ask(lambda: ended.wait(HANGS))
    assert not link.is_open()
    assert link.late == 1
    ended.set()


def test_what_may_be_lost_grows_with_the_render_and_what_was_found(
    link: Link, clock: Clock
) -> None:
    """A tenth of it at most, from some seconds on."""
    assert link.allowance() == pytest.approx(GRACE)
    clock.now += 100
    assert link.allowance() == pytest.approx(GRACE + 100 * SHARE)
    link.credit(40)
    assert link.allowance() == pytest.approx(GRACE + 140 * SHARE)
    assert GRACE + SHARE * 8 <= 0.1 * 8


def test_nothing_is_asked_when_too_much_was_lost(link: Link, clock: Clock) -> None:
    """A store that answers slowly is asked as often as that is worth it."""
    reached(link)

    def slow() -> None:
        clock.now += 0.3

    asked = 0
    for _ in range(100):
        try:
            link.ask(slow)
            asked += 1
        except LateError:
            clock.now += 0.1
    assert 1 < asked < 20
    assert link.late == 100 - asked
    assert link._lost <= GRACE + SHARE * link.elapsed + 0.3


def test_a_first_answer_is_waited_for_a_moment_once(
    shared: SharedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that has to spin up may take its time: the render goes on, and asks later."""
    ended = threading.Event()
    monkeypatch.setattr(module, "FIRST", 0.05)
    monkeypatch.setattr(shared.door, "size", lambda _: ended.wait(HANGS))
    link = Link(shared, SideTable(tmp_path, shared.url))
    assert not link.is_open()
    lost = link._lost
    assert lost >= 0.05
    assert not link.is_open()
    assert link._lost - lost < 0.05
    ended.set()
    link._reached.wait(HANGS)
    assert link.is_open()
    assert link.trouble == ""


def test_an_object_that_comes_is_measured(link: Link, tmp_path: Path, clock: Clock) -> None:
    """By what the link is worth later."""
    (tmp_path / "made").write_bytes(bytes(1 << 20))
    blob = link.store.put(tmp_path / "made")
    link.fetch(blob, tmp_path / "back", worth=10.0)
    assert (tmp_path / "back").stat().st_size == 1 << 20
    assert link.side.speed("get") > 0


def test_an_object_that_stops_coming_is_given_up(
    link: Link, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the store with it; nobody waits for the rest."""
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
    assert link.trouble == "it breaks off"
    assert not link.is_open()
    stuck.set()


def test_a_run_that_is_stopped_waits_for_no_object(
    shared: SharedStore, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends a transfer at once, and the store is not to blame."""
    stuck = threading.Event()
    link = reached(Link(shared, SideTable(tmp_path, shared.url), lambda: True))
    monkeypatch.setattr(shared, "get", lambda *_: stuck.wait(HANGS))
    with pytest.raises(LateError):
        link.fetch(Blob("0" * 64, 100), tmp_path / "back", worth=1.0)
    assert link.is_open()
    stuck.set()


def test_how_long_is_waited_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of seconds; anything else is refused."""
    monkeypatch.setenv("COLLIDE_STORE_WAIT", "60")
    assert patience() == 60
    for text in ("long", "-1", "nan", "inf"):
        monkeypatch.setenv("COLLIDE_STORE_WAIT", text)
        with pytest.raises(InputError, match="COLLIDE_STORE_WAIT"):
            patience()
