"""Where an instrument plays by hand: a private folder, a list of commands to paste, or a dry run.

Each task works in its own folder, such as `layer-1` for `layer:1`. Its objects are identified by
path (`layer-1/ROLE`) instead of by digest.
"""

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from collide.base.errors import TaskError
from collide.base.files import copy_out
from collide.engine.models import find_model
from collide.engine.programs import Engine
from collide.engine.safety import Source, pasteable
from collide.run.build_state import BuildState
from collide.run.perform import opened_input
from collide.run.play import play
from collide.store.entry import Entry, ObjectRef
from collide.store.step import TABLE, Input, Job, Step

Item = TypeVar("Item")


class LaterError(Exception):
    """Raised if a command depends on a result that only a run can reveal."""


class Lazy(dict[str, Item]):
    """A dictionary that computes missing values without storing them."""

    def __init__(self, find: Callable[[str], Item]) -> None:
        self._find = find

    def __missing__(self, name: str) -> Item:
        return self._find(name)


def folder_of(task: str) -> str:
    """Return the name of a task's working folder."""
    return task.replace(":", "-")


def any_object(task: str, file: str = "") -> Lazy[ObjectRef]:
    """Return a mapping from any role of a task to `file`, by default a file in its folder."""
    return Lazy(lambda role: ObjectRef(file or f"{folder_of(task)}/{role}", 0))


class Stage:
    """A private folder where steps run on the input files in `files`, under names such as i1."""

    def __init__(self, state: BuildState, folder: Path, files: Mapping[str, Source]) -> None:
        self.state, self.folder, self.files = state, folder, files
        self.results: dict[str, Entry] = {}

    def look(self, step: Step) -> dict[str, Any]:
        """Run a step that measures an input file, even if other commands are only recorded."""
        return Stage.do(self, step)

    def do(self, step: Step) -> dict[str, Any]:
        """Run a step, record its result, and return its facts."""
        files, facts = self._play(self.state, step, step.job(self.results, {}))
        objects = {role: ObjectRef(f"{folder_of(step.task)}/{role}", 0) for role in files}
        self.results[step.task] = Entry("", objects, facts)
        return facts

    def _play(
        self, state: BuildState, step: Step, job: Job, *, dry: bool = False
    ) -> tuple[dict[str, Path], dict[str, Any]]:
        place = self.folder / folder_of(step.task)
        place.mkdir()
        sources = {token: self._source(one) for token, one in job.inputs.items()}
        return play(state, step, job, sources, place, dry=dry)

    def _source(self, one: Input) -> Source:
        if one.role == TABLE:
            return opened_input(self.state, one)
        source = Source(one.path or self.folder / one.digest, trusted=True, demuxer=one.demuxer)
        return source if one.path else self.files.get(one.digest, source)

    def put(self, task: str, file: str = "", facts: Mapping[str, Any] | None = None) -> None:
        """Set a task's result: `facts` as its answer, and `file` as all of its objects.

        If `file` is "", its objects are the files in its folder.
        """
        self.results[task] = Entry("", any_object(task, file), dict(facts or {}))

    def model(self, name: str) -> Input:
        """Return a model by name; raise InputError if it is not installed."""
        return find_model(self.state.library.workspace, self.state.memo, name)

    def role(self, task: str) -> str:
        """Return the role of a task's first object, or "" if there are no objects."""
        return next(iter(self.results[task].objects), "")

    def deliver(self, task: str, role: str, output: Path) -> None:
        """Copy an object of a task to the output file, atomically."""
        copy_out(self.folder / folder_of(task) / role, output)


@dataclass(eq=False)
class Recorder(Engine):
    """An engine that records commands and runs only commands that measure existing files."""

    lines: list[str] = field(default_factory=list)

    def run(self, command: Any, *, cwd: Path, **more: Any) -> str:
        """Record a command and run it if it only measures existing files."""
        self.lines.append(pasteable(command))
        opened = (Path(word[5:]) for word in command if word.startswith("file:"))
        there = "concat" not in command and all(path.exists() for path in opened)
        return super().run(command, cwd=cwd, **more) if command[-1] == "-" and there else ""

    def work(self, name: str, words: Any, **_: Any) -> str:
        """Record a helper program's command."""
        self.lines.append(pasteable([sys.executable, "-m", f"collide.{name}", *words]))
        return "{}"


