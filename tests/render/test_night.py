"""A night renders pieces and reports broken pieces; a kill loses at most one piece."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from collide.engine.programs import find_engine
from tests.patience import HANGS, wait_until
from tests.render.conftest import SMALL, House

TINY = [word for word in SMALL if not word.startswith("duration")]
KNOBS = [*TINY, "duration=1", "num_videos=2", "encoding_preset=ultrafast"]


def until(hours: float) -> str:
    """Return an until= argument for the time that many hours from now."""
    return f"until={datetime.now() + timedelta(hours=hours):%H:%M}"


@pytest.fixture
def night(tmp_path, clips):
    """Return a workspace with the four clips and a broken clip."""
    (tmp_path / "house").mkdir()
    house = House(tmp_path / "house")
    for clip in clips.iterdir():
        (house.root / "library" / "video" / clip.name).write_bytes(clip.read_bytes())
    (house.root / "library" / "video" / "broken.mp4").write_bytes(b"rubbish" * 100)
    return house


def report(house: House) -> dict:
    """Return the report.json of the newest night."""
    return json.loads((house.root / "cache" / "nights" / "latest" / "report.json").read_text())


def test_a_killed_night_resumes_and_reports_what_was_broken(night):
    """After kill -9, the same command renders the rest and fills the pool.

    The night's report lists the broken clip, the broken piece and the kill.
    """
    config = {"seed": 1, "num_videos": 8, "min_resolution": 0}
    bad = night.root / "projects" / "bad" / "config.json"
    bad.parent.mkdir(parents=True)
    bad.write_text(json.dumps(config))
    words = ["night", until(5), "pool=2", *KNOBS]
    process = subprocess.Popen([sys.executable, "-m", "doit", *words], cwd=night.root,
                               env=night.env(), stdout=subprocess.PIPE)  # fmt: skip
    done = night.root / "cache" / "receipts" / "night-001" / "record.json"
    wait_until(done.exists, what="the first piece of the night")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=HANGS)
    assert report(night)["ended"] is None
    first = night.root / "projects" / "night-001" / "manifest.json"
    made = first.stat().st_mtime_ns

    ran = night.doit(*words)
    assert ran.code == 1, ran.out
    assert first.stat().st_mtime_ns == made
    found = report(night)
    assert found["ended"]
    assert "was killed; it had reached" in found["before"]
    assert found["counts"] == {"made": 1, "reused": 1, "failed": 1, "not begun": 0}
    (failed,) = [piece for piece in found["pieces"] if piece["status"] == "failed"]
    assert failed["name"] == "bad"
    assert failed["why"].startswith("fewer clips than layers\n  why  8 layers need 8 clips")
    assert failed["command"] == "doit render project=bad"
    assert list(found["library"]["left_out"]) == ["library/video/broken.mp4"]
    assert found["disk"]["store"] > 0
    assert len(list((night.root / "cache" / "nights").glob("2*"))) == 2
    (suite,) = ElementTree.parse(night.root / "cache" / "nights" / "latest" / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert {n: t["status"] for n, t in ran.record["tasks"].items()} == {
        "bad": "failed", "night-001": "kept", "night-002": "rendered"}  # fmt: skip


def test_an_ffmpeg_failure_is_reported_with_its_command(night, monkeypatch):
    """The report gives the reason for a failure and a command to paste."""
    engine = night.root / "ffmpeg"
    burns = 'case "$*" in *libx264*) echo "it burns" >&2; exit 9;; esac'
    engine.write_text(f'#!/bin/sh\n{burns}\nexec "{find_engine().path}" "$@"\n')
    engine.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(engine))
    ran = night.doit("night", until(5), "project=y", "pool=1", *KNOBS)
    assert ran.code == 1, ran.out
    (failed,) = report(night)["pieces"]
    assert failed["why"].startswith("encode:0: the command failed")
    assert "it burns" in failed["why"]
    assert f"paste this to reproduce it:\n       {engine} -nostdin" in failed["why"]
    assert failed["command"] == "doit render project=y-001"


def test_a_night_starts_no_piece_that_cannot_end_in_time(night):
    """A night neither starts a piece that cannot end in time nor counts it as failed."""
    assert night.doit("batch", "project=y", "count=1", *KNOBS).code == 0
    night.doit("set", "project=y-001", "duration=3600", "fps=60")
    ran = night.doit("night", until(0.1), "project=y")
    assert ran.code == 0, ran.out
    assert report(night)["counts"]["not begun"] == 1
    assert "y-001            not begun" in ran.out


def test_a_second_night_is_refused_while_the_first_runs(night):
    """While the first night holds the lock, a second night is refused; afterwards, it runs."""
    (night.root / "cache").mkdir()
    with (night.root / "cache" / "night.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = night.doit("night", until(5))
        assert ran.code == 3
        assert ran.out.startswith("ERROR: a night is running already")
    assert night.doit("night", until(5)).code == 0


def test_a_night_refuses_knobs_without_a_pool(night):
    """Without pool=, a night refuses knobs, because they would have no effect."""
    ran = night.doit("night", until(5), "crf=30")
    assert ran.code == 3
    assert "pool=10" in ran.out


def test_a_night_of_a_missing_project_is_refused(night):
    """A night for an unknown project is refused without a scan or a report."""
    ran = night.doit("night", until(5), "project=nonexist")
    assert ran.code == 3
    assert "no project named 'nonexist'" in ran.out
    assert not (night.root / "cache" / "nights").exists()
    assert not (night.root / "cache" / "library.json").exists()
