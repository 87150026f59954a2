"""News for pages: events of the painter and the tuner, sent to each page that listens."""

import json
import threading
from collections.abc import Mapping
from queue import Full, Queue
from typing import Any

MOST_PAGES = 8  # the maximum number of pages that listen at the same time
WAITING = 64  # the maximum number of unread events for a page


class News:
    """One queue of events per listening page; a full queue drops its oldest event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: list[Queue[bytes]] = []
        self._last: dict[str, bytes] = {}

    def tell(self, what: str, news: Mapping[str, Any]) -> None:
        """Send news to every page, and the latest news of each kind to pages that join later."""
        text = json.dumps(news, allow_nan=False, default=str)
        event = f"event: {what}\ndata: {text}\n\n".encode()
        with self._lock:
            self._last[what] = event
            for page in self._pages:
                while True:
                    try:
                        page.put_nowait(event)
                        break
                    except Full:
                        page.get_nowait()

    def listen(self) -> "Queue[bytes]":
        """Return a queue for another page, filled with the latest news of each kind.

        Raises:
            Full: the maximum number of pages is already listening.
        """
        with self._lock:
            if len(self._pages) == MOST_PAGES:
                raise Full
            page: Queue[bytes] = Queue(WAITING)
            for event in self._last.values():
                page.put_nowait(event)
            self._pages.append(page)
            return page

    @property
    def has_listeners(self) -> bool:
        """Return whether any page is listening."""
        return bool(self._pages)

    def leave(self, page: "Queue[bytes]") -> None:
        """Remove the queue of a closed page."""
        with self._lock:
            self._pages.remove(page)
