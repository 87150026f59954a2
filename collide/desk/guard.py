"""Around every verb: whatever a person can cause ends in three lines and an exit code."""

import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collide.errors import CollideError, of_disk
from collide.house import House


def guarded(act: Callable[[], int]) -> int:
    """Run a verb; whatever a person can cause ends in an error of three lines and its code."""
    try:
        _prepare()
        return act()
    except CollideError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"ERROR: {of_disk(error, House(Path.cwd()).fullest())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept", file=sys.stderr)
        return 130
    except Exception as error:
        if type(error).__module__.startswith("doit."):
            raise  # doit has words of its own for these
        traceback.print_exc()
        print("ERROR: a mistake of collide's own; what was finished is kept", file=sys.stderr)
        return 2


class _Patient:
    """A stream whose reader may go (`| head`): the work goes on, and is told to nobody."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, if anybody reads."""
        return self._tried(lambda: self._stream.write(text)) or len(text)

    def flush(self) -> None:
        """Flush, if anybody reads."""
        self._tried(self._stream.flush)

    def _tried(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except BrokenPipeError:  # Python flushes once more at its end: give it a place to
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return None


def _prepare() -> None:
    for stream in (sys.stdout, sys.stderr):  # a name that is no UTF-8 must not end a run
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    if not isinstance(sys.stdout, _Patient):
        sys.stdout = _Patient(sys.stdout)
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # nohup: the night goes on
            signal.signal(name, _interrupted)
    sys.unraisablehook = _dropped


def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def _dropped(error: Any) -> None:
    """Send a Ctrl-C again that came where Python drops exceptions: in the end of some object."""
    if error.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(error)
        return
    heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    number = next((name for name in heard if callable(signal.getsignal(name))), signal.SIGINT)
    main = threading.main_thread().ident or 0
    threading.Timer(0.01, signal.pthread_kill, [main, number]).start()
