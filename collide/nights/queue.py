"""The queue for a batch, a night or a list of projects: many pieces, perhaps with a deadline.

A piece that fails does not stop the others. A piece that would not finish before the deadline is
not started. How long a piece takes is forecast from earlier tasks and corrected by the errors of
earlier forecasts in this run. A piece without history is assumed to take as long as its forecast or
the longest piece in this run, whichever is longer. Until a first piece is rendered, a tenth of the
run (at most ten minutes) stands for the longest piece. A piece that is still running ten minutes
after the deadline is stopped.
"""

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
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

WORK = 1.0  # seconds; the errors of shorter forecasts do not correct later forecasts
SLOWEST = 8.0  # the maximum factor that corrects a forecast
GRACE = 600.0  # stop a running piece this many seconds after the deadline
ROOM = 600.0  # seconds assumed for a first piece without history, but at most a tenth of the run
OVER = ": the deadline has passed; the next render continues from the finished tasks"
NEW = "a new piece: it had no video yet"
STATUS = {RENDERED: "rendered", REUSED: "kept", FAILED: "failed"}  # the words in a run record
STATUSES = (RENDERED, REUSED, FAILED, LATER)


class Hands(Protocol):
    """The machines of a farm, which render pieces for this machine."""

    def play(
        self, many: "Many", pieces: Sequence[Project], after_piece: Callable[[], None]
    ) -> Sequence[Project]:
        """Bring pieces up to date, add outcomes to `many`, and return the unfinished pieces."""

    def is_back(self, pieces: Sequence[Project]) -> bool:
        """Return whether the farm can render some of these pieces now."""


