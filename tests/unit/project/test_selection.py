"""selection: a chosen clip remains chosen. The library here is a list of facts."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest
from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.library.folders import CLIP
from collide.project.project import Project, named
from collide.project.selection import Pick, Selection, Slot, slots
from collide.project.settings import resolve
from tests.unit.shelf import FACTS


class FakeLibrary:
    """A library that knows some clips without opening any file."""

    workspace = SimpleNamespace(root=Path("nowhere"))
    added: tuple[str, ...] = ()

    def __init__(self, *names: str, own: tuple[str, ...] = (), **facts: Any) -> None:
        self.lost: dict[str, str] = {}
        self.strangers: list[str] = []
        self.clips = [
            {"digest": digest(n.encode()), "name": n, "own": n in own, "facts": {**FACTS, **facts}}
            for n in names
        ]

    def names(self, _: str, what: str) -> dict[str, dict[str, Any]]:
        """Map each clip's name to its entry."""
        return {one["name"]: one for one in self.usable(_, what)}

    def left_out(self, _: str) -> dict[str, str]:
        """Map each file that cannot be used to the reason."""
        return self.lost

    def others(self, _: str) -> list[str]:
        """Return the names of files of other kinds."""
        return self.strangers

    def usable(self, _: str, what: str) -> list[dict[str, Any]]:
        """Return every clip, in the order of the list."""
        assert what == CLIP
        return list(self.clips)

    def facts(self, wanted: str) -> Clip | None:
        """Return a clip's facts."""
        found = [clip["facts"] for clip in self.clips if clip["digest"] == wanted]
        return Clip(**found[0]) if found else None


TEN = tuple(f"library/video/{name}.mp4" for name in "abcdefghij")


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project for which no clip has been chosen."""
    return named(house, "x")


def layers(**said: Any) -> list[Slot]:
    """Return the layers' slots as a run passes them."""
    settings = resolve([("command line", {"seed": 7, "num_videos": 3, **said})])
    piece = settings.piece()
    numbers = range(1, piece["num_videos"] + 1)
    return slots([{**piece, **settings.layer(n)} for n in numbers], piece)


def choose(project: Project, library: FakeLibrary, seconds: float = 4, **said: Any) -> list[str]:
    """Choose and save in a newly opened selection, as a run does; return the names."""
    return [pick.name for pick in picks(project, library, seconds, **said)]


def picks(project: Project, library: FakeLibrary, seconds: float = 4, **said: Any) -> list[Pick]:
    """Choose and save in a newly opened selection, as a run does; return the picks."""
    selection, wanted = Selection(project), layers(**said)
    if None in selection.find(wanted):
        selection.choose(wanted, library, seconds)
        selection.save()
    found = [pick for pick in selection.find(wanted) if pick]
    assert len(found) == len(wanted)
    return found


def test_no_clip_is_drawn_twice_in_a_piece(project: Project) -> None:
    """The dice never choose a clip twice in a piece."""
    assert len(set(choose(project, FakeLibrary(*TEN), num_videos=9))) == 9


def test_the_same_request_gets_the_same_clips_in_a_different_project(house: Workspace) -> None:
    """A choice depends on the seed and the library, but not on the project or the clips' order."""
    one = choose(named(house, "x"), FakeLibrary(*TEN))
    assert choose(named(house, "y"), FakeLibrary(*reversed(TEN))) == one
    assert choose(named(house, "z"), FakeLibrary(*TEN), seed=8) != one


def test_a_choice_stays_when_the_library_changes(project: Project) -> None:
    """New and deleted clips do not change an earlier choice."""
    first = choose(project, FakeLibrary(*TEN))
    assert choose(project, FakeLibrary(*TEN, *(f"new/{n}.mp4" for n in range(90)))) == first
    assert choose(project, FakeLibrary()) == first


@pytest.mark.parametrize("number", range(5))
def test_a_new_clip_changes_no_other_choice(house: Workspace, number: int) -> None:
    """If the library gains a clip, a one-layer piece shows the same clip or the new clip."""
    new = f"new/{number}.mp4"
    for seed in range(20):
        before = choose(named(house, f"a{seed}"), FakeLibrary(*TEN), num_videos=1, seed=seed)
        after = choose(named(house, f"b{seed}"), FakeLibrary(*TEN, new), num_videos=1, seed=seed)
        assert after in (before, [new])


