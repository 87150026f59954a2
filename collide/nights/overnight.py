"""Render every out-of-date project, then the pool, until the deadline of a night.

The pool is a batch. After the existing pieces in the pool, the night creates and renders new
pieces, each with its own seed, until enough pieces are ready.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from collide.base.workspace import Workspace
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED
from collide.nights.queue import Many
from collide.project.project import Project, existing
from collide.run.demo import PROJECT as DEMO
from collide.run.progress import long
from collide.store.locks import held_now
from collide.store.objects import Store

POOL = "night"  # the name of the pool without project=


def ends(until: str, at: float) -> float:
    """Return the first Unix time after `at` when local clocks show `until` (such as 7:00)."""
    hour, minute = map(int, until.split(":"))
    wall = datetime.fromtimestamp(at)
    end = wall.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (end if end > wall else end + timedelta(days=1)).timestamp()


def days(began: float, until: float) -> str:
    """Return the start and end of a night in words, with dates, because 07:00 may be tomorrow."""
    first, last = (datetime.fromtimestamp(at) for at in (began, until))
    passed = "" if first.date() == last.date() else f", since {last:%H:%M} has already passed today"
    return f"from {first:%a %d %b %H:%M} to {last:%a %d %b %H:%M}, {long(until - began)}{passed}"


def one_night(workspace: Workspace) -> AbstractContextManager[bool]:
    """Try to hold the lock of the night; yield False if another night holds it."""
    return held_now(Store(workspace.cache).ready() / "night.lock")


@dataclass
class Night:
    """A night of rendering in a workspace."""

    many: Many  # the queue that renders the pieces
    batch: Batch  # the pool: its pieces and the settings of new pieces
    pool: int  # the number of pieces to keep ready in the pool

    def check(self, only: str | None) -> None:
        """Raise InputError if `only` is neither a project nor a pool, or if the pool is invalid."""
        if only and not (self.pool or self.batch.pieces()):
            existing(self.batch.workspace, only)
        if self.pool:
            self.batch.check()

    def play(self, only: str | None, after_piece: Callable[[], None]) -> None:
        """Render all projects (or only one) and the pool; call `after_piece` after each piece.

        Raises:
            InputError: the pool is invalid or became invalid during the night.
        """
        self.many.each(list(self._wanted(only)), after_piece)
        if self.pool:
            self._fill(after_piece)

    def _wanted(self, only: str | None) -> Iterator[Project]:
        """Yield the projects to render, the pool last; skip the demo if it was never rendered."""
        house = self.batch.workspace
        pieces = {piece.name for piece in self.batch.pieces()}
        for name in sorted(house.projects(), key=lambda name: name in pieces):
            project = Project(house, name)
            active = name != DEMO or (project.path / "manifest.json").exists()
            if (active and only in (None, name)) or name in pieces:
                yield project

    def _fill(self, after_piece: Callable[[], None]) -> None:
        """Create and render new pieces until the pool is full.

        New pieces replace pieces that failed in this run, but only if other pieces succeed, because
        more seeds will not help if all fail. Once the failures reach twice the size of the pool, no
        more pieces are created until some failed pieces are fixed or deleted.
        """
        while self.many.clock() < self.many.until:
            failed, before = self._count(FAILED), len(self.batch.pieces())
            short = self.pool - self._count(RENDERED, REUSED, LATER)
            short = min(short, 2 * self.pool - failed, MAX_PIECES - before)
            if short <= 0 or (failed and not self._count(RENDERED, REUSED)):
                return
            self.many.each(self.batch.record(before + short), after_piece)

    def _count(self, *statuses: str) -> int:
        names = {piece.name for piece in self.batch.pieces()}
        return sum(o.status in statuses and o.name in names for o in self.many.outcomes)
