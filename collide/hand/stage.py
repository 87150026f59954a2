"""Where an instrument is played by hand: in a private folder, or on a page, to be read.

Both take the same jobs. Looking at a clip, its facts, is done on either; nothing else is on a page.
"""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.build.bench import Bench
from collide.build.key import Job, Step
from collide.build.play import listed, play
from collide.build.safety import Source, pasteable, spelled
from collide.files import copy_out
from collide.step import MASKS, Argv

Sources = Mapping[str, Source]


HOME = 'cd "$(mktemp -d)"'


class Later(Exception):  # noqa: N818 - no error: the page ends here
    """What follows is written with something that only a run finds out."""


class Stage:
    """A private folder; jobs that are played in it find the files of those before as `@@name`."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder

    def look(self, job: Job, sources: Sources) -> dict[str, Any]:
        """Do a job that only looks at what is there, and return its answer."""
        return play(self.bench, Step(job.play, lambda _: job), job, sources, self.folder)[1]

    def play(self, job: Job, sources: Sources) -> dict[str, Any]:
        """Do a job and return its answer."""
        return self.look(job, sources)

    def made(self, name: str) -> Path:
        """Return where a file is that a job has made, to be read by Python."""
        return self.folder / name

    def source(self, name: str) -> Source:
        """Return the same as an input of a later job."""
        return Source(self.folder / name, trusted=True)

    def __str__(self) -> str:
        """Return nothing: what was done is said by who did it."""
        return ""

    def deliver(self, name: str, output: Path) -> None:
        """Bring a file to where it was wanted: whole, or not at all."""
        copy_out(self.folder / name, output)


class Page(Stage):
    """The same, written down instead of done."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        super().__init__(bench, folder)
        self.lines: list[str] = []

    def play(self, job: Job, sources: Sources) -> dict[str, Any]:
        """Write down the commands of a job; they are pasted one after another, in one folder.

        Raises:
            Later: a command hangs on what the one before it says.
        """
        if job.passes is None:
            self._write(job, job.argv or [], sources)
            return {}
        passes = job.passes()
        try:
            argv = next(passes)
            while True:
                self._write(job, argv, sources)
                argv = passes.send("")
        except StopIteration as end:
            return dict(end.value)
        except (ValueError, IndexError):
            raise Later("what this one says") from None

    def made(self, name: str) -> Path:
        """Give up: nothing was made.

        Raises:
            Later: always.
        """
        raise Later(f"what is found in {name}")

    def source(self, name: str) -> Source:
        """Return the file that will be there."""
        return Source(Path(name), trusted=True)

    def deliver(self, name: str, output: Path) -> None:
        """Have the last command write to where the file is wanted."""
        words = shlex.split(self.lines[-1])
        assert words[-1] == name
        self.lines[-1] = pasteable([*words[:-1], str(output.absolute())])

    def __str__(self) -> str:
        """Return the page, "" where no command is on it; what is made on the way has a folder."""
        return "\n".join([HOME, *self.lines] if len(self.lines) > 1 else self.lines)

    def _write(self, job: Job, argv: Argv, sources: Sources) -> None:
        if argv[0] == MASKS:
            words = [str(sources[argv[1]].path), *argv[2:]]
            self.lines.append(pasteable([sys.executable, "-m", "collide.build.masks", *words]))
            return
        for name in (name for name in sources if not name.startswith("@")):
            copied = pasteable(["cp", str(sources[name].path), name])
            self.lines += [copied] if copied not in self.lines else []
        known = dict(sources)
        known |= {word: Source(Path(word[2:]), trusted=True) for word in argv if word[:2] == "@@"}
        for name, tokens in job.lists.items():
            lines = pasteable(["printf", r"%s\n", *listed(job, tokens, known)])
            self.lines.append(f"{lines} > {name[1:]}.txt")
            known[name] = Source(Path(f"{name[1:]}.txt"), trusted=True, demuxer="concat")
        self.lines.append(pasteable(spelled(self.bench.engine.path, argv, known)))
