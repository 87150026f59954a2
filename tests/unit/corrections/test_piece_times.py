"""piece_times: times in other notations become seconds, given the piece's rate and length."""

import json

import pytest

from collide.base.workspace import Workspace
from collide.corrections.piece_times import counted_as, part_lines, part_of, second_of
from collide.project.project import Project


@pytest.fixture
def piece(tmp_path) -> Project:
    """Return a 10-second project at 25 frames per second."""
    home = tmp_path / "projects" / "x"
    home.mkdir(parents=True)
    (home / "config.json").write_text(json.dumps({"seed": 7, "duration": 10, "fps": 25}))
    return Project(Workspace(tmp_path), "x")


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("00:00:02:05", "2.2"),
        ("45f", "1.8"),
        ("frame 45", "1.8"),
        ("50%", "5"),
        ("middle", "5"),
        ("start", "0"),
        ("end", "9.96"),
        ("last frame", "9.96"),
        ("100%", "9.96"),
        ("soon", ""),
    ],
)
def test_a_named_time_becomes_seconds(piece, text, second) -> None:
    """A timecode, frame, percentage or word becomes seconds; "end" is the last frame."""
    assert second_of(text, piece, {}) == second


def test_a_typed_rate_or_length_applies(piece) -> None:
    """A rate or duration given for this run applies, and a note on frames names the rate."""
    assert second_of("12f", piece, {"fps": "24"}) == "0.5"
    assert second_of("50%", piece, {"duration": "4"}) == "2"
    assert counted_as("12f", piece, {"fps": "24"}) == "12 frames at 24 fps"
    assert counted_as("12", piece, {}) == ""


def test_without_a_project_no_length_is_invented(tmp_path) -> None:
    """If there is no project, frames convert at the default rate, and "end" has no time."""
    none = Project(Workspace(tmp_path), "_")
    assert second_of("45f", none, {}) == "1.5"
    assert second_of("end", none, {}) == ""


def test_two_times_become_a_start_and_a_length() -> None:
    """If two times are given, the commands preview the part between them or render that length."""
    assert part_of({"in": "3", "out": "5"}) == (3.0, 2.0)
    assert part_of({"to": "5"}) == (None, 5.0)
    assert part_of({"from": "look.json"}) == (None, 0.0)
    lines = part_lines("render", {"project": "x"}, 3.0, 2.0)
    assert lines[0].endswith("doit preview project=x from=3 for=2")
    assert lines[-1].endswith("doit render project=x duration=2")
    assert part_lines("render", {}, None, 0.0) == []
