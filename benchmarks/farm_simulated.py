"""A simulated farm of up to 64 machines, computed from recorded times and sizes.

    python -m benchmarks.farm_simulated HOUSE [seconds to prepare] [seconds to deliver]

HOUSE is a workspace with rendered pieces. The simulator reads the graph of each piece from its
manifest and its action files, which record the render time, size and inputs of every task.
`python -m benchmarks.farm` measures the two times. The output is the speedup over a single machine
for 512 pieces, for 64 pieces, and for one long piece, with 1 and 10 Gbit/s links.

In the model, the client does one thing at a time, as farm/dispatcher.py does, and each machine
renders one piece at a time. All machines share the store's link, which serves requests in the order
of arrival in each direction. A machine fetches a clip only once.
"""

import heapq
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collide.base.errors import InputError
from collide.base.strict_json import read_json
from collide.base.workspace import Workspace
from collide.store.entry import Entry
from collide.store.objects import Store

GIGABIT = 117e6  # bytes per second over a 1 Gbit/s link
START = 0.6  # seconds until a child process starts rendering
LATENCY = 0.015  # seconds for a task and its answer to pass through the scheduler
PREPARE, HOME = 0.05, 0.065  # the client's CPU seconds per piece, as measured
MACHINES = (1, 2, 4, 8, 16, 32, 64)
CORES = 2  # per machine
PULLED_UP = 12  # the length of the long piece, relative to the longest recorded piece


@dataclass(frozen=True)
class Task:
    """One recorded task: its duration, the bytes it stored, the tasks it needed, and its kind."""

    seconds: float
    bytes: int
    needs: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Piece:
    """One recorded piece: its render time on one machine, its tasks, and the sizes of its files."""

    make: float
    clips: Mapping[str, int]
    video: int
    tasks: Mapping[str, Task] = field(default_factory=dict)


def recorded(house: Path) -> list[Piece]:
    """Return the pieces that were rendered in a workspace."""
    workspace = Workspace(house)
    store, sizes = Store(workspace.cache), _clip_sizes(workspace)
    found = []
    for name in workspace.projects():
        path = house / "projects" / name / "manifest.json"
        if path.exists():
            manifest = read_json(path, label=str(path))
            entries = {task: store.find(one["key"]) for task, one in manifest["tasks"].items()}
            whole = {task: entry for task, entry in entries.items() if entry}
            clips = {one["clip"]: sizes.get(one["clip"], 0) for one in manifest["clips"]}
            found.append(_piece(whole, clips))
    return found


def _clip_sizes(workspace: Workspace) -> dict[str, int]:
    try:
        known = read_json(workspace.cache / "library.json", label="library.json")
    except InputError:
        return {}
    clips = known.get("clips", {})
    return {
        clip["digest"]: (workspace.root / name).stat().st_size
        for name, clip in clips.items()
        if "digest" in clip and (workspace.root / name).exists()
    }


def _piece(entries: Mapping[str, Entry], clips: Mapping[str, int]) -> Piece:
    """Return a piece from its tasks' entries, with the tasks that each needs for its inputs."""
    makers = {made.digest: task for task, e in entries.items() for made in e.objects.values()}
    tasks = {}
    for task, entry in entries.items():
        inputs = entry.preimage.get("inputs", {}).values()
        needs = {makers[digest] for digest in inputs if digest in makers} - {task}
        tasks[task] = Task(entry.seconds, entry.size, tuple(sorted(needs)), entry.kind)
    video = sum(made.size for made in entries["mux"].objects.values())
    return Piece(START + wall(tasks, CORES), dict(clips), video, tasks)


def wall(tasks: Mapping[str, Task], cores: int) -> float:
    """Return how long tasks take on `cores` cores, each started after its inputs."""
    ends: dict[str, float] = {}
    free = [0.0] * cores
    for task in _ordered(tasks):
        ready = max((ends[need] for need in tasks[task].needs if need in ends), default=0.0)
        began = max(heapq.heappop(free), ready)
        ends[task] = began + tasks[task].seconds
        heapq.heappush(free, ends[task])
    return max(ends.values(), default=0.0)


def _ordered(tasks: Mapping[str, Task]) -> list[str]:
    """Return the tasks in dependency order."""
    done: list[str] = []
    left = dict(tasks)
    while left:
        ready = [task for task, one in left.items() if not {*one.needs} & left.keys()]
        done += ready or [*left]
        left = {task: one for task, one in left.items() if task not in done}
    return done


