"""A worker process for a real scheduler that renders nothing and ends a task once a file exists."""

import sys
from dataclasses import dataclass
from pathlib import Path

from collide.base.clock import sleep
from collide.farm import dask_engine
from collide.farm.machines import Machine
from collide.farm.order import code_digest


@dataclass
class FakeSlot:
    """A worker that writes NAME-TASK.begun as a task begins, and ends it once NAME.go exists."""

    folder: Path
    machine: Machine
    token: str = "1"
    stopped: bool = False

    def is_idle(self) -> bool:
        """Return False, because the worker keeps running until the scheduler ends."""
        return False

    def stop(self) -> None:
        """End the current task, which was canceled."""
        self.stopped = True

    def play(self, text: str, on_progress) -> str:
        """Wait until the task may end; return its text with this worker's name."""
        self.stopped = False
        name = self.machine.name
        (self.folder / f"{name}-{text}.begun").touch()
        while not (self.folder / f"{name}.go").exists() and not self.stopped:
            sleep(0.05)
        return f"{text} by {name}"


def main(address: str, folder: str, name: str, engine: str) -> None:
    """Serve as a worker until the scheduler ends."""
    place = Path(folder)
    slot = FakeSlot(place, Machine(name, engine, code_digest(), 1))
    dask_engine.work(slot, address, place / "farm.pem", place, (place / f"{name}.joined").touch)


if __name__ == "__main__":
    main(*sys.argv[1:])
