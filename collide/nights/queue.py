"""The queue of a batch or a night: many pieces, one after another, until a deadline.

One failure stops nothing. A piece that cannot finish before the deadline is not started. Its time
is forecast from earlier tasks, and corrected by tonight's errors of such forecasts; a piece without
history is assumed to take as long as tonight's longest. One still running some minutes after the
deadline is stopped.

A night renders every project that is not up to date, then the pieces of the pool, then, until
enough of those are ready, new ones with seeds of their own.
"""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from collide.base.clock import unix_time
from collide.base.errors import CollideError, of_disk
from collide.base.workspace import Workspace
from collide.engine.machine import cores
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.child_render import (
    FAILED,
    LATER,
    RENDERED,
    REUSED,
    Outcome,
    finished,
    look_ahead,
    render_apart,
)
from collide.project.project import Project, existing
from collide.run.demo import PROJECT as DEMO
from collide.run.forecast import Forecast
from collide.run.progress import Ticker, long
from collide.run.record import Done, RunRecord
from collide.store.locks import held_now
from collide.store.objects import Store

WORK = 1.0  # seconds of rendering from which on a piece says how fast the machine is tonight
SLOWEST = 8.0  # times as long as foretold, and no more is believed
GRACE = 600.0  # seconds that a piece may still take after the end
ROOM = 600.0  # seconds that there must be for the first piece of all; or a tenth of the night
OVER = ": the time is over; the next render goes on from what was finished"
STATUS = {RENDERED: "rendered", REUSED: "kept", FAILED: "failed"}  # as a run record says it
POOL = "night"  # what the pieces of the pool are called without project=
STATUSES = (RENDERED, REUSED, FAILED, LATER)


class Many:
    """One batch, or one night."""

    def __init__(
        self, run: RunRecord, *, until: float = math.inf, clock: Callable[[], float] = unix_time
    ) -> None:
        """Take its record, and when it shall be over; both times in seconds since 1970."""
        self.run, self.until, self.clock = run, until, clock
        self.room = min((until - clock()) / 10, ROOM)
        self.ticker = Ticker(sys.stdout)
        self.outcomes: list[Outcome] = []

    def play(self, piece: Project, *, left: int) -> Outcome:
        """Bring a piece up to date if there is time, and return its outcome; `left` come after."""
        self.ticker.tell(f"{piece.name}: looking at its clips{self._left(left + 1)}")
        began = self.clock()
        outcome = replace(self._played(piece, left), began=began)
        self.outcomes.append(outcome)
        if status := STATUS.get(outcome.status):
            self.run.add(Done(piece.name, status, outcome.why, "", outcome.seconds, outcome.bytes))
        self.ticker.say(outcome.line())
        return outcome

    def of(self, status: str) -> list[Outcome]:
        """Return the outcomes of a kind."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    def line(self) -> str:
        """Return the last line: what became of all of them."""
        counts = {status: len(self.of(status)) for status in STATUSES}
        shown = [f"{status} {n}" for status, n in counts.items() if n or status != LATER]
        return f"{len(self.outcomes)} pieces: {', '.join(shown)} · {long(self.run.lasted())}"

    def end(self, folder: Path) -> int:
        """Write the record, and return the exit code it stands for."""
        self.ticker.clear()
        self.run.write(folder)
        return self.run.code()

    def _played(self, piece: Project, left: int) -> Outcome:
        try:
            forecast = look_ahead(piece)
        except CollideError as error:
            return Outcome(piece.name, FAILED, str(error))
        except OSError as error:
            return Outcome(piece.name, FAILED, str(of_disk(error, piece.workspace.fullest())))
        except Exception as error:  # nor does a mistake of ours stop the others
            what = f"a mistake of collide's own: {type(error).__name__}: {error}"
            return Outcome(piece.name, FAILED, what)
        if not forecast.of("render", "restore", "maybe") and piece.video.exists():
            return finished(piece, Outcome(piece.name, REUSED))
        expected = self.expected(forecast)
        left_over = self.until - self.clock()
        if left_over < max(self.longest(forecast), 0.0):
            return Outcome(piece.name, LATER, _too_late(expected, left_over), expected=expected)

        def heard(far: str) -> None:
            self.ticker.tell(f"{piece.name} {far}{self._left(left)}")

        outcome = render_apart(piece, heard, expected, left_over + GRACE)
        if outcome.status == FAILED and self.clock() >= self.until + GRACE:
            return replace(outcome, why=f"{outcome.why}{OVER}")
        return outcome

    def expected(self, forecast: Forecast) -> float | None:
        """Return the seconds a piece should take; None where nothing is known of it."""
        made = self.of(RENDERED)
        if any(guess.seconds is None for guess in forecast.of("render")):
            return _mean([outcome.seconds for outcome in made])
        # what came out of the store takes no time by the forecast, and starts all the same
        known = [outcome for outcome in made if (outcome.expected or 0.0) >= WORK]
        took = sum(outcome.seconds for outcome in known)
        pace = took / sum(outcome.expected or 0.0 for outcome in known) if known else 1.0
        return round(forecast.wall(cores()) * min(pace, SLOWEST), 3)

    def longest(self, forecast: Forecast) -> float:
        """Return the seconds that must be left for a piece to be begun.

        What was never rendered here is taken to be as long as the longest piece tonight; the first
        one, as `room` says.
        """
        if all(guess.seconds is not None for guess in forecast.of("render")):
            return self.expected(forecast) or 0.0
        made = [outcome.seconds for outcome in self.of(RENDERED)]
        return max(forecast.wall(cores()), *(made or [self.room]))

    def _left(self, pieces: int) -> str:
        each = _mean([outcome.seconds for outcome in self.of(RENDERED)])
        return f" · {pieces} to come, {long(each * pieces)}" if pieces and each else ""


def _too_late(expected: float | None, left: float) -> str:
    """Return why a piece is not begun."""
    if left <= 0:
        return "the time is over"
    if expected is None:
        return f"nobody knows how long it takes, and there are {long(left)}"
    return f"it takes about {long(expected)}"


def _mean(seconds: list[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None


def ends(until: str, at: float) -> float:
    """Return when it will be `until` o'clock local time after `at`, both in seconds since 1970."""
    hour, minute = map(int, until.split(":"))
    wall = datetime.fromtimestamp(at)
    end = wall.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (end if end > wall else end + timedelta(days=1)).timestamp()


