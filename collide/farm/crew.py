"""The crew: the workers of a farm that can render our pieces, and those that are left out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collide.base.clock import monotonic
from collide.farm.machines import Machine, fitting, none_fits, unfit

STRIKES = 3  # pieces that a machine may refuse or fail at, that others make
LOST = "it was lost on its way"  # a task, through nobody's fault
ALONE = 60.0  # seconds without any worker, after which what is left is made here


class Workers(Protocol):
    """The engine of a farm, as its hands use it; see dask_engine.Pool."""

    @property
    def lost(self) -> bool:
        """Return whether the farm is gone."""

    def machines(self) -> list[Machine]:
        """Return the workers there are now."""

    def send(self, key: str, text: str, tag: str, only: list[str], prefer: str = "") -> None:
        """Send a task to a worker."""

    def ended(self, seconds: float) -> tuple[str, str | None, str] | None:
        """Wait for the next end of a task: its key, the answer, or why there is none."""

    def drop(self, key: str) -> None:
        """Let go of a task."""

    def close(self) -> None:
        """Let go of all."""


@dataclass
class Crew:
    """The workers of a farm, for pieces of one ffmpeg; `say` prints a line."""

    workers: Workers
    engine: str
    say: Callable[[str], None]
    _strikes: Counter[str] = field(default_factory=Counter)
    _noted: set[str] = field(default_factory=set)
    _alone: float | None = None  # since when there is no worker

    def able(self) -> list[Machine]:
        """Return the workers that can make our pieces, and say once who cannot, and why."""
        there = self.workers.machines()
        for text in unfit(there, self.engine):
            if text not in self._noted:
                self._noted.add(text)
                self.say(text)
        return [one for one in fitting(there, self.engine) if self._strikes[one.name] < STRIKES]

    def room(self) -> int:
        """Return how many pieces may be in flight: a few more, so that no worker waits for us."""
        count = len(self.able())
        return count + max(1, count // 4) if count else 0

    def gone(self, *, flying: bool) -> str:
        """Return why the rest is made here, "" while there are workers."""
        if self.workers.lost:
            return "the farm is gone: what is left is made here; what was finished is kept"
        if self.able():
            self._alone = None
            return ""
        now = monotonic()
        self._alone = now if self._alone is None else self._alone
        if flying and now - self._alone < ALONE:
            return ""
        return f"{none_fits(self.workers.machines(), self.engine)}: what is left is made here"

    def others(self, names: Sequence[str]) -> list[Machine]:
        """Return the workers beside these: of other machines, where there are some."""
        beside = [one for one in self.able() if one.name not in names]
        hosts = {_host(name) for name in names}
        return [one for one in beside if _host(one.name) not in hosts] or beside

    def strike(self, name: str) -> None:
        """Count a piece that a machine failed at and another made; leave it out after some."""
        self._strikes[name] += 1
        if self._strikes[name] == STRIKES:
            self.say(f"{name} failed at {STRIKES} pieces that others made, and is left out")


def _host(name: str) -> str:
    return name.partition("/")[0]
