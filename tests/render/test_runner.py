"""Runs have fixed exit codes, log their commands, and can share one process."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collide.base.errors import InputError, TaskError
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.project.project import existing
from collide.run.record import Done, RunRecord
from collide.run.runner import FETCHED, named, unlisted
from collide.run.session import Session, open_session
from tests.render.conftest import CONFIG, SMALL, built

KNOBS = dict(word.split("=") for word in SMALL)


def opened(root: Path, name: str = "x", **typed: str) -> Session:
    """Open a project in this process as a verb does."""
    house = Workspace(root)
    typed = {**KNOBS, **typed}
    return open_session(house, existing(house, name), presets=[], typed=typed, words=["render"])


def test_parallel_sessions_render_the_same_videos(house, tmp_path, clips):
    """Two projects rendered in parallel threads give the same videos as in separate processes."""
    house.render("similarity=0.5", "crf=30")
    other = house.video().read_bytes()
    both = built(tmp_path / "both", clips) if (tmp_path / "both").mkdir() is None else None
    first = both.video().read_bytes()
    shutil.rmtree(both.root / "cache")
    both.video().unlink()
    (both.root / "projects" / "y").mkdir()
    config = {**CONFIG, "similarity": 0.5, "crf": 30}
    (both.root / "projects" / "y" / "config.json").write_text(json.dumps(config))

    def render(name: str) -> bytes:
        with opened(both.root, name) as session:
            plan = session.plan_now()
            session.bring(plan, plan.steps.values())
        assert session.run.count("failed") == 0
        assert {task for task in session.run.tasks if ":" not in task} >= {"mux", "record"}
        return plan.piece.project.video.read_bytes()

    with ThreadPoolExecutor(2) as threads:
        x, y = threads.map(render, ("x", "y"))
    assert x == first
    assert digest_of_picture(y, tmp_path) == digest_of_picture(other, tmp_path)
    assert len(both.records()) == 2


def digest_of_picture(video: bytes, folder: Path) -> list[str]:
    """Return a digest of each packet of a video, without its metadata."""
    from collide.engine.programs import find_engine

    path = folder / "v.mp4"
    path.write_bytes(video)
    words = ["-v", "error", "-i", str(path), "-map", "0", "-c", "copy", "-f", "framehash", "-"]
    done = subprocess.run([str(find_engine().path), *words], capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (TaskError("it failed", why="why", fix="fix"), 1),
        (OSError(5, "Input/output error"), 1),
        (InputError("refused", why="why", fix="fix"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_session_records_its_end_and_leaves_no_lease(house, error, code):
    """A session leaves no lease, and records how it ended unless its input is refused."""
    known = house.records()

    def act() -> None:
        with opened(house.root, crf="30") as session:
            plan = session.plan_now()
            session.state.lease.take(["00"])
            session.runner.run(plan.steps["encode:0"])
            raise error

    with pytest.raises(type(error)):
        act()
    codes = [json.loads(path.read_text())["code"] for path in house.records() - known]
    assert codes == ([] if code is None else [code])
    assert not list((house.root / "cache" / "leases").glob("*")), "the lease is closed"


def test_a_failed_step_is_in_the_record_of_every_verb(house):
    """A failed still exits with 1, prints an error and leaves a record, like a failed render."""
    (house.root / "library" / "video" / "b.mp4").write_bytes(b"no clip")
    ran = house.doit("still", "project=x", *SMALL, "layer2.speed=0.5")
    assert ran.code == 1, ran.out
    (task,) = ran.tasks("failed")
    assert "Traceback" not in ran.out
    assert ran.record["code"] == 1 and ran.record["tasks"][task]["why"].splitlines()[0] in ran.out


@pytest.fixture
def fresh(tmp_path, clips):
    """Return a workspace with a newly rendered piece and the log of that run."""
    (tmp_path / "fresh").mkdir()
    house = built(tmp_path / "fresh", clips)
    (log,) = (house.root / "cache" / "runs").glob("*.log")
    return house, log


def test_a_pasted_command_gives_the_bytes_in_the_store(fresh, tmp_path):
    """Commands pasted from a run's log reproduce the objects in the store.

    The log is next to the run's record and has the same name.
    """
    house, log = fresh
    assert log.with_suffix(".json") in house.records()
    blocks = {}
    for block in log.read_text().split("\n# "):
        task, _, command = block.removeprefix("# ").partition("\n")
        blocks[task] = f"{blocks.get(task, '')}\n{command}"
    tasks = house.manifest()["tasks"]
    for task in ("layer:2", "stack:0", "encode:1", "mix", "mux", "loudness"):
        place = tmp_path / task.replace(":", "-")
        place.mkdir()
        env = {**os.environ, "TMPDIR": str(place)}
        done = subprocess.run(["sh", "-e", "-c", blocks[task]], env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        made = {path.name: digest_file(path) for path in place.glob("*/*")}
        made = {role: made[role] for role in tasks[task]["objects"]}
        assert made == tasks[task]["objects"], task


def test_a_run_without_commands_writes_no_log(house):
    """A run with nothing to do leaves a record, but no log."""
    known = {*(house.root / "cache" / "runs").glob("*.log")}
    ran = house.render()
    assert not ran.rendered and ran.record
    assert {*(house.root / "cache" / "runs").glob("*.log")} == known


@pytest.mark.parametrize(
    "words",
    [
        ["-v", "2", "render", "crf=30"],
        ["render", "-v2", "crf=30"],
        ["still", "--verbosity=2", "similarity=0.4"],
        ["-v", "2", "still", "similarity=0.4"],
    ],
    ids=" ".join,
)
def test_level_two_prints_each_command(house, words):
    """-v 2, before or after a verb, prints the commands that ran, ready to paste."""
    ran = house.doit(*words, "project=x", *SMALL)
    assert ran.code == 0, ran.out
    log = max((house.root / "cache" / "runs").glob("*.log")).read_text()
    commands = [line for line in log.splitlines() if "-nostdin" in line]
    assert commands and all(command in ran.out for command in commands)


@pytest.mark.parametrize("words", [["-v0", "render", "crf=30"], ["knobs", "-v", "0", "crf"]])
def test_level_zero_prints_the_last_line(house, words):
    """-v 0 prints only the last line of a verb's output."""
    project = ["project=x", *SMALL] if "render" in words else []
    loud = house.doit(*[word for word in words if word not in ("-v0", "-v", "0")], *project)
    quiet = house.doit(*words, *project)
    assert quiet.code == 0
    assert len(quiet.out.splitlines()) == 1 < len(loud.out.splitlines())
    if "render" not in words:
        assert quiet.out.splitlines() == loud.out.splitlines()[-1:]


