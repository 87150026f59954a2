"""A night: what is wanted is rendered until the morning.

Wanted is every project that is not up to date, then the pieces of the pool, then, while fewer of
those are ready than there shall be, new ones with seeds of their own. Nothing here looks at a
clock: whoever calls says what time it is.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from collide.base.workspace import Workspace
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED
from collide.nights.queue import Many
from collide.project.project import Project, existing
from collide.run.demo import PROJECT as DEMO
from collide.store.locks import held_now
from collide.store.objects import Store

POOL = "night"  # what the pieces of the pool are called where nobody says it

AfterPiece = Callable[[], None]  # after each piece


def ends(until: str, at: float) -> float:
    """Return when it will be `until` o'clock next, in seconds since 1970.

    Args:
        until: as on a clock on the wall here: 07:00.
        at: what time it is, in seconds since 1970.
    """
    hour, minute = map(int, until.split(":"))
    wall = datetime.fromtimestamp(at)
    end = wall.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (end if end > wall else end + timedelta(days=1)).timestamp()


def one_night(workspace: Workspace) -> AbstractContextManager[bool]:
    """Hold what only one night can hold; says False where another one does."""
    return held_now(Store(workspace.cache).ready() / "night.lock")


class Night:
    """One night of one house."""

    def __init__(self, many: Many, batch: Batch, pool: int) -> None:
        """Take what there is to do.

        Args:
            many: plays the pieces.
            batch: the pieces of the pool, and what new ones begin with.
            pool: how many of them shall be ready.
        """
        self.many, self.batch, self.pool = many, batch, pool
        self.after_piece: AfterPiece = lambda: None

    def check(self, only: str | None) -> None:
        """Refuse a night that cannot be, before anything of it happens.

        Args:
            only: as for `play`.

        Raises:
            InputError: there is no such project, or the presets and knobs of the pool cannot be.
        """
        if only and not (self.pool or self.batch.pieces()):
            existing(self.batch.workspace, only)
        if self.pool:
            self.batch.check()

    def play(self, only: str | None, after_piece: AfterPiece) -> None:
        """Render what is wanted.

        Args:
            only: the one project that is looked at, besides the pool; None for all.
            told: called after each piece.

        Raises:
            InputError: the pool cannot be, or cannot any more.
        """
        self.after_piece = after_piece
        self._each(list(self._wanted(only)))
        if self.pool:
            self._fill()

    def _wanted(self, only: str | None) -> Iterator[Project]:
        """Yield the projects that may be wanted, the pieces of the pool behind the others."""
        house = self.batch.workspace
        pieces = {piece.name for piece in self.batch.pieces()}
        for name in sorted(house.projects(), key=lambda name: name in pieces):
            project = Project(house, name)
            asked = name != DEMO or (project.path / "manifest.json").exists()
            if (asked and only in (None, name)) or name in pieces:
                yield project

    def _fill(self) -> None:
        """Roll new pieces while fewer are ready than there shall be.

        One that failed, tonight or in any night before, is replaced, but only where others are
        ready: what is wrong with all of them is not mended by more of them. When twice the pool
        has failed, there are no more until somebody mends some, or takes them away.
        """
        while self.many.clock() < self.many.until:
            failed, before = self._count(FAILED), len(self.batch.pieces())
            short = self.pool - self._count(RENDERED, REUSED, LATER)
            short = min(short, 2 * self.pool - failed, MAX_PIECES - before)
            if short <= 0 or (failed and not self._count(RENDERED, REUSED)):
                return
            self._each(self.batch.record(before + short))

    def _each(self, pieces: list[Project]) -> None:
        for left, piece in reversed(list(enumerate(reversed(pieces)))):
            self.many.play(piece, left=left)
            self.after_piece()

    def _count(self, *statuses: str) -> int:
        names = {piece.name for piece in self.batch.pieces()}
        return sum(o.status in statuses and o.name in names for o in self.many.outcomes)
