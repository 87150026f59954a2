"""Where the steps of one play are done: in a private folder, on a page to be read, or not at all.

Each task works in a folder of its own, `layer-1` for `layer:1`; what it makes is named by that.
"""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collide.base.errors import TaskError
from collide.base.files import copy_out
from collide.engine.models import find_model
from collide.engine.programs import Engine
from collide.engine.safety import Source, pasteable
from collide.run.build_state import BuildState
from collide.run.play import play
from collide.store.entry import Entry, ObjectRef
from collide.store.step import Input, Job, Step


class LaterError(Exception):
    """What follows is written with something that only a run finds out."""


class Roles(dict[str, ObjectRef]):
    """What a task will make, whatever that is called; or one file in place of all of it."""

    def __init__(self, task: str, file: str = "") -> None:
        super().__init__()
        self.task, self.file = task, file

    def __missing__(self, role: str) -> ObjectRef:
        return ObjectRef(self.file or f"{folder_of(self.task)}/{role}", 0)


def folder_of(task: str) -> str:
    """Return the name of the folder that a task works in."""
    return task.replace(":", "-")


class Stage:
    """A private folder; `files` are those that were typed, by the digests of the piece."""

    def __init__(self, state: BuildState, folder: Path, files: Mapping[str, Source]) -> None:
        self.state, self.folder, self.files = state, folder, files
        self.results: dict[str, Entry] = {}

    def look(self, step: Step) -> dict[str, Any]:
        """Do a step that only looks at a typed file: also where nothing else is done."""
        return Stage.do(self, step)

    def do(self, step: Step) -> dict[str, Any]:
        """Do a step, remember what it made, and return its facts.

        Raises:
            TaskError: a command failed.
        """
        files, facts = self._play(self.state, step, step.job(self.results, {}))
        objects = {role: ObjectRef(f"{folder_of(step.task)}/{role}", 0) for role in files}
        self.results[step.task] = Entry("", objects, facts)
        return facts

    def _play(
        self, state: BuildState, step: Step, job: Job
    ) -> tuple[Mapping[str, Path], dict[str, Any]]:
        place = self.folder / folder_of(step.task)
        place.mkdir()
        sources = {token: self._source(one) for token, one in job.inputs.items()}
        return play(state, step, job, sources, place)

    def _source(self, one: Input) -> Source:
        if one.path:
            return Source(one.path, trusted=True, demuxer=one.demuxer)
        made = Source(self.folder / one.digest, trusted=True, demuxer=one.demuxer)
        return self.files.get(one.digest, made)

    def put(self, task: str, file: str = "") -> None:
        """Take a file as whatever a task makes."""
        self.results[task] = Entry("", Roles(task, file))

    def model(self, name: str) -> Input:
        """Return the model of that name.

        Raises:
            InputError: it is not here.
        """
        return find_model(self.state.library.workspace, self.state.memo, name)

    def role(self, task: str) -> str:
        """Return the file that a task made, "" for none."""
        return next(iter(self.results[task].objects), "")

    def deliver(self, task: str, role: str, output: Path) -> None:
        """Bring what a task made to where it was wanted: whole, or not at all."""
        copy_out(self.folder / folder_of(task) / role, output)


@dataclass(eq=False)
class Recorder(Engine):
    """An engine that writes commands down; those that only measure what is there are run too."""

    lines: list[str] = field(default_factory=list)

    def run(self, command: Any, *, cwd: Path, **more: Any) -> str:
        """Write a command down."""
        self.lines.append(pasteable(command))
        opened = (Path(word[5:]) for word in command if word.startswith("file:"))
        there = "concat" not in command and all(path.exists() for path in opened)
        return super().run(command, cwd=cwd, **more) if command[-1] == "-" and there else ""

    def work(self, name: str, words: Any, **_: Any) -> str:
        """Write a program of our own down."""
        self.lines.append(pasteable([sys.executable, "-m", f"collide.{name}", *words]))
        return "{}"


