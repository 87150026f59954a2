"""Messages about a farm's workers that leave, fall silent, or return."""

from dataclasses import replace

from collide.farm import crew
from collide.farm.crew import NOBODY, Crew
from tests.farm.fake_workers import ENGINE, Workers, worker


def test_workers_that_leave_or_return_are_named(monkeypatch):
    """A worker that leaves or returns is reported once, but not if the whole farm is gone."""
    monkeypatch.setattr(crew, "LEFT", 0.0)
    said: list[str] = []
    workers = Workers([worker("w1"), worker("w2")])
    group = Crew(workers, ENGINE, said.append)
    group.able()
    workers.there = [worker("w1")]
    group.able()
    group.able()
    assert said == ["w2 left"]
    workers.there = [worker("w1"), worker("w2")]
    group.able()
    assert said[1:] == ["w2 is back"]
    workers.there, workers.lost = [], True
    group.able()
    assert len(said) == 2


def test_a_worker_that_leaves_with_a_piece_is_reported(monkeypatch):
    """If a worker leaves with a piece, the message says where the piece goes."""
    monkeypatch.setattr(crew, "LEFT", 0.0)
    said: list[str] = []
    workers = Workers([replace(worker("w1"), doing="b"), replace(worker("w2"), doing="c")])
    group = Crew(workers, ENGINE, said.append, ours=lambda name: name in ("b", "c"))
    group.able()
    workers.there = workers.there[1:]
    group.able()
    workers.there = []
    group.able()
    assert said[0] == "w1 is gone: b goes to another worker"
    assert said[1] == "w2 is gone: c waits at most 60 s for a worker, then it is rendered here"


def test_a_silent_worker_is_named_with_its_piece(monkeypatch):
    """A worker that falls silent is reported once, with its piece, and again when it answers."""
    said: list[str] = []
    now = [0.0]
    monkeypatch.setattr(crew, "monotonic", lambda: now[0])
    makes = replace(worker("w1"), doing="c", seen=1.0)
    workers = Workers([makes, replace(worker("w2"), seen=1.0)])
    group = Crew(workers, ENGINE, said.append, ours=lambda name: name == "c")
    for at in (0.0, 5.0, 10.0, 15.0, 20.0):
        now[0] = at
        workers.there[1] = replace(workers.there[1], seen=at + 2.0)
        group.able()
    words = "after a minute of silence another worker gets it, or it is rendered here"
    assert said == [f"w1 has been silent for 15 s while rendering c: {words}"]
    assert [group.answers(one) for one in workers.there] == [False, True]
    workers.there[0] = replace(makes, seen=30.0)
    group.able()
    assert said[1:] == ["w1 answers again"]
    assert group.answers(makes)


def test_a_client_waits_for_workers_to_join(monkeypatch):
    """A client without workers says so and waits 30 s; if all workers leave, it waits again."""
    said: list[str] = []
    now = [0.0]
    monkeypatch.setattr(crew, "monotonic", lambda: now[0])
    workers = Workers([])
    group = Crew(workers, ENGINE, said.append)
    assert group.gone(flying=False) == ""
    assert said == ["no worker has joined yet: waiting at most 30 s"]
    now[0] = 29.0
    assert group.gone(flying=False) == ""
    workers.there = [worker("w1")]
    assert group.gone(flying=False) == ""
    workers.there, now[0] = [], 100.0
    assert group.gone(flying=False) == ""
    now[0] = 131.0
    assert "no worker has joined" in group.gone(flying=False)
    assert "no worker has joined" in said[-1]


def test_the_piece_of_a_silent_single_worker_is_rendered_here(monkeypatch):
    """If the only worker falls silent, the client renders its piece a minute later.

    The client also renders the piece if the scheduler drops the worker first. If the worker answers
    again, it gets pieces again.
    """
    said: list[str] = []
    now = [0.0]
    monkeypatch.setattr(crew, "monotonic", lambda: now[0])
    workers = Workers([replace(worker("w1"), doing="c", seen=1.0)])
    group = Crew(workers, ENGINE, said.append, ours=lambda name: name == "c")
    for at in (0.0, 15.0, 40.0, 74.0):
        now[0] = at
        assert group.gone(flying=True) == ""
    now[0] = 76.0
    assert group.gone(flying=True).startswith("w1 is silent: the rest is rendered here")
    assert not group.is_back()
    workers.there = [replace(worker("w1"), seen=70.0)]
    assert group.is_back()
    assert group.gone(flying=False) == ""
    now[0] = 100.0
    assert group.gone(flying=False) == ""
    workers.there = []
    now[0] = 130.0
    assert group.gone(flying=True) == ""
    now[0] = 191.0
    assert "no worker has joined" in group.gone(flying=True)


def test_excluding_all_workers_permits_none():
    """If no worker is excluded, each may get a piece; if all are excluded, none gets a piece."""
    workers = Workers([worker("w1"), worker("w2")])
    group = Crew(workers, ENGINE, lambda _: None)
    assert group.permitted([]) == []
    assert group.permitted(["w1"]) == ["tls://w2"]
    assert group.permitted(["w1", "w2"]) == [NOBODY]
    for name in ("w1", "w2"):
        for _ in range(crew.STRIKES):
            group.strike(name)
        assert group.permitted([]) == (["tls://w2"] if name == "w1" else [NOBODY])
