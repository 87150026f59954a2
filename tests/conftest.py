"""What several folders of tests share: one switch, one house, one way of trying values."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from collide.base.workspace import Workspace

# The same examples on every machine and at every hour: a red test is a change of the code.
settings.register_profile("steady", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# A shell that starts tests with & or nohup has them, and all that they start, ignore these.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden` and `--freeze`, which write what is known anew instead of comparing it."""
    parser.addoption("--golden", action="store_true", help="write tests/steps/golden anew")
    parser.addoption("--freeze", action="store_true", help="write tests/reference/*.json anew")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return an empty house of its own."""
    monkeypatch.delenv("COLLIDE_CACHE", raising=False)
    root = tmp_path / "house"
    (root / "library" / "video").mkdir(parents=True)
    return Workspace(root)
