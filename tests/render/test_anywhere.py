"""doit works in a workspace, below it, and elsewhere with an option that names the workspace."""

import fcntl
import json
import os
import shlex
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.syntax.left_out import last_used, remember
from collide.syntax.verb import declaration
from tests.patience import HANGS
from tests.render.conftest import REPO, House, Ran
from tests.render.refusals import in_process, write


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with the entry points that pip would write for collide."""
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
    """Return a workspace without clips, with a project x that sets a duration."""
    write(empty_house, "projects/x/config.json", json.dumps({"seed": 7, "duration": 3.5}))
    write(empty_house, "projects/x/notes/look.json", "{}")
    return empty_house


def doit_in(folder: Path, installed: Path, *words: str) -> Ran:
    """Run doit in a folder as if collide were installed."""
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


def test_a_command_in_the_folder_of_a_project_applies_to_it(own, installed):
    """A command run below projects/x applies to x, and the first line of output says so."""
    ran = doit_in(own.root / "projects" / "x" / "notes", installed, "plan")
    assert ran.code == 0
    first, rest = ran.out.split("\n", 1)
    assert first == "project=x, since this is its folder"
    assert rest.startswith("x: there are no clips: ")


@pytest.mark.parametrize("verb", ["clean", "undo", "redo", "roll"])
def test_destructive_verbs_need_a_project(own, installed, verb):
    """`doit clean`, `undo`, `redo` and `roll` need project=, even in a project's folder.

    These verbs also need project= if a project was used before.
    """
    write(own, "cache/last-project", "x")
    for folder in (own.root / "projects" / "x", own.root):
        ran = doit_in(folder, installed, verb)
        assert ran.code == 3
        assert f"doit {verb} needs a project" in ran.out
        assert f"fix  doit {verb} project=x" in ran.out


@pytest.mark.parametrize(
    "words", [["star", "off=true"], ["save-preset", "name=fog", "over=true"], ["set", "crf="]]
)
def test_removing_or_overwriting_needs_a_project(own, words):
    """A verb with `off=` or `over=` needs project=, and so does a verb that removes a knob."""
    write(own, "cache/last-project", "x")
    assert f"doit {words[0]} needs a project" in in_process(own, *words).out


def test_relative_paths_are_resolved_in_the_current_folder(own, installed):
    """doit resolves a relative path in the current folder if the file exists there."""
    ran = doit_in(own.root / "projects" / "x" / "notes", installed, "identify", "file=look.json")
    assert ran.code == 3
    assert str(own.root / "projects" / "x" / "notes" / "look.json") in ran.out


def test_a_command_outside_a_workspace_suggests_the_folder(tmp_path, installed):
    """Outside a workspace, a command fails, and the fix begins with the necessary `cd`."""
    empty = tmp_path / "away"
    empty.mkdir()
    for words in (["plan"], ["render", "project=x"], ["list", "project=x"]):
        ran = doit_in(empty, installed, *words)
        told = shlex.join(["doit", *words])
        assert (ran.code, ran.out.splitlines()[-1]) == (3, f"  fix  cd {REPO} && {told}"), words
        assert ran.out.startswith(f"ERROR: {empty} is not a collide folder")


@pytest.mark.parametrize("words", [[], ["list"], ["--help"], ["-h"], ["help", "still"]])
def test_help_works_outside_a_workspace(tmp_path, installed, words):
    """Outside a workspace, doit prints help, which ends with the `cd` command to run first."""
    ran = doit_in(tmp_path, installed, *words)
    assert ran.code == 0, ran.out
    asked = "doit still: " if "still" in words else "usage: doit VERB "
    assert ran.out.startswith(asked)
    assert ran.out.endswith(f"\n\nto begin: cd {REPO}\n")
    assert not list(tmp_path.glob("*.db")), "nothing is written"


@pytest.mark.parametrize("words", [["-f", "{}/dodo.py"], ["--dir={}"], ["-d", "{}"]])
def test_an_option_runs_the_command_in_the_named_workspace(own, tmp_path, installed, words):
    """-f, -d and --dir run the command in the named workspace; the current folder remains empty."""
    away = tmp_path / "away"
    away.mkdir()
    ran = doit_in(away, installed, *(word.format(own.root) for word in words), "plan", "project=x")
    assert ran.code == 0, ran.out
    assert ran.out.startswith("x: there are no clips: ")
    assert not list(away.iterdir())


def test_clean_waits_for_a_running_render(own, installed):
    """`doit clean` waits for a running render of the project, says so, and then deletes files."""
    write(own, "projects/x/still.png", "a picture")
    paths = os.pathsep.join([str(REPO), str(installed)])
    with (own.root / "projects" / "x" / "config.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(
            [sys.executable, "-m", "doit", "clean", "project=x"],
            cwd=own.root,
            env={**os.environ, "PYTHONPATH": paths, "COLLIDE_CACHE": ""},
            stdout=subprocess.PIPE,
            text=True,
        ) as cleaning:
            assert cleaning.stdout
            assert cleaning.stdout.readline().startswith("a render of x is running")
            assert (own.root / "projects" / "x" / "still.png").exists()
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert cleaning.wait(HANGS) == 0
    assert not (own.root / "projects" / "x" / "still.png").exists()


def test_a_port_in_use_is_refused(own):
    """`doit tune` refuses a port that is in use; the fix is the command without the port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = in_process(own, "tune", "project=x", f"port={port}", "at=1")
    assert (ran.code, f"port {port} cannot be opened: " in ran.out) == (3, True), ran.out
    assert "doit tune project=x at=1" in ran.out
    assert "cache" not in ran.out


