"""The link to a shared store: requests in separate threads, with a budget for waiting.

A failing store delays a render only by a small fraction, unless COLLIDE_STORE_WAIT allows more. The
first request runs in parallel with the render, which hardly waits for the answer. A look-up
continues after its caller stops waiting, and a later request for the same result uses its answer.
After a hang or several errors in a row, requests pause for a minute; then a single request is sent
as a trial.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from collide.base.clock import monotonic
from collide.base.errors import InputError
from collide.shared.door import ENTRIES, SILENCE, DoorError
from collide.shared.shared_store import Blob, Missing, SharedStore
from collide.shared.side_table import SideTable

T = TypeVar("T")

# The time that may be lost by waiting: a number of seconds, plus a fraction of the render's time.
# A render begins a third of a second before its link, so the sum is less than a tenth of its time.
GRACE, SHARE = 0.02, 0.08
PLANNING = 2.0  # seconds that may be lost in a run that renders nothing
# Limits in seconds if COLLIDE_STORE_WAIT is not set: CLOSING for all uploads at the end of a run,
# LONGEST for a single answer, after which the store counts as hanging.
CLOSING = 10.0
LONGEST = 1.0
MOST_WAIT = 1e6  # COLLIDE_STORE_WAIT must be less than this many seconds
ERRORS = 3  # after this many errors in a row, requests pause
REST = 60.0  # length of the pause in seconds
BUSY = 8  # with this many unanswered requests, no more are sent
BEAT, INSTANT = 0.05, 0.002  # maximum and minimum seconds between two checks for received data
MEASURED = 1 << 18  # minimum bytes of a transfer whose speed is recorded
NOWHERE = f"{ENTRIES}/{'0' * 64}"


class LateError(Exception):
    """Raised if the answer does not come in time or the request is not sent."""


def patience() -> float:
    """Return COLLIDE_STORE_WAIT in seconds, or 0 if it is unset.

    Raise InputError if it is invalid.
    """
    text = os.environ.get("COLLIDE_STORE_WAIT", "").strip()
    try:
        seconds = float(text or 0)
        if not 0 <= seconds < MOST_WAIT:
            raise ValueError
    except ValueError:
        raise InputError(
            f"COLLIDE_STORE_WAIT={text} is not a valid value",
            why="it must be the time to wait for the shared store, in seconds",
            fix="export COLLIDE_STORE_WAIT=60",
        ) from None
    return seconds


class Link:
    """A run's link to the shared store, which several threads may use at the same time.

    Args:
        store: the shared store.
        side: the table that records the speed of the link.
        stopped: returns whether the run was stopped, which ends every fetch.
        grace: how many seconds may be lost before anything is rendered.
    """

    def __init__(
        self,
        store: SharedStore,
        side: SideTable,
        stopped: Callable[[], bool] = lambda: False,
        grace: float = GRACE,
    ) -> None:
        self.store, self.side, self._stopped, self._grace = store, side, stopped, grace
        self.trouble = ""  # the first error, as text
        self._unasked = 0  # requests that were not sent
        self._began, self._lost, self._credit = monotonic(), 0.0, 0.0
        self._errors, self._asking = 0, dict[int, float]()  # when each open request began
        self._shut = 0.0  # when requests were paused; 0 if they are not
        self._reached = threading.Event()
        self._lock = threading.Lock()
        self._ping: threading.Thread | None = None

    @property
    def elapsed(self) -> float:
        """Return how long ago the link was created, in seconds."""
        return monotonic() - self._began

    @property
    def late(self) -> int:
        """Return the number of requests that are pending or were not sent."""
        return self._unasked + len(self._asking)

    def allowance(self) -> float:
        """Return how many more seconds the run may wait."""
        return (patience() or self._grace) + SHARE * (self.elapsed + self._credit) - self._lost

    def silent(self) -> str:
        """Return a message if the store has not answered even the first request, otherwise ""."""
        waits = self._ping is not None and not self._reached.is_set() and not self.trouble
        return f"no answer in {self.elapsed:.1f} s; the run did not wait for it" if waits else ""

    def closing(self) -> float:
        """Return how many seconds the end of the run may wait for remaining uploads."""
        return patience() or min(CLOSING, max(0.0, self.allowance()))

    def credit(self, seconds: float) -> None:
        """Raise the allowance, because a found result saves this much render time."""
        with self._lock:
            self._credit += seconds

    def reach(self) -> None:
        """Send a first request, without waiting for its answer."""
        with self._lock:
            if self._ping is None:
                self._ping = threading.Thread(target=self._first, daemon=True)
                self._ping.start()

    def is_open(self) -> bool:
        """Return whether requests are worthwhile now; wait briefly for the first answer."""
        self.reach()
        if self._shut and monotonic() - self._shut > REST:
            self._shut, self._errors = 0.0, ERRORS - 1  # let one more request through
            self._reached.set()
        oldest = min(self._asking.copy().values(), default=None)
        if oldest is not None and monotonic() - oldest > max(LONGEST, patience()):
            self.fail("it does not answer in time", hangs=True)
        young = self.elapsed < LONGEST or patience()  # later, do not wait for the first answer
        if young and not self._reached.is_set() and not self._shut:
            self._waited(self._reached, self.allowance())
        return self._reached.is_set() and not self._shut

    def ask(self, question: Callable[[], T]) -> T:
        """Return the answer to a request.

        Raise LateError if the answer is late or the request is not sent, and DoorError if the store
        fails. A late request still runs to completion.
        """
        if not self.is_open() or len(self._asking) >= BUSY:
            self._unasked += 1
            raise LateError
        most = min(patience() or LONGEST, self.allowance())
        answer = _Answer(self._counted_request(question))
        if not self._waited(answer.ended, most):
            if most >= LONGEST:
                self.fail("it does not answer in time", hangs=True)
            raise LateError
        if isinstance(answer.error, DoorError):
            self.fail(str(answer.error))
        else:
            self._errors = 0
        result: T = answer.value()
        return result

    def fetch(self, blob: Blob, to: Path, worth: float) -> None:
        """Write an object to a file; give up if it stops arriving or takes too long.

        Args:
            blob: the object to fetch.
            to: the new file.
            worth: how many seconds it would take to render the object.

        Raises:
            Missing, LateError: the object was not received.
            OSError: the file cannot be written.
        """
        began, came, ended = monotonic(), _Came(), threading.Event()
        answer = _Answer(lambda: self.store.get(blob, to, came.seen), ended)
        pause = INSTANT
        while not wait(ended, pause):
            if self._stopped():
                came.stopped = True
                raise LateError
            now, rest = monotonic(), self.allowance() + SHARE * worth  # seconds that may be lost
            silent = now - came.last > min(patience() or SILENCE, rest)
            share = came.size / blob.size if blob.size else 1.0
            dear = now - began > rest and share * worth < now - began
            if silent or dear:
                came.stopped = True
                self._lose(now - began)
                hangs = now - came.last > LONGEST
                self.fail("it stopped sending" if silent else "it is slow", hangs=hangs)
                raise LateError
            pause = min(BEAT, max(INSTANT, rest - (now - came.last)))
        took = monotonic() - began
        if answer.error:
            self._lose(took)
            if isinstance(answer.error, Missing) and answer.error.reason == "unreachable":
                self.fail(str(answer.error))
            raise answer.error
        self._errors = 0
        if blob.size >= MEASURED:
            self.side.note_transfer("get", blob.size, took)

    def fail(self, text: str, *, hangs: bool = False) -> None:
        """Record a failure; after several failures or a hang, pause requests for a while."""
        with self._lock:
            self.trouble, self._errors = self.trouble or text, self._errors + 1
            if hangs or self._errors >= ERRORS:
                self._shut = self._shut or monotonic()

    def _first(self) -> None:
        try:
            self.store.door.size(NOWHERE)
            if self.side.counted() and self.store.door.is_new():
                raise DoorError("it was used before, but is empty now: is its disk mounted?")
        except DoorError as error:
            self.fail(str(error), hangs=True)
        self._reached.set()

    def _lose(self, seconds: float) -> None:
        with self._lock:
            self._lost += seconds

    def _waited(self, event: threading.Event, most: float) -> bool:
        """Wait for an event, count the time as lost, and return whether the event came."""
        began = monotonic()
        came = wait(event, max(0.0, most))
        self._lose(monotonic() - began)
        return came

    def _counted_request(self, question: Callable[[], T]) -> Callable[[], T]:
        """Return a request that is counted while it runs."""
        mark = object()
        with self._lock:
            self._asking[id(mark)] = monotonic()

        def counted() -> T:
            try:
                return question()
            finally:
                with self._lock:
                    del self._asking[id(mark)]

        return counted


def wait(event: threading.Event, seconds: float) -> bool:
    """Wait for an event; the link waits nowhere else."""
    return event.wait(seconds)


class _Came:
    """The bytes of an object received so far and the time of the last arrival."""

    def __init__(self) -> None:
        self.size, self.last, self.stopped = 0, monotonic(), False

    def seen(self, size: int) -> None:
        """Record the bytes received so far, or end the transfer if nobody is waiting for it."""
        if self.stopped:
            raise LateError
        self.size, self.last = size, monotonic()


class _Answer:
    """The answer to a request, computed in a thread that other threads need not wait for."""

    def __init__(self, question: Callable[[], Any], ended: threading.Event | None = None) -> None:
        self.error: BaseException | None = None
        self.ended, self._result = ended or threading.Event(), None
        threading.Thread(target=self._run, args=(question,), daemon=True).start()

    def _run(self, question: Callable[[], Any]) -> None:
        try:
            self._result = question()
        except BaseException as error:  # raised again in the thread that waits
            self.error = error
        self.ended.set()

    def value(self) -> Any:
        """Return the result or raise the error."""
        if self.error:
            raise self.error
        return self._result
