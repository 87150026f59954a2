"""Whatever kills a render: what was finished stays, nothing half is ever used, nothing lingers."""

import signal

import pytest


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.55, 0.7, 0.95])
def test_a_killed_render_goes_on_where_it_was(faulty, share):
    """After kill -9 of all its processes a plain rerun gives the same bytes, and repeats nothing."""
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


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_stopped_render_says_so_and_goes_on(faulty, name, workers):
    """A signal ends a render with 130 and a record; no ffmpeg stays, and a rerun is whole."""
    before, calls = faulty.video().read_bytes(), faulty.calls()
    faulty.cold()
    faulty.order(calls // 2, f"kill -s {name[3:]} $parent")
    stopped = faulty.start("-n", workers, "render", "project=x")
    out, _ = stopped.communicate(timeout=120)
    assert stopped.returncode == 130, out
    assert "stopped; what was finished is kept" in out
    assert "Traceback" not in out
    assert faulty.running() == []
    finished = faulty.actions()
    assert finished
    ran = faulty.again()
    assert not [t for t in ran.rendered if ran.record["tasks"][t]["key"] in finished]
    assert faulty.video().read_bytes() == before
    assert faulty.leftovers() == []
