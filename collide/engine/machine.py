"""The resources of this machine for a render: its cores, its load and its free memory."""

import os
import re
from contextlib import suppress
from pathlib import Path


def cores() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS does not pin processes to cores


def others() -> float:
    """Return how many processes compete for each core, on average over the last minute.

    If the system does not report its load, return 0.
    """
    with suppress(OSError, AttributeError):
        return os.getloadavg()[0] / cores()
    return 0.0


def free_memory() -> int:
    """Return how many bytes new processes can use without swapping."""
    with suppress(OSError):
        match = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)
        if match:
            return int(match[1]) << 10
    # macOS counts caches as used memory, so its figure is useless here: assume half of all memory
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
