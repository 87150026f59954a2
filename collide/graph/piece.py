"""One piece with all its dice thrown: what its steps, and its recipe, are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collide import rolls
from collide.build.key import Input
from collide.catalog import instrument, own
from collide.errors import InputError
from collide.graph.knobs import Settings
from collide.graph.lent import Lent
from collide.graph.project import Project
from collide.graph.selection import Pick
from collide.hashing import digest_of
from collide.media import Sound
from collide.step import RATE, Clip, Knobs, Span


@dataclass(frozen=True)
class Layer:
    """One layer, all dice thrown."""

    number: int
    pick: Pick
    clip: Clip
    knobs: Knobs
    pieces: list[Span]  # of unique frames
    mode: str = ""  # that plays: of mode=random, the one that was drawn; "" where nothing is keyed
    model: Input | None = None  # that finds its subject

    @property
    def cut(self) -> bool:
        """Return whether it is cut along a matte, instead of by a key."""
        return self.mode == "rembg" and self.knobs["rembg_use"] == "matte"

    @property
    def material(self) -> int:
        """Return how many frames it has before it starts over."""
        return self.pieces[-1].first + self.pieces[-1].count

    def rate(self, each: int) -> float:
        """Return how many a second of its clip are `each` a second of the piece."""
        return each if self.knobs["speed"] == 1 else each / float(self.knobs["speed"])

    def reads(self, fps: int, *, more: int = 0) -> float:
        """Return the seconds of its clip that it shows, and of `more` frames beside."""
        return float((self.material + more) / fps * self.knobs["speed"])

    def part(self) -> dict[str, Any]:
        """Return which part of which clip it shows, as `why` says it."""
        return {"clip": self.pick.digest, "start": self.pick.start, "frames": self.material}


@dataclass(frozen=True)
class Bed:
    """A sound that no layer makes."""

    pick: Pick
    sound: Sound


@dataclass(frozen=True)
class Piece:
    """One piece: everything its steps are made of."""

    project: Project
    settings: Settings
    knobs: Knobs  # of the whole piece, storage decided
    layers: list[Layer]
    heard: list[int]  # numbers of the layers that sound
    silent: list[int]  # that gave their place to one of those
    beds: list[Bed]
    frames: int
    recipe: dict[str, Any]
    files: dict[str, Lent]  # that a knob of the piece names

    @property
    def fps(self) -> int:
        """Return the frames in a second."""
        return int(self.knobs["fps"])

    @property
    def seconds(self) -> float:
        """Return its length."""
        return self.frames / self.fps

    def frame_at(self, seconds: float) -> int:
        """Return the frame that is seen at a time.

        Raises:
            InputError: the piece is over by then.
        """
        frame = round(seconds * self.fps)
        if frame < self.frames:
            return frame
        raise InputError(
            f"{seconds:g} s is after the end",
            why=f"the piece is {self.seconds:g} s long",
            fix=f"say at={self.frames // 2 / self.fps:g}",
        )

    @property
    def samples(self) -> int:
        """Return how long its sound is, in samples: as long as its pictures."""
        return round(self.frames * RATE / self.fps)

    @property
    def picks(self) -> list[Pick]:
        """Return every file that it is made of: of its layers, then of its beds."""
        return [*(layer.pick for layer in self.layers), *(bed.pick for bed in self.beds)]

    @property
    def sounds(self) -> bool:
        """Return whether anything is heard."""
        return bool(self.heard or self.beds)

    @property
    def look(self) -> str:
        """Return the short name of this look."""
        return look_name(self.recipe)


def look_name(recipe: Mapping[str, Any]) -> str:
    """Return the short name of the look that a recipe makes."""
    return digest_of(recipe)[:8]


def drawn_mode(knobs: Knobs, seed: int, number: int) -> str:
    """Return the mode that plays on a layer, "" on the base."""
    mode = str(knobs.get("mode", ""))
    if mode != "random":
        return mode
    by = number if knobs["random_by"] == "layer" else "piece"
    draw = int(rolls.place(seed, "mode", by) * 2**32)
    return str(instrument("modes/random").analyze(own("modes/random", knobs), seed=draw)["mode"])
