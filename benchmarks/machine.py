"""The machine that a measurement ran on: the disk of a folder, the memory, and the load."""

import os
import shutil
from pathlib import Path

MOUNTS, MEMORY = Path("/proc/mounts"), Path("/proc/meminfo")  # on Linux only
GB = 1_000_000_000


def disk_and_memory(folder: Path) -> dict[str, str]:
    """Return the disk of a folder, its free space, the memory and the cores, in readable form."""
    device, system = _mount(folder.resolve())
    room = shutil.disk_usage(folder)
    return {
        "disk": f"{device}, {system}, {_kind(folder)}",
        "disk free": f"{room.free / GB:.0f} of {room.total / GB:.0f} GB",
        "memory": f"{_memory('MemAvailable')} free of {_memory('MemTotal')}",
        "cores": f"{os.cpu_count()}, with {os.getloadavg()[0]:.1f} busy before it began",
    }


def _mount(folder: Path) -> tuple[str, str]:
    """Return the device that holds a folder, and the device's file system."""
    found = ("an unknown device", "an unknown file system")
    longest = -1
    for line in MOUNTS.read_text().splitlines() if MOUNTS.exists() else []:
        device, point, system = line.split()[:3]
        if folder.is_relative_to(point) and len(point) >= longest:
            found, longest = (device, system), len(point)
    return found


def _kind(folder: Path) -> str:
    """Return whether the kernel reports the device of a folder as a rotating disk."""
    number = folder.stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    for place in (device, device.resolve().parent):  # a partition has no `queue`, but its disk does
        rotates = place / "queue" / "rotational"
        if rotates.exists():
            return "said to rotate" if rotates.read_text().strip() == "1" else "said not to rotate"
    return "no block device"


def _memory(name: str) -> str:
    for line in MEMORY.read_text().splitlines() if MEMORY.exists() else []:
        if line.startswith(f"{name}:"):
            return f"{int(line.split()[1]) * 1024 / GB:.0f} GB"
    return "? GB"
