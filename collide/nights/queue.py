"""Many pieces, one after another: each is looked at, rendered apart if it must be, and told of.

One failure stops nothing. Where there is an end to be kept, what cannot be over by then is not
begun. How long a piece takes is foretold from what such tasks took before, and set right by how
far that was off tonight; what cannot be foretold is taken to be as long as the longest tonight. One
that is still not over a little after the end is stopped.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from collide.base.clock import unix_time
from collide.base.errors import CollideError, of_disk
from collide.nights.child_render import (
    FAILED,
    LATER,
    RENDERED,
    REUSED,
    Outcome,
    finished,
    idle,
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


class Many:
    """One batch, or one night."""

    def __init__(
        self, run: RunRecord, *, until: float = math.inf, clock: Callable[[], float] = unix_time
    ) -> None:
        """Take the record that is kept of it.

        Args:
            until: when it shall be over, in seconds since 1970.
            clock: says what time it is, in the same.
        """
        self.run, self.until, self.clock = run, until, clock
        self.room = min((until - clock()) / 10, ROOM)
        self.ticker = Ticker(sys.stdout)
        self.outcomes: list[Outcome] = []

    def play(self, piece: Project, *, left: int) -> Outcome:
        """Bring a piece up to date if there is time, say so, and return what became of it.

        Args:
            left: how many come after it.
        """
        self.ticker.tell(f"{piece.name}: looking at its clips{self._left(left + 1)}")
        began = self.clock()
        outcome = replace(self._played(piece, left), began=began)
        self.outcomes.append(outcome)
        if outcome.status in STATUS:
            status = STATUS[outcome.status]
            done = Done(piece.name, status, outcome.why, "", outcome.seconds, outcome.bytes)
            self.run.add(done)
        self.ticker.say(outcome.line())
        return outcome

    def of(self, status: str) -> list[Outcome]:
        """Return the outcomes of a kind."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    def line(self) -> str:
        """Return the last line: what became of all of them."""
        counts = [f"{status} {len(self.of(status))}" for status in STATUSES[:3]]
        counts += [f"{LATER} {len(self.of(LATER))}"] if self.of(LATER) else []
        return f"{len(self.outcomes)} pieces: {', '.join(counts)} · {long(self.run.lasted())}"

    def end(self, folder: Path) -> int:
        """Write the record, and return the exit code it stands for."""
        self.ticker.clear()
        self.run.write(folder)
        return self.run.code()

    def _played(self, piece: Project, left: int) -> Outcome:
        try:
            forecast = look_ahead(piece, choose=True)
        except (CollideError, OSError) as error:
            told = (
                of_disk(error, piece.workspace.fullest()) if isinstance(error, OSError) else error
            )
            return Outcome(piece.name, FAILED, str(told))
        except Exception as error:  # nor does a mistake of ours stop the others
            what = f"a mistake of collide's own: {type(error).__name__}: {error}"
            return Outcome(piece.name, FAILED, what)
        assert forecast is not None  # clips were chosen
        if idle(forecast) and piece.video.exists():
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
        return round(forecast.seconds * min(pace, SLOWEST), 3)

    def longest(self, forecast: Forecast) -> float:
        """Return the seconds that there must be for a piece to be begun.

        Of what was never rendered here nobody knows how long it takes: as long as the longest
        piece tonight, or, where it is the first one, as `room` says.
        """
        expected = self.expected(forecast)
        if all(guess.seconds is not None for guess in forecast.of("render")):
            return expected or 0.0
        made = [outcome.seconds for outcome in self.of(RENDERED)]
        return max([forecast.seconds, *made] if made else [forecast.seconds, self.room])

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
