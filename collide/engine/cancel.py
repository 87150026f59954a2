"""The cancel token, which starts and kills child processes for all other modules.

Every child has its own process group, no standard input, and the limits and environment that its
caller passes. It is killed when its token is stopped or closed, or when this process ends, even by
kill -9.
"""

import errno
import os
import signal
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from collide.base.errors import Cancelled
from collide.engine.safety import Bounds, limits

Process = subprocess.Popen[bytes]

# A child registers with the warden and sets its limits before it execs the program. A shell does
# this in 1 ms. preexec_fn would take 3 ms, because it forks all of Python, and it could lose a
# Ctrl-C.
START = 'echo $$ >&0\n{limits}\nunset PWD OLDPWD SHLVL\nexec "$@" </dev/null'

# The warden is a shell that reads each child's id when it starts, and -ID when it has ended. When
# no writer is left, its input ends, and the warden kills the remaining process groups.
WARDEN = """
cd /
all=' '
while read -r id; do
  case $id in
    -*) id=${id#-}; case $all in *" $id "*) all="${all%% $id *} ${all#* $id }";; esac;;
    *) all="$all$id ";;
  esac
done
for id in $all; do kill -s KILL -- "-$id"; done
"""


class Cancel:
    """A token that starts child processes and kills them, from any thread."""

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.RLock()
        self._children: set[Process] = set()
        self._warden: _Warden | None = None

    def stop(self) -> None:
        """Kill every child and make every later start raise Cancelled."""
        self.stopped = True
        self.close()

    def interrupt(self) -> None:
        """Ask every child to end, with SIGTERM; `stop` kills any child that does not."""
        with self._lock:
            for child in self._children:
                if child.returncode is None:  # not yet waited for, so its id cannot be reused
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(child.pid, signal.SIGTERM)

    def close(self) -> None:
        """Kill every child and dismiss the warden, which the next start replaces."""
        with self._lock:
            for child in self._children:
                kill(child)
                child.wait()
            if self._warden:
                self._warden.dismiss()
                self._warden = None

    def check(self) -> None:
        """Raise Cancelled if the token was stopped."""
        if self.stopped:
            raise Cancelled("it was cancelled")

    def start(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        bounds: Bounds,
        pass_fds: Sequence[int] = (),
    ) -> Process:
        """Start a program.

        Raises:
            Cancelled: the token was stopped.
            OSError: the program cannot be started.
        """
        if not os.access(argv[0], os.X_OK):  # otherwise the shell would print its own error
            raise OSError(errno.ENOENT, "it cannot be run", argv[0])
        with self._lock:
            self.check()
            if not (self._warden and self._warden.lives()):
                self._warden = _Warden()
            child = subprocess.Popen(
                ["/bin/sh", "-c", START.format(limits=limits(bounds)), "sh", *argv],
                cwd=cwd,
                env=env,
                stdin=self._warden.line,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                # SIGXFSZ remains ignored, so writing too much fails without killing the child
                restore_signals=False,
                pass_fds=pass_fds,
            )
            self._children.add(child)
        return child

    def ended(self, child: Process) -> None:
        """Forget a child that has ended."""
        with self._lock:
            self._children.discard(child)
            if self._warden:
                self._warden.forget(child.pid)


class _Warden:
    """The shell that kills remaining children, and exits when dismissed or garbage-collected."""

    def __init__(self) -> None:
        theirs, self.line = os.pipe()
        silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        opened = [(os.POSIX_SPAWN_DUP2, theirs, 0), *silent]
        argv = ["/bin/sh", "-c", WARDEN]
        self._pid = os.posix_spawn(argv[0], argv, {}, file_actions=opened, setsid=True)
        os.close(theirs)
        self.dismiss = weakref.finalize(self, _dismissed, self._pid, self.line)

    def lives(self) -> bool:
        """Return whether the warden is still running."""
        with suppress(ChildProcessError):
            return os.waitpid(self._pid, os.WNOHANG) == (0, 0)
        return False

    def forget(self, child: int) -> None:
        """Unregister a child that has ended, since its process id may be reused."""
        with suppress(BrokenPipeError):
            os.write(self.line, b"-%d\n" % child)


def _dismissed(pid: int, line: int) -> None:
    os.close(line)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def kill(child: Process) -> None:
    """Kill a process and its process group, unless it has been waited for."""
    if child.returncode is None:  # not yet waited for, so its id cannot be reused
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
