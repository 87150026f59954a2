"""Steps and their jobs: a job is a call with its inputs (plain data) and is identified by a key.

Every key covers the digests of the inputs; except for an analysis, it also covers the engine's
digest. The key of a command covers the command itself, without the flags that programs.py and
safety.py add. The key of analyses, passes and answers covers the arguments, the VERSION of the
instrument, and the versions of its libraries. Keys do not depend on collide's code or on the names
of files or folders.
"""

import importlib.metadata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from collide.base.hashing import digest_of
from collide.base.media import Clip
from collide.base.tone import DIGESTS
from collide.catalog import Catalog
from collide.instrument import Argv
from collide.store.call import Call, plain, without_files
from collide.store.entry import Entry

SCHEMA = 1  # version of the key: increase it when the meaning of an ingredient changes


@dataclass(frozen=True)
class Input:
    """A file that a job reads, identified by its content.

    A command opens the file by its token, `@name`. If the token is a plain name, the file is copied
    into the command's folder under that name.
    """

    digest: str
    size: int = 0
    task: str | None = None  # the task that rendered the file; None for a source such as a clip
    role: str = ""
    demuxer: str | None = None
    path: Path | None = None  # path of a file that is neither an object nor a clip, such as a model


@dataclass(frozen=True)
class Job(Call):
    """The call that a step makes, with its inputs: clips, upstream results and other files."""

    inputs: Mapping[str, Input] = field(default_factory=dict)
    then: tuple[Call, ...] = ()  # later calls, which extract facts from the job's files and answer
    unkeyed: Mapping[str, Any] = field(default_factory=dict)  # arguments that are not in the key
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)  # `@parts`: inputs, in order
    # durations of inputs in a list: NUT does not store the duration of a file's last frame, so the
    # list would drop the next frame
    lasts: Mapping[str, float] = field(default_factory=dict)
    frames: Mapping[str, int] = field(default_factory=dict)  # video file -> expected frames
    drop: tuple[str, ...] = ()  # files that only later calls need
    work: int = 0  # frames to process, for progress
    size: int = 64 << 20  # size limit of each file, in bytes

    @property
    def runs_one_command(self) -> bool:
        """Return whether the job runs one command, rather than passes or an analysis."""
        return self.shape not in ("passes", "analyze")

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the calls that the key covers by arguments and VERSION, not by command."""
        return (*(() if self.runs_one_command else (self,)), *self.then)

    def argv(self, catalog: Catalog) -> Argv:
        """Return the job's command, which is built only once."""
        if "_argv" not in self.__dict__:
            self.__dict__["_argv"] = self(catalog)
        argv: Argv = self.__dict__["_argv"]
        return argv

    def ingredients(self, engine: str, catalog: Catalog) -> dict[str, Any]:
        """Return what the result depends on, including ffmpeg's digest `engine`, as plain data."""
        inputs = {token: source.digest for token, source in self.inputs.items()}
        held: dict[str, Any] = {"schema": SCHEMA, "inputs": inputs}
        if self.shape != "analyze":
            held["engine"] = engine
        if self.runs_one_command:
            held["argv"] = self.argv(catalog)
        else:
            held |= {"play": self.play, "given": without_files(self.arguments)}
        if any(call.play == self.play for call in self.calls) and (own := self.version(catalog)):
            held["version"] = own
        if more := [c for c in self.then if c.play != self.play or c.arguments]:
            held["then"] = [
                [c.play, c.shape, without_files(c.arguments), c.version(catalog)] for c in more
            ]
        if self.lists:
            held["lists"] = {name: list(tokens) for name, tokens in self.lists.items()}
        if libraries := {name for call in self.calls for name in call.libraries(catalog)}:
            held["libraries"] = {name: library_version(name) for name in sorted(libraries)}
        return held

    def key(self, engine: str, catalog: Catalog) -> str:
        """Return the digest of the ingredients."""
        return digest_of(self.ingredients(engine, catalog))

    def replaced(self, **values: Any) -> "Job":
        """Return a copy of the job with some fields replaced, keeping any cached command."""
        job = replace(self, **values)
        job.__dict__.update({n: v for n, v in self.__dict__.items() if n == "_argv"})
        return job

    def data(self) -> dict[str, Any]:
        """Return the job as plain data, for `read_job`."""
        whole: dict[str, Any] = plain({one.name: getattr(self, one.name) for one in fields(self)})
        return whole


def read_job(data: Mapping[str, Any]) -> Job:
    """Read a job from plain data.

    Raise KeyError, TypeError or AttributeError if the data is malformed.
    """
    inputs = {
        token: Input(**{**one, "path": Path(one["path"]) if one["path"] else None})
        for token, one in data["inputs"].items()
    }
    then = tuple(Call(**call) for call in data["then"])
    return Job(**{**data, "inputs": inputs, "then": then, "drop": tuple(data["drop"])})


Results = Mapping[str, Entry]  # entries by task
Log = dict[str, Any]  # the values that a step's job depends on, most of them knobs


class Watched(Mapping[str, Any]):
    """A mapping of knobs that calls `note` with the name and value of each knob read."""

    def __init__(self, values: Mapping[str, Any], note: Callable[[str, Any], None]) -> None:
        self._values, self._note = values, note

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        self._note(name, value)
        return value

    @property
    def unwatched(self) -> Mapping[str, Any]:
        """Return the knobs as a mapping that logs nothing, for uses that do not affect a key."""
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
    """Return a one-command job with only the knobs that it reads, and with the fields in `rest`."""
    read, arguments = Log(), arguments or {}
    function = getattr(catalog.instrument(play), shape)
    argv = function(Watched(knobs, read.__setitem__), **arguments)
    job = Job(play, shape, {"knobs": read, **arguments}, **rest)
    job.__dict__["_argv"] = argv
    return job


TABLE = "table"  # role of an input that every machine computes for itself


def tables(clip: Clip) -> dict[str, Input]:
    """Map the name of a clip's color table in a command to the table; {} if no table is needed."""
    name = clip.tone
    return {f"{name}.cube": Input(DIGESTS[name], role=TABLE)} if name else {}


def made_by(results: Results, task: str, role: str, demuxer: str | None = None) -> Input:
    """Return an object of an upstream task as an input.

    Raise KeyError if the task has not written such an object yet.
    """
    ref = results[task].objects[role]
    return Input(ref.digest, ref.size, task, role, demuxer)


@dataclass(frozen=True)
class Step:
    """One task of a build.

    `job` receives the results of the `needs` and fills a log, which `doit why` compares with the
    previous log.
    """

    task: str
    job: Callable[[Results, Log], Job]
    needs: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
    deliver: Mapping[str, Path] = field(default_factory=dict)  # role -> path of the delivered copy
    signed: bool = True  # whether the step leaves a receipt; a solving step does not
    opens: bool = True  # whether the step reads upstream objects or only their entries
    amount: float = 1.0  # amount of work, in a unit of its kind, such as megapixels or seconds
    bytes: int = 0  # expected size of its objects; 0: estimated from earlier runs
    portable: bool = True  # whether its objects are identical on every machine
    asks: tuple[str, ...] = ()  # instruments whose libraries take long to import
    sooner: Callable[[Results, Log], Job] | None = None  # a faster job that makes the same bytes

    @property
    def kind(self) -> str:
        """Return the task's kind, which is "layer" for `layer:2`."""
        return self.task.partition(":")[0]


library_version = cache(importlib.metadata.version)  # version of an installed package