def one_night(workspace: Workspace) -> AbstractContextManager[bool]:
    """Hold the lock of the night; False where another one holds it."""
    return held_now(Store(workspace.cache).ready() / "night.lock")


@dataclass
class Night:
    """One night of one house."""

    many: Many  # plays the pieces
    batch: Batch  # the pieces of the pool, and what new ones begin with
    pool: int  # pieces of it that shall be ready

    def check(self, only: str | None) -> None:
        """Raise InputError where there is no project `only`, or the pool cannot be."""
        if only and not (self.pool or self.batch.pieces()):
            existing(self.batch.workspace, only)
        if self.pool:
            self.batch.check()

    def play(self, only: str | None, after_piece: Callable[[], None]) -> None:
        """Render all projects, or `only` one, and the pool; call `after_piece` after each piece.

        Raises:
            InputError: the pool cannot be, or cannot any more.
        """
        self._each(list(self._wanted(only)), after_piece)
        if self.pool:
            self._fill(after_piece)

    def _wanted(self, only: str | None) -> Iterator[Project]:
        """Yield the projects that may be wanted, the pieces of the pool behind the others."""
        house = self.batch.workspace
        pieces = {piece.name for piece in self.batch.pieces()}
        for name in sorted(house.projects(), key=lambda name: name in pieces):
            project = Project(house, name)
            asked = name != DEMO or (project.path / "manifest.json").exists()
            if (asked and only in (None, name)) or name in pieces:
                yield project

    def _fill(self, after_piece: Callable[[], None]) -> None:
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
            self._each(self.batch.record(before + short), after_piece)

    def _each(self, pieces: list[Project], after_piece: Callable[[], None]) -> None:
        for at, piece in enumerate(pieces, start=1):
            self.many.play(piece, left=len(pieces) - at)
            after_piece()

    def _count(self, *statuses: str) -> int:
        names = {piece.name for piece in self.batch.pieces()}
        return sum(o.status in statuses and o.name in names for o in self.many.outcomes)
