"""The machine's resources for a render: its cores, its load and its free memory."""

import os
import re
from contextlib import suppress
from pathlib import Path

from collide.base.clock import sleep

LOAD = Path("/proc/loadavg")  # its fourth word begins with the number of running threads
SAMPLES, PAUSE = 8, 0.01  # how often to read LOAD, and how many seconds apart


def cores() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not pin processes to cores


def others() -> float:
    """Return how many threads of other programs are running or waiting for a core now, per core.

    On macOS, this is an average over the last minute, which includes collide's own work. If the
    system does not report its load, return 0.
    """
    with suppress(OSError, IndexError, ValueError):
        return max(0.0, sum(_running() for _ in range(SAMPLES)) / SAMPLES - 1) / cores()
    with suppress(OSError, AttributeError):
        return os.getloadavg()[0] / cores()
    return 0.0


def _running() -> int:
    """Return how many threads are running or waiting for a core, including this thread."""
    sleep(PAUSE)
    return int(LOAD.read_text().split()[3].partition("/")[0])


def free_memory() -> int:
    """Return how many bytes new processes can use without swapping."""
    with suppress(OSError):
        match = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)
        if match:
            return int(match[1]) << 10
    # macOS counts caches as used memory, so its figure is useless here: assume half of all memory
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
