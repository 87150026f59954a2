"""Full tests of farm faults: `python -m tests.farm.full [stopped unplugged night …]`.

The script works in temporary folders and prints a row for each fault: how it was provoked, how
long it took, and what was wrong. It exits with 1 if anything was wrong. The tests in this folder
provoke smaller faults in less time.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from collide.engine.programs import find_engine
from collide.shared.farm_key import FarmKey
from tests.farm.conftest import Farm, free_port, house_of, pieces
from tests.farm.cut_proxy import CutProxy
from tests.patience import wait_until
from tests.render.conftest import make_clips

PIECES = 3
Row = tuple[str, list[str]]  # a fault's result, and what was wrong


@contextmanager
def farms(count: int = PIECES) -> Iterator[tuple[Farm, dict[str, bytes]]]:
    """Yield a farm without workers, a few pieces, and their videos from local renders."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        clips = make_clips(root / "clips")
        alone = house_of(root / "alone", clips, pieces(count))
        ran = alone.doit("render", "project=" + ",".join(pieces(count)))
        assert ran.code == 0, ran.out
        farm = Farm(house_of(root / "house", clips, pieces(count)), root)
        FarmKey.make(root / "farm.pem")
        try:
            farm.open()
            yield farm, {name: alone.video(name).read_bytes() for name in pieces(count)}
        finally:
            farm.close()


def judged(farm: Farm, videos: dict[str, bytes], began: float, log: str = "") -> Row:
    """Return a row with faults: missing or different videos, tracebacks, extra renders.

    A piece may be rendered twice, but no more.
    """
    took = time.monotonic() - began
    wrong = []
    for name, video in videos.items():
        path = farm.house.video(name)
        if not path.exists():
            wrong.append(f"{name} is missing")
        elif path.read_bytes() != video:
            wrong.append(f"{name} has different bytes")
    equal = len(videos) - len(wrong)
    wrong += ["Traceback in the log"] if "Traceback" in log else []
    renders = sum(farm.log(name).count(": rendered ") for name in ("w1", "w2"))
    if renders > 2 * len(videos):
        wrong.append(f"{renders} renders of {len(videos)} pieces")
    return f"{equal} of {len(videos)} identical, {renders} renders by workers, {took:.0f} s", wrong


def everything(farm: Farm, name: str = "asker", **env: str) -> None:
    """Start rendering all pieces on the farm."""
    farm.begin(name, "render", "project=" + ",".join(projects(farm)), f"farm={farm.typed}", **env)


def projects(farm: Farm) -> list[str]:
    """Return the workspace's project names."""
    return sorted(path.parent.name for path in (farm.house.root / "projects").glob("*/config.json"))


def stopped() -> Iterator[Row]:
    """Stop a worker by SIGSTOP during a piece and yield the row."""
    with farms() as (farm, videos):
        farm.join("w1")
        farm.join("w2")
        everything(farm)
        wait_until(farm.rendering, what="a worker renders")
        began, name = time.monotonic(), "w1" if farm.rendering("w1") else "w2"
        frozen = [*farm.slots(name), *farm.rendering(name)]
        for pid in frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        farm.running["asker"].wait()
        for pid in frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        yield judged(farm, videos, began, farm.log("asker"))


def unplugged() -> Iterator[Row]:
    """Cut a worker's connections to the scheduler during a piece and yield the row."""
    with farms() as (farm, videos):
        port = free_port()
        lines = [CutProxy(farm.port + more, at=port + more) for more in (0, 1)]
        farm.join("w2")
        farm.join("w1", f"127.0.0.1:{port}")
        everything(farm)
        wait_until(lambda: farm.rendering("w1"), what="w1 renders")
        began = time.monotonic()
        for line in lines:
            line.cut()
        farm.running["asker"].wait()
        yield judged(farm, videos, began, farm.log("asker"))


