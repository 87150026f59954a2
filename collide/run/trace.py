"""A run as a trace: events for a browser's trace viewer (chrome://tracing, Perfetto).

The format is Chrome's Trace Event Format, with complete events in microseconds. Tasks that ran side
by side have separate rows. Kept tasks took almost no time and are omitted.
"""

from collections.abc import Mapping
from typing import Any

MICRO = 1e6


def trace(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the trace of a run record as JSON data; see record.read_run."""
    tasks = sorted(run["tasks"].items(), key=lambda item: item[1].get("began", 0.0))
    rows = list[float]()  # the end of the last task in each row
    events = [_named(0, " ".join(["doit", *run["words"]]))]
    for task, done in tasks:
        if done["status"] == "kept":
            continue
        began, took = float(done.get("began", 0.0)), float(done["seconds"])
        row = next((at for at, ended in enumerate(rows) if ended <= began), len(rows))
        rows[row : row + 1] = [began + took]
        events.append(
            {
                "name": task,
                "cat": done["status"],
                "ph": "X",
                "ts": round(began * MICRO),
                "dur": round(took * MICRO),
                "pid": 1,
                "tid": row + 1,
                "args": {"why": done["why"], "key": done.get("key", "")},
            }
        )
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"ended": run["ended"]}}


def _named(row: int, name: str) -> dict[str, Any]:
    return {"name": "process_name", "ph": "M", "pid": 1, "tid": row, "args": {"name": name}}
