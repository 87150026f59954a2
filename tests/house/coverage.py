"""Branch coverage of collide, which may not fall.

    python -m tests.house.coverage [quick] [write]

The command runs the tests, measures the percentage of lines and branches that they reach in each
room, and compares it with coverage.json in this folder. The command exits with 1 if a percentage
has fallen or a test fails. `quick` measures only store/ and plan/, with their quick tests (a
minute). Without `quick`, the whole suite runs, with every command in a new process; this takes an
hour. `write` saves the new figures instead of comparing them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.house.rooms import CODE, REPO
from tests.zygote import EXEC

FIGURES = Path(__file__).with_name("coverage.json")
QUICK = ["tests/unit/store", "tests/unit/plan", "tests/laws/test_chain.py"]
ROOMS = {"quick": ("store", "plan"), "whole": ()}  # the rooms that are compared; () for all
SLACK = 0.2  # percentage points, because the order of two threads varies between runs
SETTINGS = """
[run]
branch = true
source = {code}
parallel = true
data_file = {data}
patch =
    subprocess
    fork
    _exit
[report]
exclude_also =
    if TYPE_CHECKING:
    assert_never
"""


def measured(tests: Sequence[str]) -> dict[str, Any]:
    """Run tests under coverage and return its report; raise SystemExit if a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings")
        settings.write_text(SETTINGS.format(code=CODE, data=Path(folder, "data")))
        named = f"--rcfile={settings}"
        # coverage would miss the start of a fork, so each command starts as a new program
        env = {**os.environ, EXEC: "1", "COVERAGE_PROCESS_START": str(settings)}
        coverage = [sys.executable, "-m", "coverage"]
        words = [
            *coverage,
            "run",
            named,
            "-m",
            "pytest",
            "-q",
            "--whole",
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        if subprocess.run(words, cwd=REPO, env=env).returncode:
            raise SystemExit("tests fail: what they reach is not counted")
        subprocess.run([*coverage, "combine", "-q", named], cwd=REPO, env=env, check=True)
        report = Path(folder, "report.json")
        words = [*coverage, "json", "-q", named, "-o", str(report)]
        subprocess.run(words, cwd=REPO, env=env, check=True)
        found: dict[str, Any] = json.loads(report.read_text())
        return found


def by_room(report: Mapping[str, Any]) -> dict[str, float]:
    """Map each room, and "all", to the percentage of covered lines and branches."""
    reached, there = defaultdict[str, int](int), defaultdict[str, int](int)
    for name, one in report["files"].items():
        path = Path(REPO, name).relative_to(CODE)
        room = path.parts[0] if len(path.parts) > 1 else "."
        counts = one["summary"]
        for place in (room, "all"):
            reached[place] += counts["covered_lines"] + counts["covered_branches"]
            there[place] += counts["num_statements"] + counts["num_branches"]
    return {room: round(100 * reached[room] / (there[room] or 1), 1) for room in sorted(there)}


def fallen(now: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    """Return a line for each room whose coverage has fallen by more than SLACK."""
    return [
        f"{room}: {before[room]}% → {share}%"
        for room, share in now.items()
        if share < before.get(room, 0.0) - SLACK
    ]


def main(words: Sequence[str]) -> int:
    """Measure and print the coverage, and compare or save it; return the exit code."""
    part = "quick" if "quick" in words else "whole"
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    rooms = by_room(measured(QUICK if part == "quick" else ["tests"]))
    now = {room: share for room, share in rooms.items() if room in (ROOMS[part] or rooms)}
    print("\n".join(f"{room:<12} {share:5.1f} %" for room, share in now.items()))
    if "write" in words:
        FIGURES.write_text(json.dumps({**figures, part: now}, indent=1, sort_keys=True) + "\n")
        return 0
    worse = fallen(now, figures.get(part, {}))
    print("\n".join([f"less than before: {line}" for line in worse] or ["nothing has fallen"]))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
