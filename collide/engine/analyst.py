"""Analyses by instruments, in a process of their own that lives on: what speaks with worker.py.

A process, since an analysis may take long, and Python on frames cannot be stopped in a thread.
One that lives on, since what it imports takes longer than most of what it is asked.
"""

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from collide.base.errors import TaskError
from collide.engine.cancel import Cancel
from collide.engine.child import Child, Ended
from collide.engine.safety import Bounds, alone, program

ODD = ("ValueError", "KeyError", "IndexError", "ZeroDivisionError")  # what an odd clip leads to
HOME = Path("/")  # it writes nothing
BOUNDS = Bounds(seconds=1e8, memory=16 << 30)  # of its life: each answer is timed by itself


class Analyst:
    """The worker of one engine. It begins with the first question, and anew after a failure."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel, self._lock = cancel, threading.Lock()
        self._worker: tuple[Child, IO[bytes]] | None = None

    def analyze(
        self,
        play: str,
        shape: str,
        arguments: Mapping[str, Any],
        *,
        scripts: Path | None,
        seconds: float,
    ) -> dict[str, Any]:
        """Return what a function of an instrument answers, called in a process of its own.

        Args:
            play: the instrument, "modes/kmeans".
            shape: its function, "analyze".
            given: its arguments, as JSON; files by their paths.
            scripts: the folder of the project's own instruments.
            seconds: after which it is stopped.

        Raises:
            Cancelled: the token was stopped.
            ValueError: the instrument finds no answer in these files.
            TaskError: it failed otherwise: a mistake in it, a crash, its time, its memory.
        """
        code = str(scripts) if scripts else None
        question = {"play": play, "shape": shape, "given": arguments, "scripts": code}
        said = self._ask(json.dumps(question).encode(), seconds)
        name = f"{play}: the analysis failed"
        if isinstance(said, Ended):
            last = [line for line in said.text.splitlines() if line.strip()][-1:]
            why = "\n".join([f"it {said.how(Bounds(seconds=seconds)) or 'ended'}", *last])
            raise TaskError(name, why=why, fix="look at the clip, or leave it out")
        told = json.loads(said)
        if "answer" in told:
            return dict(told["answer"])
        kind, text = told["error"]["kind"], told["error"]["text"]
        if kind in ODD:
            raise ValueError(text)
        raise TaskError(name, why=f"{kind}: {text}", fix="look at the instrument, or leave it out")

    def close(self) -> None:
        """End the worker."""
        if self._worker:
            worker, questions = self._worker
            worker.kill()
            with suppress(BrokenPipeError):  # of a question that nobody read
                questions.close()
            self._worker = None

    def _ask(self, line: bytes, seconds: float) -> bytes | Ended:
        """Return the line that answers a line, or how the worker ended before it did."""
        with self._lock:
            try:
                worker, questions = self._worker = self._worker or self._begun()
                with suppress(BrokenPipeError):
                    questions.write(line + b"\n")
                    questions.flush()
                for answer in worker.lines(seconds):
                    if answer.endswith(b"\n"):
                        return answer
                ended = worker.end()
            except BaseException:
                self.close()  # what did not answer this must not answer another
                raise
            self.close()
            return ended

    def _begun(self) -> tuple[Child, IO[bytes]]:
        theirs, ours = os.pipe()
        questions = os.fdopen(ours, "wb")
        worker = Child(
            program("engine.worker", [str(theirs)]),
            cwd=HOME,
            env=alone(HOME),
            bounds=BOUNDS,
            cancel=self._cancel,
            pass_fds=[theirs],
        )
        try:
            worker.begin()
        except BaseException:
            worker.kill()
            questions.close()
            raise
        finally:
            os.close(theirs)
        return worker, questions
