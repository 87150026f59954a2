"""trace: a run record as events of the trace viewer."""

from collide.run.trace import trace


def run(**tasks: tuple[str, float, float]) -> dict:
    """Return a run record of tasks: how each ended, when it began, and how long it took."""
    told = {
        name: {"status": status, "began": began, "seconds": took, "why": "", "key": "k"}
        for name, (status, began, took) in tasks.items()
    }
    return {"words": ["render"], "ended": "2026-01-01T00:00:00+00:00", "tasks": told}


def test_overlapping_tasks_take_separate_rows():
    """Two overlapping tasks take two rows, and a later task reuses the first free row."""
    events = trace(
        run(a=("rendered", 0.0, 2.0), b=("rendered", 1.0, 3.0), c=("restored", 2.0, 1.0))
    )
    rows = {one["name"]: one["tid"] for one in events["traceEvents"] if one["ph"] == "X"}
    assert rows == {"a": 1, "b": 2, "c": 1}


def test_times_are_microseconds_and_kept_tasks_are_omitted():
    """Times are in microseconds, as the Trace Event Format requires; a kept task has no event."""
    (_, event) = trace(run(a=("rendered", 0.5, 0.25), b=("kept", 0.0, 0.0)))["traceEvents"]
    assert (event["name"], event["ts"], event["dur"]) == ("a", 500_000, 250_000)


def test_an_older_record_without_begin_times_can_be_read():
    """In an older record without begin times, all tasks begin at 0, each in its own row."""
    old = run(a=("rendered", 0.0, 1.0), b=("rendered", 0.0, 1.0))
    for done in old["tasks"].values():
        del done["began"]
    events = [one for one in trace(old)["traceEvents"] if one["ph"] == "X"]
    assert {one["tid"] for one in events} == {1, 2}
