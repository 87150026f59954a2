"""doit answers wherever it is called: below a workspace, in a project's folder, and elsewhere."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.cli.left_out import last_used, remember
from tests.patience import HANGS
from tests.render.conftest import REPO, House, Ran
from tests.render.refusals import in_process, write


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that says what pip would have written of collide's entry points."""
    told = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    info = tmp_path / "installed" / "collide-9.dist-info"
    info.mkdir(parents=True)
    points = told["entry-points"]["doit.COMMAND"]
    lines = ["[doit.COMMAND]", *(f"{name} = {where}" for name, where in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: collide\nVersion: 9\n")
    return info.parent


@pytest.fixture
def own(empty_house) -> House:
    """A house with a project x, whose duration is its own, and no clip."""
    write(empty_house, "projects/x/config.json", json.dumps({"seed": 7, "duration": 3.5}))
    write(empty_house, "projects/x/notes/look.json", "{}")
    return empty_house


def said(folder: Path, installed: Path, *words: str) -> Ran:
    """Run doit in a folder, as it is once collide is installed."""
    paths = os.pathsep.join([str(REPO), str(installed)])
    done = subprocess.run(
        [sys.executable, "-m", "doit", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "COLLIDE_CACHE": ""},
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    return Ran(done.returncode, done.stderr + done.stdout)


def test_a_project_is_left_out_in_its_folder(own, installed):
    """What is typed in projects/x is about x, and the first line says so."""
    ran = said(own.root / "projects" / "x" / "notes", installed, "plan")
    assert ran.code == 0
    first, rest = ran.out.split("\n", 1)
    assert first == "project=x: this is its folder"
    assert rest.startswith("x: its 3 clips are not chosen yet")


@pytest.mark.parametrize("verb", ["clean", "undo", "redo", "roll"])
def test_what_takes_away_or_throws_dice_wants_its_project(own, installed, verb):
    """In the folder of a project, and after one was used, it has to be typed all the same."""
    write(own, "cache/last-project", "x")
    for folder in (own.root / "projects" / "x", own.root):
        ran = said(folder, installed, verb)
        assert ran.code == 3
        assert f"doit {verb} needs a project" in ran.out
        assert f"fix  doit {verb} project=x" in ran.out


@pytest.mark.parametrize(
    "words", [["star", "off=true"], ["save-preset", "name=fog", "over=true"], ["set", "crf="]]
)
def test_a_variable_that_takes_away_wants_the_project_too(own, words):
    """`off=`, `over=` and a knob that is taken out are for the project that is typed."""
    write(own, "cache/last-project", "x")
    assert f"doit {words[0]} needs a project" in in_process(own, *words).out


def test_files_are_named_from_the_folder_where_they_lie(own, installed):
    """A path that holds where it is typed holds, though the work is done in the workspace."""
    ran = said(own.root / "projects" / "x" / "notes", installed, "identify", "file=look.json")
    assert ran.code == 3
    assert str(own.root / "projects" / "x" / "notes" / "look.json") in ran.out


def test_elsewhere_one_line_says_where_to_go(tmp_path, installed):
    """Outside of any workspace no verb is guessed: what, why, and the cd that mends it."""
    empty = tmp_path / "away"
    empty.mkdir()
    for words in ([], ["list"], ["render", "project=x"], ["--help"], ["-h"]):
        ran = said(empty, installed, *words)
        assert (ran.code, ran.out.splitlines()[-1]) == (3, f"  fix  cd {REPO}"), words
        assert ran.out.startswith(f"ERROR: {empty} is not a folder of collide")


def test_tasks_of_somebody_else_are_left_alone(tmp_path, installed):
    """A folder with a dodo.py of its own is doit's, as if collide were not installed."""
    (tmp_path / "dodo.py").write_text("def task_hello():\n    return {'actions': ['echo hello']}\n")
    ran = said(tmp_path, installed)
    assert (ran.code, "hello" in ran.out, "ERROR" in ran.out) == (0, True, False)


def test_the_project_used_last_is_meant_and_named(own):
    """After a verb that writes, the next line may leave it out; a verb that reads changes nothing.

    Reads do not become the last one used, since they write nothing.
    """
    write(own, "projects/y/config.json", json.dumps({"seed": 8}))
    write(own, "cache/version", "1")
    assert "needs a project" in in_process(own, "set", "crf=30").out
    assert in_process(own, "set", "project=y", "crf=30").code == 0
    assert in_process(own, "why", "project=x").code == 0
    out = in_process(own, "set", "crf=31").out
    assert out.startswith("project=y: the one used last\n")
    assert json.loads((own.root / "projects/y/config.json").read_text())["crf"] == 31


@pytest.mark.parametrize("words", [["-h"], ["--help"], [], ["-v", "2", "--help"]])
def test_help_is_asked_for_in_any_way(own, words):
    """No words, -h and --help print one page: where to begin, and the verbs by group."""
    ran = in_process(own, *words)
    assert ran.code == 0
    assert "\nbegin here\n  doit new project=x" in ran.out
    for group in ("make", "look", "tune", "keep", "clips", "store"):
        assert f"\n{group}\n" in ran.out


@pytest.mark.parametrize(
    "words", [["still", "-h"], ["still", "--help"], ["still", "project=x", "-h"], ["-h", "still"]]
)
def test_the_page_of_a_verb_is_asked_for_behind_it(own, words):
    """`doit VERB -h` is `doit help VERB`, whatever stands beside it."""
    assert in_process(own, *words) == in_process(own, "help", "still")


def test_render_has_a_page_though_it_is_a_task(own):
    """`doit render -h` and `doit layer:2 --help` are the page of render."""
    page = in_process(own, "help", "render").out
    assert in_process(own, "render", "-h").out == in_process(own, "layer:2", "--help").out == page
    for told in ("for example: doit render", "num_videos=3", "doit -n 2 render", "layer, presence"):
        assert told in page


def test_an_older_python_is_told_so_and_nothing_else():
    """pip looks for no package then: each has the condition that the project has."""
    whole = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    assert whole["requires-python"] == ">=3.11"
    extras = whole["optional-dependencies"].values()
    wanted = [*whole["dependencies"], *(one for extra in extras for one in extra)]
    pins = [line for line in (REPO / "constraints.txt").read_text().splitlines() if "==" in line]
    assert len(wanted) > 10
    assert len(pins) > 50
    assert [one for one in [*wanted, *pins] if "python_version >= '3.11'" not in one] == []


def test_dodo_ends_with_one_line_under_an_older_python(monkeypatch, capsys):
    """doit, run by an older Python, ends before anything of collide is imported."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    with pytest.raises(SystemExit):
        exec((REPO / "dodo.py").read_text(), {})
    assert capsys.readouterr().err == (
        "ERROR: collide needs Python 3.11 or newer: python3.11 -m venv .venv\n"
    )


def test_completion_works_below_the_workspace_and_knows_the_project(own):
    """In a project's folder its looks are offered without a project= before them."""
    looks = own.root / "projects" / "x" / "looks"
    looks.mkdir()
    (looks / "7f3a0000.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-BP", "-m", "collide.cli.complete", "doit still look=", "="],
        cwd=own.root / "projects" / "x" / "notes",
        env=own.env(),
        capture_output=True,
        text=True,
    )
    assert done.stdout == "7f3a0000\n"


def test_a_batch_does_not_become_the_project_that_is_meant(own):
    """Its pieces are rendered as if somebody typed them; after it the one before is meant still."""
    house = Workspace(own.root)
    write(own, "cache/last-project", "x")
    write(own, "projects/y-001/config.json", "{}")
    remember(house, "render", "y-001")  # as the process of a piece does
    assert last_used(house) == "y-001"
    remember(house, "batch", "y", before="x")
    assert last_used(house) == "x"
