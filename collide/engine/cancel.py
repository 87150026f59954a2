"""The token under which processes are started, and by which they are stopped.

It is the only file that starts one. Every process has limits, a clean environment, a group of its
own and no standard input, and ends with its token: at the latest when this process ends, also by
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

# What a child does before it becomes the program, under the same process id: it tells the warden
# of itself, and limits itself. A shell takes 1 ms for that. Python's preexec_fn takes 3, since it
# forks all of Python, and loses a Ctrl-C that comes meanwhile.
START = 'echo $$ >&0\n{limits}\nunset PWD OLDPWD SHLVL\nexec "$@" </dev/null'

# The warden: a shell beside this process, which hears of each child when it begins and when it
# has ended (-ID). Its input ends when nobody can write to it any more, however that came about:
# then it kills the children that are left, each with all that it started.
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
    """A token to stop what runs: children are started under it, and it kills them.

    It may be stopped from any thread. Tokens know nothing of each other.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.RLock()
        self._children: set[Process] = set()
        self._warden: _Warden | None = None

    def stop(self) -> None:
        """Kill every child; from now on each start raises Cancelled."""
        self.stopped = True
        self.close()

    def close(self) -> None:
        """Kill every child, and let the warden go; whoever starts another gets another warden."""
        with self._lock:
            for child in self._children:
                kill(child)
                child.wait()
            if self._warden:
                self._warden.dismiss()
                self._warden = None

    def check(self) -> None:
        """Raise Cancelled where the token was stopped."""
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
            OSError: it could not be started.
        """
        if not os.access(argv[0], os.X_OK):  # the shell would say so in words of its own
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
                restore_signals=False,  # SIGXFSZ stays ignored: it then says "File too large"
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
    """The shell that kills what is left; it goes when it is dismissed, or forgotten by all."""

    def __init__(self) -> None:
        theirs, self.line = os.pipe()
        silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        opened = [(os.POSIX_SPAWN_DUP2, theirs, 0), *silent]
        argv = ["/bin/sh", "-c", WARDEN]
        self._pid = os.posix_spawn(argv[0], argv, {}, file_actions=opened, setsid=True)
        os.close(theirs)
        self.dismiss = weakref.finalize(self, _dismissed, self._pid, self.line)

    def lives(self) -> bool:
        """Return whether nobody has killed it."""
        with suppress(ChildProcessError):
            return os.waitpid(self._pid, os.WNOHANG) == (0, 0)
        return False

    def forget(self, child: int) -> None:
        """Tell it that a child has ended: its number may soon be somebody else's."""
        with suppress(BrokenPipeError):
            os.write(self.line, b"-%d\n" % child)


def _dismissed(pid: int, line: int) -> None:
    os.close(line)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def kill(child: Process) -> None:
    """Kill a process and what it started, unless it has been waited for."""
    if child.returncode is None:  # nobody has waited for it: its number is still its own
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
