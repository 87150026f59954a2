"""child_render: a piece rendered in a separate process always has an outcome."""

import json

import pytest

from collide.engine.programs import Engine
from collide.nights.child_render import (
    FAILED,
    MAX_SECONDS,
    RENDERED,
    Outcome,
    finished,
    render_apart,
)
from collide.project.project import Project
from collide.run.record import Done, RunRecord


def render_outcome(house, monkeypatch, **more):
    """Render with a doit that writes two records and fails; return the outcome and time limit."""
    given = []
    runs = house.cache / "runs"

    def doit(_, words, *, root, seconds, on_output):
        given.append(seconds)
        run = RunRecord("x", ["render"])
        run.add(Done("layer:2", "failed", "it burns"))
        run.write(runs)
        (runs / "99990101T000000.000000Z.json").write_bytes(more.get("damage", b"{}"))
        return "failed with exit code 1", "ERROR: said"

    monkeypatch.setattr(Engine, "doit", doit)
    limits = {"limit": more["limit"]} if "limit" in more else {}
    outcome = render_apart(Project(house, "x"), lambda _: None, **limits)
    return outcome, given[0]


def test_a_damaged_record_is_skipped(house, monkeypatch):
    """If the newest record is damaged, the reason comes from the record before it."""
    for damage in (b"{}", b"\xff\x00", b"[]"):
        outcome, _ = render_outcome(house, monkeypatch, damage=damage)
        assert (outcome.status, outcome.why) == (FAILED, "layer:2: it burns")


def test_a_piece_may_take_at_most_a_day(house, monkeypatch):
    """A piece may take at most a day, or less if the limit is lower."""
    assert render_outcome(house, monkeypatch)[1] == MAX_SECONDS
    assert render_outcome(house, monkeypatch, limit=60.0)[1] == 60.0
    assert render_outcome(house, monkeypatch, limit=float("inf"))[1] == MAX_SECONDS


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        (
            {"lufs": -18.6, "peak": -1.6, "capped": False},
            "2.6 LU softer than the requested -16 LUFS",
        ),
        ({"lufs": -16.1, "peak": -1.6, "capped": False}, ""),
        ({}, ""),
        ("loud", ""),
    ],
)
def test_a_missed_loudness_is_noted(house, sound, says):
    """A note says how far the loudness in a manifest is from the requested loudness."""
    project = Project(house, "x")
    project.video.parent.mkdir(parents=True)
    project.video.write_bytes(b"video")
    recipe = {"piece": {"loudness_lufs": -16.0, "peak_db": -1.5, "loudness_tries": 10}}
    manifest = {"look": "1a2b3c4d", "sound": sound, "recipe": recipe}
    (project.path / "manifest.json").write_text(json.dumps(manifest))
    note = finished(project, Outcome("x", RENDERED)).note
    assert says in note
    assert bool(note) == bool(says)
