"""A step and its job: one function of one instrument with plain arguments, and the key of that.

A job can be written as JSON, and running it is calling that function with what is given; nothing
in it is a closure. The key of a command is the command itself, with inputs named by their content.
The flags and limits that programs.py adds do not touch the picture, and are not in it. Of Python on
frames, of several passes and of what reads an answer off finished files, the key holds the
arguments, the VERSION of the instrument, and the versions of its libraries. Comments,
refactorings, file names and folders are in no key.
"""

import importlib.metadata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from collide.base.hashing import digest_of
from collide.catalog import Catalog
from collide.instrument import Argv
from collide.store.call import Call, plain, without_files
from collide.store.entry import Entry

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
class Job(Call):
    """What one step runs once everything before it is known."""

    inputs: Mapping[str, Input] = field(default_factory=dict)
    then: tuple[Call, ...] = ()  # read facts off what was made; `files` and `answer` are passed
    unkeyed: Mapping[str, Any] = field(default_factory=dict)  # arguments that are in no key
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)  # `@parts`: inputs, in order
    lasts: Mapping[str, float] = field(default_factory=dict)  # seconds of inputs in a list: NUT
    # does not say how long its last frame stays, and the list would lose the one after it
    frames: Mapping[str, int] = field(default_factory=dict)  # expected in each video file
    drop: tuple[str, ...] = ()  # files that only later calls need
    work: int = 0  # frames to go through: what progress counts to
    size: int = 64 << 20  # bytes a file may have

    @property
    def runs_one_command(self) -> bool:
        """Return whether its function returns one command; the others run Python or passes."""
        return self.shape not in ("passes", "analyze")

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the calls whose answer no key holds, only their arguments and VERSION."""
        return (*(() if self.runs_one_command else (self,)), *self.then)

    def argv(self, catalog: Catalog) -> Argv:
        """Return the command of a job that is one, worked out once."""
        if "_argv" not in self.__dict__:
            self.__dict__["_argv"] = self(catalog)
        argv: Argv = self.__dict__["_argv"]
        return argv

    def ingredients(self, engine: str, catalog: Catalog) -> dict[str, Any]:
        """Return everything the result depends on, as plain data.

        Args:
            engine: the digest of the ffmpeg that would run.
            catalog: has the instrument.
        """
        held: dict[str, Any] = {"schema": SCHEMA}
        held["inputs"] = {token: source.digest for token, source in self.inputs.items()}
        if self.shape != "analyze":
            held["engine"] = engine
        if self.runs_one_command:
            held["argv"] = self.argv(catalog)
        else:
            held |= {"play": self.play, "given": without_files(self.arguments)}
        called = self.calls
        if any(call.play == self.play for call in called) and (own := self.version(catalog)):
            held["version"] = own
        if more := [c for c in self.then if c.play != self.play or c.arguments]:
            held["then"] = [
                [c.play, c.shape, without_files(c.arguments), c.version(catalog)] for c in more
            ]
        if self.lists:
            held["lists"] = {name: list(tokens) for name, tokens in self.lists.items()}
        if libraries := {name for call in called for name in call.libraries(catalog)}:
            held["libraries"] = {name: library_version(name) for name in sorted(libraries)}
        return held

    def key(self, engine: str, catalog: Catalog) -> str:
        """Return the 32 hex digits that stand for all ingredients."""
        return digest_of(self.ingredients(engine, catalog))

    def replaced(self, **values: Any) -> "Job":
        """Return the same job with other fields; its command stays worked out."""
        job = replace(self, **values)
        job.__dict__.update({n: v for n, v in self.__dict__.items() if n == "_argv"})
        return job

    def data(self) -> dict[str, Any]:
        """Return the job as JSON holds it; `read_job` is the way back."""
        whole: dict[str, Any] = plain({one.name: getattr(self, one.name) for one in fields(self)})
        return whole


def read_job(data: Mapping[str, Any]) -> Job:
    """Return the job that `Job.data` wrote.

    Raises:
        KeyError, TypeError: it is none.
    """
    inputs = {
        token: Input(**{**one, "path": Path(one["path"]) if one["path"] else None})
        for token, one in data["inputs"].items()
    }
    then = tuple(Call(**call) for call in data["then"])
    return Job(**{**data, "inputs": inputs, "then": then, "drop": tuple(data["drop"])})


Results = Mapping[str, Entry]  # what is known of tasks
Log = dict[str, Any]  # what a step read while its job was worked out: knobs, and its other sources


class Watched(Mapping[str, Any]):
    """Knobs that tell which of them were asked for: `note` gets each name and value."""

    def __init__(self, values: Mapping[str, Any], note: Callable[[str, Any], None]) -> None:
        self._values, self._note = values, note

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        self._note(name, value)
        return value

    @property
    def unwatched(self) -> Mapping[str, Any]:
        """Return the knobs for what stands in no key: reading them is noted nowhere."""
        return self._values

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def command_job(
    catalog: Catalog,
    play: str,
    knobs: Mapping[str, Any],
    arguments: Mapping[str, Any] | None = None,
    *,
    shape: str = "command",
    **rest: Any,
) -> Job:
    """Return the job of one command; of the knobs it holds those that the command reads.

    Args:
        given: the other arguments of the instrument's function.
        rest: fields of the job.
    """
    read: Log = {}
    function = getattr(catalog.instrument(play), shape)
    argv = function(Watched(knobs, read.__setitem__), **(arguments or {}))
    job = Job(play, shape, {"knobs": read, **(arguments or {})}, **rest)
    job.__dict__["_argv"] = argv
    return job


def made_by(results: Results, task: str, role: str, demuxer: str | None = None) -> Input:
    """Return one object of an earlier task as an input.

    Raises:
        KeyError: what the task makes is not known.
    """
    made = results[task].objects[role]
    return Input(made.digest, made.size, task, role, demuxer)


@dataclass(frozen=True)
class Step:
    """One task: what it waits for, and how its job follows from that.

    `job` is called with the results of the tasks it needs, and with a log, in which it notes what
    it reads besides: that is what `doit why` compares.
    """

    task: str
    job: Callable[[Results, Log], Job]
    needs: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
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