def test_level_zero_prints_errors(house):
    """-v 0 still reports a failed task, and an invalid level is refused."""
    (house.root / "library" / "video" / "b.mp4").write_bytes(b"no clip")
    failed = house.doit("-v", "0", "render", "project=x", *SMALL, "layer2.speed=0.5")
    assert failed.code == 1 and "ERROR: " in failed.out and "failed 1" in failed.out
    refused = house.doit("still", "-v", "7", "project=x")
    assert refused.code == 3 and "-v 7 is not valid" in refused.out
    assert "2: also each ffmpeg command" in refused.out


def test_an_error_of_several_tasks_is_printed_once(house, capsys):
    """If several tasks fail with the same error, the error is printed once."""
    with opened(house.root) as session, session.runner.showing():
        for task in ("layer:1", "hear:1"):
            session.runner.failed(task, "a.mp4 cannot be read")
        session.runner.failed("layer:2", "b.mp4 cannot be read")
    assert capsys.readouterr().out.splitlines() == [
        "layer:1      failed",
        "ERROR: a.mp4 cannot be read",
        "hear:1       failed    for the same reason",
        "layer:2      failed",
        "ERROR: b.mp4 cannot be read",
    ]


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (["layer:1", "keyframe:2", "layer:2", "stack:0", "stack:1", "mux"],
         "layers 1 and 2, keyframe, stack, mux"),
        (["layer:3", "layer:1", "layer:2", "presence", "record"], "layers 1 to 3, and 2 internal"),
        (["layer:4"], "layer 4"),
        (["levels:1", "levels:2", "hear:1"], "levels, hear"),
    ],
)  # fmt: skip
def test_restored_tasks_are_named_by_kind_and_layer(tasks, words):
    """Restored tasks are named in reading order, each kind once, with the numbers of layers."""
    assert named(tasks) == words


def test_restored_results_are_counted_by_origin(house, capsys):
    """Restored results are counted by origin: the store, another step, or the shared store."""
    with opened(house.root) as session:
        runner = session.runner
        runner.state.steps |= dict.fromkeys(["color:1", "color:2", "layer:2", "mix"])
        runner.record.add(Done("color:1", "rendered", key="a"))
        with runner.showing():
            for done in (
                Done("mix", "restored", key="c"),
                Done("layer:2", "restored", key="b"),
                Done("color:2", "restored", key="a"),
                Done("stack:0", "restored", FETCHED, key="d"),
            ):
                runner._took(done)
    assert capsys.readouterr().out.splitlines() == [
        "restored 2 results from the store: layer 2, mix",
        "restored 1 result identical to another step's: color",
        "restored 1 result from the shared store: stack",
    ]


def test_internal_results_are_listed_if_only_they_are_restored():
    """If nothing else was restored, internal results are listed at the end of the run."""
    run = RunRecord("x", [])
    for task, status in (("layer:1", "rendered"), ("probe:a", "restored"), ("hear:1", "restored")):
        run.add(Done(task, status, key=task))
    assert list(unlisted(run)) == ["restored 2 results from the store: probe, hear"]
    run.add(Done("levels:1", "restored", FETCHED, key="levels:1"))
    fetched = "restored 1 result from the shared store: levels"
    assert list(unlisted(run)) == ["restored 2 results from the store: probe, hear", fetched]
    run.add(Done("mux", "restored"))
    assert list(unlisted(run)) == []
