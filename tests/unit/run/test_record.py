"""record: the record of a run, as a file for tools and a line for people."""

import json
import re
from pathlib import Path

import pytest

from collide.base.clock import monotonic
from collide.run.record import STATUSES, Done, RunRecord, read_run
from collide.store.reasons import Cause, Reason


def test_the_clock_never_goes_back() -> None:
    """Successive readings of the clock never decrease."""
    assert monotonic() <= monotonic()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["rendered"], "rendered"),
        (["kept", "rendered"], "rendered"),
        (["rendered", "kept"], "rendered"),
        (["restored", "kept"], "restored"),
        (["restored", "rendered"], "rendered"),
        (["failed", "kept"], "failed"),
        (["failed", "rendered"], "failed"),
        (["rendered", "failed"], "failed"),
        (["kept", "kept"], "kept"),
    ],
)
def test_a_repeated_task_counts_by_its_costliest_outcome(words: list[str], kept: str) -> None:
    """A repeated task counts by its costliest outcome: failed, rendered, restored or kept."""
    run = RunRecord("x", [])
    for word in words:
        run.add(Done("layer:1", word))
    assert run.tasks["layer:1"].status == kept
    assert sum(run.count(status) for status in STATUSES) == 1


def test_the_summary_counts_tasks_by_outcome() -> None:
    """The summary counts rendered, restored and kept tasks, and failures if there are any."""
    run = RunRecord("x", [])
    for task, status in (("a", "rendered"), ("b", "kept"), ("c", "kept"), ("d", "restored")):
        run.add(Done(task, status))
    assert re.fullmatch(r"rendered 1, restored 1, kept 2 · \d+\.\d s", run.line())
    run.add(Done("e", "failed"))
    assert re.fullmatch(r"rendered 1, restored 1, kept 2, failed 1 · \d+\.\d s", run.line())


@pytest.mark.parametrize(("status", "code"), [("rendered", 0), ("kept", 0), ("failed", 1)])
def test_the_exit_code_follows_from_the_record(status: str, code: int) -> None:
    """The exit code is 1 if a task failed, otherwise 0."""
    run = RunRecord("x", [])
    run.add(Done("a", "kept"))
    run.add(Done("b", status))
    assert run.code() == code


def test_an_empty_run_succeeds() -> None:
    """A run with nothing to do exits with 0."""
    assert RunRecord("x", []).code() == 0
    assert RunRecord("x", []).line().startswith("rendered 0, restored 0, kept 0")


def test_the_record_holds_each_task_with_its_reason(tmp_path: Path) -> None:
    """A record lists the request, exit code, and each task's outcome, key, cost and reasons."""
    run = RunRecord("x", ["render", "crf=28"])
    why = (Reason(Cause.KNOB, "crf", 20, 28), Reason(Cause.UPSTREAM, "stack:0", ["a"], ["b"]))
    run.add(Done("encode:0", "rendered", why, "ab" * 16, 1.5, 1000))
    run.add(Done("mux", "failed", "it failed"))
    path = run.write(tmp_path / "runs")
    data = json.loads(path.read_text())
    assert (data["project"], data["words"], data["code"]) == ("x", ["render", "crf=28"], 1)
    assert data["seconds"] >= 0
    assert data["tasks"]["encode:0"] == {
        "status": "rendered",
        "why": "crf 20 → 28, stack 0 changed",
        "key": "ab" * 16,
        "seconds": 1.5,
        "bytes": 1000,
        "began": 0.0,
        "reasons": [
            {"cause": "knob", "name": "crf", "old": 20, "new": 28},
            {"cause": "upstream", "name": "stack:0", "old": ["a"], "new": ["b"]},
        ],
    }
    assert (data["tasks"]["mux"]["why"], data["tasks"]["mux"]["reasons"]) == ("it failed", [])
    assert list(data["tasks"]) == ["encode:0", "mux"]


@pytest.mark.parametrize("damage", [
    b"", b"{}", b"[]", b"null", b"\x00\xff rubbish", b"[" * 100_000, b'{"project": "x"}',
    lambda text: text[: len(text) // 2],
    lambda text: text.replace(b'"rendered"', b'"burned"'),
    lambda text: text.replace(b"1.5", b"NaN"),
    lambda text: text.replace(b"1.5", b'"long"'),
    lambda text: text.replace(b'"crf 20"', b"[]"),
    lambda text: text.replace(b'"words": [', b'"words": [7, '),
])  # fmt: skip
def test_a_damaged_record_counts_as_missing(tmp_path: Path, damage) -> None:
    """A damaged record is read as None and raises no error."""
    run = RunRecord("x", ["render"])
    run.add(Done("encode:0", "rendered", "crf 20", "", 1.5))
    path = run.write(tmp_path)
    written = path.read_bytes()
    assert read_run(path) == json.loads(written)
    path.write_bytes(damage(written) if callable(damage) else damage)
    assert path.read_bytes() != written
    assert read_run(path) is None
    path.unlink()
    assert read_run(path) is None


def test_record_names_sort_by_time(tmp_path: Path) -> None:
    """Records sorted by name are sorted by time, and no record overwrites another."""
    paths = [RunRecord("x", []).write(tmp_path) for _ in range(5)]
    assert paths == sorted(set(paths))
    assert all(re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z\.json", path.name) for path in paths)
