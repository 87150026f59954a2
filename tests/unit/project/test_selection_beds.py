"""selection: a sound chosen for a bed remains chosen. The library here is a list of facts."""

import json
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest
from collide.base.media import Sound
from collide.base.workspace import Workspace
from collide.project.project import Project, named
from collide.project.selection import Pick, Selection, slots
from collide.project.settings import resolve

FACTS = Sound(seconds=20.0, audio="pcm_s16le", channels=2, rate=48000)


class FakeLibrary:
    """A library that knows some sounds without opening any file."""

    def __init__(self, *names: str, own: tuple[str, ...] = ()) -> None:
        self.lost: dict[str, str] = {}
        self.strangers: list[str] = []
        self.sounds = [
            {"digest": digest(n.encode()), "name": n, "own": n in own, "facts": FACTS.facts()}
            for n in names
        ]

    def names(self, _: str, what: str) -> dict[str, dict[str, Any]]:
        """Map each sound's name to its entry."""
        return {one["name"]: one for one in self.usable(_, what)}

    def left_out(self, _: str) -> dict[str, str]:
        """Map each file that cannot be used to the reason."""
        return self.lost

    def others(self, _: str) -> list[str]:
        """Return the names of files of other kinds."""
        return self.strangers

    def usable(self, _: str, what: str) -> list[dict[str, Any]]:
        """Return every sound."""
        assert what == "sound"
        return list(self.sounds)

    def sound(self, _: str) -> Sound:
        """Return a sound's facts."""
        return FACTS


SIX = tuple(f"library/audio/{name}.wav" for name in "abcdef")


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project without a selection."""
    return named(house, "x")


def picks(project: Project, library: FakeLibrary, seconds: float = 4, **said: Any) -> list[Pick]:
    """Choose and save in a newly opened selection, as a run does; return the picks."""
    wanted = slots([], resolve([("command line", {"seed": 7, **said})]).piece())
    selection = Selection(project)
    if None in selection.find(wanted):
        selection.choose(wanted, library, seconds)  # type: ignore[arg-type]
    selection.save()
    found = Selection(project).find(wanted)
    assert None not in found
    return [pick for pick in found if pick]


def names(project: Project, library: FakeLibrary, **said: Any) -> list[str]:
    """Return the chosen sounds' names."""
    return [pick.name for pick in picks(project, library, **said)]


def test_no_bed_is_drawn_by_default(project: Project) -> None:
    """By default there is no bed."""
    assert picks(project, FakeLibrary(*SIX)) == []


def test_another_bed_keeps_the_earlier_beds(project: Project) -> None:
    """Adding a bed keeps the earlier beds, and no sound is used twice."""
    library = FakeLibrary(*SIX)
    one = names(project, library, audio_beds=1)
    two = names(project, library, audio_beds=2)
    three = names(project, library, audio_beds=3)
    assert three[:2] == two
    assert two[:1] == one
    assert len(set(three)) == 3


def test_a_new_sound_changes_no_chosen_bed(project: Project) -> None:
    """New sounds and a new order of the library do not change the chosen beds."""
    before = names(project, FakeLibrary(*SIX[:3]), audio_beds=2)
    assert names(project, FakeLibrary(*reversed(SIX)), audio_beds=2) == before


def test_seeds_choose_different_sounds_and_a_projects_own_come_first(house: Workspace) -> None:
    """The seed decides which sound is drawn, but sounds in input/ come first."""
    found = {names(named(house, f"p{s}"), FakeLibrary(*SIX), seed=s, audio_beds=1)[0]
             for s in range(20)}  # fmt: skip
    assert len(found) > 3
    own = FakeLibrary(*SIX, own=(SIX[4],))
    assert {names(named(house, f"q{s}"), own, seed=s, audio_beds=1)[0] for s in range(9)} == {
        SIX[4]
    }


def test_a_named_bed_is_used_whatever_the_seed(project: Project) -> None:
    """With bed2=f.wav, that sound is the second bed, whatever the seed."""
    library = FakeLibrary(*SIX)
    for seed in (1, 2):
        assert names(project, library, audio_beds=2, bed2="f.wav", seed=seed)[1] == SIX[5]


def test_a_start_leaves_room_for_the_piece(project: Project) -> None:
    """With bed_start=1, a sound starts as late as fits; a short sound starts at 0."""
    library = FakeLibrary(*SIX)
    assert picks(project, library, bed_start=1, audio_beds=1)[0].start == 16
    assert picks(project, library, seconds=60, bed_start=0.5, audio_beds=1)[0].start == 0


def test_selection_json_records_the_beds(project: Project) -> None:
    """selection.json records a bed's number, seed, request, digest, name and starts, in order."""
    bed = picks(project, FakeLibrary(*SIX[:1]), audio_beds=1, bed_start=0.5)[0]
    written = json.loads((project.path / "selection.json").read_text())
    assert list(written.items()) == [
        ("storage", None),
        ("draws", [{"bed": 1, "seed": 7, "clip": "any", "digest": bed.digest, "name": SIX[0],
                    "starts": {"0.5": 8.0}}]),
    ]  # fmt: skip
    assert list(written["draws"][0]) == ["bed", "seed", "clip", "digest", "name", "starts"]


def test_an_unusable_sound_is_refused_with_its_reason(project: Project) -> None:
    """A file that exists but cannot be used is refused with its reason."""
    library = FakeLibrary(*SIX[:1])
    library.lost["library/audio/z.wav"] = "it has no sound"
    with pytest.raises(InputError, match=r"the sound 'z\.wav' cannot be used") as refused:
        picks(project, library, audio_beds=1, bed1="z.wav")
    assert refused.value.why == "library/audio/z.wav: it has no sound"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"audio_beds": 3}, "fewer sounds than beds"),
        ({"audio_beds": 1, "bed1": "z.wav"}, "no sound named 'z.wav' among the 2 usable ones"),
    ],
)
def test_a_missing_sound_is_refused_with_a_fix(
    project: Project, said: dict[str, Any], what: str
) -> None:
    """Too few sounds or an unknown name are refused with a reason and a fix."""
    with pytest.raises(InputError, match=what) as refused:
        picks(project, FakeLibrary(*SIX[:2]), **said)
    assert refused.value.why
    assert refused.value.fix