class Page(Stage):
    """Commands to paste, recorded from steps; only commands that measure input files are run."""

    def __init__(self, state: BuildState, folder: Path, files: Mapping[str, Source]) -> None:
        super().__init__(state, folder, files)
        self.engine = Recorder(state.engine.path, state.engine.why, state.engine.cancel)
        self.blocks: dict[str, list[str]] = {}

    def do(self, step: Step) -> dict[str, Any]:
        """Record a step's commands; run an analysis of input files, because it has no command."""
        job = step.job(self.results, {})
        if job.shape == "analyze":
            inputs = job.inputs.values()
            if ours := [one for one in inputs if one.task and one.digest not in self.files]:
                raise LaterError(f"the result in {ours[0].role}")
            return super().do(step)
        try:
            recording = replace(self.state, engine=self.engine)
            _, facts = self._play(recording, step, job.replaced(frames={}, then=()), dry=True)
        except TaskError:
            raise LaterError("the answer from this command") from None
        finally:
            self.blocks[step.task] = self._lines(step.task, job)
        self.results[step.task] = Entry("", any_object(step.task), facts)
        return facts

    def _lines(self, task: str, job: Job) -> list[str]:
        """Return a task's lines: they create its side files, then run its commands."""
        place, lent = self.folder / folder_of(task), [n for n in job.inputs if n[0] != "@"]
        places = {name: self._source(job.inputs[name]).path for name in lent}
        lines = [f"cp {shlex.quote(str(path))} {name}" for name, path in places.items()]
        lines += [f"cat > {n} << 'END'\n{(place / n).read_text()}END" for n in job.lists]
        lines += self.engine.lines
        self.engine.lines.clear()
        return [line.replace(f"{place}/", "").replace(f"{self.folder}/", "../") for line in lines]

    def role(self, task: str) -> str:
        """Return the file, if any, that a task's last command writes."""
        last = shlex.split(self.blocks[task][-1])[-1]
        return "" if last == "-" else last

    def deliver(self, task: str, role: str, output: Path) -> None:
        """Make the last command of a task write to the output file."""
        words = shlex.split(self.blocks[task][-1])
        moved = [str(output.absolute()) if word == role else word for word in words]
        self.blocks[task][-1] = pasteable(moved)

    def __str__(self) -> str:
        """Return the commands as text, or "" if no command was recorded."""
        if [len(lines) for lines in self.blocks.values()] == [1]:
            return "".join(line for (line,) in self.blocks.values())
        paged = ['cd "$(mktemp -d)"'] if self.blocks else []
        for task, lines in self.blocks.items():
            paged += [f"mkdir {folder_of(task)} && cd {folder_of(task)}", *lines, "cd .."]
        return "\n".join(paged)


# Facts about a typical clip and its sound, and answers from a typical analysis.
CLIP: Mapping[str, Any] = {
    "seconds": 10.0, "width": 1280, "height": 720, "frames": 300, "fps": 30.0,
    "variable": False, "rotated": False, "video": "h264", "gap": 0.04,
    "audio": "aac", "channels": 2, "rate": 48000,
}  # fmt: skip
GUESS: Mapping[str, Any] = {
    **CLIP, "colors": ["0x000000"], "matte": "foreground", "lufs": -20, "black": 0.1, "white": 0.9,
}  # fmt: skip


def guesses() -> Lazy[Entry]:
    """Return results with placeholder objects and guessed facts for every task."""
    return Lazy(lambda task: Entry("", any_object(task), dict(GUESS)))


class Draft(Stage):
    """A stage that runs nothing, but records which knobs the jobs for a guessed clip read."""

    def __init__(self, state: BuildState) -> None:
        super().__init__(state, Path(), {})
        self.results, self.names = guesses(), dict[str, None]()

    def do(self, step: Step) -> dict[str, Any]:
        """Record which knobs a step reads."""
        log: dict[str, Any] = {}
        step.job(self.results, log)
        self.results[step.task] = self.results[step.task]
        self.names |= dict.fromkeys(name.rpartition(".")[2] for name in log)
        # return a different shape for each clip, since clips of one shape would not be fitted
        return {**GUESS, "width": GUESS["width"] - 2 * len(self.results)}

    look = do

    def model(self, name: str) -> Input:
        """Return a placeholder for a model, which need not be installed."""
        return Input(name)

    def role(self, _: str) -> str:
        """Return "", because a draft writes nothing."""
        return ""
