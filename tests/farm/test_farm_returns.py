"""Farms that end and return, and workers that refuse a piece or leave during a piece."""

import math
from collections import deque
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.farm import crew, hire, preparing, tickets
from collide.farm import dispatcher as machine
from collide.farm.answer import REFUSED, in_brief
from collide.farm.crew import Nobody
from collide.farm.dispatcher import Dispatcher
from collide.farm.farm_place import NoFarmError, StrangerError, place_of
from collide.farm.packing import AwayError
from collide.nights.child_render import RENDERED, Outcome
from collide.nights.queue import Many
from collide.run.record import RunRecord
from tests.farm.conftest import Piece
from tests.farm.fake_workers import Packer, Workers, worker


@pytest.fixture
def each(monkeypatch, tmp_path, capsys):
    """Return a function that renders pieces with the dispatcher `hands`, and the rest locally.

    The function returns the machine that rendered each piece, and the output.
    """
    monkeypatch.setattr(machine, "opened_piece", lambda piece, packer: nullcontext(piece))
    monkeypatch.setattr(preparing, "opened_piece", lambda piece, packer: nullcontext(piece))
    monkeypatch.setattr(machine, "rough_work", lambda piece: float(piece.name[1:]))
    monkeypatch.setattr(machine, "bring_home", lambda session, answer, store: None)
    monkeypatch.setattr(machine, "finished", lambda project, outcome: outcome)
    monkeypatch.setattr(crew, "JOINING", 0.0)
    monkeypatch.setattr(crew, "AGAIN", 0.0)

    def played(hands, names):
        many = Many(RunRecord("", {}), until=math.inf, clock=lambda: 0.0, hands=hands)
        many.needless = lambda piece, forecast: None
        many.expected = lambda forecast: 1.0
        here = lambda piece, left: Outcome(piece.name, RENDERED)  # noqa: E731
        monkeypatch.setattr(many, "_played", here)
        many.each([Piece(Workspace(Path(tmp_path)), name) for name in names])
        return {one.name: one.machine or "here" for one in many.outcomes}, capsys.readouterr().out

    return played


def test_a_farm_that_returns_renders_the_rest(each):
    """If a farm ends during a run and comes back, it renders the rest."""
    first, second = Workers([worker("w1")], deque([{}])), Workers([worker("w1")], deque([{}] * 5))
    hands = Dispatcher(first, Packer(), "", 0, lambda: second)
    by, out = each(hands, ["p1", "p2", "p3", "p4"])
    assert by == dict.fromkeys(["p1", "p2", "p3", "p4"], "w1")
    assert out.count("the farm is gone") == 1
    assert out.count("the farm is back") == 1


def test_an_unreachable_farm_is_retried_before_each_piece(each):
    """A farm that does not answer at first is tried again before each piece.

    After the first answer, the farm gets the remaining pieces.
    """
    asked = []

    def again():
        asked.append(1)
        return Workers([worker("w1")], deque([{}] * 2)) if len(asked) > 2 else None

    by, out = each(Dispatcher(Nobody(), Packer(), "", 0, again), ["p1", "p2", "p3", "p4"])
    assert sorted(by.values()) == ["here", "here", "w1", "w1"]
    assert len(asked) == 3
    assert "the farm is gone" not in out  # the failed connection was reported already


def test_pieces_that_must_stay_here_do_not_retry_the_farm(each):
    """Before pieces that the client must render, the farm is not tried again."""
    workers = Workers([worker("w1")], deque([{}]))
    hands = Dispatcher(workers, Packer(stays=("p2", "p3")), "", 0, lambda: pytest.fail("asked"))
    by, _ = each(hands, ["p1", "p2", "p3"])
    assert by == {"p1": "w1", "p2": "here", "p3": "here"}


def test_a_piece_waits_through_a_brief_store_outage(each, monkeypatch):
    """If the store briefly refuses a piece, the piece waits and is sent when the store answers."""
    pack, refused = Packer.pack, []

    def packed(self, session, plan, seconds=None):
        if session.name == "p2" and not refused:
            refused.append(1)
            raise AwayError("the shared store: Connection refused")
        return pack(self, session, plan, seconds)

    monkeypatch.setattr(Packer, "pack", packed)
    workers = Workers([worker("w1")], deque([{}] * 2))
    by, out = each(Dispatcher(workers, Packer(), "", 0), ["p1", "p2"])
    assert by == {"p1": "w1", "p2": "w1"}
    assert "p2: the shared store: Connection refused; it is rendered here, unless" in out