def test_the_output_option_of_doit_overwrites_no_video(own):
    """collide refuses doit's option `-o film.mp4`, which would overwrite a video with text."""
    write(own, "film.mp4", "a video")
    for words in (["render", "project=x", "-o", "film.mp4"], ["-o", "film.mp4", "render"]):
        ran = in_process(own, *words)
        assert ran.code == 3
        assert "does not name the video" in ran.out and "name=film" in ran.out, ran.out
    assert (own.root / "film.mp4").read_text() == "a video"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_output_disk_does_not_blame_the_cache(own):
    """If the output goes to a full disk, the error says so and does not blame the cache."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "doit", "knobs", "similarity"],
            cwd=own.root,
            env={**os.environ, "PYTHONPATH": str(REPO), "COLLIDE_CACHE": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=HANGS,
        )
    first = "ERROR: the output cannot be written: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, first)
    assert "cache" not in done.stderr


def test_the_fix_names_a_project_only_if_just_one_exists(own):
    """If no project was used yet, the fix names a project only if the workspace has just one."""
    assert "fix  doit clean project=x" in in_process(own, "clean").out
    write(own, "projects/another/config.json", "{}")
    for verb in ("clean", "undo", "roll"):
        ran = in_process(own, verb)
        assert (ran.code, f"doit {verb} project=" in ran.out) == (3, False), ran.out


def test_a_project_without_its_config_is_not_recreated(own):
    """A project with looks but no config.json is refused; the fix is to restore it from a look."""
    home = own.root / "projects" / "x"
    write(own, "projects/x/looks/0a1b2c3d.json", "{}")
    (home / "config.json").unlink()
    for verb in ("render", "plan", "new", "undo", "roll"):
        ran = in_process(own, verb, "project=x")
        line = "doit new project=x from=projects/x/looks/0a1b2c3d.json"
        assert (ran.code, line in ran.out) == (3, True), ran.out
        assert "has no config.json, but its other files are there" in ran.out
    assert not (home / "config.json").exists()


def test_a_renamed_project_is_not_recreated(own):
    """If a project's folder was renamed, its old name is refused; the fix uses the new name."""
    write(own, "projects/x/manifest.json", "{}")
    write(own, "projects/x/output/x.mp4", "a video")
    (own.root / "projects" / "x").rename(own.root / "projects" / "evening")
    ran = in_process(own, "render", "project=x")
    assert (ran.code, "doit render project=evening" in ran.out) == (3, True), ran.out
    assert not (own.root / "projects" / "x").exists()


@pytest.mark.parametrize("typed", ["evening copy", "evening-copy"])
def test_a_folder_with_an_invalid_name_must_be_renamed(own, typed):
    """A project folder with an invalid name is refused; the fix is a command that renames it."""
    write(own, "projects/evening copy/config.json", "{}")
    ran = in_process(own, "render", f"project={typed}")
    assert (ran.code, "cannot be a project" in ran.out) == (3, True)
    assert "fix  mv 'projects/evening copy' projects/evening-copy" in ran.out, ran.out


def test_a_foreign_dodo_file_is_left_alone(tmp_path, installed):
    """In a folder with its own dodo.py, doit works as if collide were not installed."""
    (tmp_path / "dodo.py").write_text("def task_hello():\n    return {'actions': ['echo hello']}\n")
    ran = doit_in(tmp_path, installed)
    assert (ran.code, "hello" in ran.out, "ERROR" in ran.out) == (0, True, False)


def test_the_last_used_project_is_the_default(own):
    """A writing verb sets the default project; a reading verb does not change it."""
    write(own, "projects/y/config.json", json.dumps({"seed": 8}))
    write(own, "cache/version", "1")
    assert "needs a project" in in_process(own, "set", "crf=30").out
    assert in_process(own, "set", "project=y", "crf=30").code == 0
    assert in_process(own, "why", "project=x").code == 0
    out = in_process(own, "set", "crf=31").out
    assert out.startswith("project=y, the last one used\n")
    assert json.loads((own.root / "projects/y/config.json").read_text())["crf"] == 31


@pytest.mark.parametrize("words", [["-h"], ["--help"], [], ["-v", "2", "--help"]])
def test_every_form_of_help_prints_the_same_page(own, words):
    """With -h, --help or no argument, doit prints where to begin and all verbs by group."""
    ran = in_process(own, *words)
    assert ran.code == 0
    assert "\nbegin here\n  doit scan " in ran.out
    for group in ("make", "look", "tune", "keep", "clips", "store"):
        assert f"\n{group}\n" in ran.out


@pytest.mark.parametrize(
    "words", [["still", "-h"], ["still", "--help"], ["still", "project=x", "-h"], ["-h", "still"]]
)
def test_dash_h_prints_the_page_of_a_verb(own, words):
    """-h or --help, before or after a verb, prints what `doit help VERB` prints."""
    assert in_process(own, *words) == in_process(own, "help", "still")


def test_render_has_a_help_page(own):
    """`doit render -h` and `doit layer:2 --help` print render's help."""
    page = in_process(own, "help", "render").out
    assert in_process(own, "render", "-h").out == in_process(own, "layer:2", "--help").out == page
    for told in ("for example: doit render", "num_videos=3", "doit -n 2 render", "layer, presence"):
        assert told in page


def test_completion_in_a_subfolder_uses_its_project(own):
    """Below a project's folder, completion offers the project's looks without project=."""
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


def test_a_batch_does_not_become_the_default_project(own):
    """After a batch, the default project is still the project used before the batch."""
    house = Workspace(own.root)
    write(own, "cache/last-project", "x")
    write(own, "projects/y-001/config.json", "{}")
    # the process that renders the piece calls `remember` like this
    remember(house, declaration("render").used("y-001", "x"))
    assert last_used(house) == "y-001"
    remember(house, declaration("batch").used("y", before="x"))
    assert last_used(house) == "x"
