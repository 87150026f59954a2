"""The first collide code that doit runs: it handles a no-op or loads the rest of collide.

Loading the rest takes longer than detecting that nothing changed.
"""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from doit.cmd_base import DodoTaskLoader
from doit.cmd_run import Run as DoitRun

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.guard import Interrupts, guarded, held_back, leveled
from collide.cli.noop import COUNTS, NoopStamp
from collide.syntax.left_out import remember


class Loader(DodoTaskLoader):  # type: ignore[misc]  # doit has no types
    """doit's loader for dodo.py, which doit creates before it parses the arguments."""

    def __init__(self) -> None:
        """Refuse an empty word, for which doit's parser would print a traceback."""
        super().__init__()
        if "" in sys.argv[1:]:
            sys.exit(guarded(lambda _: _refuse_empty(sys.argv[1:])))


class FastRun(DoitRun):  # type: ignore[misc]  # doit has no types
    """The command `doit render …`: it repeats a no-op from its stamp or runs `FullRun`."""

    name = "run"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._arguments = arguments

    def parse_execute(self, in_args: list[str]) -> int:
        """Run the command and return its exit code."""
        return guarded(lambda interrupts: self._answered(in_args, interrupts))

    def _answered(self, in_args: list[str], interrupts: Interrupts) -> int:
        house = Workspace(Path.cwd())
        stamp = NoopStamp(house, sys.argv[1:])
        if (answer := stamp.answer()) is None:
            from collide.cli.commands import FullRun as Whole

            return Whole(**self._arguments).answer(in_args, interrupts)
        run, lines = answer
        remember(house, run.project)
        run.write(house.cache / "runs")
        with held_back(leveled(sys.argv[1:])[1]):
            print("\n".join(run.line() if line == COUNTS else line for line in lines))
        return 0


def _refuse_empty(words: Sequence[str]) -> int:
    """Raise InputError for an empty word in a command, and suggest the command without the word."""
    raise InputError(
        "the command contains an empty word",
        why='a shell variable is probably not set, as in doit still project=x "$KNOB"',
        fix=shlex.join(["doit", *filter(None, words)]),
    )
