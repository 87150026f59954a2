"""Commands of collide, run by fork: one process imports collide once and forks for each command.

    done = run_module("doit", ["render", "project=x"], cwd=root, env=env)

The example is equivalent to `python -m doit render project=x`, but saves a third of a second of
imports. The command is a separate process, with its own folder, environment, output and exit code.
A command starts as a new program if its locale or its PYTHON… variables differ, or if TESTS_EXEC is
set. Tests of starts, kills and signals start their own processes. A fork does not wait for the disk
(fsync) unless TESTS_SYNC is set, because only a power cut could lose its writes.
"""

import atexit
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.patience import HANGS

REPO = Path(__file__).parents[1]
EXEC = "TESTS_EXEC"  # if set, each command is started as a program
SYNC = "TESTS_SYNC"  # if set, forks wait for the disk, as they do outside tests
LOADED = ("doit.cmd_run", "doit.doit_cmd", "collide.cli.commands", "collide.cli.front")
_lock = threading.Lock()
_forks: dict[tuple[str, ...], "_Zygote"] = {}


def run_module(
    module: str, words: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float = HANGS
) -> subprocess.CompletedProcess[str]:
    """Run `python -m MODULE WORDS` and return its exit code, stdout and stderr as text.

    Raise TimeoutExpired after `timeout` seconds.
    """
    argv = [sys.executable, "-m", module, *words]
    if env.get(EXEC) or _python(env) != _python({**os.environ, "PYTHONPATH": str(REPO)}):
        return subprocess.run(
            argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout
        )
    with _lock:
        zygote = _forks.get(_python(env))
        if zygote is None:
            zygote = _forks[_python(env)] = _Zygote(env)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        order = {"module": module, "words": list(words), "cwd": str(cwd), "env": dict(env)}
        code = zygote.run(order, (out.fileno(), err.fileno()), timeout)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(argv, code, *texts)


def _python(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the environment variables that Python itself reads when it starts."""
    names = sorted(name for name in env if name.startswith(("PYTHON", "LC_", "LANG")))
    return tuple(f"{name}={env[name]}" for name in names if name != "PYTHONDONTWRITEBYTECODE")


class _Zygote:
    """The client of a forking process, which ends with the tests."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        argv = [sys.executable, "-m", "tests.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(
            argv, cwd=REPO, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )  # fmt: skip
        theirs.close()
        atexit.register(self.end)

    def run(self, order: Mapping[str, object], streams: tuple[int, int], timeout: float) -> int:
        """Run a command; return its exit code, negative for a signal, or raise TimeoutExpired."""
        data = json.dumps(order).encode()
        answer, theirs = socket.socketpair()
        with answer, theirs:
            with self._lock:
                head = len(data).to_bytes(8, "big")
                socket.send_fds(self._control, [head], [*streams, theirs.fileno()])
                self._control.sendall(data)
            theirs.close()
            answer.settimeout(timeout)
            try:
                reply = answer.recv(16)
            except TimeoutError:
                raise subprocess.TimeoutExpired(str(order["words"]), timeout) from None
        assert reply, f"the zygote is gone: {order['words']}"
        return int(reply)

    def end(self) -> None:
        """End the zygote by closing the socket; kill it if it is still running after a minute."""
        self._control.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _serve(control: socket.socket) -> str:
    """Fork for each command until the socket closes; in the fork, return the module to run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C ends the tests, not the zygote
    while True:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        head, fds, _, _ = socket.recv_fds(control, 8, 3)
        if not head:
            os._exit(0)
        left, data = int.from_bytes(head, "big"), b""
        while left and (part := control.recv(left)):  # never read beyond this command
            left, data = left - len(part), data + part
        if left:
            os._exit(1)
        if os.fork() == 0:
            control.close()
            return _run(json.loads(data), fds)
        for fd in fds:
            os.close(fd)


def _run(order: dict[str, Any], fds: list[int]) -> str:
    """Run a command in a fork: report its exit code here, and in the fork return the module to run.

    The command determines the fork's environment, folder and streams.
    """
    out, err, answer = fds
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for fd, at in ((out, 1), (err, 2)):
        os.dup2(fd, at)
    for fd in fds:
        os.close(fd)
    os.chdir(str(order["cwd"]))
    if SYNC not in order["env"]:
        os.fsync = lambda _: None
    os.environ.clear()
    os.environ.update(order["env"])
    sys.path[0] = str(order["cwd"])
    sys.argv = ["", *order["words"]]
    return order["module"]


def _load() -> None:
    """Import the modules that commands import, except those that start threads, such as numpy."""
    for name in LOADED:
        importlib.import_module(name)
    verbs = importlib.import_module("collide.verbs")
    for each in pkgutil.iter_modules(verbs.__path__, "collide.verbs."):
        importlib.import_module(each.name)
    importlib.import_module("collide.catalog").shipped()


if __name__ == "__main__":
    _load()
    runpy.run_module(
        _serve(socket.socket(fileno=int(sys.argv[1]))), run_name="__main__", alter_sys=True
    )
