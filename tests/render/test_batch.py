"""A batch writes all seeds first and renders each piece once, despite kills and broken pieces."""

import os
import signal
import subprocess
import sys

import pytest

from tests.patience import HANGS, running, wait_until
from tests.render.conftest import SMALL, House

TINY = [word for word in SMALL if not word.startswith("duration")]
LINE = ["batch", "project=y", *TINY, "duration=1", "num_videos=2", "encoding_preset=ultrafast"]


@pytest.fixture(scope="module")
def full(tmp_path_factory, clips):
    """Return a workspace with the four clips."""
    house = House(tmp_path_factory.mktemp("batch"))
    for clip in clips.iterdir():
        (house.root / "library" / "video" / clip.name).write_bytes(clip.read_bytes())
    return house


def test_a_batch_without_clips_creates_no_project(empty_house):
    """If there are no clips, a batch is refused before it creates a piece."""
    ran = empty_house.doit("batch", "count=2")
    assert (ran.code, "there are no clips" in ran.out) == (3, True), ran.out
    assert not (empty_house.root / "projects").exists()


def test_a_killed_batch_resumes(full):
    """A batch killed at its first piece has written all seeds and leaves no process.

    After the kill, the same command renders only the remaining pieces.
    """
    command = [sys.executable, "-m", "doit", *LINE, "count=3"]
    process = subprocess.Popen(command, cwd=full.root, env=full.env(), stdout=subprocess.PIPE)
    first = full.root / "projects" / "y-001" / "manifest.json"
    receipt = full.root / "cache" / "receipts" / "y-001" / "record.json"
    wait_until(receipt.exists, what="the first piece of the batch")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=HANGS)
    wait_until(lambda: not running(full.root), what="something is left running")
    pieces = [full.root / "projects" / f"y-00{n}" / "config.json" for n in (1, 2, 3)]
    seeds = [path.read_text() for path in pieces]
    made = first.stat().st_mtime_ns
    keys = {path.name for path in (full.root / "cache" / "actions").rglob("*.json")}

    ran = full.doit(*LINE, "count=3")
    assert ran.code == 0, ran.out
    assert [path.read_text() for path in pieces] == seeds
    assert first.stat().st_mtime_ns == made
    assert ran.record["tasks"]["y-001"]["status"] == "kept"
    assert all(full.video(f"y-00{n}").exists() for n in (1, 2, 3))
    again = full.doit(*LINE, "count=3")
    assert again.record["tasks"].keys() == {"y-001", "y-002", "y-003"}
    assert {task["status"] for task in again.record["tasks"].values()} == {"kept"}
    assert "3 pieces: made 0, reused 3, failed 0" in again.out
    assert keys <= {path.name for path in (full.root / "cache" / "actions").rglob("*.json")}


def test_an_invalid_config_fails_only_its_own_piece(full):
    """An invalid config fails only its own piece, and the exit code is 1."""
    assert full.doit(*LINE, "count=3").code == 0
    broken = full.root / "projects" / "y-002" / "config.json"
    before = broken.read_text()
    broken.write_text(before.replace('"seed"', '"num_videos": 8, "seed"', 1).replace(
        '"num_videos": 2,', ""))  # fmt: skip
    ran = full.doit(*LINE, "count=3")
    broken.write_text(before)
    assert ran.code == 1
    assert "y-002" in ran.out
    assert "ERROR: fewer clips than layers" in ran.out
    assert {n: t["status"] for n, t in ran.record["tasks"].items()} == {
        "y-001": "kept", "y-002": "failed", "y-003": "kept"}  # fmt: skip
    assert "3 pieces: made 0, reused 2, failed 1" in ran.out


def test_a_batch_without_a_count_is_refused(full):
    """A batch needs project= or count=; the fix is the command with a count."""
    ran = full.doit("batch", "preset=classic-white")
    assert ran.code == 3
    assert "fix  doit batch preset=classic-white count=20" in ran.out
    assert not list((full.root / "projects").glob("classic-white-*"))
