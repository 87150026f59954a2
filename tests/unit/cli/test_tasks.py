"""tasks: how doit's own failures are printed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from collide.cli.tasks import Reporter
from collide.run.runner import Runner


def printed(text: str) -> str:
    """Return the reason that collide prints for doit's message about a failed task."""
    reasons = list[str]()
    state = SimpleNamespace(store=SimpleNamespace(root=Path("/w/cache")))
    record = SimpleNamespace(words=["render", "project=x"])
    runner: Any = SimpleNamespace(state=state, record=record)
    runner.failed = lambda _, why: reasons.append(why)
    fail = SimpleNamespace(get_name=lambda: "DependencyError", get_msg=lambda: text)
    Reporter(cast("Runner", runner)).add_failure(SimpleNamespace(name="mix"), fail)
    return reasons[0]


def test_a_missing_receipt_means_that_the_cache_was_deleted() -> None:
    """doit's message about a missing receipt becomes the error about a deleted cache.

    Any other message is printed unchanged, apart from its line break.
    """
    path = "/w/cache/receipts/x/hear-2.json"
    text = f"ERROR: Task 'mix' saving success: Dependent file '{path}' does not exist."
    reason = printed(text)
    assert reason.startswith("the cache was deleted while it was in use")
    assert "run it again: doit render project=x" in reason
    assert printed("another reason\n") == "another reason"
