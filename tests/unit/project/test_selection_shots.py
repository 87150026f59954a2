"""selection: `start_in=shot` draws starts inside shots without moving earlier starts."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from collide.base.hashing import digest
from collide.base.workspace import Workspace
from collide.project.project import Project, named
from collide.project.selection import Pick, Selection
from tests.unit.project.test_selection import TEN, FakeLibrary, choose, layers

SHOTS = [[0.0, 3.0], [3.0, 7.5, 0.4, 2.0], [7.5, 8.0]]


class FakeShots(list[str]):
    """A source that reports the same shots for every clip and records the requests."""

    def __call__(self, digest: str) -> Sequence[Sequence[float]]:
        """Record the request and return the shots."""
        self.append(digest)
        return SHOTS


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project for which no clip has been chosen."""
    return named(house, "x")


def drawn(
    project: Project, asked: FakeShots, seconds: float = 2.0, **said: object
) -> tuple[list[Pick], list[str]]:
    """Draw the missing clips and save the selection; return its picks and the notes."""
    selection, wanted = Selection(project), layers(**said)
    notes = selection.choose(wanted, FakeLibrary(*TEN), seconds, asked)
    selection.save()
    picks = [pick for pick in selection.find(wanted) if pick]
    assert len(picks) == len(wanted)
    return picks, notes


def test_a_start_is_drawn_inside_a_shot(project: Project) -> None:
    """Every start lies inside a shot, and the clips are the same as without shots."""
    for seed in range(20):
        anywhere = choose(project, FakeLibrary(*TEN), 2.0, seed=seed)
        picks, notes = drawn(project, FakeShots(), seed=seed, start_in="shot")
        assert [pick.name for pick in picks] == anywhere
        assert not notes
        for pick in picks:
            assert any(a <= pick.start and pick.start + 2 <= b for a, b, *_ in SHOTS)


def test_a_number_selects_a_start_across_the_shots(project: Project) -> None:
    """With start=0, a layer starts in the first shot that fits; with start=1, in the last.

    The layer starts at the beginning of the first shot, or as late as fits in the last.
    """
    starts = [
        drawn(project, FakeShots(), start=at, start_in="shot")[0][0].start for at in (0, 0.2, 1)
    ]
    assert starts == [0.0, 0.7, 5.5]


@pytest.mark.parametrize(("knob", "value"), [("speed", 2.0), ("loop_seconds", 0.5)])
def test_the_material_of_a_layer_must_fit_its_shot(
    project: Project, knob: str, value: float
) -> None:
    """Double speed needs a shot twice as long, and a loop needs only the part that it repeats."""
    said = {"start": 1.0, "start_in": "shot", knob: value}
    (pick, *_), notes = drawn(project, FakeShots(), **said)
    assert pick.start == {"speed": 3.5, "loop_seconds": 7.0}[knob]
    assert not notes


def test_a_layer_too_long_for_every_shot_gets_a_note(project: Project) -> None:
    """A layer that is too long for every shot starts with the longest shot, and a note says so."""
    picks, notes = drawn(project, FakeShots(), 5.0, start_in="shot", num_videos=1)
    assert picks[0].start == 3.0
    assert len(notes) == 1 and "no shot of library/video/" in notes[0]


def test_shots_are_requested_only_if_a_layer_needs_them(project: Project) -> None:
    """Shots are requested only for layers that need them, and only until a start is drawn."""
    asked = FakeShots()
    drawn(project, asked)
    assert asked == []
    picks, _ = drawn(project, asked, **{"layer2.start_in": "shot"})
    assert asked == [picks[1].digest]
    drawn(project, asked, **{"layer2.start_in": "shot"})
    assert len(asked) == 1


def test_a_drawn_start_never_moves(project: Project) -> None:
    """Switching start_in on and off restores the earlier starts."""
    before, _ = drawn(project, FakeShots())
    path = project.path / "selection.json"
    old = path.read_text()
    assert "shot" not in old, "a draw of `any` is written as it always was"
    inside, _ = drawn(project, FakeShots(), start_in="shot")
    assert [pick.digest for pick in inside] == [pick.digest for pick in before]
    assert [pick.start for pick in inside] != [pick.start for pick in before]
    assert drawn(project, FakeShots())[0] == before
    assert drawn(project, FakeShots(), start_in="shot")[0] == inside
    kept = json.loads(path.read_text())["draws"]
    for was, now in zip(json.loads(old)["draws"], kept, strict=True):
        assert was["starts"].items() <= now["starts"].items()
        assert {name: now[name] for name in was if name != "starts"} == {
            name: was[name] for name in was if name != "starts"
        }


def test_a_draw_records_the_shot_it_used(project: Project) -> None:
    """A draw stores the shot of each start."""
    picks, _ = drawn(project, FakeShots(), start=0.0, start_in="shot")
    for draw in json.loads((project.path / "selection.json").read_text())["draws"]:
        assert draw["shots"] == {"0.0 in a shot": [0.0, 3.0]}
        assert draw["starts"] == {"0.0 in a shot": 0.0}
    assert [pick.start for pick in picks] == [0.0] * 3


def test_a_clip_without_known_shots_starts_anywhere(project: Project) -> None:
    """A clip without known shots starts as if the knob were off."""
    selection, wanted = Selection(project), layers(start=0.5, start_in="shot")
    selection.choose(wanted, FakeLibrary(*TEN), 2.0, lambda _: ())
    assert [pick.start for pick in selection.find(wanted) if pick] == [3.0] * 3
    assert "shots" not in selection.draws[0]


def test_starts_are_predicted_without_storing_them(project: Project) -> None:
    """A prediction returns a start for each layer with a chosen clip and stores nothing."""
    drawn(project, FakeShots(), start=0.0, start_in="shot")
    selection, library = Selection(project), FakeLibrary(*TEN)
    wanted = layers(start=1.0, start_in="shot", num_videos=4)
    assert not selection.has_files(wanted) and selection.has_files(wanted[:3])
    before = json.dumps(selection.draws)
    later = selection.later()
    later.choose(wanted[:3], library, 2.0, FakeShots())
    assert [pick and pick.start for pick in later.find(wanted)] == [5.5, 5.5, 5.5, None]
    assert json.dumps(selection.draws) == before


@pytest.mark.parametrize(
    ("start_in", "seconds", "again"), [("any", 7.0, False), ("any", 3.0, True), ("shot", 7.0, True)]
)
def test_changed_bytes_get_a_start_that_fits_them(
    project: Project, start_in: str, seconds: float, again: bool
) -> None:
    """A start is kept if the new bytes have room for it, unless it was drawn inside a shot."""
    wanted = layers(start=0.5, start_in=start_in, num_videos=1)
    selection = Selection(project)
    selection.choose(wanted, FakeLibrary(*TEN), 2.0, lambda _: ())
    (before,) = selection.find(wanted)
    assert before and before.start == 3.0
    other, new = FakeLibrary("other.mp4", seconds=seconds), digest(b"other.mp4")
    selection.follow(before.digest, new, before.name)
    notes = selection.begin_again(wanted[0], other, 2.0, before.digest)
    assert notes == (["layer 1: its start was chosen again"] if again else [])
    assert selection.find(wanted) == [None if again else replace(before, digest=new)]
    selection.choose(wanted, other, 2.0, lambda _: ())
    selection.follow(new, before.digest, before.name)
    selection.begin_again(wanted[0], FakeLibrary(*TEN), 2.0, new)
    if start_in == "any":
        assert selection.find(wanted) == [before], "the old bytes begin where they did"
