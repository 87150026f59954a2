"""The client of worker.py, a long-lived process for the analyses that import large libraries.

The worker is a process because a Python thread cannot be stopped. It is long-lived because its
imports take longer than most analyses.
"""

import json
import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from collide.base.errors import TaskError
from collide.engine.cancel import Cancel
from collide.engine.child import Child, Ended
from collide.engine.safety import Bounds, alone, program

ODD = ("ValueError", "KeyError", "IndexError", "ZeroDivisionError")  # errors that odd clips cause
HOME = Path("/")  # the worker does not write files
BOUNDS = Bounds(seconds=1e8, memory=16 << 30)  # for the worker's lifetime; each request has a limit


class Analyst:
    """A client that starts the worker when it is needed, and again after it has ended."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel, self._lock = cancel, threading.Lock()
        self._worker: tuple[Child, IO[bytes]] | None = None

    def analyze(
        self,
        play: str,
        shape: str,
        arguments: Mapping[str, Any],
        *,
        scripts: Path | None = None,
        seconds: float = 600.0,
    ) -> dict[str, Any]:
        """Call a function of an instrument in the worker and return its result (see Call).

        Args:
            scripts: the folder of the project's own instruments.
            seconds: the limit on processor time for this call.

        Raises:
            Cancelled: the token was stopped.
            ValueError: the instrument did not find an answer and raised an error in ODD.
            TaskError: any other failure, such as an exception, a crash or an exceeded limit.
        """
        code = str(scripts) if scripts else None
        request = {"play": play, "shape": shape, "given": arguments, "scripts": code}
        line = self._ask(json.dumps(request).encode(), seconds)
        name = f"{play}: the analysis failed"
        if isinstance(line, Ended):
            raise TaskError(name, why=line.why(), fix="check the clip, or remove it")
        reply = json.loads(line)
        if "answer" in reply:
            return dict(reply["answer"])
        kind, text = reply["error"]["kind"], reply["error"]["text"]
        if kind in ODD:
            raise ValueError(text)
        raise TaskError(name, why=f"{kind}: {text}", fix="check the instrument, or remove it")

    def prepare(self, plays: Iterable[str], scripts: Path | None) -> None:
        """Start the worker before its first request and let it import libraries ahead of time.

        A running worker is kept. A failed import is reported only by a request that needs it.
        """
        with self._lock:
            self._worker = self._worker or self._begun(str(scripts or ""), *sorted(plays))

    def close(self) -> None:
        """End the worker."""
        if self._worker:
            worker, requests = self._worker
            worker.kill()
            with suppress(BrokenPipeError):  # closing flushes a request that nobody reads
                requests.close()
            self._worker = None

    def _ask(self, line: bytes, seconds: float) -> bytes | Ended:
        """Return the reply to a request, or how the worker ended without replying."""
        with self._lock:
            try:
                worker, requests = self._worker = self._worker or self._begun()
                with suppress(BrokenPipeError):
                    requests.write(line + b"\n")
                    requests.flush()
                for reply in worker.lines(Bounds(seconds=seconds)):
                    if reply.endswith(b"\n"):
                        return reply
                ended = worker.end()
            except BaseException:
                self.close()  # a late reply must not answer another request
                raise
            self.close()
            return ended

    def _begun(self, *ahead: str) -> tuple[Child, IO[bytes]]:
        theirs, ours = os.pipe()
        requests = os.fdopen(ours, "wb")
        start = partial(
            self._cancel.start,
            program("engine.worker", [str(theirs), *ahead]),
            cwd=HOME,
            env=alone(HOME),
        )
        worker = Child(partial(start, bounds=BOUNDS, pass_fds=[theirs]), self._cancel)
        try:
            worker.begin()
        except BaseException:
            worker.kill()
            requests.close()
            raise
        finally:
            os.close(theirs)
        return worker, requests
