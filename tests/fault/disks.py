"""A small disk that holds the cache, and grows step by step or fills up during a render."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collide.base.hashing import digest_file
from tests.fault.conftest import Faulty
from tests.render.conftest import Ran

ENOUGH = 50_000_000  # bytes; the piece needs about 8 MB


class Disk:
    """A tmpfs that can be resized while it is in use."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def mount(self, *options: str) -> bool:
        """Mount or remount the disk with these options and return whether that worked."""
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(self.place)]
        return subprocess.run(command, capture_output=True).returncode == 0

    def resize(self, size: int) -> None:
        """Change the size of the disk to `size` bytes, rounded up to 4 KiB pages."""
        assert self.mount("remount", f"size={size}")

    def clear(self) -> None:
        """Delete everything on the disk."""
        for path in self.place.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def small_disk(place: Path) -> Iterator[Disk | None]:
    """Mount a small disk at `place` and yield it, or yield None if mounting is not permitted."""
    place.mkdir()
    disk = Disk(place)
    if not shutil.which("mount") or not disk.mount("size=1m"):
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(place)], check=True)


def refused(house: Faulty, disk: Disk, ran: Ran) -> list[str]:
    """Return the faults of a render that ran out of disk space."""
    wrong = []
    if ran.code not in (1, 2, 3):
        wrong.append(f"it ended with {ran.code}")
    if "Traceback" in ran.out or "another clip" in ran.out:
        wrong.append(f"a wrong message: {ran.out}")
    words = (f"the disk is full: {disk.place}", f"{disk.place} has only ", "% of the disk")
    if not any(word in ran.out for word in words):
        wrong.append(f"the disk is not named: {ran.out}")
    if house.video().exists():
        wrong.append("a video in spite of the failure")
    for path in (disk.place / "objects").glob("*/*"):
        wrong += [] if digest_file(path) == path.name else [f"half an object: {path.name}"]
    for path in (disk.place / "actions").glob("*/*.json"):
        json.loads(path.read_text())
    return wrong


def grown(house: Faulty, disk: Disk, first: int, step: int) -> Iterator[tuple[bool, list[str]]]:
    """Render on larger and larger disks; yield whether each render succeeds, and its faults."""
    video, size, done = digest_file(house.video()), first, False
    while not done:
        house.video().unlink(missing_ok=True)
        disk.resize(size)
        ran = house.doit("render", "project=x")
        done, size = ran.code == 0, size + step
        right = done and digest_file(house.video()) == video
        yield done, [] if right else ["a different video"] if done else refused(house, disk, ran)


def filled(house: Faulty, disk: Disk, call: int, video: str) -> tuple[bool, list[str]]:
    """Fill the disk during an engine call; if the render fails, free the disk and retry.

    Returns:
        Whether the disk was filled, and the faults.
    """
    disk.resize(ENOUGH)
    disk.clear()
    house.video().unlink(missing_ok=True)
    # several files, because ffmpeg's file size limit also applies here
    files = " ".join(map(str, range(1, 8)))
    fill = f"for i in {files}; do head -c 9M /dev/zero > {disk.place}/filler$i; done 2> /dev/null"
    house.order(call, fill, "now")
    ran = house.doit("render", "project=x")
    fillers = list(disk.place.glob("filler*"))
    if ran.code == 0:  # the disk filled up too late to matter, or never
        wrong = [] if digest_file(house.video()) == video else ["a different video"]
        return bool(fillers), wrong
    wrong = refused(house, disk, ran)
    for path in fillers:
        path.unlink()
    house.again()
    same = digest_file(house.video()) == video
    return True, wrong + ([] if same else ["a different video after it"])
