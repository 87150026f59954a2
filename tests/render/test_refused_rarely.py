"""Refusals that few will ever read: of damaged files, of words that miss by much, of bad luck."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base import tone
from collide.base.errors import InputError, TaskError
from collide.base.workspace import Workspace
from collide.project.adopt import _kept
from collide.project.project import existing
from collide.project.selection import BED, Selection
from collide.run import clip_temper
from collide.views import clips_page
from tests.render.conftest import REPO, House
from tests.render.refusals import answered, write

ALONE = json.dumps({"seed": 7, "layer1.clip": "a.mp4"})


@pytest.fixture
def fresh(empty_house: House) -> House:
    """A house with a project x that says a seed and a clip, and has never been rendered."""
    write(empty_house, "projects/x/config.json", ALONE)
    return empty_house


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("help qqqq", "no verb named 'qqqq'"),
        ("night pool=0 preset=classic-white until=07:00",
         "presets and knobs are for new pieces, and there will be none"),
        ("save-preset project=x name=mine", "x says nothing that a preset could hold"),
        ("star project=x look=ffff off=true", "which look of x shall not be starred any more?"),
        ("star project=x", "x has no look yet"),
        ("scan path=a\tb", "has a name that cannot be written down"),
    ],
)  # fmt: skip
def test_a_word_that_misses_is_refused(fresh: House, typed: str, what: str) -> None:
    """Each names what was typed, why it cannot be, and what to do; and nothing has happened."""
    (fresh.root / "a\tb").mkdir()
    told = answered(fresh, *typed.split(" "))
    assert what in told.splitlines()[0]
    assert "\n  why  " in told
    assert "\n  fix  " in told


@pytest.mark.parametrize(
    ("name", "text", "typed", "what"),
    [
        ("projects/x/stars.json", '{"looks": [3]}', "looks project=x",
         "projects/x/stars.json is not a list of looks"),
        ("library/roots.json", '{"roots": "/media"}', "scan", " is not a list of folders"),
    ],
)  # fmt: skip
def test_a_file_that_says_something_else_is_refused(
    fresh: House, name: str, text: str, typed: str, what: str
) -> None:
    """A file that a hand has changed is named, and how it is written, and nothing is guessed."""
    write(fresh, name, text)
    told = fresh.doit(*typed.split())
    assert told.code == 3, told.out
    assert what in told.out.splitlines()[0]
    assert "Traceback" not in told.out


def test_a_manifest_that_is_none_counts_nothing(fresh: House) -> None:
    """`doit clips` goes on, and says whose clips it could not count."""
    write(fresh, "projects/x/manifest.json", '{"recipe": {"layers": [3]}}')
    told = fresh.doit("clips")
    assert told.code == 0
    assert "projects/x/manifest.json is no manifest that collide reads" in told.out


def test_a_table_of_colors_that_is_not_there_is_refused(house: House) -> None:
    """A knob that names a file names one of the library."""
    told = house.doit("render", "project=x", "post=color-grade", "grade_lut=no.cube")
    assert told.code == 3
    assert told.out.startswith("ERROR: grade_lut=no.cube: no such file in library/luts\n")


def test_a_new_project_has_one_beginning(house: House) -> None:
    """A look says every knob that it reads: a preset beside it would be seen nowhere."""
    look = house.root / "projects" / "x" / "manifest.json"
    told = answered(house, "new", "project=y", f"from={look}", "preset=classic-white")
    assert told.startswith("ERROR: a project begins with a look or with a preset\n")


def test_a_knob_of_ones_own_script_is_for_its_project(fresh: House) -> None:
    """What only this project can play is no preset for all of them."""
    place = fresh.root / "projects" / "x" / "scripts" / "post"
    place.mkdir(parents=True)
    shutil.copy(REPO / "tests" / "render" / "toys" / "blink.py", place)
    write(fresh, "projects/x/config.json", json.dumps({"post": "blink", "blink": 0.5}))
    told = fresh.doit("save-preset", "project=x", "name=mine", "knobs=blink", "everywhere=true")
    assert told.code == 3, told.out
    assert "blink is of post/blink, which only x has" in told.out.splitlines()[0]


def test_a_table_that_comes_out_otherwise_is_used_by_nobody(tmp_path, monkeypatch) -> None:
    """A machine that computes other colors makes no clip darker in silence."""
    monkeypatch.setattr(tone, "table", lambda name: "another table")
    with pytest.raises(TaskError, match="this machine works out another table of colors, pq"):
        tone.table_file(tmp_path, tone.DIGESTS["pq"])
    assert not list(tmp_path.rglob("*.cube"))


def test_dice_that_were_thrown_already_are_not_thrown_again(house: House) -> None:
    """A bed of a look that this project drew otherwise cannot be had: its dice are used up."""
    selection = Selection(existing(Workspace(house.root), "x"))
    mine = {"seed": 3, "sound": "any", "starts": {"0.0": 1.0}, "digest": "a" * 64}
    assert _kept(selection, BED, 1, mine) == {}
    with pytest.raises(InputError) as caught:
        _kept(selection, BED, 1, {**mine, "digest": "b" * 64})
    assert caught.value.what == "bed 1 of the look cannot be had here"


def test_a_clip_that_goes_while_clips_are_looked_at_is_passed_over(tmp_path: Path) -> None:
    """It is named, with why it could not be looked at; the fix scans, and the others go on."""
    kept: dict[str, Any] = {}
    library = SimpleNamespace(place=lambda digest: None, remember=kept.update)
    state: Any = SimpleNamespace(library=library, watch=None)
    session: Any = SimpleNamespace(state=state, workspace=SimpleNamespace(cache=tmp_path))
    row: Any = SimpleNamespace(name="rain.mp4", digest="a" * 64, clip=None, signature=None)
    clips: dict[str, Any] = {row.digest: (row.name, row.clip)}
    notes = clip_temper.look_through(state, clips), clips_page.make_strips(session, [row])
    assert notes == (
        ["rain.mp4 could not be looked through: it changed since the scan"],
        ["rain.mp4 could not be looked at: it changed since the scan"],
    )
    assert not kept
    for look in (
        lambda: clip_temper._summary(state, row.digest, row.clip),
        lambda: clips_page._made(session, row),
    ):
        with pytest.raises(TaskError, match="it is not here") as caught:
            look()
        assert caught.value.fix == "doit scan"


def test_of_two_stars_that_begin_alike_each_is_offered(fresh: House) -> None:
    """A line of the fix takes that one's star away, and the other stays."""
    write(fresh, "projects/x/stars.json", '{"looks": ["7f3a0000", "7f3a1111"]}')
    told = fresh.doit("star", "project=x", "look=7f3a", "off=true")
    assert told.code == 3
    assert "why  starred are 7f3a0000, 7f3a1111" in told.out
    assert "doit star project=x look=7f3a1111 off=true" in told.out
    assert fresh.doit("star", "project=x", "look=7f3a0000", "off=true").code == 0
    left = json.loads((fresh.root / "projects" / "x" / "stars.json").read_text())
    assert left == {"looks": ["7f3a1111"]}
