"""With a stamp, a render that would do nothing is not planned; any change invalidates the stamp."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.render.conftest import REPO, SMALL


def stamped(house) -> str:
    """Render twice without a change, which writes the stamp; return the stamp."""
    house.render()
    house.render()
    return (house.root / "cache" / "stamps" / "x.json").read_text()


@pytest.fixture
def tripped(house, monkeypatch):
    """Return a workspace where planning would fail, so a render succeeds only with the stamp."""
    stamped(house)
    broken = house.root / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\nsys.modules['collide.run.session'] = None  # an import of it fails\n"
    )
    env = house.env()
    env["PYTHONPATH"] = f"{broken}{os.pathsep}{env['PYTHONPATH']}"
    monkeypatch.setattr(type(house), "env", lambda self: env)
    return house


def test_a_no_op_opens_no_project(tripped):
    """A repeated command prints its usual lines and leaves a record without opening the project."""
    ran = tripped.doit("render", "project=x", *SMALL)
    assert ran.code == 0, ran.out
    assert "look " in ran.out and "rendered 0, restored 0, kept " in ran.out
    assert ran.tasks("kept") == set(ran.record["tasks"]) >= {"layer:1", "mux", "record", "select"}
    assert ran.record["words"][0] == "render"


def change_config(house):
    path = house.root / "projects" / "x" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "crf": 30}))


def shadow_a_preset(house):
    folder = house.root / "projects" / "x" / "presets" / "blend"
    folder.mkdir(parents=True)
    (folder / "classic-white.json").write_text("{}")


MOVES = {
    "a knob in config.json": change_config,
    "a preset of the project": shadow_a_preset,
    "a touched clip": lambda house: os.utime(house.root / "library" / "video" / "a.mp4"),
    "a deleted clip": lambda house: (house.root / "library" / "video" / "b.mp4").unlink(),
    "an emptied video": lambda house: os.truncate(house.video(), 0),
    "a deleted video": lambda house: house.video().unlink(),
    "a deleted manifest": lambda house: (house.root / "projects/x/manifest.json").unlink(),
    "a lost receipt": lambda house: (house.root / "cache/receipts/x/layer-2.json").unlink(),
    "another dodo.py": lambda house: os.utime(house.root / "dodo.py"),
    "a damaged stamp": lambda house: os.truncate(house.root / "cache/stamps/x.json", 40),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_any_changed_input_invalidates_the_stamp(tripped, move):
    """Any change to a render's inputs or output files invalidates the stamp."""
    move(tripped)
    ran = tripped.doit("render", "project=x", *SMALL)
    assert ran.code != 0, "the command runs in full, which fails here"


@pytest.mark.parametrize("words", [["crf=30"], ["duration=7"]], ids="".join)
def test_a_stamp_answers_only_its_command_line(tripped, words):
    """A stamp applies only to the command line that wrote it."""
    assert tripped.doit("render", "project=x", *SMALL, *words).code != 0


def test_a_changed_environment_invalidates_the_stamp(tripped, monkeypatch):
    """A changed environment variable, such as the cache limit, invalidates the stamp."""
    env = {**tripped.env(), "COLLIDE_CACHE_MAX_GB": "3"}
    monkeypatch.setattr(type(tripped), "env", lambda self: env)
    assert tripped.doit("render", "project=x", *SMALL).code != 0


def test_a_render_with_work_leaves_no_stamp(house):
    """A render that does any work leaves no stamp, so the next render runs in full."""
    shutil.rmtree(house.root / "cache" / "stamps", ignore_errors=True)
    house.render("crf=30")
    assert not (house.root / "cache" / "stamps" / "x.json").exists()


def test_output_is_the_same_with_or_without_the_stamp(house):
    """A render prints the same output with or without the stamp."""
    stamped(house)
    quick = house.doit("render", "project=x", *SMALL)
    (house.root / "cache" / "stamps" / "x.json").unlink()
    full = house.doit("render", "project=x", *SMALL)
    plain = [re.sub(r" · [\d.]+ s$", "", ran.out, flags=re.MULTILINE) for ran in (quick, full)]
    assert plain[0] == plain[1]
    kept = [{t: done["status"] for t, done in ran.record["tasks"].items()} for ran in (quick, full)]
    assert kept[0] == kept[1]


def test_a_no_op_does_not_import_the_catalog_or_numpy():
    """cli/front.py, which handles a no-op, does not import limits, the catalog or numpy."""
    code = "import sys, collide.cli.front; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True)
    heavy = {"collide.limits", "collide.catalog", "collide.run.session", "numpy", "sqlite3"}
    assert "collide.cli.noop" in done.stdout.split()
    assert not heavy & {*done.stdout.split()}
