"""A killed render keeps its finished steps, and no partial result or process remains."""

import json
import signal
import subprocess
import sys

import pytest

from collide.engine.programs import find_engine
from tests.fault.kills import Kills
from tests.patience import HANGS


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.55, 0.7, 0.95])
def test_a_rerun_after_a_kill_repeats_no_finished_step(faulty, share):
    """After kill -9 of a render's process group, a rerun does not repeat finished steps.

    The rerun's video has the same bytes.
    """
    before, calls = faulty.video().read_bytes(), faulty.calls()
    faulty.cold()
    faulty.order(max(1, round(calls * share)), "kill -s KILL -- -$parent", pause=0.01)
    killed = faulty.start("render", "project=x")
    killed.communicate(timeout=HANGS)
    assert killed.returncode == -signal.SIGKILL
    assert faulty.running() == []
    finished = faulty.actions()
    ran = faulty.again()
    repeated = {task for task in ran.rendered if ran.record["tasks"][task]["key"] in finished}
    assert repeated == set()
    assert faulty.video().read_bytes() == before
    assert faulty.leftovers() == []


@pytest.mark.parametrize(
    "kill", ["KILL -- -$parent", "KILL $parent", "TERM $parent", "INT $parent", "HUP $parent"]
)
def test_no_ffmpeg_outlives_its_render(faulty, kill):
    """Whichever signal ends a render also ends a long-running ffmpeg."""
    long = f"-v error -re -f lavfi -i anullsrc -t 86400 -f null {faulty.root}/-"
    later = f"(sleep 0.1; kill -s {kill}) > /dev/null 2>&1 &"
    faulty.order(1, f"{later} exec '{find_engine().path}' {long}", pause="now")
    ended = faulty.start("render", "project=x", "crf=30")
    ended.communicate(timeout=HANGS)
    assert ended.returncode in (130, -signal.SIGKILL)
    assert faulty.running() == []


@pytest.mark.parametrize(("name", "workers"), [("TERM", "1"), ("INT", "2"), ("HUP", "1")])
def test_a_stopped_render_exits_with_130_and_can_resume(faulty, name, workers):
    """A stopped render exits with 130 and leaves a record; a rerun makes the same bytes."""
    before, calls, known = faulty.video().read_bytes(), faulty.calls(), faulty.records()
    faulty.cold()
    faulty.order(calls // 2, f"kill -s {name} $parent")
    stopped = faulty.start("-n", workers, "render", "project=x")
    out, _ = stopped.communicate(timeout=HANGS)
    assert stopped.returncode == 130, out
    assert "stopped; finished work is kept" in out
    assert "Traceback" not in out
    assert faulty.running() == []
    (record,) = faulty.records() - known
    assert json.loads(record.read_text())["code"] == 130
    finished = faulty.actions()
    assert finished
    ran = faulty.again()
    assert not [t for t in ran.rendered if ran.record["tasks"][t]["key"] in finished]
    assert faulty.video().read_bytes() == before
    assert faulty.leftovers() == []


def test_partial_files_of_a_killed_render_are_deleted(faulty):
    """The next render deletes a dead process's partial copies, but keeps a person's file."""
    dead = faulty.start("list")
    dead.communicate(timeout=HANGS)
    for path in (faulty.video(), faulty.root / "projects" / "x" / "manifest.json"):
        path.with_name(f".{path.name}-{dead.pid}-0123456789ab").write_bytes(b"half")
    strange = faulty.video().with_name(".x.mp4-notes-of-mine")
    strange.write_bytes(b"kept")
    faulty.again("crf=30")
    assert faulty.leftovers() == [strange]


def test_a_render_under_nohup_outlives_its_terminal(faulty):
    """A render that ignores SIGHUP, as under nohup, continues after its terminal closes."""
    faulty.order(1, "kill -s HUP $parent")
    words = ["nohup", sys.executable, "-m", "doit", "render", "project=x", "crf=30"]
    done = subprocess.run(words, cwd=faulty.root, env=faulty.env(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_render_killed_at_any_moment_can_resume(faulty):
    """After a kill at a random moment, a rerun makes the same bytes and leaves no damage."""
    kills = Kills(faulty, seed=3)
    kills.longest = {True: 1.5, False: 1.0}
    assert [kills.kill(cold=cold) for cold in (True, False)] == [[], []]