def test_a_long_store_outage_renders_everything_here(each):
    """If the workers answer, but the store does not, the client renders everything."""
    hands = Dispatcher(Workers([worker("w1")]), Packer(), "", 0, answers=lambda: False)
    hands._crew.strike("w1", "x{}")
    hands.packer.pack = lambda *_: (_ for _ in ()).throw(AwayError("the shared store: full"))
    by, _ = each(hands, ["p1", "p2"])
    assert by == {"p1": "here", "p2": "here"}


FULL = "/w/tower2: No space left on device; /w/tower2 has 2.0 MB free of 12.0 MB"


def test_a_worker_is_excluded_after_three_refusals(each, monkeypatch):
    """Each refusal is printed with its reason; after three, a worker does not get more pieces."""
    monkeypatch.setattr(tickets, "likeness", lambda ticket: ticket.project.name)
    workers = Workers(
        [worker("w1"), worker("w2")],
        deque([{}] * 12),
        by={"w1": {"status": REFUSED, "why": FULL}},
    )
    by, out = each(Dispatcher(workers, Packer(), "", 0), ["p1", "p2", "p3", "p4"])
    assert by == dict.fromkeys(["p1", "p2", "p3", "p4"], "w2")
    for name in ("p2", "p3", "p4"):
        assert f"w1 refused {name}: {FULL}; another worker gets it" in out
    assert "w1 refused 3 pieces, and gets no more" in out
    assert "w1 refused p1" not in out


def test_the_reason_names_workers_if_all_are_excluded(each):
    """If all workers are excluded, the message names them instead of blaming their versions."""
    workers = Workers([worker("w1")], deque([{"status": REFUSED, "why": FULL}] * 9))
    by, out = each(Dispatcher(workers, Packer(), "", 0), ["p1", "p2", "p3", "p4"])
    assert set(by.values()) == {"here"}
    assert f"p4: w1 refused it: {FULL}; it is rendered here\n" in out
    assert "w1 is left out, and there is no other worker: the rest is rendered here" in out


def test_a_missing_package_does_not_exclude_a_worker(each):
    """A worker that lacks a package for a piece still gets other pieces."""
    why = "w1 has different packages (rembg missing)\n  why  the order needs it\n  fix  pip"
    answers = deque([{"status": REFUSED, "why": why}] * 3 + [{}])
    by, out = each(Dispatcher(Workers([worker("w1")], answers), Packer(), "", 0), ["p1", "p2", "p3",
                                                                               "p4"])  # fmt: skip
    assert by == {"p4": "here", "p3": "here", "p2": "here", "p1": "w1"}
    brief = "w1 has different packages (rembg missing) (the order needs it)"
    assert f"p4: {brief}; it is rendered here" in out


def test_two_machines_that_agree_are_named(each):
    """With twice=true, a piece's line names both machines.

    If there is only one machine, a note says so.
    """
    two = Workers([worker("w1"), worker("w2")], deque([{}, {}]))
    _, out = each(Dispatcher(two, Packer(), "", 1), ["p1"])
    assert "by w1, and w2 rendered the same bytes" in out
    one = Workers([worker("w1")], deque([{}]))
    _, out = each(Dispatcher(one, Packer(), "", 1), ["p1"])
    assert "p1 was rendered only once: there is no second machine" in out


def test_a_piece_without_workers_reports_all_reasons(each, monkeypatch):
    """If all workers refuse a piece or leave, the message lists each reason."""
    workers = Workers(
        [worker("w1"), worker("w2"), worker("w3")],
        deque([{"status": REFUSED, "why": FULL}, {"status": REFUSED, "why": "out of memory"}]),
    )
    answered = Workers.ended

    def ended(self, seconds):
        found = answered(self, seconds) if self.answers else None
        if len(self.sent) > 2:
            self.there = self.there[:1]
        return found

    monkeypatch.setattr(Workers, "ended", ended)
    _, out = each(Dispatcher(workers, Packer(), "", 0), ["p1"])
    last = "the last worker that could render it has left; it is rendered here"
    assert f"p1: w1: {FULL}; w2: out of memory; {last}" in out