class Line:
    """One direction of a link, which serves transfers in the order of their arrival."""

    def __init__(self, rate: float) -> None:
        self.rate, self._free = rate, 0.0

    def carry(self, at: float, size: float) -> float:
        """Return the end of a transfer of `size` bytes that arrives at the time `at`."""
        self._free = max(self._free, at) + size / self.rate
        return self._free


def simulated(
    pieces: Sequence[Piece],
    machines: int,
    rate: float,
    prepare: float,
    home: float,
    *,
    near: bool = False,
) -> float:
    """Return how long it takes to deliver all pieces, in seconds.

    Args:
        pieces: the pieces to render, in any order; the longest is rendered first.
        machines: the number of machines that render them.
        rate: the rate of the store's link in each direction, in bytes per second.
        prepare, home: how many seconds the client needs before and after a piece is rendered.
        near: whether the client is next to the store, so it needs no link to fetch a video.
    """
    waiting = sorted(pieces, key=lambda piece: -piece.make)
    up, down = Line(rate), Line(rate)
    clips: list[set[str]] = [set() for _ in range(machines)]
    free = [(0.0, number) for number in range(machines)]
    room, now, last = machines + max(1, machines // 4), 0.0, 0.0
    flight: list[tuple[float, int]] = []  # the time an answer arrives, and the size of its video
    while waiting or flight:
        if waiting and len(flight) < room:
            piece = waiting.pop(0)
            now += prepare
            began, number = heapq.heappop(free)
            began = max(began, now + LATENCY)
            missing = piece.clips.keys() - clips[number]
            clips[number] |= missing
            fetched = down.carry(began, sum(piece.clips[one] for one in missing))
            ended = fetched + piece.make
            heapq.heappush(free, (ended, number))
            heapq.heappush(flight, (up.carry(ended, piece.video) + LATENCY, piece.video))
            continue
        came, video = heapq.heappop(flight)
        now = max(now, came)
        now = (now if near else down.carry(now, video)) + home
        last = max(last, now)
    return last


def alone(pieces: Sequence[Piece], home: float) -> float:
    """Return how long one machine takes without a farm, in seconds."""
    return sum(piece.make + home for piece in pieces)


def table(
    title: str, pieces: Sequence[Piece], count: int, prepare: float, home: float
) -> list[str]:
    """Return a table of speedups over one machine, in total and per machine, for both links."""
    every = [pieces[number % len(pieces)] for number in range(count)]
    rows = [f"{title:<28}" + "".join(f"{n:>7}" for n in MACHINES)]
    one = alone(every, home)
    for name, rate in (("1 Gbit/s", GIGABIT), ("10 Gbit/s", 10 * GIGABIT)):
        took = [simulated(every, n, rate, prepare, home) for n in MACHINES]
        rows.append(f"  {name:<26}" + "".join(f"{one / t:7.1f}" for t in took))
        rows.append(f"  {'  per machine':<26}" + "".join(
            f"{one / t / n:7.2f}" for t, n in zip(took, MACHINES, strict=True)))  # fmt: skip
    return rows


def main(words: Sequence[str]) -> int:
    """Print the tables; return 1 if the workspace has no rendered pieces."""
    pieces = recorded(Path(words[0]))
    if not pieces:
        print("no piece was rendered there", file=sys.stderr)
        return 1
    prepare = float(words[1]) if len(words) > 1 else PREPARE
    home = float(words[2]) if len(words) > 2 else HOME
    makes = sorted(piece.make for piece in pieces)
    print(f"{len(pieces)} recorded pieces: {makes[0]:.1f} to {makes[-1]:.1f} s on {CORES} cores")
    print(f"the client, per piece: {prepare:.2f} s to prepare, {home:.2f} s to deliver")
    for line in table("512 pieces, whole", pieces, 512, prepare, home):
        print(line)
    for line in table("64 pieces, whole", pieces, 64, prepare, home):
        print(line)
    longest = max(pieces, key=lambda piece: piece.make)
    long = Piece(PULLED_UP * longest.make, longest.clips, PULLED_UP * longest.video)
    for line in table("one long piece, whole", [long], 1, prepare, home):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
