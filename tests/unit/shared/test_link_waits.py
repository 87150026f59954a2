"""link: the time spent waiting for a store is limited to a fraction of the render."""

import threading
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from collide.shared.exchange import Exchange
from collide.shared.exchange_summary import unasked
from collide.shared.link import BUSY, GRACE, LONGEST, PLANNING, SHARE, LateError, Link
from collide.shared.shared_store import Blob, SharedStore
from collide.shared.side_table import SideTable
from tests.patience import HANGS, wait_until
from tests.unit.shared.conftest import Clock, Waits, reached

BLOB = Blob("0" * 64, 100)
STEPS = 20  # steps in each simulated render
BEFORE = 0.35  # seconds before a render's first request, while Python starts and plans


def test_one_hanging_request_closes_the_link(
    link: Link, clock: Clock, waits: Waits, stuck: threading.Event
) -> None:
    """A single request that exceeds its time limit closes the link."""
    reached(link)
    with pytest.raises(LateError):
        link.ask(lambda: stuck.wait(HANGS))
    assert link.is_open()
    clock.now += LONGEST + 0.1
    assert not link.is_open()
    assert link.trouble == "it does not answer in time"
    assert link.late == 1


def test_an_answer_after_the_wait_is_still_used(link: Link) -> None:
    """An answer that arrives after the render stopped waiting is still used."""
    reached(link)
    link._lost, come, ended = 100.0, threading.Event(), threading.Event()

    def request() -> None:
        come.wait(HANGS)
        ended.set()

    with pytest.raises(LateError):
        link.ask(request)
    assert link.late == 1
    come.set()
    assert ended.wait(HANGS)
    wait_until(lambda: link.late == 0, what="an answer that came is not late")
    assert link.is_open()


def test_the_allowance_grows_with_the_render_and_the_time_saved(link: Link, clock: Clock) -> None:
    """The allowance grows by a fraction of the elapsed time and of the time saved."""
    assert link.allowance() == pytest.approx(GRACE)
    clock.now += 100
    assert link.allowance() == pytest.approx(GRACE + 100 * SHARE)
    link.credit(40)
    assert link.allowance() == pytest.approx(GRACE + 140 * SHARE)


@pytest.mark.parametrize("seconds", [0.6, 1.0, 2.0, 5.0, 20.0, 300.0])
@pytest.mark.parametrize(
    "fault", ["first answer", "answers", "objects", "objects later", "uploads"]
)
def test_a_hanging_store_costs_at_most_a_tenth_of_a_render(  # noqa: PLR0917  fixtures
    link: Link,
    tmp_path: Path,
    clock: Clock,
    waits: Waits,
    stuck: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    seconds: float,
) -> None:
    """Whatever hangs, a render spends at most a tenth of its time waiting."""
    if fault == "first answer":
        monkeypatch.setattr(link.store.door, "size", lambda _: stuck.wait(HANGS))
    else:
        reached(link)
    monkeypatch.setattr(link.store, "get", lambda *_: stuck.wait(HANGS))
    for step in range(STEPS):
        each = (seconds - BEFORE) / STEPS
        if fault in ("first answer", "answers"):
            with suppress(LateError):
                link.ask(lambda: stuck.wait(HANGS))
        elif fault == "objects" or (fault == "objects later" and step > STEPS // 2):
            with suppress(LateError):
                assert not link.is_open() or link.fetch(BLOB, tmp_path / "back", worth=each)
        clock.now += each
    if link.is_open():
        waits(stuck, link.closing())
    assert waits.total <= seconds / 10


def test_a_run_that_renders_nothing_may_wait_longer(shared: SharedStore, tmp_path: Path) -> None:
    """A run that renders nothing may wait longer for the store."""
    link = Link(shared, SideTable(tmp_path, shared.url), grace=PLANNING)
    assert link.allowance() > 10 * GRACE


def test_a_plan_warns_if_the_store_did_not_answer(shared: SharedStore, tmp_path: Path) -> None:
    """If the store does not answer, a plan warns that it may have some of the listed results."""
    link = Link(shared, SideTable(tmp_path, shared.url), grace=PLANNING)
    run = cast(Exchange, SimpleNamespace(link=link))
    assert unasked(run) == []
    link.fail("Connection refused", hangs=True)
    (text,) = unasked(run)
    assert "may have some of these results" in text
    assert "Connection refused" in text


def test_a_render_stops_waiting_after_the_allowance_is_spent(
    link: Link, waits: Waits, stuck: threading.Event
) -> None:
    """After the allowance is used up, a render does not wait and sends only a few requests."""
    reached(link)
    for _ in range(100):
        with pytest.raises(LateError):
            link.ask(lambda: stuck.wait(HANGS))
    assert waits.total <= GRACE / (1 - SHARE) + 0.001
    assert len(link._asking) == BUSY
    assert link.late == 100


def test_a_render_waits_briefly_once_for_a_disk_to_spin_up(
    link: Link,
    clock: Clock,
    waits: Waits,
    stuck: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the store's disk is spinning up, a render waits briefly once and asks again later."""
    monkeypatch.setattr(link.store.door, "size", lambda _: stuck.wait(HANGS))
    assert not link.is_open()
    assert not link.is_open()
    lost = waits.total
    assert lost <= GRACE / (1 - SHARE) + 0.001
    clock.now += 100
    assert not link.is_open()
    assert waits.total == lost
    stuck.set()
    link._reached.wait(HANGS)
    assert link.is_open()
    assert link.trouble == ""
