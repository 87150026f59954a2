"""collide reports a changed engine and the cost of accepting it, and never mixes versions."""

import json
import re
from types import SimpleNamespace

import pytest
from PIL import Image

from collide.base.workspace import Workspace
from collide.engine.programs import find_engine
from collide.project.project import Project
from collide.views import engine_sheet
from collide.views.contact_sheet import Picture
from tests.render.conftest import SMALL

OTHER = """#!/bin/sh
case "$*" in *-version*) echo "ffmpeg version {version} of a test"; exit;; esac
exec '{real}' "$@"
"""


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Return a function that replaces ffmpeg with a program that reports another version."""

    def be(version: str) -> None:
        path = tmp_path / "another-ffmpeg"
        path.write_text(OTHER.format(version=version, real=find_real))
        path.chmod(0o755)
        monkeypatch.setenv("COLLIDE_FFMPEG", str(path))

    find_real = find_engine().path
    return be


def test_a_new_engine_keeps_a_finished_piece(house, engine):
    """With a new engine, a finished piece is kept; a render prints the cost of the new engine.

    The render only probes the clips and measures their sound.
    """
    video = house.video().read_bytes()
    engine("9.9")
    ran = house.doit("render", "project=x", *SMALL)
    assert ran.code == 0
    asked = {task.partition(":")[0] for task in ran.rendered}
    assert asked <= {"probe", "hear"}, "clips are only probed and heard"
    assert re.search(
        r"^the engine changed, ffmpeg \S+ → 9\.9: \d+ tasks would be rendered again, "
        r"in about \d+ s; this piece is unchanged\n"
        rf"to accept it: doit render engine=new project=x {re.escape(' '.join(SMALL))}$",
        ran.out,
        re.MULTILINE,
    ), ran.out
    assert ran.out.count("the engine changed") == 1
    assert house.video().read_bytes() == video


def test_a_sheet_shows_starred_looks_with_both_engines(house, engine):
    """A sheet shows each starred look's old and new picture side by side.

    If there are no stars, there is no sheet. `doit clean` deletes the sheet.
    """
    sheet = house.root / "projects" / "x" / "engine.png"
    engine("9.9")
    assert "engine.png" not in house.doit("render", "project=x", *SMALL).out
    assert not sheet.exists()
    look = house.manifest()["look"]
    stars = house.root / "projects" / "x" / "stars.json"
    stars.write_text(json.dumps({"looks": [look]}))
    ran = house.doit("render", "project=x", *SMALL)
    assert ran.code == 0, ran.out
    drawn = "your starred look with the old and the new ffmpeg: projects/x/engine.png\n"
    assert f"{drawn}the engine changed" in ran.out
    assert "kept " not in ran.out, "nothing was rendered, so nothing is counted"
    with Image.open(sheet) as picture:
        assert picture.width > 2 * 480
    sheet.unlink()
    ran = house.doit("render", "project=x", *SMALL, "crf=30")
    assert ran.code == 3
    assert drawn in ran.out
    assert sheet.exists(), "the sheet is drawn before mixing two engines is refused"
    sheet.unlink()
    assert drawn in house.doit("render", "project=x", *SMALL, "engine=new").out
    assert sheet.exists(), "it is drawn before the new engine is accepted by engine=new"
    assert "removed projects/x/engine.png\n" in house.doit("clean", "project=x").out
    assert not sheet.exists()


def test_looks_that_do_not_fit_on_the_sheet_are_named(monkeypatch, tmp_path):
    """The sheet shows at most MOST looks; a line of output names the other looks."""
    monkeypatch.setattr(engine_sheet, "MOST", 2)
    monkeypatch.setattr(engine_sheet, "pinned_looks", lambda *_: ["d", "b", "c", "a"])
    pair = [Picture("old", Image.new("RGB", (48, 27)).tobytes())] * 2
    monkeypatch.setattr(engine_sheet, "_pair", lambda *_: pair)
    monkeypatch.setattr(engine_sheet, "sheet", lambda *_, **__: None)
    workspace = Workspace(tmp_path)
    request = SimpleNamespace(workspace=workspace)
    lines = list(engine_sheet.starred_by_both(request, Project(workspace, "x")))
    assert lines == [
        "2 of your starred looks with the old and the new ffmpeg: projects/x/engine.png",
        "not drawn, because the sheet has room for only 2: c and d",
    ]


def test_a_later_engine_change_is_not_blamed_on_a_knob(house, engine):
    """If a result does not depend on a knob, a later engine change is not blamed on that knob."""
    short = ["duration=5" if word.startswith("duration=") else word for word in SMALL]
    house.render("loop_seconds=1")
    assert "layer:1" not in house.render("loop_seconds=1", "duration=5").rendered
    engine("9.9")
    why = house.doit("why", "project=x", *short, "loop_seconds=1").out
    assert why == "everything: a different ffmpeg is used\n"


def test_a_piece_mixes_no_engine_versions(house, engine):
    """A changed knob is refused until the new engine is accepted, so no piece mixes engines."""
    video = house.video().read_bytes()
    engine("9.9")
    ran = house.doit("render", "project=x", *SMALL, "crf=30")
    assert ran.code == 3
    assert ran.out.startswith("ERROR: the engine changed, ffmpeg ")
    assert (
        "\n  why  a piece must be rendered by a single ffmpeg version\n"
        "  fix  accept it: doit render " in ran.out
    )
    assert "doit render engine=new project=x" in ran.out
    assert house.video().read_bytes() == video


def test_engine_new_accepts_an_engine(house, engine):
    """With `engine=new`, everything is rendered once; the next render finds nothing to do."""
    engine("9.9")
    why = house.doit("why", "project=x", *SMALL).out
    assert why == "everything: a different ffmpeg is used\n"
    why = house.doit("why", "project=x", *SMALL, "crf=30").out
    assert why.splitlines()[1:] == [
        "encode: crf 20 → 30",
        "record: crf is set on the command line",
    ]
    ran = house.doit("render", "project=x", *SMALL, "engine=new")
    assert ran.code == 0, ran.out
    assert {"layer:1", "stack:0", "encode:1", "loudness", "mux"} <= ran.rendered
    assert ran.record["tasks"]["layer:1"]["why"].startswith("the engine changed, ffmpeg ")
    ran = house.doit("render", "project=x", *SMALL)
    assert (ran.code, ran.tasks("rendered", "restored")) == (0, set())
    assert "engine changed" not in ran.out


def test_results_of_the_previous_engine_come_from_the_store(house, engine, monkeypatch):
    """Returning to the previous engine needs no confirmation, because its results are stored.

    Only the record may be made again.
    """
    video = house.video().read_bytes()
    engine("9.9")
    assert house.doit("render", "project=x", *SMALL, "engine=new").code == 0
    monkeypatch.delenv("COLLIDE_FFMPEG")
    ran = house.doit("render", "project=x", *SMALL)
    assert ran.code == 0, ran.out
    assert ran.rendered <= {"record"}
    assert house.video().read_bytes() == video
