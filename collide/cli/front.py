"""What doit loads first for tasks: the short answer where nothing moved, else all of collide.

Importing the rest takes longer than knowing that there is nothing to do.
"""

import sys
from pathlib import Path
from typing import Any

from doit.cmd_run import Run as DoitRun

from collide.base.workspace import House
from collide.cli.guard import Interrupts, guarded, held_back, leveled
from collide.cli.noop import COUNTS, Stamp


class Run(DoitRun):  # type: ignore[misc]  # doit has no types
    """`doit render …`: answered by its stamp, or handed on to commands.py."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._given = given

    def parse_execute(self, in_args: list[str]) -> int:
        """Return the exit code of the run."""
        return guarded(lambda interrupts: self._answered(in_args, interrupts))

    def _answered(self, in_args: list[str], interrupts: Interrupts) -> int:
        house = House(Path.cwd())
        stamp = Stamp(house, sys.argv[1:])
        if (found := stamp.answer()) is None:
            from collide.cli.commands import Run as Whole

            return Whole(**self._given).answer(in_args, interrupts)
        run, lines = found
        run.write(house.cache / "runs")
        with held_back(leveled(sys.argv[1:])[1]):
            print("\n".join(run.line() if line == COUNTS else line for line in lines))
        return 0