def test_an_error_of_three_parts_shortens_to_one_line():
    """The one-line form of another machine's error omits the fix."""
    assert (
        in_brief("it broke\n  why  the disk is full\n  fix  rm x") == "it broke (the disk is full)"
    )
    assert in_brief("it broke") == "it broke"


@pytest.mark.parametrize("error", [NoFarmError("Connection refused"), StrangerError("TLS")])
def test_retrying_a_lost_farm_is_quick_and_silent(error, capsys):
    """A lost farm is tried with a short timeout, without any output or error."""
    patiences = []

    class Dask:
        @staticmethod
        def Pool(address, key, heard, *patience):  # noqa: N802
            patiences.append(patience)
            raise error

    class Store:
        @staticmethod
        def has(blob):
            return False

    key = type("Key", (), {"path": Path("farm.pem")})()
    line = hire._Line(Dask, place_of("attic"), key, Store())
    assert line.answers()
    assert line.again() is None
    assert patiences == [(hire.SHORT,)]
    assert capsys.readouterr().out == ""


def test_a_stuck_piece_is_sent_again(each, monkeypatch):
    """A piece that no worker renders although all are idle is sent again under a new key."""
    monkeypatch.setattr(machine, "STUCK", 3)
    workers = Workers([worker("w1")], deque([{}]))
    answered = Workers.ended
    monkeypatch.setattr(
        Workers, "ended", lambda self, s: answered(self, s) if self.dropped else None
    )

    def drop(self, key):
        self.dropped.append(key)
        for one in self.sent:
            one["ended"] = one.get("ended") or one["key"] == key

    monkeypatch.setattr(Workers, "drop", drop)
    by, _ = each(Dispatcher(workers, Packer(), "", 0), ["p1"])
    assert by == {"p1": "w1"}
    assert len({one["key"] for one in workers.sent}) == 2


@pytest.mark.parametrize(("silent", "gets"), [(False, "tls://w2"), (True, "tls://w3")])
def test_a_queued_piece_moves_to_an_idle_worker(each, monkeypatch, silent, gets):
    """A piece that is queued at a busy worker is moved to an idle worker that answers."""
    monkeypatch.setattr(machine, "IDLE", 3)
    busy = replace(worker("w1"), doing="p1")
    workers = Workers([busy, worker("w2"), worker("w3")], deque([{}, {}]))
    monkeypatch.setattr(crew.Crew, "answers", lambda _, one: one.name != "w2" or not silent)
    answered = Workers.ended

    def ended(self, seconds):
        if len(self.sent) < 3:  # w1 renders p1 and has not begun p2
            return None
        return answered(self, seconds)

    def drop(self, key):
        self.dropped.append(key)
        for one in self.sent:
            one["ended"] = one.get("ended") or one["key"] == key

    monkeypatch.setattr(Workers, "ended", ended)
    monkeypatch.setattr(Workers, "drop", drop)
    by, _ = each(Dispatcher(workers, Packer(), "", 0), ["p1", "p2"])
    assert by == {"p1": "w1", "p2": gets.removeprefix("tls://")}
    assert [one["task"]["order"]["name"] for one in workers.sent] == ["p2", "p1", "p2"]
    assert workers.sent[-1]["only"] == [gets]


def test_a_piece_of_a_preferred_worker_that_left_moves(each, monkeypatch):
    """A piece reserved for a worker goes to another worker if the first worker leaves."""
    workers = Workers([worker("w1")], deque([{}]))
    answered = Workers.ended

    def ended(self, seconds):
        if len(self.sent) == 2:
            assert self.sent[1]["only"] == ["tls://w1"]
            self.there = [worker("w2")]
            return None
        if len(self.sent) == 3 and not self.answers:
            self.sent[1]["ended"] = True
            self.answers.append({})
        return answered(self, seconds)

    monkeypatch.setattr(Workers, "ended", ended)
    by, _ = each(Dispatcher(workers, Packer(), "", 0), ["p1", "p2"])
    assert by == {"p2": "w1", "p1": "w2"}