def together() -> Iterator[Row]:
    """Let two clients request the same pieces at the same time and yield the rows."""
    with farms() as (farm, videos):
        farm.join("w1")
        farm.join("w2")
        began = time.monotonic()
        twin = Farm(
            house_of(farm.folder / "twin", farm.folder / "clips", pieces(PIECES)), farm.folder
        )
        twin.port, twin.running = farm.port, farm.running
        everything(farm)
        everything(twin, "twin")
        for name in ("asker", "twin"):
            farm.running[name].wait()
        yield judged(twin, videos, began, farm.log("twin"))
        yield judged(farm, videos, began, farm.log("asker"))


def lying() -> Iterator[Row]:
    """Damage all objects of the store after the first piece and yield the row."""
    with farms() as (farm, videos):
        farm.join("w1")
        everything(farm)
        kept = farm.folder / "cache" / "store" / "cas"
        wait_until(lambda: ": rendered " in farm.log("w1"), what="a piece is rendered")
        began = time.monotonic()
        for path in kept.iterdir():
            with suppress(OSError):
                data = path.read_bytes()
                path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        farm.running["asker"].wait()
        yield judged(farm, videos, began, farm.log("asker"))


def gone() -> Iterator[Row]:
    """Remove a shared folder while pieces are being rendered; yield the row."""
    with farms() as (farm, videos):
        store = farm.folder / "nas"
        store.mkdir()
        env = {"COLLIDE_STORE": f"file://{store}"}
        farm.join("w1", **env)
        everything(farm, **env)
        wait_until(farm.rendering, what="a worker renders")
        began = time.monotonic()
        store.rename(farm.folder / "nas that is away")
        farm.running["asker"].wait()
        yield judged(farm, videos, began, farm.log("asker"))


def engine() -> Iterator[Row]:
    """Let a worker with a different ffmpeg join alongside a normal worker and yield the row."""
    with farms() as (farm, videos):
        other = farm.folder / "ffmpeg"
        shutil.copy(find_engine().path, other)
        with other.open("ab") as file:
            file.write(b"\0")
        farm.join("w1", COLLIDE_FFMPEG=str(other))
        farm.join("w2")
        began = time.monotonic()
        everything(farm)
        farm.running["asker"].wait()
        came, wrong = judged(farm, videos, began, farm.log("asker"))
        wrong += [] if "left out: w1, with ffmpeg" in farm.log("asker") else ["w1 is not named"]
        wrong += ["w1 rendered a piece"] if ": rendered " in farm.log("w1") else []
        yield came, wrong


def night() -> Iterator[Row]:
    """Run a night of 12 pieces on two workers, kill one by kill -9, and yield the row."""
    with farms(12) as (farm, videos):
        farm.join("w1")
        farm.join("w2")
        began = time.monotonic()
        hour = time.strftime("%H:%M", time.localtime(time.time() + 7200))
        farm.begin("asker", "night", f"until={hour}", f"farm={farm.typed}")
        wait_until(lambda: farm.log("asker").count(" made ") > 2, what="three pieces")
        wait_until(lambda: farm.rendering("w1"), what="w1 renders")
        for pid in farm.slots("w1"):
            os.kill(pid, signal.SIGKILL)
        farm.running["asker"].wait()
        print(farm.log("asker"))
        yield judged(farm, videos, began, farm.log("asker"))


FAULTS: dict[str, Callable[[], Iterator[Row]]] = {
    one.__name__: one for one in (stopped, unplugged, together, lying, gone, engine, night)
}


def main(names: list[str]) -> int:
    """Provoke the named faults, or all, and print the results. Return 1 if anything is wrong."""
    failed = 0
    for name in names or FAULTS:
        for came, wrong in FAULTS[name]():
            failed += len(wrong)
            about = re.sub(r",? and yield .*", "", FAULTS[name].__doc__ or "")
            print(f"{name}: {about}\n  {came}; wrong: {', '.join(wrong) or 'nothing'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