class Page(Stage):
    """The commands of the same steps, written down instead of run, to be pasted."""

    def __init__(self, state: BuildState, folder: Path, files: Mapping[str, Source]) -> None:
        super().__init__(state, folder, files)
        self.engine = Recorder(state.engine.path, state.engine.why, state.engine.cancel)
        self.dry = replace(state, engine=self.engine)
        self.blocks: dict[str, list[str]] = {}

    def do(self, step: Step) -> dict[str, Any]:
        """Write down the commands of a step; Python on typed files is run, since it shows nothing.

        Raises:
            LaterError: a command depends on the result of the one before it.
        """
        job = step.job(self.results, {})
        ours = [one for one in job.inputs.values() if one.task and one.digest not in self.files]
        if job.shape == "analyze":
            if ours:
                raise LaterError(f"what is found in {ours[0].role}")
            return super().do(step)
        try:
            _, facts = self._play(self.dry, step, job.replaced(frames={}, then=()))
        except TaskError:
            raise LaterError("what this one says") from None
        finally:
            self.blocks[step.task] = self._lines(step.task, job)
        self.results[step.task] = Entry("", Roles(step.task), facts)
        return facts

    def _lines(self, task: str, job: Job) -> list[str]:
        """Return the lines of a task: its side files, then its commands."""
        place, lent = self.folder / folder_of(task), [n for n in job.inputs if n[0] != "@"]
        lines = [f"cp {shlex.quote(str(job.inputs[name].path))} {name}" for name in lent]
        lines += [f"cat > {n} << 'END'\n{(place / n).read_text()}END" for n in job.lists]
        lines += self.engine.lines
        self.engine.lines.clear()
        return [line.replace(f"{place}/", "").replace(f"{self.folder}/", "../") for line in lines]

    def role(self, task: str) -> str:
        """Return the file that the last command of a task writes, "" for none."""
        last = shlex.split(self.blocks[task][-1])[-1]
        return "" if last == "-" else last

    def deliver(self, task: str, role: str, output: Path) -> None:
        """Have the last command write to where the file is wanted."""
        words = shlex.split(self.blocks[task][-1])
        moved = [str(output.absolute()) if word == role else word for word in words]
        self.blocks[task][-1] = pasteable(moved)

    def __str__(self) -> str:
        """Return the page, "" where no command is on it."""
        if [len(lines) for lines in self.blocks.values()] == [1]:
            return "".join(line for (line,) in self.blocks.values())
        paged = ['cd "$(mktemp -d)"'] if self.blocks else []
        for task, lines in self.blocks.items():
            paged += [f"mkdir {folder_of(task)} && cd {folder_of(task)}", *lines, "cd .."]
        return "\n".join(paged)


class Draft(Stage):
    """No place at all: steps are worked out for a clip that may be, and what they read is noted."""

    # What a clip and a sound may hold, and what may be found in them.
    CLIP: Mapping[str, Any] = {
        "seconds": 10.0, "width": 1280, "height": 720, "frames": 300, "fps": 30.0,
        "variable": False, "rotated": False, "video": "h264", "gap": 0.04,
        "audio": "aac", "channels": 2, "rate": 48000,
    }  # fmt: skip
    GUESS: Mapping[str, Any] = {**CLIP, "colors": ["0x000000"], "matte": "foreground", "lufs": -20}

    def __init__(self, state: BuildState) -> None:
        super().__init__(state, Path(), {})
        self.results, self.names = Guesses(), dict[str, None]()

    def do(self, step: Step) -> dict[str, Any]:
        """Note which knobs a step reads."""
        log: dict[str, Any] = {}
        step.job(self.results, log)
        self.results[step.task] = self.results[step.task]
        self.names |= dict.fromkeys(name.rpartition(".")[2] for name in log)
        other_shape = {"width": self.GUESS["width"] - 2 * len(self.results)}  # else none is fitted
        return {**self.GUESS, **other_shape}

    look = do

    def model(self, name: str) -> Input:
        """Return a model that may be there."""
        return Input(name)

    def role(self, task: str) -> str:  # noqa: ARG002 - it makes nothing
        """Return no file."""
        return ""


class Guesses(dict[str, Entry]):
    """What any task may make."""

    def __missing__(self, task: str) -> Entry:
        return Entry("", Roles(task), dict(Draft.GUESS))
