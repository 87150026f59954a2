"""overnight: when a night ends, what it renders and in which order, and which pieces are new."""

import time
from datetime import datetime

import pytest

from collide.base.errors import InputError
from collide.nights import queue as machine
from collide.nights.batches import Batch
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.overnight import Night, days, ends, one_night
from collide.nights.queue import Many
from collide.project.project import Project
from collide.run.record import RunRecord


@pytest.fixture
def berlin(monkeypatch):
    """Set the local time zone to Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("now", "until", "hours"),
    [
        ("2026-11-25 00:15", "07:00", 6.75),
        ("2026-11-25 22:00", "7:00", 9),
        ("2026-11-25 07:00", "07:00", 24),
        ("2026-10-25 00:15", "07:00", 7.75),  # summer time ends: an hour occurs twice
        ("2026-03-29 00:15", "07:00", 5.75),
    ],
)
def test_the_night_ends_by_local_time(berlin, now, until, hours):
    """A night ends when the clock next shows the given time, across midnight and clock changes."""
    at = datetime.fromisoformat(now).timestamp()
    assert (ends(until, at) - at) / 3600 == hours


@pytest.fixture
def night(house, monkeypatch):
    """Return a function that runs a night, in which pieces without a given outcome succeed."""

    def play(given: dict | None = None, *, pool=0, only=None, until=1e9, **knobs):
        clock = [0.0]
        many = Many(RunRecord("", []), until=until, clock=lambda: clock[0])

        def played(_, piece, left):
            clock[0] += 1.0
            return Outcome(piece.name, (given or {}).get(piece.name, RENDERED))

        monkeypatch.setattr(machine.Many, "_played", played)
        told = []
        night = Night(many, Batch(house, only or "night", knobs=knobs), pool)
        night.play(only, lambda: told.append(many.outcomes[-1].name))
        assert told == [outcome.name for outcome in many.outcomes]
        return told

    return play


def make(house, *names: str) -> None:
    for name in names:
        Project(house, name).write_config({"seed": 1})


def test_projects_are_rendered_before_the_pool(house, night):
    """Each project is rendered once, before the pool, but the demo only if it was ever rendered."""
    make(house, "zoo", "demo", "night-001", "ant")
    assert night(pool=1) == ["ant", "zoo", "night-001"]
    assert night() == ["ant", "zoo", "night-001"]
    (house.root / "projects" / "demo" / "manifest.json").write_text("{}")
    assert night() == ["ant", "demo", "zoo", "night-001"]


def test_a_night_can_be_limited_to_one_project(house, night):
    """With project=, a night renders only this project and its numbered pieces."""
    make(house, "ant", "zoo", "zoo-001", "zoo-002", "zoo-x")
    assert night(only="zoo") == ["zoo", "zoo-001", "zoo-002"]
    assert night(only="ant") == ["ant"]


def test_new_pieces_fill_up_the_pool(house, night):
    """If three pieces are wanted and one is ready, two are created with the command's settings."""
    make(house, "night-001")
    assert night(pool=3, crf=30) == ["night-001", "night-002", "night-003"]
    assert Project(house, "night-003").config()["crf"] == 30
    assert Project(house, "night-001").config() == {"seed": 1}
    assert night({f"night-00{n}": REUSED for n in (1, 2, 3)}, pool=3) == [
        "night-001", "night-002", "night-003"]  # fmt: skip


def test_a_piece_that_failed_is_replaced(house, night):
    """If one of three pieces fails, a fourth is created that night, but no more in later nights."""
    assert night({"night-002": FAILED}, pool=3) == [f"night-00{n}" for n in (1, 2, 3, 4)]
    assert night({"night-002": FAILED}, pool=3) == [f"night-00{n}" for n in (1, 2, 3, 4)]


def test_a_piece_that_fails_in_a_later_night_is_replaced(house, night):
    """If one of four ready pieces fails in a later night, a fifth is created."""
    make(house, *(f"night-00{n}" for n in (1, 2, 3, 4)))
    later = {f"night-00{n}": REUSED for n in (1, 3, 4)} | {"night-002": FAILED}
    assert night(later, pool=4) == [f"night-00{n}" for n in (1, 2, 3, 4, 5)]


def test_if_all_pieces_fail_no_more_are_created(house, night):
    """If all pieces fail, the pool is filled only once; later nights do not create more pieces."""
    every = {f"night-{n:03d}": FAILED for n in range(1, 100)}
    assert len(night(every, pool=3)) == 3
    assert len(night(every, pool=3)) == 3


def test_a_pool_that_keeps_failing_is_given_up(house, night):
    """If new pieces keep failing, the number created never exceeds twice the pool's size."""
    most = {f"night-{n:03d}": FAILED for n in range(2, 100)}
    assert len(night(most, pool=3)) == 1 + 2 * 3
    assert len(night(most, pool=3)) == 1 + 2 * 3


def test_no_piece_is_created_after_the_deadline(house, night):
    """After the deadline, no piece is created, and pieces that were not started count as ready."""
    assert night(pool=3, until=-1.0) == []
    assert not house.projects()
    make(house, "night-001")
    assert night({"night-001": LATER}, pool=1) == ["night-001"]


@pytest.mark.parametrize(("pool", "knobs", "what"), [
    (0, {}, "no project named 'zo'"),
    (3, {"crf": 900}, "crf"),
])  # fmt: skip
def test_an_impossible_night_is_refused_before_it_begins(house, pool, knobs, what):
    """An impossible night is refused before anything is scanned or created."""
    batch = Batch(house, "zo", knobs=knobs)
    with pytest.raises(InputError, match=what):
        Night(Many(RunRecord("", [])), batch, pool).check("zo")
    assert not house.cache.exists()


def test_only_one_night_runs_at_a_time(house):
    """Only one night runs at a time, and its lock is free after it has ended."""
    with one_night(house) as first, one_night(house) as second:
        assert first
        assert not second
    with one_night(house) as third:
        assert third


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (
            "11:00",
            "from Fri 27 Nov 11:40 to Sat 28 Nov 11:00, 23 h 20 min, "
            "since 11:00 has already passed today",
        ),
        ("12:00", "from Fri 27 Nov 11:40 to Fri 27 Nov 12:00, 20 min"),
    ],
)
def test_a_time_that_has_passed_means_tomorrow(until: str, says: str) -> None:
    """If the given time has passed today, the night ends tomorrow, and both days are printed."""
    began = datetime(2026, 11, 27, 11, 40).timestamp()
    assert days(began, ends(until, began)) == says
