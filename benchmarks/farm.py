"""A farm of two workers on this machine against the machine alone, and what a piece costs extra.

    python -m benchmarks.farm [COUNT] [Mbit/s]

Makes a house of COUNT pieces (8), renders them by one machine alone, then by two workers behind a
line of so many Mbit/s (none: as fast as it is), in folders of its own. Prints the throughput of
both, the seconds that who asks needs for each piece, and what the simulator says of the same farm,
fed with the seconds that were measured: the two should agree within 15 %.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.farm_simulated import GIGABIT, Piece, recorded, simulated
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.engine.programs import find_engine
from collide.farm import dask_engine
from collide.farm.farm_place import Place
from collide.farm.hands import FarmHands
from collide.farm.packing import Packer
from collide.nights.queue import Many
from collide.project.project import Project
from collide.run.record import RunRecord
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from tests.farm.conftest import Farm, free_port, house_of
from tests.farm.cut_proxy import CutProxy
from tests.render.conftest import make_clips

SIZE = {"output_size": "640x360", "fps": 24, "duration": 4, "num_videos": 3}


@dataclass
class Timed(FarmHands):
    """Hands that note what each piece takes of who asks."""

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


def names(count: int) -> dict[str, dict[str, object]]:
    """Return the knobs of some pieces, by name."""
    return {f"p{n:02}": {**SIZE, "seed": n, "crf": 18 + n} for n in range(1, count + 1)}


@contextmanager
def house(count: int, rate: float) -> Iterator[tuple[Farm, Place]]:
    """Give a house of some pieces and a farm of two workers behind a line of a rate."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        farm = Farm(house_of(root / "house", make_clips(root / "clips"), names(count)), root)
        os.environ.update(farm.env())
        FarmKey.make(root / "farm.pem")
        try:
            farm.open()
            port = farm.port
            if rate:
                port = free_port()
                CutProxy(farm.port, at=port)
                CutProxy(farm.port + 1, rate=rate, at=port + 1)
            for name in ("w1", "w2"):
                farm.join(name, f"127.0.0.1:{port}")
            yield farm, Place("127.0.0.1", port)
        finally:
            farm.close()


def by_farm(farm: Farm, place: Place) -> tuple[float, Timed, Many]:
    """Render all pieces by the farm in this process; return the seconds, and who did it."""
    key, workspace = FarmKey.read(), Workspace(farm.house.root)
    pool = dask_engine.Pool(place.address, key.path, lambda *_: None)
    packer = Packer(SharedStore(place.store, key), digest_file(find_engine().path))
    hands = Timed(pool, packer, "", 0)
    many = Many(RunRecord("", ["render"]), hands=hands)
    began = time.monotonic()
    try:
        many.each([Project(workspace, name) for name in workspace.projects()])
        return time.monotonic() - began, hands, many
    finally:
        hands.close()


def main(words: list[str]) -> int:
    """Measure, and print."""
    count = int(words[0]) if words else 8
    rate = float(words[1]) * 1e6 / 8 if len(words) > 1 else 0.0
    with house(count, rate) as (farm, place):
        took, hands, many = by_farm(farm, place)
        made = {outcome.name: outcome.seconds for outcome in many.outcomes}
        seconds = [made[name] for name in sorted(made)]
        clips = recorded(farm.house.root)
        pieces = [
            Piece(s, piece.clips, piece.video) for s, piece in zip(seconds, clips, strict=True)
        ]
        prepare, home = statistics.fmean(hands.prepares), statistics.fmean(hands.homes)
        said = simulated(pieces, 2, rate or 10 * GIGABIT, prepare, home)
        farm.close()
        alone = house_of(farm.folder / "alone", farm.folder / "clips", names(count))
        began = time.monotonic()
        ran = alone.doit("render", "project=" + ",".join(names(count)))
        here = time.monotonic() - began
        assert ran.code == 0, ran.out
    print(f"{count} pieces: alone {here:.1f} s, by two workers on the same cores {took:.1f} s: "
          f"{here / took:.2f} of its throughput")  # fmt: skip
    print(f"who asks, for a piece: {prepare:.2f} s to prepare, {home:.2f} s to bring home")
    print(f"simulated: {said:.1f} s, {said / took - 1:+.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
