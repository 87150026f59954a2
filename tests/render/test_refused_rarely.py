"""Commands that are rarely refused: for damaged files, badly misspelled words, or bad luck."""

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
from collide.run import clip_analysis
from collide.views import clips_page
from tests.render.conftest import REPO, House
from tests.render.refusals import answered, in_process, write

ALONE = json.dumps({"seed": 7, "layer1.clip": "a.mp4"})


@pytest.fixture
def fresh(empty_house: House) -> House:
    """Return a workspace whose project x sets a seed and a clip, and was never rendered."""
    write(empty_house, "projects/x/config.json", ALONE)
    return empty_house


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("help qqqq", "no verb named 'qqqq'"),
        ("info trace=true project=x", "no run of x is recorded"),
        ("night pool=0 preset=classic-white until=07:00",
         "presets and knobs apply only to new pieces"),
        ("save-preset project=x name=mine", "x has no knobs to put in a preset"),
        ("star project=x look=ffff off=true", "which look of x should be unstarred?"),
        ("star project=x", "x has no look yet"),
        ("scan path=a\tb", "cannot be added to the library"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_apply_is_refused(fresh: House, typed: str, what: str) -> None:
    """A command that cannot be carried out prints a three-part error and changes nothing."""
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
def test_a_malformed_file_is_refused(
    fresh: House, name: str, text: str, typed: str, what: str
) -> None:
    """A malformed file is refused, and the error says what the file should be."""
    write(fresh, name, text)
    told = fresh.doit(*typed.split())
    assert told.code == 3, told.out
    assert what in told.out.splitlines()[0]
    assert "Traceback" not in told.out


def test_an_invalid_manifest_is_named_and_not_counted(fresh: House) -> None:
    """`doit clips` names a project with an invalid manifest and still lists the clips."""
    write(fresh, "projects/x/manifest.json", '{"recipe": {"layers": [3]}}')
    told = fresh.doit("clips")
    assert told.code == 0
    assert "projects/x/manifest.json is not a manifest that collide can read" in told.out


def test_a_missing_lut_is_refused(house: House) -> None:
    """A knob that names a missing file is refused."""
    told = house.doit("render", "project=x", "post=color-grade", "grade_lut=no.cube")
    assert told.code == 3
    assert told.out.startswith("ERROR: grade_lut=no.cube: no such file in library/luts\n")


def test_new_refuses_a_preset_together_with_a_look(house: House) -> None:
    """`doit new` refuses a preset together with a look, because the look sets every knob."""
    look = house.root / "projects" / "x" / "manifest.json"
    told = answered(house, "new", "project=y", f"from={look}", "preset=classic-white")
    assert told.startswith("ERROR: a project starts from a look or from a preset, not from both\n")


def test_save_preset_refuses_the_knob_of_a_script(fresh: House) -> None:
    """`doit save-preset` refuses a script's knob in a preset for all projects."""
    place = fresh.root / "projects" / "x" / "scripts" / "post"
    place.mkdir(parents=True)
    shutil.copy(REPO / "tests" / "render" / "toys" / "blink.py", place)
    write(fresh, "projects/x/config.json", json.dumps({"post": "blink", "blink": 0.5}))
    told = fresh.doit("save-preset", "project=x", "name=mine", "knobs=blink", "everywhere=true")
    assert told.code == 3, told.out
    assert "blink belongs to post/blink, which only x has" in told.out.splitlines()[0]


def test_a_different_color_table_is_never_used(tmp_path, monkeypatch) -> None:
    """A step fails if the machine computes a different color table."""
    monkeypatch.setattr(tone, "table", lambda name: "another table")
    with pytest.raises(TaskError, match="this machine computes a different color table for pq"):
        tone.table_file(tmp_path, tone.DIGESTS["pq"])
    assert not list(tmp_path.rglob("*.cube"))


def test_the_bed_of_a_look_is_refused_after_a_different_draw(house: House) -> None:
    """A look's bed is refused if the project drew a different sound for the same request."""
    selection = Selection(existing(Workspace(house.root), "x"))
    mine = {"seed": 3, "sound": "any", "starts": {"0.0": 1.0}, "digest": "a" * 64}
    assert _kept(selection, BED, 1, mine) == {}
    with pytest.raises(InputError) as caught:
        _kept(selection, BED, 1, {**mine, "digest": "b" * 64})
    assert caught.value.what == "bed 1 of the look is not available here"


def test_a_clip_that_disappears_before_its_analysis_is_skipped(tmp_path: Path) -> None:
    """If a clip disappears before its analysis, a note says so, and nothing is recorded."""
    kept: dict[str, Any] = {}
    library = SimpleNamespace(place=lambda digest: None, remember=kept.update)
    state: Any = SimpleNamespace(library=library, watch=None)
    session: Any = SimpleNamespace(state=state, workspace=SimpleNamespace(cache=tmp_path))
    row: Any = SimpleNamespace(name="rain.mp4", digest="a" * 64, clip=None, signature=None)
    clips: dict[str, Any] = {row.digest: (row.name, row.clip)}
    notes = clip_analysis.look_through(state, clips), clips_page.make_strips(session, [row])
    assert notes == (
        ["rain.mp4 could not be analyzed: it was deleted or changed since the scan"],
        ["rain.mp4 could not be analyzed: it was deleted or changed since the scan"],
    )
    assert not kept
    with pytest.raises(TaskError, match="it is missing") as caught:
        clip_analysis._path(state, row.digest)
    assert caught.value.fix == "doit scan"


def test_the_fix_offers_each_star_with_the_same_prefix(fresh: House) -> None:
    """If two starred looks share a prefix, the fix lists one command for each look."""
    write(fresh, "projects/x/stars.json", '{"looks": ["7f3a0000", "7f3a1111"]}')
    told = fresh.doit("star", "project=x", "look=7f3a", "off=true")
    assert told.code == 3
    assert "why  starred: 7f3a0000, 7f3a1111" in told.out
    assert "doit star project=x look=7f3a1111 off=true" in told.out
    assert fresh.doit("star", "project=x", "look=7f3a0000", "off=true").code == 0
    left = json.loads((fresh.root / "projects" / "x" / "stars.json").read_text())
    assert left == {"looks": ["7f3a1111"]}


def test_a_star_is_removed_by_the_name_of_its_video(fresh: House) -> None:
    """`star name=N off=true` unstars the look starred as N and refuses an unknown name."""
    stars = '{"looks": ["7f3a0000"], "names": {"first": "7f3a0000"}}'
    path = write(fresh, "projects/x/stars.json", stars)
    told = fresh.doit("star", "project=x", "name=second", "off=true")
    assert told.code == 3, told.out
    assert path.read_text() == stars
    assert fresh.doit("star", "project=x", "name=first", "off=true").code == 0
    assert "7f3a0000" not in path.read_text()


def test_the_fix_sets_a_look_written_into_a_config(house):
    """If config.json has `look`, the fix is a command that sets the look and removes the entry."""
    first = house.manifest()["look"]
    path = house.root / "projects" / "x" / "config.json"
    config = {**json.loads(path.read_text()), "look": first, "similarty": 0.4}
    path.write_text(json.dumps(config))
    answer = answered(house, "plan", "project=x")
    fix = f"doit set project=x look={first} similarty= similarity=0.4"
    assert f"\n  fix  {fix}" in answer, answer
    ran = in_process(house, *fix.split()[1:])
    after = json.loads(path.read_text())
    assert ran.code == 0 and not {"look", "similarty"} & after.keys(), ran.out
    assert after["similarity"] == 0.4 and in_process(house, "plan", "project=x").code == 0
    path.write_text(json.dumps({"seed": 7, "project": "x"}))
    assert "\n  fix  doit set project=x" in answered(house, "plan", "project=x")
    assert in_process(house, "set", "project=x").code == 0
    assert json.loads(path.read_text()) == {"seed": 7}


def test_only_the_typed_name_of_a_star_is_removed(fresh: House) -> None:
    """`star name=N off=true` removes only N, and keeps the star if the look has other names."""
    stars = {"looks": ["7f3a0000"], "names": {"first": "7f3a0000", "final": "7f3a0000"}}
    path = write(fresh, "projects/x/stars.json", json.dumps(stars))
    told = fresh.doit("star", "project=x", "name=first", "off=true")
    assert (told.code, json.loads(path.read_text())) == (
        0,
        {"looks": ["7f3a0000"], "names": {"final": "7f3a0000"}},
    )
    assert "look 7f3a0000 is no longer called first, but is still starred as final" in told.out