class Many:
    """The queue of one run."""

    def __init__(
        self,
        run: RunRecord,
        *,
        until: float = math.inf,
        clock: Callable[[], float] = unix_time,
        hands: Hands | None = None,
    ) -> None:
        """Create an empty queue.

        Args:
            run: the run's record.
            until: the deadline, a Unix time.
            clock: a function that returns the current Unix time.
            hands: the farm that renders pieces, or None to use this machine only.
        """
        self.run, self.until, self.clock, self.hands = run, until, clock, hands
        self.presets: list[str] = []  # the command's presets, which apply to each piece
        self.knobs: Mapping[str, str] = {}
        self.at_once = 0  # how many tasks of a piece run at once (0: one per core)
        self.options: list[str] = []  # doit options for each render on this machine
        self.always = self.aloud = False  # render up-to-date pieces too; print all output
        self.room = min((until - clock()) / 10, ROOM)
        self.ticker = Ticker(sys.stdout)
        self.outcomes: list[Outcome] = []
        self.notes: list[str] = []  # events on the farm

    def set_options(self, options: Mapping[str, Sequence[str]], level: int) -> None:
        """Set doit's options and the level of -v for renders on this machine."""
        own = [word for name, words in options.items() if name != "outfile" for word in words]
        self.options = [*own, *(["-v", str(level)] if level > 1 else [])]
        self.at_once = int(options.get("num_process", ("-n", "0"))[1])
        self.always, self.aloud = "always" in options, level > 1
        if "outfile" in options:
            log = Path(options["outfile"][1])
            self.ticker = Ticker(log.open("w", encoding="utf-8"))

    def run_all(self, pieces: Sequence[Project], folder: Path, closing: Iterable[str] = ()) -> int:
        """Bring pieces up to date, write the record into a folder, and return the exit code.

        At the end, print the lines in `closing` and the number of pieces with each outcome.
        """
        try:
            self.each(pieces)
        except KeyboardInterrupt:
            self.run.stopped = True
            raise
        finally:
            code = self.end(folder)
        for text in closing:
            print(text)
        print(self.line())
        return code

    def each(
        self, pieces: Sequence[Project], after_piece: Callable[[], None] | None = None
    ) -> None:
        """Bring pieces up to date on the farm, if there is one, and the rest here, one by one.

        Before each piece that is rendered here, try the farm again.
        """
        after = after_piece or (lambda: None)
        here = [*(self.hands.play(self, pieces, after) if self.hands else pieces)]
        while here:
            if self.hands and self.hands.is_back(here):
                here = [*self.hands.play(self, here, after)]
            if here:
                self.play(here.pop(0), left=len(here))
                after()

    def play(self, piece: Project, *, left: int) -> Outcome:
        """Bring a piece up to date here if there is time, and return its outcome.

        `left` is the number of pieces after this piece.
        """
        self.ticker.tell(f"{piece.name}: reading its clips{self.still(left + 1)}")
        began = self.clock()
        return self.add(replace(tried(piece, lambda: self._played(piece, left)), began=began))

    def note(self, text: str) -> None:
        """Print an event on the farm and save it for the report."""
        self.notes.append(f"{datetime.fromtimestamp(self.clock()):%H:%M} {text}")
        self.ticker.say(text)

    def add(self, outcome: Outcome) -> Outcome:
        """Record and print the outcome of a piece, and return it."""
        self.outcomes.append(outcome)
        if status := STATUS.get(outcome.status):
            how = "rendered earlier by" if outcome.status == REUSED else "rendered by"
            why = outcome.why or (f"{how} {outcome.machine}" if outcome.machine else "")
            self.run.add(Done(outcome.name, status, why, "", outcome.seconds, outcome.bytes))
        self.ticker.say(outcome.line())
        return outcome

    @property
    def typed(self) -> list[str]:
        """Return the command's presets and knobs, as command-line arguments."""
        on_top = [f"preset={','.join(self.presets)}"] if self.presets else []
        return [*on_top, *(f"{name}={text}" for name, text in self.knobs.items())]

    def of(self, status: str) -> list[Outcome]:
        """Return the outcomes with this status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    def line(self) -> str:
        """Return the last line of output: the number of pieces with each outcome and the time."""
        counts = {status: len(self.of(status)) for status in STATUSES}
        parts = [f"{status} {n}" for status, n in counts.items() if n or status != LATER]
        pieces = several(len(self.outcomes), "piece")
        return f"{pieces}: {', '.join(parts)} · {long(self.run.lasted())}"

    def end(self, folder: Path) -> int:
        """Write the record into a folder and return the exit code."""
        self.ticker.clear()
        if self.ticker.stream is not sys.stdout:
            self.ticker.stream.close()
        self.run.write(folder)
        return self.run.code()

    def _played(self, piece: Project, left: int) -> Outcome:
        forecast = look_ahead(piece, self.presets, self.knobs)
        if outcome := self.needless(piece, forecast):
            return outcome
        expected, left_over = self.expected(forecast), self.until - self.clock()

        def tell(far: str) -> None:
            self.ticker.tell(f"{piece.name} {far}{self.still(left)}")

        def printed(text: str) -> None:
            if self.aloud:
                self.ticker.say(text)

        limit, new = left_over + GRACE, not piece.video.exists()
        outcome = render_apart(
            piece, tell, expected, limit, typed=self.typed, options=self.options, printed=printed
        )
        if outcome.status == FAILED and self.clock() >= self.until + GRACE:
            return replace(outcome, why=f"{outcome.why}{OVER}")
        return replace(outcome, why=NEW) if new and outcome.status == RENDERED else outcome

    def needless(self, piece: Project, forecast: Forecast) -> Outcome | None:
        """Return an outcome if a piece is up to date or cannot end in time, otherwise None."""
        ready = not forecast.of("render", "restore", "maybe") and piece.video.exists()
        if ready and not self.always:
            return finished(piece, Outcome(piece.name, REUSED))
        expected, left_over = self.expected(forecast), self.until - self.clock()
        if left_over < max(self.longest(forecast), 0.0):
            return Outcome(piece.name, LATER, _too_late(expected, left_over), expected=expected)
        return None

    def expected(self, forecast: Forecast) -> float | None:
        """Return how many seconds a piece should take, or None if this cannot be estimated."""
        outcomes = self.of(RENDERED)
        if any(guess.seconds is None for guess in forecast.of("render")):
            return _mean([outcome.seconds for outcome in outcomes])
        # ignore tiny forecasts, which include neither the start of the process nor restored results
        sizable = [outcome for outcome in outcomes if (outcome.expected or 0.0) >= WORK]
        took = sum(outcome.seconds for outcome in sizable)
        pace = took / sum(outcome.expected or 0.0 for outcome in sizable) if sizable else 1.0
        return round(forecast.wall(self.at_once or cores()) * min(pace, SLOWEST), 3)

    def longest(self, forecast: Forecast) -> float:
        """Return how long before the deadline a piece must start, in seconds.

        A piece without history is assumed to take as long as its forecast or the longest piece so
        far (at first, `room`), whichever is longer.
        """
        if all(guess.seconds is not None for guess in forecast.of("render")):
            return self.expected(forecast) or 0.0
        durations = [outcome.seconds for outcome in self.of(RENDERED)]
        return max(forecast.wall(self.at_once or cores()), *(durations or [self.room]))

    def still(self, pieces: int, at_once: int = 1) -> str:
        """Return text about the number of pieces left and the time that they will take, if known.

        The estimate assumes that each piece takes as long as the average piece rendered so far, and
        that `at_once` pieces are rendered at a time.
        """
        each = _mean([outcome.seconds for outcome in self.of(RENDERED)])
        if not pieces or not each:
            return f" · {pieces} to come" if pieces else ""
        turns = math.ceil(pieces / max(1, at_once))
        return f" · {pieces} to come, about {long(each * turns)} for all of them"


def tried(piece: Project, act: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of `act`, or a failed outcome if it raises an error."""
    try:
        return act()
    except CollideError as error:
        return Outcome(piece.name, FAILED, str(error))
    except OSError as error:
        return Outcome(piece.name, FAILED, str(of_disk(error, piece.workspace.fullest())))
    except Exception as error:  # a bug in collide must not stop the other pieces either
        what = f"internal error in collide: {type(error).__name__}: {error}"
        return Outcome(piece.name, FAILED, what)


def _too_late(expected: float | None, left: float) -> str:
    """Return why a piece is not started."""
    if left <= 0:
        return "the deadline has passed"
    if expected is None:
        return f"no timing history, and only {long(left)} left"
    return f"it takes about {long(expected)}, and only {long(left)} is left"


def _mean(seconds: list[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None
