"""The queue of a batch or a night: many pieces, one after another, until a deadline.

One failure stops nothing. A piece that cannot finish before the deadline is not started. Its time
is forecast from earlier tasks, and corrected by tonight's errors of such forecasts; a piece without
history is assumed to take as long as tonight's longest. One still running some minutes after the
deadline is stopped.
"""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from collide.base.clock import unix_time
from collide.base.errors import CollideError, of_disk
from collide.base.words import several
from collide.engine.machine import cores
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
from collide.project.project import Project
from collide.run.forecast import Forecast
from collide.run.progress import Ticker, long
from collide.run.record import Done, RunRecord

WORK = 1.0  # seconds of rendering from which on a piece says how fast the machine is tonight
SLOWEST = 8.0  # times as long as foretold, and no more is believed
GRACE = 600.0  # seconds that a piece may still take after the end
ROOM = 600.0  # seconds that there must be for the first piece of all; or a tenth of the night
OVER = ": the time is over; the next render goes on from what was finished"
STATUS = {RENDERED: "rendered", REUSED: "kept", FAILED: "failed"}  # as a run record says it
STATUSES = (RENDERED, REUSED, FAILED, LATER)


class Hands(Protocol):
    """Others that make pieces: the machines of a farm."""

    def play(
        self, many: "Many", pieces: Sequence[Project], after_piece: Callable[[], None]
    ) -> Sequence[Project]:
        """Bring pieces up to date, adding their outcomes to `many`; return those that are left."""


