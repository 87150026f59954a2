"""What a result depends on, and nothing else: the job of a step and its key.

The key of a command is the command itself, with inputs named by their content. The flags and
limits that engine.py adds do not touch the picture, and are not in it. Of Python on frames it
is the knobs it reads, its VERSION, and its libraries' versions. Comments, refactorings, file
names and folders are in no key.
"""

import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from collide.build.entry import Entry
from collide.hashing import digest_of
from collide.step import Argv, Passes

SCHEMA = 1  # of the key; raise it when the meaning of an ingredient changes


@dataclass(frozen=True)
class Input:
    """One file that a job reads, by content; `@name` is opened, another name lies beside it."""

    digest: str
    size: int = 0
    task: str | None = None  # that made it; None is a clip
    role: str = ""
    demuxer: str | None = None
    path: Path | None = None  # of a file that is neither: it came with a package


@dataclass(frozen=True)
class Job:
    """What one step does once everything before it is known. One of argv, passes, analyze."""

    play: str  # "blend/layer", for messages
    inputs: Mapping[str, Input] = field(default_factory=dict)
    argv: Argv | None = None
    passes: Callable[[], Passes] | None = None
    analyze: Callable[[Mapping[str, Path]], dict[str, Any]] | None = None
    answer: Callable[[Mapping[str, Path]], dict[str, Any]] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)  # of passes and analyze
    version: int = 0
    libraries: tuple[str, ...] = ()
    lists: Mapping[str, list[str]] = field(default_factory=dict)  # `@parts`: inputs, in order
    lasts: Mapping[str, float] = field(default_factory=dict)  # seconds of inputs in a list: NUT
    # does not say how long its last frame stays, and the list would lose the one after it
    frames: Mapping[str, int] = field(default_factory=dict)  # expected in each video file
    drop: tuple[str, ...] = ()  # files that only `answer` needs
    work: int = 0  # frames to go through: what progress counts to
    size: int = 64 << 20  # bytes a file may have

    def ingredients(self, engine: str) -> dict[str, Any]:
        """Return everything the result depends on, as plain data.

        Args:
            engine: the digest of the ffmpeg that would run.
        """
        made: dict[str, Any] = {"schema": SCHEMA}
        made["inputs"] = {token: source.digest for token, source in self.inputs.items()}
        if self.analyze is None:
            made["engine"] = engine
        if self.argv is not None:
            made["argv"] = self.argv
        else:
            made |= {"play": self.play, "given": dict(self.given)}
        if self.version:
            made["version"] = self.version
        if self.lists:
            made["lists"] = dict(self.lists)
        if self.libraries:
            made["libraries"] = {name: library_version(name) for name in self.libraries}
        return made

    def key(self, engine: str) -> str:
        """Return the 32 hex digits that stand for all ingredients."""
        return digest_of(self.ingredients(engine))


Results = Mapping[str, Entry]  # what is known of tasks


def made_by(results: Results, task: str, role: str, demuxer: str | None = None) -> Input:
    """Return one object of an earlier task as an input.

    Raises:
        KeyError: what the task makes is not known.
    """
    made = results[task].objects[role]
    return Input(made.digest, made.size, task, role, demuxer)


@dataclass(frozen=True)
class Step:
    """One task: what it waits for, what an artist would call its ingredients, and its job."""

    task: str
    job: Callable[[Results], Job]
    needs: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    deliver: Mapping[str, Path] = field(default_factory=dict)  # role -> where people see it
    opens: bool = True  # what the steps before it made; else it only takes note of it
    amount: float = 1.0  # of work, in a unit of its kind: megapixels, seconds, or once
    bytes: int = 0  # that it will make, where that can be known; 0: as such tasks did before

    @property
    def kind(self) -> str:
        """Return what it is one of: "layer" of `layer:2`."""
        return self.task.partition(":")[0]


@cache
def library_version(name: str) -> str:
    """Return the version of an installed package."""
    return importlib.metadata.version(name)
