"""Around every verb: whatever a person can cause ends in three lines and an exit code."""

import io
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collide import engine
from collide.errors import CollideError, of_disk
from collide.project import House


def guarded(act: Callable[[], int]) -> int:
    """Run a verb; whatever a person can cause ends in an error of three lines and its code."""
    _prepare()
    try:
        return act()
    except CollideError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"ERROR: {of_disk(error, House(Path.cwd()).fullest())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        engine.stop_all()
        print("\nstopped; what was finished is kept", file=sys.stderr)
        return 130
    except Exception as error:
        if type(error).__module__.startswith("doit."):
            raise  # doit has words of its own for these
        traceback.print_exc()
        print("ERROR: a mistake of collide's own; what was finished is kept", file=sys.stderr)
        return 2


def _prepare() -> None:
    for stream in (sys.stdout, sys.stderr):  # a name that is no UTF-8 must not end a run
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # nohup: the night goes on
            signal.signal(name, _interrupted)


def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt
