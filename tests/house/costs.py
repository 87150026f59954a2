"""Measure the processor time of each test; costly tests take turns (see tests/conftest.py).

    python -m tests.house.costs

The command runs every case (--whole), which takes half an hour, and measures each case's processor
time, child processes included. The command writes costs.json, which lists each test that takes
turns, with the average time per case. The command needs Linux, whose /proc lists the children of a
process.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).parents[2]
COSTS = Path(__file__).with_name("costs.json")
LOG = "TESTS_COSTS"  # the environment variable with the path of the log
COSTLY, COSTLY_ALONE = 0.3, 1.0  # minimum seconds per case: of several cases, and of a single one
TICK = os.sysconf("SC_CLK_TCK")


def taking_turns() -> Mapping[str, float]:
    """Map each test that takes turns to its seconds per case, as costs.json lists them."""
    costs: dict[str, float] = json.loads(COSTS.read_text())
    return costs


def costly(cases: Mapping[str, float]) -> dict[str, float]:
    """Map each test that is costly enough to take turns to its average seconds per case."""
    tests = defaultdict[str, list[float]](list)
    for case, seconds in cases.items():
        tests[case.partition("[")[0]].append(seconds)
    means = {test: sum(each) / len(each) for test, each in tests.items()}
    least = {test: COSTLY if len(each) > 1 else COSTLY_ALONE for test, each in tests.items()}
    return {test: round(means[test], 1) for test in sorted(tests) if means[test] >= least[test]}


def _used(pid: str | int) -> float:
    """Return the processor time of a process and its children, or 0 if the process has ended."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        return sum(map(int, words[11:15])) / TICK + sum(map(_used, children))
    return 0.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Append the processor time of a test to the log."""
    before = _used(os.getpid())
    try:
        return (yield)
    finally:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(json.dumps([item.nodeid, _used(os.getpid()) - before]) + "\n")


def main(words: Sequence[str]) -> int:
    """Run the tests, write their costs, and return pytest's exit code."""
    with tempfile.NamedTemporaryFile("r") as log:
        argv = [sys.executable, "-m", "pytest", "-n", "auto", "--whole", "-p", __spec__.name]
        env = {**os.environ, LOG: log.name}
        code = subprocess.run([*argv, *words], cwd=REPO, env=env, check=False).returncode
        cases = dict(map(json.loads, log))
    COSTS.write_text(json.dumps(costly(cases), indent=0) + "\n")
    print(f"{sum(cases.values()):.0f} s of processor time for {len(cases)} cases")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
