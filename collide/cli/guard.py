"""The guard around every command, which prints errors and handles Ctrl-C and other signals.

It also parses the verbosity, because `-v` may come before or after the verb.
"""

import _thread  # for signal handlers: unlike threading, it starts a thread without taking a lock
import atexit
import io
import os
import re
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from collide.base.clock import sleep
from collide.base.errors import (
    IN_THE_WAY,
    SHUT,
    CollideError,
    DiskError,
    InputError,
    cache_deleted,
    of_disk,
)
from collide.base.workspace import Workspace

LEVELS = {
    0: "errors and the last line",
    1: "a line for each task that did work, except internal tasks (the default)",
    2: "also each ffmpeg command as it runs, ready to paste, and internal tasks",
}


POSTPONED = 200  # how many times to resend a Ctrl-C (every 10 ms) while Python may hold a lock


class Interrupts:
    """A signal handler (Ctrl-C, SIGTERM, SIGHUP): it stops the tasks and ignores later signals."""

    def __init__(self) -> None:
        self.stops: Callable[[], None] | None = None  # stops running work, from any thread
        self.heard = False
        self._postponed = 0

    def listen(self) -> None:
        """Start handling the signals."""
        sys.unraisablehook = self._dropped
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN:  # nohup ignores SIGHUP
                signal.signal(name, self._take)
                # on exit Python restores the system's handler, which would kill the process
                atexit.register(signal.signal, name, signal.SIG_IGN)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.heard:
            return
        if self._waits(frame):
            self._send_again(number)
            return
        self.heard, self._number = True, number
        if self.stops:
            # in another thread, because this one may hold a lock while waiting for a child
            _thread.start_new_thread(self.stops, ())
        raise KeyboardInterrupt

    def _waits(self, frame: FrameType | None) -> bool:
        """Return whether the interrupt must wait because it would be lost or leave a lock held.

        Python drops an exception that is raised in its hook for dropped exceptions. An exception
        raised while the `threading` module is acquiring a lock leaves the lock held, and then the
        next wait for a thread never ends. Most calls into `threading` are short, so the interrupt
        is postponed; long waits are interrupted.
        """
        while frame:
            if frame.f_code is self._dropped.__code__:
                return True
            if frame.f_code.co_filename == threading.__file__ and self._postponed < POSTPONED:
                self._postponed += 1
                return True
            frame = frame.f_back
        return False

    def _dropped(self, error: Any) -> None:
        """Resend a Ctrl-C that Python dropped, for instance in a finalizer; print other errors."""
        if error.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(error)
            return
        self.heard = False
        self._send_again(self._number)

    def _send_again(self, number: int) -> None:
        _thread.start_new_thread(_send_later, (threading.main_thread().ident or 0, number))


def _send_later(thread: int, number: int) -> None:
    sleep(0.01)
    signal.pthread_kill(thread, number)


def guarded(act: Callable[[Interrupts], int]) -> int:
    """Run a command, print any error, and return the exit code; let doit's own errors through."""
    interrupts = Interrupts()
    try:
        _prepare()
        interrupts.listen()
        code = act(interrupts)
        interrupts.heard = True  # from now on, nothing interrupts the exit
        return code
    except KeyboardInterrupt:
        pass
    except CollideError as error:
        if not interrupts.heard:
            print(f"ERROR: {error}", file=sys.stderr)
            return error.code
    except OSError as error:
        collide_error = _of_system(error)
        print(f"ERROR: {collide_error}", file=sys.stderr)
        return InputError.code if error.errno in (*SHUT, *IN_THE_WAY) else collide_error.code
    except Exception as error:
        # a Ctrl-C that left a lock held may have caused the error; report the Ctrl-C instead
        if not isinstance(error.__context__, KeyboardInterrupt):
            if type(error).__module__.startswith("doit."):
                raise  # doit prints its own messages
            traceback.print_exc()
            print("ERROR: a bug in collide; finished results are kept", file=sys.stderr)
            return 2
    print("\nstopped; finished work is kept", file=sys.stderr)
    return 130


def _of_system(error: OSError) -> CollideError:
    """Convert a system error to collide's error, with its own message for a deleted cache."""
    workspace = Workspace(Path.cwd())
    place = workspace.cache_place
    named = str(error.filename)
    if isinstance(error, FileNotFoundError) and named.startswith(f"{place}{os.sep}"):
        return cache_deleted(place, shlex.join(["doit", *sys.argv[1:]]))
    return of_disk(error, workspace.fullest())


def leveled(words: Sequence[str]) -> tuple[list[str], int]:
    """Return the arguments without `-v N`, and N; raise InputError if N is not in LEVELS."""
    level, rest = _leveled(words)
    if level not in map(str, LEVELS):
        taken, rest = _leveled(sys.argv[1:])
        if not any("=" not in word and word[0] != "-" for word in rest) and level.isalpha():
            rest = [level, *rest]  # -v swallowed the verb
        elif "=" in taken or ":" in taken:
            rest = [*rest, taken]  # -v swallowed a variable or a task
        raise InputError(
            f"-v {level} is not valid" if level else "-v needs a level",
            why="; ".join(f"{number}: {text}" for number, text in LEVELS.items()),
            fix=shlex.join(["doit", "-v", "2", *(rest or ["render"])]),
        )
    return rest, int(level)


def _leveled(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the N of `-v N` (default "1"), and the arguments without it."""
    rest, level, items = list[str](), "1", iter(words)
    for word in items:
        if option := re.fullmatch(r"(?:-v|--verbosity=?)(.*)", word, re.DOTALL):
            level = option[1] or next(items, "")
        else:
            rest.append(word)
    return level, rest


@contextmanager
def held_back(level: int) -> Iterator[None]:
    """At level 0, print only the last line of the output, or nothing after an error."""
    if level:
        yield
        return
    printed, stream = io.StringIO(), sys.stdout
    sys.stdout = printed
    try:
        yield
    finally:
        sys.stdout = stream
    lines = printed.getvalue().rstrip("\n").splitlines()
    print("\n".join(lines[-1:]))


class _Patient:
    """A stream whose reader (such as `| head`) may close it without ending the work."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text if the reader is still there."""
        return self._tried(lambda: self._stream.write(text)) or len(text)

    def flush(self) -> None:
        """Flush the stream if the reader is still there."""
        self._tried(self._stream.flush)

    def _tried(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except OSError as error:  # Python flushes again on exit, so let it write to the null device
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if isinstance(error, BrokenPipeError):
                return None
            raise DiskError(
                f"the output cannot be written: {error.strerror}",
                why="the file or device that it goes to accepts no more data",
                fix="free space where > writes, or leave out >",
            ) from None


def _prepare() -> None:
    for stream in (sys.stdout, sys.stderr):  # a file name that is not UTF-8 must not end the run
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    if not isinstance(sys.stdout, _Patient):
        sys.stdout = _Patient(sys.stdout)
