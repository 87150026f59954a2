"""The link to a shared store: requests in threads of their own, with a budget for waiting.

Its cost in failure is bounded by a share of the render. The first request runs while the render
continues; until it is answered hardly anything waits. A store that hangs is left alone for a
minute, then one request is tried.
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

FIRST = 0.3  # seconds that questions wait for the first answer of all, together
GRACE, SHARE = 0.4, 0.05  # seconds, and the part of a render, that may be lost by waiting
CLOSING = 10.0  # seconds that the end of a run waits at most for what is still to be sent
MOST_WAIT = 1e6  # seconds that can be asked for
NORMAL = 0.02  # seconds of an answer that are no loss
LONGEST = 1.0  # seconds that one question is waited for
ERRORS = 3  # after so many, one after another, the store is left alone
REST = 60.0  # seconds for which it is
BUSY = 8  # questions without an answer at which no more are asked
BEAT = 0.05
MEASURED = 1 << 18  # bytes of a transfer from which the speed of the link is seen
NOWHERE = f"{ENTRIES}/{'0' * 64}"


class LateError(Exception):
    """It was not waited for any longer, or not asked at all."""


def patience() -> float:
    """Return the seconds of COLLIDE_STORE_WAIT, 0 where it is not set; InputError for no number."""
    text = os.environ.get("COLLIDE_STORE_WAIT", "").strip()
    try:
        seconds = float(text or 0)
        if not 0 <= seconds < MOST_WAIT:
            raise ValueError
    except ValueError:
        raise InputError(
            f"COLLIDE_STORE_WAIT={text} is not a valid value",
            why="it says how long the shared store is waited for: a number of seconds",
            fix="export COLLIDE_STORE_WAIT=60, or unset it",
        ) from None
    return seconds


class Link:
    """The link of one run to its shared store; several threads use it at once.

    Args:
        store: the shared store.
        side: where the speed of the link is noted.
        stopped: returns whether the run was stopped, so that nothing is waited for any more.
    """

    def __init__(
        self, store: SharedStore, side: SideTable, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.store, self.side, self._stopped = store, side, stopped
        self.trouble = ""  # what was wrong, for people
        self.late = 0  # questions that were not waited for
        self._began, self._lost, self._credit = monotonic(), 0.0, 0.0
        self._errors, self._asking = 0, 0
        self._shut = 0.0  # when it was left alone; 0: it is not
        self._reached = threading.Event()
        self._lock = threading.Lock()
        self._ping: threading.Thread | None = None

    @property
    def elapsed(self) -> float:
        """Return how many seconds ago the run began."""
        return monotonic() - self._began

    def allowance(self) -> float:
        """Return the seconds that may still be lost."""
        return (patience() or GRACE) + SHARE * (self.elapsed + self._credit) - self._lost

    def silent(self) -> str:
        """Return what is to be said of a store that has not answered even the first question."""
        waits = self._ping is not None and not self._reached.is_set() and not self.trouble
        return f"it did not answer in {self.elapsed:.1f} s" if waits else ""

    def closing(self) -> float:
        """Return the seconds that the end of the run waits for what is still to be sent."""
        return patience() or min(CLOSING, max(0.1, self.allowance()))

    def credit(self, seconds: float) -> None:
        """Take note that so many seconds of work were found done."""
        with self._lock:
            self._credit += seconds

    def reach(self) -> None:
        """Ask a first question, without waiting for its answer."""
        with self._lock:
            if self._ping is None:
                self._ping = threading.Thread(target=self._first, daemon=True)
                self._ping.start()

    def is_open(self) -> bool:
        """Return whether it is worth asking now; the first answer is waited for a moment."""
        self.reach()
        if self._shut and monotonic() - self._shut > REST:
            self._shut, self._errors = 0.0, ERRORS - 1  # one more is let through
            self._reached.set()
        if not self._reached.is_set() and not self._shut:
            began = monotonic()
            most = (patience() or FIRST) - self._lost
            self._reached.wait(max(0.0, most))
            self._lose(monotonic() - began)
        return self._reached.is_set() and not self._shut

    def ask(self, question: Callable[[], T]) -> T:
        """Return the answer of a question; LateError or DoorError where there is none in time."""
        most = min(patience() or LONGEST, self.allowance())
        if not self.is_open() or most < BEAT or self._asking >= BUSY:
            self.late += 1
            raise LateError
        began, answer = monotonic(), _Answer(self._asked(question))
        if not answer.ended.wait(most):
            self._lose(monotonic() - began)
            self.late += 1
            self.fail("it does not answer in time", hangs=True)
            raise LateError
        took = monotonic() - began
        self._lose(max(0.0, took - NORMAL))
        if isinstance(answer.error, DoorError):
            self.fail(str(answer.error))
        else:
            self._errors = 0
        result: T = answer.value()
        return result

    def fetch(self, blob: Blob, to: Path, worth: float) -> None:
        """Write an object to a file, as long as it comes, and is not dearer than to make it.

        Args:
            blob: what is fetched.
            to: the new file.
            worth: seconds that making it would take.

        Raises:
            Missing, LateError: it did not come.
            OSError: the file cannot be written.
        """
        began, came, ended = monotonic(), _Came(), threading.Event()
        answer = _Answer(self._asked(lambda: self.store.get(blob, to, came.seen)), ended)
        while not ended.wait(BEAT):
            if self._stopped():
                came.stopped = True
                raise LateError
            now, rest = monotonic(), self.allowance()
            silent = now - came.last > max(FIRST, min(patience() or SILENCE, rest))
            share = came.size / blob.size if blob.size else 1.0
            dear = now - began > max(FIRST, rest) and share * worth < now - began
            if silent or dear:
                came.stopped = True
                self._lose(now - began)
                self.fail("it breaks off" if silent else "it is slow", hangs=silent)
                raise LateError
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
        """Take note of a failure; after some, or one that hangs, the store is left alone."""
        with self._lock:
            self.trouble, self._errors = self.trouble or text, self._errors + 1
            if hangs or self._errors >= ERRORS:
                self._shut = self._shut or monotonic()

    def _first(self) -> None:
        try:
            self.store.door.size(NOWHERE)
            if self.side.counted() and self.store.door.is_new():
                raise DoorError("it was used before, and is empty now: is its disk mounted?")
        except DoorError as error:
            self.fail(str(error), hangs=True)
        self._reached.set()

    def _lose(self, seconds: float) -> None:
        with self._lock:
            self._lost += seconds

    def _asked(self, question: Callable[[], T]) -> Callable[[], T]:
        """Return a question that is counted while it is asked."""

        def counted() -> T:
            with self._lock:
                self._asking += 1
            try:
                return question()
            finally:
                with self._lock:
                    self._asking -= 1

        return counted


class _Came:
    """How much of an object has come, and when the last of it did."""

    def __init__(self) -> None:
        self.size, self.last, self.stopped = 0, monotonic(), False

    def seen(self, size: int) -> None:
        """Take note of what came; end the transfer where nobody waits for it any more."""
        if self.stopped:
            raise LateError
        self.size, self.last = size, monotonic()


class _Answer:
    """What a question came to, asked in a thread that nobody has to wait for."""

    def __init__(self, question: Callable[[], Any], ended: threading.Event | None = None) -> None:
        self.error: BaseException | None = None
        self.ended, self._result = ended or threading.Event(), None
        threading.Thread(target=self._run, args=(question,), daemon=True).start()

    def _run(self, question: Callable[[], Any]) -> None:
        try:
            self._result = question()
        except BaseException as error:  # for the thread that waits
            self.error = error
        self.ended.set()

    def value(self) -> Any:
        """Return the result, or raise the error."""
        if self.error:
            raise self.error
        return self._result