class Many:
    """One batch, or one night."""

    def __init__(
        self,
        run: RunRecord,
        *,
        until: float = math.inf,
        clock: Callable[[], float] = unix_time,
        hands: Hands | None = None,
    ) -> None:
        """Take its record, and when it shall be over; both times in seconds since 1970.

        Args:
            run: the record.
            until: the end.
            clock: tells the time.
            hands: who else makes pieces; None for this machine alone.
        """
        self.run, self.until, self.clock, self.hands = run, until, clock, hands
        self.presets: list[str] = []  # that were typed for each piece
        self.knobs: Mapping[str, str] = {}
        self.at_once = 0  # tasks of a piece; 0 for as many as there are cores
        self.room = min((until - clock()) / 10, ROOM)
        self.ticker = Ticker(sys.stdout)
        self.outcomes: list[Outcome] = []

    def run_all(self, pieces: Sequence[Project], folder: Path) -> int:
        """Bring pieces up to date, write the record into a folder, and return the exit code."""
        try:
            self.each(pieces)
        except KeyboardInterrupt:
            self.run.stopped = True
            raise
        finally:
            code = self.end(folder)
        print(self.line())
        return code

    def each(
        self, pieces: Sequence[Project], after_piece: Callable[[], None] | None = None
    ) -> None:
        """Bring pieces up to date: by the hands there are, and what these leave one by one, here.

        `after_piece` is called after each.
        """
        after = after_piece or (lambda: None)
        here = self.hands.play(self, pieces, after) if self.hands else pieces
        for at, piece in enumerate(here, start=1):
            self.play(piece, left=len(here) - at)
            after()

    def play(self, piece: Project, *, left: int) -> Outcome:
        """Bring a piece up to date if there is time, and return its outcome; `left` come after."""
        self.ticker.tell(f"{piece.name}: looking at its clips{self.still(left + 1)}")
        began = self.clock()
        return self.add(replace(tried(piece, lambda: self._played(piece, left)), began=began))

    def add(self, outcome: Outcome) -> Outcome:
        """Take the outcome of a piece, say it, and return it."""
        self.outcomes.append(outcome)
        if status := STATUS.get(outcome.status):
            why = outcome.why or (f"made by {outcome.machine}" if outcome.machine else "")
            self.run.add(Done(outcome.name, status, why, "", outcome.seconds, outcome.bytes))
        self.ticker.say(outcome.line())
        return outcome

    @property
    def typed(self) -> list[str]:
        """Return what was typed for each piece, as words of a command line."""
        on_top = [f"preset={','.join(self.presets)}"] if self.presets else []
        return [*on_top, *(f"{name}={text}" for name, text in self.knobs.items())]

    def of(self, status: str) -> list[Outcome]:
        """Return the outcomes of a kind."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    def line(self) -> str:
        """Return the last line: what became of all of them."""
        counts = {status: len(self.of(status)) for status in STATUSES}
        shown = [f"{status} {n}" for status, n in counts.items() if n or status != LATER]
        pieces = several(len(self.outcomes), "piece")
        return f"{pieces}: {', '.join(shown)} · {long(self.run.lasted())}"

    def end(self, folder: Path) -> int:
        """Write the record, and return the exit code it stands for."""
        self.ticker.clear()
        self.run.write(folder)
        return self.run.code()

    def _played(self, piece: Project, left: int) -> Outcome:
        forecast = look_ahead(piece, self.presets, self.knobs)
        if outcome := self.needless(piece, forecast):
            return outcome
        expected, left_over = self.expected(forecast), self.until - self.clock()

        def heard(far: str) -> None:
            self.ticker.tell(f"{piece.name} {far}{self.still(left)}")

        limit = left_over + GRACE
        outcome = render_apart(
            piece, heard, expected, limit, typed=self.typed, at_once=self.at_once
        )
        if outcome.status == FAILED and self.clock() >= self.until + GRACE:
            return replace(outcome, why=f"{outcome.why}{OVER}")
        return outcome

    def needless(self, piece: Project, forecast: Forecast) -> Outcome | None:
        """Return the outcome of a piece that is not begun: it is ready, or there is no time."""
        if not forecast.of("render", "restore", "maybe") and piece.video.exists():
            return finished(piece, Outcome(piece.name, REUSED))
        expected, left_over = self.expected(forecast), self.until - self.clock()
        if left_over < max(self.longest(forecast), 0.0):
            return Outcome(piece.name, LATER, _too_late(expected, left_over), expected=expected)
        return None

    def expected(self, forecast: Forecast) -> float | None:
        """Return the seconds a piece should take; None where nothing is known of it."""
        made = self.of(RENDERED)
        if any(guess.seconds is None for guess in forecast.of("render")):
            return _mean([outcome.seconds for outcome in made])
        # what came out of the store takes no time by the forecast, and starts all the same
        known = [outcome for outcome in made if (outcome.expected or 0.0) >= WORK]
        took = sum(outcome.seconds for outcome in known)
        pace = took / sum(outcome.expected or 0.0 for outcome in known) if known else 1.0
        return round(forecast.wall(self.at_once or cores()) * min(pace, SLOWEST), 3)

    def longest(self, forecast: Forecast) -> float:
        """Return the seconds that must be left for a piece to start.

        A piece that was never rendered here is assumed to take as long as the longest piece
        tonight; the first one, `room`.
        """
        if all(guess.seconds is not None for guess in forecast.of("render")):
            return self.expected(forecast) or 0.0
        made = [outcome.seconds for outcome in self.of(RENDERED)]
        return max(forecast.wall(self.at_once or cores()), *(made or [self.room]))

    def still(self, pieces: int) -> str:
        """Return how long so many pieces will still take, "" where that is not known."""
        each = _mean([outcome.seconds for outcome in self.of(RENDERED)])
        return f" · {pieces} to come, {long(each * pieces)}" if pieces and each else ""


def tried(piece: Project, act: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of an act; whatever it raises is the failure of this piece alone."""
    try:
        return act()
    except CollideError as error:
        return Outcome(piece.name, FAILED, str(error))
    except OSError as error:
        return Outcome(piece.name, FAILED, str(of_disk(error, piece.workspace.fullest())))
    except Exception as error:  # nor does a mistake of ours stop the others
        what = f"a mistake of collide's own: {type(error).__name__}: {error}"
        return Outcome(piece.name, FAILED, what)


def _too_late(expected: float | None, left: float) -> str:
    """Return why a piece is not begun."""
    if left <= 0:
        return "the time is over"
    if expected is None:
        return f"nobody knows how long it takes, and there are {long(left)}"
    return f"it takes about {long(expected)}"


def _mean(seconds: list[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None
