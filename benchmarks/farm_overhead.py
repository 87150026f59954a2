"""The overhead of a farm per piece: packing, fetching, publishing and delivering.

    python -m benchmarks.farm_overhead [COUNT]

The benchmark sends COUNT pieces (8) through each stage of a farm in this process, one after the
other, with the store that `doit farm` serves. The benchmark does not count rendering in the
worker's child process or the client's analyses, because a local render does the same work. The
benchmark prints the median milliseconds of each stage and the sum of these medians. The first piece
does not count, because sending it also fetches clips and imports modules. The benchmark also prints
how long it takes to look up a finished piece. The goals are 100 ms for a piece and 10 ms for a
lookup.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.farm import names
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.engine.programs import Engine, find_engine
from collide.farm.answer import DONE, read_answer
from collide.farm.clip_cache import ClipCache
from collide.farm.delivery import bring_home
from collide.farm.farm_place import Place
from collide.farm.making import Workshop, stored_answer
from collide.farm.order import read_order
from collide.farm.packing import Packer
from collide.farm.tickets import opened_piece
from collide.project.project import Project
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from tests.farm.conftest import Farm, house_of
from tests.render.conftest import make_clips

PIECE, LOOKUP = 100, 10  # milliseconds, the goals
STAGES = ("open and plan", "pack", "read the order", "fetch and publish", "deliver")


@dataclass
class Stages:
    """The milliseconds that each piece took in each stage."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def stage(self, name: str, without: Sequence[float] = ()) -> Iterator[None]:
        """Add the duration of the block to a stage, minus the times that end up in `without`."""
        began = time.monotonic()
        yield
        self.spent[name].append(1000 * (time.monotonic() - began - sum(without)))

    def median(self, name: str) -> float:
        """Return the median of a stage, ignoring the first piece."""
        return statistics.median(self.spent[name][1:])


@dataclass
class TimedEngine(Engine):
    """An engine that records how long each child process takes."""

    seconds: list[float] = field(default_factory=list)

    def doit(self, *args: object, **more: object) -> tuple[str, str]:
        """Render in a child process and record how long it takes."""
        began = time.monotonic()
        try:
            return super().doit(*args, **more)  # type: ignore[arg-type]  # passed on as they came
        finally:
            self.seconds.append(time.monotonic() - began)


def travel(piece: Project, packer: Packer, root: Path, stages: Stages) -> None:
    """Send one piece through all stages and look it up afterwards."""
    with opened_piece(piece, packer) as session:  # not a stage: a local render opens it too
        packer.prepared(session)
        session.records = None
    with stages.stage("open and plan"), opened_piece(piece, packer) as session:
        plan, _ = packer.prepared(session)
        with stages.stage("pack"):
            text = packer.pack(session, plan).text()
        session.records = None
    with stages.stage("read the order"):
        order = read_order(text)
    engine = TimedEngine(find_engine().path, "")
    shop = Workshop(root / "worker", ClipCache(root / "fetched"), engine, "worker")
    with stages.stage("fetch and publish", engine.seconds):
        answer = shop.make(order, packer.store)
    assert answer.status == DONE, answer.why
    answer = read_answer(answer.text())
    with stages.stage("deliver"), opened_piece(piece, packer) as session:
        bring_home(session, answer, packer.store)
    with stages.stage("lookup"):
        assert stored_answer(order, packer.store)


def main(words: list[str]) -> int:
    """Measure and print each stage; return 1 if a goal is missed."""
    count, stages = int(words[0]) if words else 8, Stages()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        farm = Farm(house_of(root / "house", make_clips(root / "clips"), names(count)), root)
        key = FarmKey.make(root / "farm.pem")
        os.environ.update(farm.env())
        try:
            farm.open()
            store = SharedStore(Place(farm.host, farm.port).store, key)
            packer = Packer(store, digest_file(find_engine().path))
            for name in names(count):
                travel(Project(Workspace(farm.house.root), name), packer, root, stages)
        finally:
            farm.close()
    costs = {name: stages.median(name) for name in STAGES}
    costs["open and plan"] -= costs["pack"]
    for name, cost in costs.items():
        print(f"{name:<20} {cost:6.1f} ms")
    whole, lookup = sum(costs.values()), stages.median("lookup")
    print(f"a piece              {whole:6.1f} ms (goal {PIECE})")
    print(f"a lookup             {lookup:6.1f} ms (goal {LOOKUP})")
    return 0 if whole <= PIECE and lookup <= LOOKUP else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
