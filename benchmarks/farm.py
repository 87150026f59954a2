"""The speed of a farm with two workers on this machine, compared with the machine alone.

    python -m benchmarks.farm [COUNT] [ROUNDS] [Mbit/s]

In each of ROUNDS (3) rounds, the benchmark renders COUNT (12) pieces from scratch in several ways:
with two workers, and with this machine alone (-n 1, -n 2, -n 4, and without -n, as a night does).
The benchmark prints the pieces per minute for each way, the speed of the farm relative to the
fastest other way in the same round (goal: 0.9), and the client's overhead in seconds per piece. The
benchmark also prints the time that the simulator predicts for this farm from the measured times;
the prediction should be within 15% of the measurement.

With Mbit/s, the workers are behind a link with that rate, namely a network namespace shaped by tc.
If the link cannot be made (it needs iproute2, root and kernel support), a proxy in front of the
store replaces it, which slows down the client as well.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.farm_simulated import GIGABIT, Piece, recorded, simulated
from benchmarks.shaped_link import shaped
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.engine.programs import find_engine
from collide.farm import dask_engine
from collide.farm.dispatcher import Dispatcher
from collide.farm.farm_place import Place
from collide.farm.packing import Packer
from collide.nights.queue import Many
from collide.project.project import Project
from collide.run.record import RunRecord
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from tests.farm.conftest import Farm, free_port, house_of
from tests.farm.cut_proxy import CutProxy
from tests.render.conftest import House, make_clips

SIZE = {"output_size": "640x360", "fps": 24, "duration": 4, "num_videos": 3}
GOAL, CLOSE = 0.9, 0.15
ALONE = {"-n 1": ("-n", "1"), "-n 2": ("-n", "2"), "-n 4": ("-n", "4"), "as a night": ()}


@dataclass
class Timed(Dispatcher):
    """A dispatcher that records how long the client takes to prepare and to deliver each piece."""

    prepares: list[float] = field(default_factory=list)
    homes: list[float] = field(default_factory=list)

    def _begin(self, many: Many, piece: Project) -> None:
        began = time.monotonic()
        super()._begin(many, piece)
        self.prepares.append(time.monotonic() - began)

    def _home(self, many: Any, ticket: Any, answer: Any) -> None:
        began = time.monotonic()
        super()._home(many, ticket, answer)
        self.homes.append(time.monotonic() - began)


@dataclass
class Ground:
    """A farm to measure: its workers, and the link between them and the client.

    Args:
        farm: the farm, whose folder contains the clips and the workspaces.
        place: the farm's address for the client.
        rate: the rate of the link, in bytes per second; 10 Gbit/s if there is no link.
        near: whether the client is on the store's side of the link.
        count: the number of pieces.
        houses: the number of workspaces made so far.
    """

    farm: Farm
    place: Place
    rate: float
    near: bool
    count: int
    houses: int = 0

    def house(self) -> House:
        """Return a new workspace with the pieces."""
        self.houses += 1
        root = self.farm.folder / f"house-{self.houses}"
        return house_of(root, self.farm.folder / "clips", names(self.count))

    def forget(self) -> None:
        """Delete everything that the workers have rendered, published and fetched."""
        for place in (self.farm.folder / "cache").glob("*/cache"):
            shutil.rmtree(place)
        for folder in ("store/cas", "store/ac", "clips"):
            for path in (self.farm.folder / "cache" / folder).glob("[0-9a-f]*"):
                path.unlink()


def names(count: int) -> dict[str, dict[str, object]]:
    """Map the names of `count` pieces to their knobs."""
    return {f"p{n:02}": {**SIZE, "seed": n, "crf": 18 + n} for n in range(1, count + 1)}


@contextmanager
def ground(count: int, rate: float) -> Iterator[Ground]:
    """Yield a farm with two workers, behind a link with this rate if `rate` is above 0."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        farm = Farm(house_of(root / "house", make_clips(root / "clips"), {}), root)
        FarmKey.make(root / "farm.pem")
        os.environ.update(farm.env())
        try:
            with linked(farm, rate) as (place, inside, near):
                for name in ("w1", "w2"):
                    farm.join(name, place.address, inside=inside)
                yield Ground(farm, place, rate or 10 * GIGABIT, near, count)
                farm.close()
        finally:
            farm.close()


@contextmanager
def linked(farm: Farm, rate: float) -> Iterator[tuple[Place, Sequence[str], bool]]:
    """Open a farm; yield its address, a command prefix, and whether the client is near the store.

    The prefix starts a worker behind the link; if there is no link, the prefix is empty.
    """
    with ExitStack() as stack:
        link = None
        if rate:
            try:
                link = stack.enter_context(shaped(rate))
                farm.host = link.host
            except OSError as error:
                print(f"no shaped link ({error}); using a proxy instead")
        farm.open()
        port = farm.port
        if rate and not link:
            port = free_port()
            CutProxy(farm.port, at=port)
            CutProxy(farm.port + 1, rate=rate, at=port + 1)
        yield Place(farm.host, port), link.inside if link else (), link is not None or not rate


def by_farm(ground: Ground) -> tuple[float, Timed, list[Piece]]:
    """Render all pieces on the farm; return the time in seconds, the dispatcher, and the pieces.

    Each returned piece carries its render time and the sizes of its clips and its video.
    """
    ground.forget()
    house, key = ground.house(), FarmKey.read()
    workspace = Workspace(house.root)
    pool = dask_engine.Pool(ground.place.address, key.path, lambda *_: None)
    packer = Packer(SharedStore(ground.place.store, key), digest_file(find_engine().path))
    hands = Timed(pool, packer, "", 0)
    many = Many(RunRecord("", ["render"]), hands=hands)
    began = time.monotonic()
    try:
        many.each([Project(workspace, name) for name in workspace.projects()])
        took = time.monotonic() - began
    finally:
        hands.close()
    made = {outcome.name: outcome.seconds for outcome in many.outcomes if outcome.machine}
    assert len(made) == ground.count, [outcome.why for outcome in many.outcomes]
    clips = zip(sorted(made), recorded(house.root), strict=True)
    return took, hands, [Piece(made[name], one.clips, one.video) for name, one in clips]


def alone(ground: Ground, options: Sequence[str]) -> float:
    """Render all pieces on this machine alone and return how long it took, in seconds."""
    house, began = ground.house(), time.monotonic()
    ran = house.doit(*options, "render", "project=" + ",".join(names(ground.count)))
    assert ran.code == 0, ran.out
    return time.monotonic() - began


@dataclass
class Measured:
    """The measurements of all rounds."""

    walls: dict[str, list[float]] = field(
        default_factory=lambda: {way: [] for way in ("farm", *ALONE)}
    )
    errors: list[float] = field(default_factory=list)  # relative errors of the simulator

    def round(self, here: Ground, ways: Sequence[str]) -> None:
        """Render all pieces in each way in turn."""
        for way in ways:
            if way == "farm":
                self._by_farm(here)
            else:
                self.walls[way].append(alone(here, ALONE[way]))
        last = (f"{way} {walls[-1]:.1f} s" for way, walls in self.walls.items())
        print(f"round {len(self.errors)}: {', '.join(last)}", flush=True)

    def _by_farm(self, here: Ground) -> None:
        took, hands, pieces = by_farm(here)
        prepare, home = (statistics.fmean(one) for one in (hands.prepares, hands.homes))
        predicted = simulated(pieces, 2, here.rate, prepare, home, near=here.near)
        self.walls["farm"].append(took)
        self.errors.append(predicted / took - 1)
        print(f"the client, per piece: {prepare:.2f} s to prepare, {home:.2f} s to deliver")
        print(f"the farm: {took:.1f} s; simulated: {predicted:.1f} s ({self.errors[-1]:+.0%})")

    def shares(self) -> list[float]:
        """Return the farm's speed in each round, relative to the best speed of this machine."""
        best = [min(walls) for walls in zip(*(self.walls[way] for way in ALONE), strict=True)]
        return [one / farm for one, farm in zip(best, self.walls["farm"], strict=True)]


def main(words: list[str]) -> int:
    """Measure and print; return 1 if the farm or the simulator misses its goal."""
    count = int(words[0]) if words else 12
    rounds = int(words[1]) if len(words) > 1 else 3
    rate = float(words[2]) * 1e6 / 8 if len(words) > 2 else 0.0
    seen = Measured()
    with ground(count, rate) as here:
        for number in range(rounds):
            ways = ["farm", *ALONE]
            seen.round(here, ways if number % 2 == 0 else ways[::-1])
    for way, walls in seen.walls.items():
        print(f"{way:<10} {60 * count / statistics.median(walls):6.1f} pieces a minute")
    share, error = statistics.median(seen.shares()), statistics.median(seen.errors)
    print(f"two workers reach {share:.2f} of the best speed of this machine alone (goal {GOAL})")
    print(f"the simulated time is {error:+.0%} off the measured time (goal: within {CLOSE:.0%})")
    return 0 if share >= GOAL and abs(error) <= CLOSE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
