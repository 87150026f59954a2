"""Known defects of doit, numbered H1 to H12, do not affect collide."""

import os
import shutil
import signal
import sqlite3

import pytest

from collide.base.hashing import digest_file
from collide.store.digests import Memo
from tests.patience import HANGS
from tests.render.conftest import make_clip


def rows(house) -> set[str]:
    """Return the tasks in doit's own database."""
    database = sqlite3.connect(house.root / "cache" / "doit" / "x.db")
    found = {task for (task,) in database.execute("select task_id from doit")}
    database.close()
    return found


def probes(tasks: set[str]) -> set[str]:
    """Return the probes among the tasks, which run before doit begins."""
    return {task for task in tasks if task.startswith("probe:")}


def test_a_killed_look_does_not_replace_the_look_before(faulty):
    """H1: after a killed render of look B, look A's video comes back without rendering a layer."""
    before = digest_file(faulty.video())
    for call in (1, 3, 5):
        faulty.order(call, "kill -s KILL -- -$parent", pause=0.01)
        killed = faulty.start("render", "project=x", f"layer1.hue_shift={call}0")
        killed.communicate(timeout=HANGS)
        assert killed.returncode == -signal.SIGKILL
        assert faulty.again().rendered <= {"mux", "record"}
        assert digest_file(faulty.video()) == before


def test_an_emptied_video_is_not_up_to_date(faulty):
    """H2: an emptied video does not count as up to date and is delivered again."""
    before = digest_file(faulty.video())
    os.truncate(faulty.video(), 0)
    assert faulty.again().tasks("restored") == {"mux"}
    assert digest_file(faulty.video()) == before


@pytest.mark.parametrize("seconds", [7, 1], ids=["whole", "too short"])
def test_a_clip_replaced_during_a_render_is_never_recorded(faulty, seconds):
    """H3: a layer whose clip is replaced during its render fails, and nothing is recorded.

    If the replacement is too short, the error blames neither the disk nor the old clip.
    """
    before, clip = digest_file(faulty.video()), faulty.root / "library" / "video" / "a.mp4"
    kept, other = faulty.root / "kept.mp4", faulty.root / "other.mp4"
    shutil.copy(clip, kept)
    make_clip(other, picture="testsrc=s=160x90:r=25", sound="sine=330", seconds=seconds)
    faulty.order(0, f'case "$*" in *a.mp4*look-*) cp {other} {clip};; esac', pause="now")
    ran = faulty.doit("render", "project=x", "layer1.hue_shift=40")
    assert ran.code == 1
    assert ran.tasks("failed") == {"layer:1"}
    assert "a.mp4 changed while it was being read" in ran.out
    assert "it was replaced" in ran.out and "disk is full" not in ran.out
    assert "layer1.take" not in ran.out, "no other clip is needed"
    ran = faulty.again("layer1.hue_shift=40")
    assert "layer 1: the bytes of library/video/a.mp4 changed" in ran.out
    shutil.copy(kept, clip)
    faulty.again()
    assert digest_file(faulty.video()) == before, "back to the old clip, back to its video"


def test_changed_bytes_with_an_old_time_stamp_are_found(faulty):
    """H4: a render finds changed bytes even if size and mtime are the same."""
    before, clip = digest_file(faulty.video()), faulty.root / "library" / "video" / "a.mp4"
    stamp, data = clip.stat().st_mtime_ns, bytearray(clip.read_bytes())
    data[len(data) * 3 // 5] ^= 1
    clip.write_bytes(data)
    os.utime(clip, ns=(stamp, stamp))
    ran = faulty.again()
    assert "layer:1" in ran.rendered
    assert digest_file(faulty.video()) != before


def test_a_touched_clip_is_read_only_once_more(faulty, monkeypatch):
    """H5: if a clip's mtime changes, collide reads its content once more, and not in every run."""
    clip = faulty.root / "library" / "video" / "a.mp4"
    os.utime(clip, ns=(1, 1))
    assert faulty.again().rendered == set()
    expected = digest_file(clip)
    monkeypatch.setattr("collide.store.digests.digest_file", lambda path: "it was read again")
    assert Memo(faulty.root / "cache" / "memo.db").digest(clip) == expected


def test_switching_between_two_looks_renders_each_once(faulty):
    """H6: switching between looks A and B renders each of them only once."""
    before = digest_file(faulty.video())
    faulty.again("layer1.hue_shift=30")
    other = digest_file(faulty.video())
    assert faulty.again().rendered == set()
    assert digest_file(faulty.video()) == before
    assert faulty.again("layer1.hue_shift=30").rendered == set()
    assert digest_file(faulty.video()) == other


def test_process_mode_is_refused(faulty):
    """H7, H8: doit's process mode is refused, because its workers hang or outlive their parent."""
    ran = faulty.doit("-n", "2", "-P", "process", "render", "project=x", "crf=33")
    assert ran.code == 3
    assert "-P process is not supported" in ran.out
    assert ran.record == {}


@pytest.mark.parametrize("name", ["KILL", "TERM"])
def test_a_kill_loses_no_finished_task(faulty, name):
    """H9: doit's database keeps all tasks that finished before a kill, or all but the last task."""
    calls = faulty.calls()
    faulty.cold()
    faulty.order(calls * 3 // 4, f"kill -s {name} $parent", pause=0.01)
    faulty.start("render", "project=x").communicate(timeout=HANGS)
    folder = faulty.root / "cache" / "receipts" / "x"
    ended = {path.stem.replace("-", ":") for path in folder.glob("*.json")}
    known = rows(faulty)
    assert len(known) > 4
    assert len(ended - known - probes(ended)) <= 1, "at most the one whose end was cut"
    assert faulty.again().tasks("kept") >= known


def test_simultaneous_runs_lose_no_task(faulty):
    """H10: if several runs write the same database, no task of the piece is lost from it."""
    faulty.cold()
    running = [faulty.start("render", "project=x", f"crf={crf}") for crf in (21, 22, 23)]
    for process in running:
        out, _ = process.communicate(timeout=HANGS)
        assert process.returncode == 0, out
    assert rows(faulty) >= set(faulty.manifest()["tasks"]) | {"record"}


def test_clean_deletes_receipts_of_removed_layers(faulty):
    """H12: after a layer is removed, `doit clean` still deletes all receipts and the video."""
    before = digest_file(faulty.video())
    faulty.again("num_videos=1")
    ran = faulty.doit("clean", "project=x")
    assert ran.code == 0, ran.out
    assert not list((faulty.root / "cache" / "receipts").rglob("*.json"))
    assert not faulty.video().exists()
    assert faulty.again().rendered <= {"record"}, "the store was not touched"
    assert digest_file(faulty.video()) == before
