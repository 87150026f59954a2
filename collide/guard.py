"""Around every verb: whatever a person can cause ends in three lines and an exit code."""

import signal
import sys
from collections.abc import Callable
from typing import Any

from collide import engine
from collide.errors import CollideError


def guarded(act: Callable[[], int]) -> int:
    """Run a verb; whatever a person can cause ends in an error of three lines and its code."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupted)
    try:
        return act()
    except CollideError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"ERROR: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        engine.stop_all()
        print("\nstopped; what was finished is kept", file=sys.stderr)
        return 130


def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt
