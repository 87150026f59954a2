"""One layer of a piece after all draws: its clip, its knobs, its visible frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from collide.base import dice, segments
from collide.catalog import Catalog
from collide.instrument import Clip, Course, FrameRate, Knobs, Span, exact
from collide.project.selection import Pick
from collide.store.step import Input, Log, Watched

HEARD = "heard layers"  # a key in a log: the heard layers
CONTENT = "the model's content"  # a key in a log: the digest of the model


@dataclass(frozen=True)
class Layer:
    """One layer with all values drawn."""

    number: int
    pick: Pick
    probed: Clip
    knobs: Knobs
    whole: Knobs  # the knobs of the whole piece
    catalog: Catalog
    models: Mapping[str, Input] = field(default_factory=dict)  # models that find subjects, by name
    placed: Mapping[str, Any] = field(default_factory=dict)  # values that the pan depends on
    spread: bool = False  # whether the pan depends only on `spread` and the heard layers
    unheard: tuple[str, ...] = ()  # tasks that the pan depends on and that have not run yet
    end: int | None = None  # end of the visible frames, or None if all are visible
    only: frozenset[str] = frozenset()  # if not empty, restricts the chain to these instruments
    log: Log = field(default_factory=dict)

    def watched(self, whole: Knobs, log: Log) -> "Layer":
        """Return a copy of the layer that logs each value when it is read."""

        def note(knob: str, value: Any) -> None:
            if knob == "seed":
                log[f"layer{self.number}.dice"] = self.knobs["dice"]
                if not self.knobs["dice"]:
                    log["seed"] = value
                return
            if knob == "pan":
                log.update({name: self.whole[name] for name in ("spread", "pan_balance")})
                log.update(self.placed)
            if knob != "pan" or not self.spread:
                log[f"layer{self.number}.{knob}"] = value

        return replace(self, knobs=Watched(self.knobs, note), whole=whole, log=log)

    @property
    def keyed(self) -> bool:
        """Return whether the layer has a key or a matte (layer 1 has neither)."""
        return self.number > 1

    @property
    def source(self) -> Input:
        """Return the layer's clip as an input."""
        self.log[f"layer{self.number}.clip"] = self.pick.digest
        return Input(self.pick.digest)

    @property
    def clip(self) -> Clip:
        """Return facts about the clip's picture."""
        self.log[f"layer{self.number}.clip"] = self.pick.digest
        if self.probed.pictures > 1:
            _ = self.knobs["picture_track"]
        return replace(self.probed, sound=-1, sounds=1)

    @property
    def sound(self) -> Clip:
        """Return facts about the clip's sound."""
        self.log[f"layer{self.number}.clip"] = self.pick.digest
        if self.probed.sounds > 1:
            _ = self.knobs["sound_track"]
        return replace(self.probed, picture=-1, pictures=1, decoder="", x264=0, origin=-1.0)

    @property
    def start(self) -> float:
        """Return where the layer starts in the clip, in seconds."""
        _ = self.knobs["start"], self.knobs["start_in"]
        return self.pick.start

    @cached_property
    def mode(self) -> str:
        """Return the mode of the layer (drawn if `mode=random`), or "" for the base."""
        return drawn_mode(self.catalog, self.knobs, self.number) if self.keyed else ""

    @property
    def cut(self) -> bool:
        """Return whether a matte (not a key) makes the layer transparent."""
        return is_matte(self.mode, self.knobs)

    @property
    def planes(self) -> tuple[str, ...]:
        """Return the planes stored besides the colors: the cut, and a transparent clip's alpha."""
        own = ("own",) if self.clip.alpha else ()
        return ("cut", *own) if self.keyed else ()

    @property
    def model(self) -> Input | None:
        """Return the model that finds the subject, or None if the mode is not rembg."""
        if self.mode != "rembg":
            return None
        model = self.models[self.knobs["rembg_model"]]
        self.log[CONTENT] = model.digest[:8]
        return model

    @cached_property
    def material(self) -> int:
        """Return the number of distinct frames of the layer in the piece."""
        pace, stack = (self.catalog.instrument(f"blend/{name}") for name in ("pace", "stack"))
        most, fps = stack.length(self.whole), exact(self.whole["fps"])
        if self.clip.still:
            drift = self.catalog.instrument("blend/drift")
            return int(drift.frames(self.knobs, most=most))
        left = self.clip.seconds - self.start
        return int(pace.frames(self.knobs, seconds=left, fps=fps, most=most))

    @cached_property
    def course(self) -> Course:
        """Return the order of the layer's frames in the piece."""
        loop, stack = (self.catalog.instrument(f"blend/{name}") for name in ("loop", "stack"))
        frames, fps = stack.length(self.whole), exact(self.whole["fps"])
        course: Course = loop.course(self.knobs, material=self.material, frames=frames, fps=fps)
        return course

    @property
    def again(self) -> int:
        """Return the number of frames until the layer's sound repeats."""
        return int(self.catalog.instrument("blend/loop").again(self.course, self.material))

    @property
    def rendered(self) -> int:
        """Return the number of frames to render, up to the end of the last visible segment."""
        if self.end is None:
            return self.material
        size = segments.length(self.whole["fps"])
        return min(self.material, -(-self.course.reach(self.end) // size) * size)

    @cached_property
    def pieces(self) -> list[Span]:
        """Return the spans of the rendered frames, one per file."""
        return segments.spans(self.rendered, segments.length(self.whole["fps"]))

    def rate(self, each: FrameRate) -> float | FrameRate:
        """Convert a frame rate of the piece to the rate at which the clip is read."""
        return (
            each
            if self.clip.still or self.knobs["speed"] == 1
            else each / float(self.knobs["speed"])
        )

    def reads(self, fps: FrameRate, frames: int | None = None) -> float:
        """Return how much of the clip `frames` frames (by default, all) use, in seconds."""
        return float((frames or self.material) / fps * self.knobs["speed"])


def is_matte(mode: str, knobs: Knobs) -> bool:
    """Return whether a matte (not a key) makes a layer with this mode transparent."""
    return bool(mode == "rembg" and knobs["rembg_use"] == "matte")


def drawn_mode(catalog: Catalog, knobs: Knobs, number: int) -> str:
    """Return the mode of a layer (drawn if `mode=random`)."""
    mode = str(knobs["mode"])
    if mode != "random":
        return mode
    by = number if knobs["random_by"] == "layer" else "piece"
    draw = int(dice.place(knobs["seed"], "mode", by) * 2**32)
    play = catalog.instrument("modes/random")
    return str(play.analyze({"random_modes": knobs["random_modes"]}, seed=draw)["mode"])
