"""Time limits of tests: even on a busy machine, only a test that hangs exceeds them."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

HANGS = 600.0  # seconds: much longer than any test takes on a quiet machine
GLANCE = 0.05  # seconds between two checks


def wait_until(true: Callable[[], object], *, what: str) -> None:
    """Wait until a condition is true; fail after HANGS seconds."""
    late = time.monotonic() + HANGS
    while not true():
        assert time.monotonic() < late, f"it hangs: {what}"
        time.sleep(GLANCE)


def running(root: Path) -> list[str]:
    """Return the running commands that contain a path in a folder."""
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if f"{root}/" in line]
