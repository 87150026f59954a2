"""Checks before all other imports: the Python version, its packages, and an early Ctrl-C.

Any Python 3 must be able to run this file, so it avoids recent features.
"""

import signal
import sys
from importlib.util import find_spec
from pathlib import Path


def begin() -> None:
    """Prepare the process for a collide command line; do nothing in other programs."""
    path = Path(sys.argv[0] if sys.argv else "")
    words = list(getattr(sys, "orig_argv", ("-m", "collide")))
    module = words[words.index("-m") + 1 : words.index("-m") + 2] if "-m" in words else []
    by_hand = path.name == "-m" and module == ["collide"]
    if by_hand:
        _refuse_python()
    ours = by_hand or path.name == "doit" or path.parts[-2:] == ("doit", "__main__.py")
    # the imports take a second; until they are done, Ctrl-C would print a traceback
    if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _refuse_python() -> None:
    """Exit with a short error if this Python is too old or lacks collide's packages."""
    if sys.version_info < (3, 11):  # noqa: UP036 - tells users that Python is too old
        print(
            "ERROR: collide needs Python 3.11 or newer\n"
            "  why  this is Python {}.{}\n"
            "  fix  rm -rf .venv, then the install command in README.md with python3.11".format(
                *sys.version_info
            ),
            file=sys.stderr,
        )
        sys.exit(3)
    if find_spec("xxhash") is None:
        print(
            "ERROR: this Python does not have the packages of collide\n"
            "  why  the environment .venv is not active, or not installed yet (see README.md)\n"
            "  fix  . .venv/bin/activate",
            file=sys.stderr,
        )
        sys.exit(3)


def _stop(_number: int, _frame: object) -> None:
    """Exit immediately, because no verb has started and nothing needs cleaning up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("\nstopped; nothing was started", file=sys.stderr)
    sys.exit(130)
