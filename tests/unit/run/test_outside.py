"""outside: the interface to the shared store does nothing if no store is configured."""

from types import SimpleNamespace
from typing import Any

import pytest

from collide.run.outside import Alone, opened, tallied
from collide.store.entry import Entry


@pytest.mark.parametrize(("url", "apart"), [("", None), ("  ", None), ("file:///nas", "a folder")])
def test_a_store_is_used_only_if_configured_and_needed(
    monkeypatch: pytest.MonkeyPatch, url: str, apart: str | None
) -> None:
    """A run uses a shared store if a store is configured and the run has no separate cache.

    `prove` and instruments played by hand have a separate cache.
    """
    monkeypatch.setenv("COLLIDE_STORE", url)
    state: Any = SimpleNamespace(library=SimpleNamespace(workspace=SimpleNamespace(apart=apart)))
    assert isinstance(opened(state), Alone)


def test_without_a_store_nothing_is_found_or_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no store is configured, nothing is found, fetched or counted."""
    alone, nothing, entry = Alone(), Any, Entry("a" * 32)
    step: Any = nothing
    alone.begin()
    alone.offer(step, step, entry)
    assert alone.find(step, step, "key") is None
    assert alone.brings(entry, "a", 1.0) == (False, None)
    assert not alone.bring(entry, "a", 1.0)
    assert alone.end(stopped=False) == []
    assert alone.counts() == {}
    monkeypatch.setenv("COLLIDE_STORE", "")
    assert tallied(step) == []
