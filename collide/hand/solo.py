"""One instrument, the files it is played on, and all that it may ask for about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from collide.build.key import Input, Job
from collide.build.models import find_model
from collide.build.safety import Source
from collide.catalog import Catalog, instrument, shipped
from collide.errors import InputError, TaskError
from collide.hand.stage import Stage
from collide.media import Clip, Sound, plainly
from collide.step import Knobs, wide_and_high


@dataclass
class Solo:
    """One play: where, what, on which files, with which knobs."""

    stage: Stage
    name: str
    inputs: list[Path]
    output: Path | None
    knobs: Knobs
    layer: int
    rate: int | None = None  # frames a second, where they were asked for
    files: Mapping[str, Input] = field(default_factory=dict)  # that knobs name
    catalog: Catalog = field(default_factory=shipped, compare=False, repr=False)

    @property
    def play(self) -> ModuleType:
        """Return the instrument."""
        module: ModuleType = self.catalog.instrument(self.name)
        return module

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Return the files by every name that an instrument may call them."""
        opened = [_source(path) for path in self.inputs]
        found = {f"@S{i}": source for i, source in enumerate(opened, start=1)}
        found |= dict.fromkeys(("@clip", "@mix", "@sound"), opened[0]) if opened else {}
        for name, file in self.files.items():
            assert file.path is not None
            found[name] = Source(file.path, trusted=True)
        return found

    @cached_property
    def clips(self) -> list[Clip]:
        """Return what each file holds.

        Raises:
            InputError: one is no clip.
        """
        return [self._clip(at, path) for at, path in enumerate(self.inputs, start=1)]

    def _clip(self, at: int, path: Path) -> Clip:
        return Clip.of(self._asked("source/probe", at, path, ("clip", "a video file")))

    @property
    def clip(self) -> Clip:
        """Return the first clip.

        Raises:
            InputError: none was given.
        """
        if not self.inputs:
            raise InputError(
                f"{self.name} looks at a clip",
                why="there is no -i",
                fix=f"python -m collide {self.name} -i FILE",
            )
        return self.clips[0]

    @cached_property
    def sounds(self) -> list[Sound]:
        """Return the sound of each file.

        Raises:
            InputError: one has none.
        """
        words = ("sound", "a sound file, or a clip that has sound")
        numbered = enumerate(self.inputs, start=1)
        return [Sound(**self._asked("source/sound", at, path, words)) for at, path in numbered]

    def _asked(self, name: str, at: int, path: Path, words: tuple[str, str]) -> dict[str, Any]:
        """Return the facts of one file, as the instrument `name` finds them."""
        play = instrument(name)
        argv = [f"@S{at}" if word == "@clip" else word for word in play.command({})]
        job = Job(name, argv=argv, answer=partial(play.answer, knobs={}))
        try:
            facts = self.stage.look(job, self.sources)
        except TaskError as error:
            raise InputError(
                f"{path} is not a {words[0]} that can be read",
                why=plainly(error.why),
                fix=f"give {words[1]}",
            ) from None
        return {name: value for name, value in facts.items() if name != "complaints"}

    @property
    def fps(self) -> int:
        """Return the frames in a second: those that were asked for, or the clip's own."""
        return self.rate or min(60, max(1, round(self.clip.fps)))

    @property
    def frames(self) -> int:
        """Return how many frames the clip gives at that rate."""
        play, pace = instrument("blend/pace"), {"speed": self.speed, "loop_seconds": 0.0}
        return int(play.frames(pace, seconds=self.clip.seconds, fps=self.fps, most=1 << 30))

    @property
    def speed(self) -> float:
        """Return how fast the clip runs: as it is, unless that is what is played."""
        return float(self.knobs["speed"]) if self.name == "blend/pace" else 1.0

    @property
    def size(self) -> tuple[int, int]:
        """Return the clip's width and height, made even."""
        sides = (self.clip.width, self.clip.height)
        width, height = (2 * max(8, round(side / 2)) for side in sides)
        return width, height

    def bytes(self) -> int:
        """Return the most that a file of its pictures may have: raw, and half as much again."""
        sizes = (self.size, wide_and_high(self.knobs["output_size"]))
        return self.frames * max(wide * high for wide, high in sizes) * 4 * 3 // 2 + (64 << 20)

    def model(self) -> Input:
        """Return the model file that finds subjects.

        Raises:
            InputError: it is not here.
        """
        bench = self.stage.bench
        return find_model(bench.library.house, bench.memo, self.knobs["rembg_model"])


def _source(path: Path) -> Source:
    if not path.is_file():
        raise InputError(
            f"{path} is not a plain file" if path.exists() else f"{path} is not there",
            why="-i takes the path of a clip or a sound",
            fix="check the spelling, and the folder this is said in",
        )
    # NUT is no clip of this world: it was written by an earlier play
    ours = path.suffix.lower() == ".nut"
    return Source(path.absolute(), trusted=ours, demuxer="nut" if ours else None)
