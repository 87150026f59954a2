"""A status line that says what collide is doing, after half a second without output."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SOON = 0.5  # the line appears after this many seconds without output


class _Watched:
    """A stream that clears the waiting line before its first output."""

    def __init__(self, stream: Any, clear: Any) -> None:
        self._stream, self._clear = stream, clear

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Clear the waiting line, then write."""
        self._clear()
        return int(self._stream.write(text) or 0)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show `text` on the terminal after a short delay, until something else is printed."""
    terminal, out = sys.stderr, sys.stdout
    if not (terminal.isatty() and out.isatty()):
        yield
        return
    lock, state = threading.Lock(), {"shown": False, "over": False}

    def show() -> None:
        with lock:
            if not state["over"]:
                state["shown"] = True
                terminal.write(f"{text} …")
                terminal.flush()

    def clear() -> None:
        if state["over"]:
            return
        with lock:
            state["over"] = True
            if state["shown"]:
                terminal.write("\r\x1b[K")
                terminal.flush()

    timer = threading.Timer(SOON, show)
    timer.daemon = True
    sys.stdout, sys.stderr = _Watched(out, clear), _Watched(terminal, clear)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        clear()
        sys.stdout, sys.stderr = out, terminal
