"""Whatever kills a render: what was finished stays, nothing half is ever used, nothing lingers."""

import json
import signal

import pytest


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.55, 0.7, 0.95])
def test_a_killed_render_goes_on_where_it_was(faulty, share):
    """After kill -9 of the whole group a plain rerun gives the same bytes, and repeats nothing."""
    before, calls = faulty.video().read_bytes(), faulty.calls()
    faulty.cold()
    faulty.order(max(1, round(calls * share)), "kill -s KILL -- -$parent", pause=0.01)
    killed = faulty.start("render", "project=x")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert faulty.running() == []
    finished = faulty.actions()
    ran = faulty.again()
    repeated = {task for task in ran.rendered if ran.record["tasks"][task]["key"] in finished}
    assert repeated == set()
    assert faulty.video().read_bytes() == before
    assert faulty.leftovers() == []


@pytest.mark.parametrize(("name", "workers"), [("TERM", "1"), ("INT", "2"), ("HUP", "1")])
def test_a_stopped_render_says_so_and_goes_on(faulty, name, workers):
    """A signal ends a render with 130 and a record; no ffmpeg stays, and a rerun is whole."""
    before, calls, known = faulty.video().read_bytes(), faulty.calls(), faulty.records()
    faulty.cold()
    faulty.order(calls // 2, f"kill -s {name} $parent")
    stopped = faulty.start("-n", workers, "render", "project=x")
    out, _ = stopped.communicate(timeout=120)
    assert stopped.returncode == 130, out
    assert "stopped; what was finished is kept" in out
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


def test_what_a_kill_left_beside_a_video_is_swept(faulty):
    """A copy that was half done when its process died is gone after the next delivery."""
    dead = faulty.start("list")
    dead.communicate(timeout=60)
    half = faulty.video().with_name(f".x.mp4-{dead.pid}-abcdefgh")
    half.write_bytes(b"half")
    faulty.again("crf=30")
    assert faulty.leftovers() == []
