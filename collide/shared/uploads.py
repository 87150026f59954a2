"""Uploads: results are sent in the background, so tasks do not wait for them.

The smallest result is sent first, so most results are sent by the end of a run. Results that do not
fit into the queue or are not sent in time are dropped and counted.
"""

import heapq
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from collide.base.clock import monotonic
from collide.shared.door import DoorError, UnfitError

MOST_WAITING = 512  # results in the queue
ERRORS = 2  # after this many errors in a row, nothing more is sent in this run


@dataclass(order=True)
class Parcel:
    """One result to upload: its size in bytes and a function that sends it."""

    size: int
    at: int
    send: Callable[[], None] = field(compare=False)
    dropped: bool = field(default=False, compare=False)


class Uploads:
    """A queue of results and the one thread that sends them."""

    def __init__(self) -> None:
        self.trouble = ""  # why nothing more is sent
        self.dropped: Counter[str] = Counter()  # results and their bytes
        self._waiting: list[Parcel] = []
        self._sending: Parcel | None = None
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._errors, self._count, self._ended = 0, 0, False

    def add(self, size: int, send: Callable[[], None]) -> None:
        """Queue a result for upload, or drop it if the queue is full or closed; do not wait."""
        with self._changed:
            self._count += 1
            parcel = Parcel(size, self._count, send)
            if self.trouble or self._ended or len(self._waiting) >= MOST_WAITING:
                self._drop(parcel)
                return
            heapq.heappush(self._waiting, parcel)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def end(self, seconds: float) -> None:
        """Wait at most `seconds` for the queue to empty, then drop the rest."""
        until = monotonic() + seconds
        with self._changed:
            while (self._waiting or self._sending) and not self.trouble:
                rest = until - monotonic()
                if rest <= 0 or not self._changed.wait(rest):
                    break
            self._ended = True
            self._drop_all()
            if self._sending:
                self._drop(self._sending)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._sending = None
                self._changed.notify_all()
                while not self._waiting:
                    if self._ended:
                        return
                    self._changed.wait()
                parcel = self._sending = heapq.heappop(self._waiting)
            self._send(parcel)

    def _send(self, parcel: Parcel) -> None:
        try:
            parcel.send()
            self._errors = 0
        except DoorError as error:
            self._errors += 1
            with self._changed:
                self._drop(parcel)
                if isinstance(error, UnfitError) or self._errors >= ERRORS:
                    self.trouble = str(error)
                    self._drop_all()
        except (OSError, LookupError, ValueError):  # the object was evicted or is no longer known
            with self._changed:
                self._drop(parcel)

    def _drop_all(self) -> None:
        for parcel in self._waiting:
            self._drop(parcel)
        self._waiting.clear()

    def _drop(self, parcel: Parcel) -> None:
        """Count a result as dropped only once, since a result that `end` dropped may fail later."""
        if not parcel.dropped:
            self.dropped.update(results=1, bytes=parcel.size)
        parcel.dropped = True
