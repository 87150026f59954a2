"""The only door to processes: finds ffmpeg and runs it, with all that safety.py asks for.

Beside ffmpeg it runs programs of our own that must not be in this process (see `work`).
"""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.engine.analyst import Analyst
from collide.engine.cancel import Cancel
from collide.engine.child import Ended, OnOutput, run_child
from collide.engine.ffmpeg import ENCODERS, FILTERS, find_program
from collide.engine.safety import (
    NO_LIMIT,
    Bounds,
    Source,
    alone,
    environment,
    packages,
    pasteable,
    program,
    spelled,
)

# What ffmpeg says after it has said what is wrong.
ECHOES = (
    "Conversion failed|Exiting with|Error opening (?:in|out)put|Error parsing options for|"
    "Task finished|Terminating thread|Nothing was written|Could not open encoder before EOF|"
    "To ignore this|Failed to set value|    Last message repeated"
)

OnFrames = Callable[[int], None]  # frames done


@dataclass(eq=False)
class Engine:
    """One ffmpeg, why it is the one, and the token under which it and its helpers run."""

    path: Path
    why: str
    cancel: Cancel = field(default_factory=Cancel)
    shared: bool = False  # others run under the same token

    def __post_init__(self) -> None:
        self._analyst = Analyst(self.cancel)

    def close(self) -> None:
        """End what runs; under a token that others share, only the worker."""
        self._analyst.close()
        if not self.shared:
            self.cancel.close()

    def version(self) -> str:
        """Return the version as ffmpeg says it, "" where it does not answer as ffmpeg does."""
        said = self._asked("-version").partition("\n")[0].split()
        return said[2] if said[:2] == ["ffmpeg", "version"] else ""

    def missing(self) -> list[str]:
        """Return the filters and encoders that are needed and not there."""
        filters, encoders = self._names("-filters"), self._names("-encoders")
        return [n for n in FILTERS if n not in filters] + [n for n in ENCODERS if n not in encoders]

    def encodes(self, name: str) -> bool:
        """Return whether an encoder is there that no render needs."""
        return name in self._names("-encoders")

    def require(self) -> None:
        """Refuse an engine that lacks a part every render needs.

        Raises:
            InputError: with what is missing.
        """
        used = f"it is used because {self.why}"
        fix = "pip install imageio-ffmpeg brings one that has everything (see: doit doctor)"
        if os.environ.get("COLLIDE_FFMPEG"):
            fix = "unset COLLIDE_FFMPEG to use the one that comes with collide (see: doit doctor)"
        if not self.version():
            raise InputError(
                f"{self.path} is no ffmpeg", why=f"it does not answer -version; {used}", fix=fix
            )
        if missing := self.missing():
            raise InputError(
                f"the ffmpeg at {self.path} lacks {', '.join(missing)}",
                why=f"it was built without; {used}",
                fix=fix,
            )

    def run(
        self, command: Sequence[str], *, cwd: Path, bounds: Bounds, watch: OnFrames | None = None
    ) -> str:
        """Run a spelled-out command in `cwd` and return what it wrote to stderr.

        A command that writes nothing (`-f null -`) is asked to speak, others only of trouble.

        Raises:
            Cancelled: the token was stopped.
            TaskError: it failed, was killed, or ran out of its bounds.
        """
        measures = command[-1] == "-"
        said = ["-v", "info" if measures else "error", "-nostats", "-stats_period", "0.25"]
        argv = [command[0], *said, "-progress", "pipe:1", *command[1:]]
        ended = self._child(argv, cwd, environment(cwd), bounds, _counted(watch))
        if how := ended.how(bounds):
            raise _failed(command, how, ended.text)
        return ended.text

    def count_frames(self, path: Path) -> int:
        """Return how many frames a video file of ours really holds, none of them decoded."""
        seen = [0]
        demuxer = {".nut": "nut", ".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}[path.suffix]
        argv = ["-i", "@made", "-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
        source = Source(path, trusted=True, demuxer=demuxer)
        command = spelled(self.path, argv, {"@made": source})
        self.run(command, cwd=path.parent, bounds=Bounds(), watch=seen.append)
        return seen[-1]

    def work(
        self,
        name: str,
        words: Sequence[str],
        *,
        cwd: Path,
        bounds: Bounds,
        env: Mapping[str, str],
        watch: OnFrames | None = None,
        heard: Callable[[str], None] | None = None,
    ) -> str:
        """Run a program of our own, `collide.NAME`, and return what it wrote to stderr.

        It sees the packages that are seen here, one thread, and nothing else of the environment.

        Args:
            env: what it is told besides.
            heard: given each line of its standard output.

        Raises:
            Cancelled: the token was stopped.
            TaskError: it failed, was killed, or ran out of its bounds; `why` is its last word.
        """
        argv, told = program(name, words), {**alone(cwd), **env}

        def listen(line: bytes) -> None:
            _counted(watch)(line)
            if heard:
                heard(line.decode(errors="replace").rstrip())

        ended = self._child(argv, cwd, told, bounds, listen)
        if how := ended.how(bounds):
            last = [line for line in ended.text.splitlines() if line.strip()][-1:]
            raise TaskError(
                f"{name.rpartition('.')[2]} failed",
                why="\n".join([f"it {how}", *last]),
                fix=pasteable(argv),
            )
        return ended.text

    def analyze(
        self,
        play: str,
        shape: str,
        arguments: Mapping[str, Any],
        *,
        scripts: Path | None = None,
        seconds: float = 600.0,
    ) -> dict[str, Any]:
        """Return what a function of an instrument answers, see Analyst.analyze."""
        return self._analyst.analyze(play, shape, arguments, scripts=scripts, seconds=seconds)

    def doit(
        self, words: Sequence[str], *, root: Path, seconds: float, heard: Callable[[str], None]
    ) -> tuple[str, str]:
        """Run `doit WORDS` in a process of its own; return how it failed, "" for well, and stderr.

        The child is collide itself: it limits what it starts, and ends with this process.

        Args:
            root: the folder that holds dodo.py.
            seconds: after which it is stopped.
            heard: given each line of its standard output.
        """
        bounds = Bounds(seconds=seconds, size=NO_LIMIT, memory=NO_LIMIT)
        env = {**os.environ, "PYTHONPATH": packages(), "PYTHONUNBUFFERED": "1"}

        def listen(line: bytes) -> None:
            heard(line.decode(errors="replace").rstrip())

        ended = self._child([sys.executable, "-m", "doit", *words], root, env, bounds, listen)
        return ended.how(bounds), ended.text

    def _child(
        self,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        bounds: Bounds,
        heard: OnOutput,
    ) -> Ended:
        return run_child(argv, cwd=cwd, env=env, bounds=bounds, heard=heard, cancel=self.cancel)

    def _asked(self, question: str) -> str:
        """Return the answer of `ffmpeg QUESTION`; nothing of a stranger's is opened."""
        answer: list[bytes] = []
        argv, home = [str(self.path), "-nostdin", "-hide_banner", question], self.path.parent
        try:
            self._child(argv, home, environment(home), Bounds(seconds=30), answer.append)
        except OSError:
            return ""
        return b"".join(answer).decode(errors="replace")

    def _names(self, question: str) -> set[str]:
        """Return the second word of each row of a table."""
        rows = map(str.split, self._asked(question).splitlines())
        return {row[1] for row in rows if len(row) > 2}


def find_engine(cancel: Cancel | None = None) -> Engine:
    """Return the engine to use, see find_program.

    Args:
        cancel: the token it is to run under; else it has one of its own.

    Raises:
        InputError: there is none.
    """
    return Engine(*find_program(), cancel or Cancel(), shared=cancel is not None)


def _counted(watch: OnFrames | None) -> Callable[[bytes], None]:
    """Return what listens for the frames that are done."""

    def heard(line: bytes) -> None:
        if watch and line.startswith(b"frame="):
            watch(int(line[6:].strip() or 0))

    return heard


def _failed(command: Sequence[str], how: str, text: str) -> TaskError:
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [re.sub(r"^(?:\[[^]]* @ 0x[0-9a-f]+\] *)+", "", line) for line in lines]
    told = [line for line in lines if not re.match(ECHOES, line)] or lines
    why = "\n".join([f"ffmpeg {how}", *told[:1], *told[1:][-2:]])
    return TaskError(
        "the command failed", why=why, fix=f"paste this to see it again:\n{pasteable(command)}"
    )
