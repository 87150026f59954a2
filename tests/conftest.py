"""Configuration of all tests: options, order, Hypothesis, a workspace, and Chromium."""

import os
import random
import signal
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from hypothesis import settings

from collide.base.workspace import Workspace
from tests.house.costs import taking_turns

TURNS = 14  # each costly case runs once in this many days
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Hypothesis tries the same examples everywhere, so a new failure means that the code changed.
settings.register_profile("steady", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# Tests started with & or nohup, and their children, would ignore one of these signals.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--order`, `--whole`, and the two options that rewrite expected results."""
    parser.addoption("--order", type=int, help="seed of the order of tests, 0 for none")
    parser.addoption(
        "--whole", action="store_true", help="run the cases of all days, not only today's"
    )
    parser.addoption("--golden", action="store_true", help="rewrite the golden files")
    parser.addoption("--freeze", action="store_true", help="rewrite tests/reference/*.json")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the order of the tests, and whether all cases run. Workers receive both settings."""
    option = config.option
    if sent := getattr(config, "workerinput", None):
        option.order, option.whole = sent["order"], sent["whole"]
        return
    if option.order is None:
        option.order = date.today().toordinal()
    # if a file, a folder or a word (-k) selects tests, all of their cases run
    named = config.args_source is not config.ArgsSource.TESTPATHS or option.keyword
    option.whole = bool(option.whole or named or option.freeze or option.golden)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the order, and whether all cases run, to a worker."""
    node.workerinput |= {name: getattr(node.config.option, name) for name in ("order", "whole")}


def pytest_report_header(config: pytest.Config) -> str:
    """Return a line that says how to repeat this order and how to run the cases left out."""
    some = "" if config.option.whole else "; costly cases take turns by day, --whole runs them all"
    return f"order of tests: --order {config.option.order}{some}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the cases that run on other days; shuffle the files and the tests in each file.

    No test may depend on another. Tests in a file are kept together because they share fixtures.
    With `--order 0`, or when rewriting expected results, tests run in source order.
    """
    order = config.option.order
    if not config.option.whole:
        _take_turns(config, items, order)
    if order == 0 or config.option.freeze or config.option.golden:
        return
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    random.Random(order).shuffle(files)
    for tests in files:  # the order in a file does not depend on which other files run
        random.Random(f"{order} {tests[0].path.name}").shuffle(tests)
    items[:] = [item for tests in files for item in tests]


def _take_turns(config: pytest.Config, items: list[pytest.Item], day: int) -> None:
    """Deselect the costly cases that are not due on this day."""
    today, later, costs = list[pytest.Item](), list[pytest.Item](), taking_turns()
    # cases are numbered across files, or each file's first case would run on the same day
    costly = [test.nodeid.partition("[")[0] in costs for test in items]
    for test, runs in zip(items, due(costly, day), strict=True):
        (today if runs else later).append(test)
    items[:] = today
    config.hook.pytest_deselected(items=later)


def due(costly: Iterable[bool], day: int) -> Iterator[bool]:
    """Yield, for each test, whether it runs on a day; a costly test runs every TURNS days."""
    number = 0
    for one in costly:
        number += one
        yield not one or (number + day) % TURNS == 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of cores plus two, because some tests wait for a disk or a network."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With --dist load, give workers consecutive tests; idle workers take tests from busy ones."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a new, empty workspace."""
    monkeypatch.delenv("COLLIDE_CACHE", raising=False)
    root = tmp_path / "house"
    (root / "library" / "video").mkdir(parents=True)
    return Workspace(root)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Yield the installed Chromium, started once per process.

    Skip the test if Chromium is not installed; nothing is downloaded.
    """
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
