"""One piece after all draws: the layers, sounds and recipe that its steps work from.

A step works on a *watched* copy of the piece, which logs each value when it is read. So `doit why`
knows a step's dependencies, although no list declares them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from collide.base import dice, segments
from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.media import Sound
from collide.catalog import Catalog
from collide.instrument import RATE, FrameRate, Knobs, Span, exact, wide_and_high
from collide.project.knob_files import Lent
from collide.project.layers import Layer
from collide.project.project import Project
from collide.project.recipe import look_name
from collide.project.selection import Pick
from collide.project.settings import Settings
from collide.store.step import Job, Log, Results, Step, Watched, command_job

LOOK = "look"  # a key in a log: the short name of the look
CHROMA = "chroma of the clips"  # a key in a log, if chroma=auto

# Bytes of a stored picture relative to a raw picture, as stated in docs/disk.md. Real clips vary
# around these values: from 0.3 to 0.6 with ffvhuff and from 0.2 to 0.4 with ffv1.
SHARES = {"raw": 1.0, "ffvhuff": 0.5, "ffv1": 0.35}


@dataclass(frozen=True)
class Bed:
    """A sound under all layers."""

    pick: Pick
    sound: Sound


@dataclass(frozen=True)
class Piece:
    """One piece, with its settings, layers, sounds and recipe."""

    project: Project
    settings: Settings
    knobs: Knobs  # the knobs of the whole piece, including the chosen storage
    layers: list[Layer]
    heard: list[int]  # numbers of the heard layers
    silent: list[int]  # numbers of the layers skipped because they are silent
    beds: list[Bed]
    recipe: dict[str, Any]
    files: dict[str, Lent]  # the files that the piece's knobs name
    end: int | None = None  # end of the visible frames in a preview, or None if all are visible
    log: Log = field(default_factory=dict)

    def watched(self, log: Log) -> "Piece":
        """Return a copy of the piece that logs each value when it is read."""
        whole = Watched(self.knobs, log.__setitem__)
        layers = [layer.watched(whole, log) for layer in self.layers]
        return replace(self, knobs=whole, layers=layers, log=log)

    def step(
        self,
        task: str,
        work_out: Callable[..., Job],
        *args: Any,
        needs: Sequence[str] = (),
        **more: Any,
    ) -> Step:
        """Return a step whose job is `work_out(watched piece, *args, results=…)`."""

        def job(results: Results, log: Log) -> Job:
            return work_out(self.watched(log), *args, results=results)

        return Step(task, job, tuple(needs), **more)

    def command(
        self, play: str, arguments: Mapping[str, Any], knobs: Knobs | None = None, **rest: Any
    ) -> Job:
        """Return the job for one command, with `knobs` (by default, the piece's knobs)."""
        chosen = self.knobs if knobs is None else knobs
        return command_job(self.catalog, play, chosen, arguments, **rest)

    @property
    def catalog(self) -> Catalog:
        """Return the instruments, including the project's own."""
        return self.settings.catalog

    @property
    def fps(self) -> FrameRate:
        """Return the exact frame rate."""
        return exact(self.knobs["fps"])

    def until(self, end: int) -> "Piece":
        """Return the piece shortened to its first `end` frames, with its whole sound.

        Layers end at the end of a segment, so a slightly longer part needs no new segments.
        """
        size = segments.length(self.fps)
        layers = [replace(layer, end=-(-end // size) * size) for layer in self.layers]
        return replace(self, end=end, layers=layers)

    @property
    def chroma(self) -> str:
        """Return the chroma resolution of the stack, which is the finest clip's for `auto`."""
        choice = str(self.knobs["chroma"])
        if choice != "auto":
            return choice
        chroma = self.log[CHROMA] = "444" if any(one.probed.fine for one in self.layers) else "420"
        return chroma

    def chroma_of(self, layer: Layer) -> str:
        """Return the chroma resolution of a layer, which is its clip's for `auto`."""
        choice = str(self.knobs["chroma"])
        return choice if choice != "auto" else "444" if layer.clip.fine else "420"

    @cached_property
    def frames(self) -> int:
        """Return the number of frames of the piece."""
        return int(self.catalog.instrument("blend/stack").length(self.knobs))

    @property
    def spans(self) -> list[Span]:
        """Return the visible segments of the piece."""
        end = self.frames if self.end is None else min(self.frames, self.end)
        return segments.spans(end, segments.length(self.fps))

    @property
    def seconds(self) -> float:
        """Return the piece's length in seconds."""
        return self.seconds_of(self.frames)

    def seconds_of(self, frames: int) -> float:
        """Return how many seconds a number of frames lasts."""
        return float(frames / self.fps)

    def frame_at(self, seconds: float, *, name: str = "at") -> int:
        """Return the frame at a time given as `name`; raise InputError if the piece is shorter."""
        return frame_at(self.knobs, self.catalog, seconds, name)

    @property
    def samples(self) -> int:
        """Return the number of samples of the piece's sound, which is as long as the pictures."""
        return round(self.frames * RATE / self.fps)

    @property
    def picks(self) -> list[Pick]:
        """Return the layers' files, then the beds' files."""
        return [*(layer.pick for layer in self.layers), *(bed.pick for bed in self.beds)]

    @property
    def sounds(self) -> bool:
        """Return whether the piece has sound: a heard layer or a bed."""
        return bool(self.heard or self.beds)

    @property
    def look(self) -> str:
        """Return the name of this look."""
        name = self.log[LOOK] = look_name(self.recipe)
        return name

    def seed(self, *name: Any) -> int:
        """Return the 32-bit seed for the draws called `name`."""
        return int(dice.place(self.knobs["seed"], *name) * 2**32)

    def amount(self, frames: int) -> float:
        """Return the work for a number of frames, in megapixels."""
        width, height = wide_and_high(self.knobs["output_size"])
        return frames * width * height / 1e6

    def cost(self, frames: int, deep: float = 1.5, beside: int = 0) -> dict[str, Any]:
        """Estimate the work and bytes of frames: `deep` bytes per pixel plus `beside` per frame."""
        amount, share = self.amount(frames), SHARES[self.knobs["storage"]]
        return {"amount": amount, "bytes": round((amount * 1e6 * deep + frames * beside) * share)}

    def most_bytes(self, frames: int, pixels: int = 0) -> int:
        """Return the size limit for a file of raw frames at output_size (or `pixels` if larger)."""
        knobs = self.knobs.unwatched if isinstance(self.knobs, Watched) else self.knobs
        width, height = wide_and_high(knobs["output_size"])
        return frames * max(width * height, pixels) * 4 * 3 // 2 + (16 << 20)

    def output(self, suffix: str) -> Path:
        """Return the path of a file next to the finished video."""
        return self.project.video.with_name(f"{self.project.name}{suffix}")


def depth(chroma: str) -> float:
    """Return the bytes per pixel of an 8-bit picture, including its chroma planes."""
    return 3.0 if chroma == "444" else 1.5


def whole_bytes(knobs: Knobs, layers: int) -> float:
    """Estimate the bytes of a piece's raw intermediates: layers, cuts and the stack."""
    width, height = wide_and_high(knobs["output_size"])
    each = depth(knobs["chroma"]) + 1
    return float(knobs["duration"] * knobs["fps"] * width * height * (each * layers + 1.5))


def refuse_late(settings: Settings, seconds: float, name: str = "at") -> None:
    """Raise InputError, before planning, if the time given as `name` is after the piece's end."""
    frame_at(settings.piece(), settings.catalog, seconds, name)


def frame_at(knobs: Knobs, catalog: Catalog, seconds: float, name: str = "at") -> int:
    """Return the frame at the time given as `name`; raise InputError if the piece is shorter.

    The error suggests the last frame or, for the start of a part, the middle frame.
    """
    frames, fps = int(catalog.instrument("blend/stack").length(knobs)), exact(knobs["fps"])
    if (frame := round(seconds * fps)) < frames:
        return frame
    meant = number(round(float((frames // 2 if name == "from" else frames - 1) / fps), 3))
    raise InputError(
        f"{seconds:g} s is after the last frame",
        why=f"the piece is {float(frames / fps):g} s long",
        fix=f"use {name}={meant}",
        turns=[{name: meant}],
    )