def test_a_fourth_layer_keeps_the_clips_below(project: Project) -> None:
    """Adding or removing a fourth layer keeps the three clips below it."""
    three = choose(project, FakeLibrary(*TEN))
    library = FakeLibrary(*TEN, *(f"new/{n}.mp4" for n in range(90)))
    four = choose(project, library, num_videos=4)
    assert four[:3] == three
    assert four[3] not in three
    assert choose(project, library) == three
    assert choose(project, library, num_videos=4) == four


def test_a_take_changes_only_its_own_layer(project: Project) -> None:
    """With layer2.take=n, only layer 2 changes; take=0 restores its first choice."""
    library = FakeLibrary(*TEN)
    first = choose(project, library)
    takes = [choose(project, library, **{"layer2.take": take}) for take in range(1, 5)]
    assert all([names[0], names[2]] == [first[0], first[2]] for names in takes)
    assert len({first[1], *(names[1] for names in takes)}) == 5
    assert choose(project, FakeLibrary()) == first


def test_returning_to_a_seed_restores_its_clips(project: Project) -> None:
    """Returning to a seed restores its clips, even if the library has grown."""
    first = choose(project, FakeLibrary(*TEN))
    choose(project, FakeLibrary(*TEN), seed=8)
    assert choose(project, FakeLibrary(*TEN, "new.mp4"), seed=7) == first


def test_a_projects_own_clips_are_chosen_first(project: Project) -> None:
    """A project's own clips are chosen first, since someone put them into input/ for this piece."""
    own = ("projects/x/input/me.mp4", "projects/x/input/you.mp4")
    assert set(own) < set(choose(project, FakeLibrary(*TEN, *own, own=own)))


def test_a_named_clip_is_shown_and_the_others_stay(project: Project) -> None:
    """A clip chosen by name is used even if it is too small or short, or used in another layer."""
    library = FakeLibrary(*TEN)
    library.clips[2]["facts"] |= {"height": 36, "seconds": 0.2}
    first = choose(project, library)
    pinned = choose(project, library, **{"layer2.clip": "c.mp4"})
    assert pinned == [first[0], "library/video/c.mp4", first[2]]
    assert choose(project, library, clip="d.mp4") == ["library/video/d.mp4"] * 3


def test_an_unknown_clip_is_refused_with_the_nearest(project: Project) -> None:
    """The error for an unknown clip suggests the nearest file name, ignoring case and folders."""
    with pytest.raises(InputError) as caught:
        choose(project, FakeLibrary("library/video/DSC_0047.MP4", *TEN), clip="dsc_0048.mp4")
    assert caught.value.what == "no clip named 'dsc_0048.mp4' among the 11 usable ones"
    assert caught.value.fix == "did you mean 'DSC_0047.MP4'?"


def test_an_empty_library_says_where_to_put_clips(project: Project) -> None:
    """If there are no clips, the error names the folders and counts the rejected files."""
    library = FakeLibrary()
    with pytest.raises(InputError) as caught:
        choose(project, library)
    assert caught.value.what == "there are no clips"
    assert caught.value.why == "library/video and projects/x/input contain no usable clip"
    library.lost["a.mp4"] = "it is empty"
    with pytest.raises(InputError, match="1 could not be used"):
        choose(project, library)


def test_an_error_about_too_few_clips_counts_them(project: Project) -> None:
    """If clips are too few, the error counts the usable clips and those below the limits."""
    with pytest.raises(InputError) as caught:
        choose(project, FakeLibrary(*TEN[:2]))
    assert str(caught.value) == (
        "fewer clips than layers\n"
        "  why  3 layers need 3 clips, but 2 can be used\n"
        "  fix  copy more clips into library/video, or use num_videos=2"
    )
    library = FakeLibrary(*TEN[:4])
    for clip in library.clips[:2]:
        clip["facts"] |= {"height": 90}
    with pytest.raises(InputError, match="2 more are smaller than min_resolution=240"):
        choose(project, library)


