"""What the unit tests share: a disk that does not have to be waited for."""

import os

import pytest


@pytest.fixture(autouse=True)
def disk_that_needs_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make fsync free: no test here pulls the plug, and each real one costs milliseconds."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
