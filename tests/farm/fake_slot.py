"""A worker process of the real scheduler whose pieces end when a file says so; nothing renders."""

import sys
from dataclasses import dataclass
from pathlib import Path

from collide.base.clock import sleep
from collide.farm import dask_engine
from collide.farm.machines import Machine
from collide.farm.order import code_digest


@dataclass
class FakeSlot:
    """Writes NAME-TEXT.begun when it begins a text, and ends when NAME.go lies in the folder."""

    folder: Path
    machine: Machine
    token: str = "1"
    stopped: bool = False

    def is_idle(self) -> bool:
        """Stay for ever."""
        return False

    def stop(self) -> None:
        """Note that the text is not wanted any more."""
        self.stopped = True

    def play(self, text: str, heard) -> str:
        """Return who made it."""
        self.stopped = False
        name = self.machine.name
        (self.folder / f"{name}-{text}.begun").touch()
        while not (self.folder / f"{name}.go").exists() and not self.stopped:
            sleep(0.05)
        return f"{text} by {name}"


def main(address: str, folder: str, name: str, engine: str) -> None:
    """Be a worker until the scheduler is gone."""
    place = Path(folder)
    slot = FakeSlot(place, Machine(name, engine, code_digest(), 1))
    dask_engine.work(slot, address, place / "farm.pem", place, (place / f"{name}.joined").touch)


if __name__ == "__main__":
    main(*sys.argv[1:])
