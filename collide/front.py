"""What doit loads first for tasks: the short answer where nothing moved, else all of collide.

Importing the rest takes longer than knowing that there is nothing to do.
"""

import sys
from pathlib import Path
from typing import Any

from doit.cmd_run import Run as DoitRun

from collide.desk.guard import guarded
from collide.desk.stamp import COUNTS, Stamp
from collide.house import House


class Run(DoitRun):  # type: ignore[misc]
    """`doit render …`: answered by its stamp, or handed on to commands.py."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._given = given

    def parse_execute(self, in_args: list[str]) -> int:
        """Return the exit code of the run."""
        found = Stamp(House(Path.cwd()), sys.argv[1:]).answer()
        if found is None:
            from collide.commands import Run as Whole

            return Whole(**self._given).parse_execute(in_args)
        run, lines = found

        def again() -> int:
            run.write(House(Path.cwd()).cache / "runs")
            print("\n".join(run.line() if line == COUNTS else line for line in lines))
            return 0

        return guarded(again)
