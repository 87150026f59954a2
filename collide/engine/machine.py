"""The resources of this machine for a render: its cores, and its free memory."""

import os
import re
from contextlib import suppress
from pathlib import Path


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS pins no process to cores


def free_memory() -> int:
    """Return how many bytes new processes can have without swapping."""
    with suppress(OSError):
        found = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)
        if found:
            return int(found[1]) << 10
    # macOS counts caches as used, so its own number says little: half of all memory is assumed
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