def test_a_refused_choice_writes_nothing(project: Project) -> None:
    """A refused choice does not leave a partial selection behind."""
    with pytest.raises(InputError):
        choose(project, FakeLibrary(*TEN[:2]))
    assert not project.path.exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"height": 239}, {}), ({"width": 239}, {}), ({"seconds": 0.9}, {}), ({}, {"min_seconds": 9})],
)
def test_clips_below_the_limits_are_not_chosen(
    project: Project, facts: dict[str, Any], said: dict[str, Any]
) -> None:
    """Clips are not chosen if their shorter side or their length is below the limits."""
    library = FakeLibrary(*TEN[:3])
    library.clips += FakeLibrary("library/video/good.mp4", seconds=60.0).clips
    for clip in library.clips[:3]:
        clip["facts"] |= facts
    assert choose(project, library, num_videos=1, **said) == ["library/video/good.mp4"]


def test_a_start_leaves_room_for_the_piece(project: Project) -> None:
    """With start=0, a clip starts at its first frame; with start=1, it starts as late as fits.

    A short clip starts at 0.
    """
    library = FakeLibrary(*TEN)
    assert [pick.start for pick in picks(project, library, 4, start=1)] == [4.0] * 3
    assert [pick.start for pick in picks(project, library, 4, start=0)] == [0.0] * 3
    assert [pick.start for pick in picks(project, library, 60, start=0.5)] == [0.0] * 3


def test_a_longer_piece_keeps_clips_and_starts(project: Project) -> None:
    """A drawn start is kept when the piece becomes longer."""
    library = FakeLibrary(*TEN)
    assert picks(project, library, 4) == picks(project, library, 7)


def test_a_clip_that_moved_or_changed_is_followed(project: Project) -> None:
    """When a clip changes, all its draws get the new digest and name."""
    first = picks(project, FakeLibrary(*TEN))
    selection = Selection(project)
    selection.follow(first[0].digest, "f" * 32, "library/video/new.mp4")
    selection.save()
    after = picks(project, FakeLibrary())
    assert (after[0].digest, after[0].name) == ("f" * 32, "library/video/new.mp4")
    assert after[1:] == first[1:]


def test_saving_an_unchanged_selection_writes_nothing(project: Project) -> None:
    """Saving an unchanged selection does not write selection.json."""
    choose(project, FakeLibrary(*TEN))
    path = project.path / "selection.json"
    before = path.stat()
    Selection(project).save()
    after = path.stat()  # reading may update its access time
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert json.loads(path.read_text())["storage"] is None


@pytest.mark.parametrize("name", ["夏\u3000祭り.mp4", "👩\u200d👧.mp4", "it's… what, so.mp4"])
def test_a_clip_name_in_any_script_can_be_read_back(project: Project, name: str) -> None:
    """Every clip name in selection.json can be read back, whatever its script."""
    for _ in range(2):
        assert choose(project, FakeLibrary(name), num_videos=1) == [name]
    assert choose(project, FakeLibrary(name), num_videos=1, clip=name) == [name]


def test_a_clip_entered_by_hand_is_reported_and_ignored(project: Project) -> None:
    """A clip entered in selection.json by hand is removed, and the layer keeps its own clip.

    A note suggests a command that sets the entered clip, and that command works.
    """
    library, first = FakeLibrary(*TEN), choose(project, FakeLibrary(*TEN))
    path = project.path / "selection.json"
    held = path.read_text()
    other = next(name for name in TEN if name not in first).rpartition("/")[2]
    path.write_text(held.replace('"clip": "any"', f'"clip": "{other}"', 1))
    selection = Selection(project)
    selection.choose(layers(), library, 4)
    selection.save()
    has = "collide writes selection.json, and finds the file by its digest"
    line = f"doit set project=x layer1.clip={other}"
    assert selection.notes == [f"layer 1 keeps {first[0]}: {has}; to use {other}: {line}"]
    assert path.read_text() == held
    assert choose(project, library, **{"layer1.clip": other})[0].endswith(other)
