"""What several folders of tests share: switches, the order, one house, one way of trying values."""

import os
import random
import signal
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from hypothesis import settings

from collide.base.workspace import Workspace

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The same examples on every machine and at every hour: a red test is a change of the code.
settings.register_profile("steady", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# A shell that starts tests with & or nohup has them, and all that they start, ignore these.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--order`, and `--golden` and `--freeze`, which write anew what is else compared."""
    parser.addoption("--order", type=int, help="seed of the order of tests, 0 for none")
    parser.addoption("--golden", action="store_true", help="write tests/steps/golden anew")
    parser.addoption("--freeze", action="store_true", help="write tests/reference/*.json anew")


def pytest_configure(config: pytest.Config) -> None:
    """Set the order, once for all workers: each day has another one, on every machine."""
    if config.option.order is None:
        told = getattr(config, "workerinput", {})
        config.option.order = told.get("order") or date.today().toordinal()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker the order."""
    node.workerinput["order"] = node.config.option.order


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to have the same order again."""
    return f"order of tests: --order {config.option.order}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle the files, and the tests in each: no test may live on what another one left.

    Tests of a file stay together, since they share what the file has built. With
    `--order 0`, and where files are written anew, the order is that of the source.
    """
    if config.option.order == 0 or config.option.freeze or config.option.golden:
        return
    dice = random.Random(config.option.order)
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    dice.shuffle(files)
    for tests in files:
        dice.shuffle(tests)
    items[:] = [item for tests in files for item in tests]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than cores: while a test waits for a disk or a network, another one runs."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal files out whole, and let who is done take from who is not: no worker waits."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return an empty house of its own."""
    monkeypatch.delenv("COLLIDE_CACHE", raising=False)
    root = tmp_path / "house"
    (root / "library" / "video").mkdir(parents=True)
    return Workspace(root)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium that is installed here; none is ever downloaded. A process has one playwright."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no Chromium is installed: none of {', '.join(CHROMIUM)} is on PATH")
    with sync_playwright() as playwright:
        # in a container, root has no sandbox and /dev/shm is small
        words = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=program, args=words)
        yield browser
        browser.close()
