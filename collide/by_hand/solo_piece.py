"""A piece from the input files for one instrument, by default at the first file's size and rate."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.base.media import Clip, Sound, plainly
from collide.by_hand.stage import CLIP, GUESS, Lazy, Stage
from collide.instrument import RATE, Knobs, Rate, exact
from collide.plan.color_steps import COVERAGE
from collide.plan.planner import probe_step
from collide.plan.table import (
    BY_CLIP,
    EDGE,
    FINDS,
    FIT,
    KEY,
    LAY,
    LAYER,
    LOOP,
    PACE,
    PLACE,
    VOICE,
    Row,
    following,
    rows,
)
from collide.project.knob_files import lent_files
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.project import Project
from collide.project.selection import Pick
from collide.project.settings import TYPED, Settings
from collide.store.call import parameters

STILL = 5.0  # duration of a still picture in seconds

LAYS = {LAY.play, "blend/stack"}  # instruments that take a clip per layer, the lowest layer first

# Neutral values for the knobs that every piece reads, whichever instrument plays.
NEUTRAL: Knobs = {
    "clip": "any", "start": 0.0, "speed": 1.0, "loop_seconds": 0.0, "fit": "stretch",
    "scale": 1.0, "x": 0.0, "y": 0.0, "mode": "dominant", "coverage": "off", "storage": "ffvhuff",
    "duration": 1.0, "post": "none", "loop": "cut", "reverse": False, "freeze": -1.0,
    "levels": 0.0,
}  # fmt: skip

# For each knob, the instruments besides its owner that use its set value.
USERS = {
    "fit": {FIT[0].play, PLACE.play} | LAYS,
    "mode": {row.play for row in (*KEY, *EDGE)} | {COVERAGE},
    "chroma": LAYS,
    "levels": {"source/levels"},
    "output_size": LAYS,
}


@dataclass
class HandRequest:
    """A parsed command line of `python -m collide`."""

    name: str = ""
    inputs: list[Path] = field(default_factory=list)
    output: Path | None = None
    presets: list[str] = field(default_factory=list)
    project: str = ""
    layer: int = 2
    shows: bool = False
    helps: bool = False
    knobs: dict[str, str] = field(default_factory=dict)


@dataclass
class Solo:
    """One instrument with its files and knobs, and the stage that its steps run on."""

    stage: Stage
    request: HandRequest
    settings: Settings
    project: Project
    fixed: Knobs = field(default_factory=lambda: NEUTRAL)  # the fixed knobs of the piece

    def __post_init__(self) -> None:
        self.name, self.catalog = self.request.name, self.settings.catalog
        self.play: Any = self.catalog.instrument(self.name)
        self.hears = self.name.startswith("audio/")  # whether the instrument plays on sound
        # whether the instrument finds what opens, without writing a file
        self.answers = self.name.startswith("modes/") or self.name == COVERAGE
        # the row that plays the instrument, in the table of a layer's chain
        searched = {row.play for row in FINDS}
        chain = (
            row
            for row in rows(self.catalog, *LAYER)
            if row.play not in {*searched, *LAYS, LOOP.play}
        )
        self.row: Row | None = next((row for row in chain if row.play == self.name), None)
        finds = self.answers or self.name in searched
        # whether the instrument plays on a layer above the base
        self.keyed = self.row.when not in BY_CLIP if self.row else finds

    # --- its files ---

    @cached_property
    def clips(self) -> list[Clip]:
        """Return the clip in each file, where a sound counts as a clip with one picture per sample.

        If there are no files, return a typical clip.
        """
        if not self.request.inputs:
            return [Clip.of(GUESS)]
        if not self.hears:
            return list(map(Clip.of, self._facts("probe", "clip", "a video file")))
        drawn = {**CLIP, "width": 16, "height": 16, "fps": RATE, "gap": 0.0}
        return [
            Clip.of({**drawn, **one.facts(), "seconds": round(one.seconds * RATE) / RATE})
            for one in self.sounds
        ]

    @cached_property
    def sounds(self) -> list[Sound]:
        """Return the sound in each file; raise InputError if a file has no sound."""
        instead = "a sound file, or a clip that has sound"
        return list(map(Sound.of, self._facts("sound", "sound", instead)))

    def _facts(self, by: str, kind: str, instead: str) -> list[dict[str, Any]]:
        """Probe each file and return its facts; raise InputError if a file cannot be read."""
        facts = []
        for at, path in enumerate(self.request.inputs, start=1):
            try:
                facts.append(self.stage.look(probe_step(f"i{at}", by=f"source/{by}")))
            except TaskError as error:
                raise InputError(
                    f"{path} is not a {kind} that can be read",
                    why=plainly(error.why),
                    fix=f"give {instead}",
                ) from None
        return facts

    # --- the piece ---

    def pins(self) -> Knobs:
        """Return the fixed knobs, with neutral values or values from the instrument and its files.

        Knobs that keep their set value (see `_turns`) are left out.
        """
        clip, fps = self.clips[0], self.settings.of("fps")
        size = "x".join(str(2 * max(8, round(side / 2))) for side in (clip.width, clip.height))
        chroma = "444" if self.keyed else "420"
        own: dict[str, Any] = {**NEUTRAL, "chroma": chroma, "output_size": size}
        family, _, bare = self.name.partition("/")
        if family in ("post", "modes"):
            own["post" if family == "post" else "mode"] = bare
        rate = self._rate(clip) if fps.origin == "default" else fps.value
        pins = {name: value for name, value in own.items() if not self._turns(name)}
        return {**pins, "fps": RATE if self.hears else rate}

    def _rate(self, clip: Clip) -> float:
        limit = self.catalog.knobs["fps"].limit
        assert isinstance(limit, Rate)
        return limit.nearest(clip.fps)

    def _turns(self, knob: str) -> bool:
        """Return whether a knob keeps its set value."""
        owned = self.catalog.knobs[knob].owner == self.name
        # blend/edge uses the size only to scale its knobs
        if knob == "output_size" and self.row and self.row not in EDGE:
            return knob in parameters(self.play.filters)
        if knob in ("duration", "output_size", "post"):  # only if the command sets it
            return owned and self.settings.of(knob).origin == TYPED
        return owned or self.name in USERS.get(knob, ())

    def piece(self, **more: Any) -> Piece:
        """Return the piece, with `more` knobs fixed."""
        settings, layer = self.settings, self.request.layer
        # layer 1 has no key in a piece, but may have a key by hand
        drawn = {**settings.piece(), **settings.layer(max(2, layer)), **settings.layer(layer)}
        self.fixed = {**self.pins(), **more}
        knobs = {**drawn, **self.fixed}
        if self._turns("duration"):
            knobs["duration"] = drawn["duration"]
        else:
            frames, rate = self.catalog.instrument(PACE.play).frames, exact(knobs["fps"])
            lengths = [STILL if clip.still else clip.seconds for clip in self.clips]
            each = [frames(knobs, seconds=s, fps=rate, most=1 << 30) for s in lengths]
            knobs["duration"] = (max(each) if self.hears else each[0]) / float(rate)
        several = self.hears or self.name in LAYS  # whether each file is a layer
        count = len(self.clips) if several else max(2, layer) if self.keyed else 1
        layers = [self._layer(number, knobs, several=several) for number in range(1, count + 1)]
        heard_layers = [one.number for one in layers] if self.hears else []
        files = lent_files(settings, self.stage.state.library) if knobs["post"] != "none" else {}
        return Piece(self.project, settings, knobs, layers, heard_layers, [], [], {}, files)

    def _layer(self, number: int, knobs: Knobs, *, several: bool) -> Layer:
        """Return a layer that nothing changes except the instrument, the rate and the size."""
        voices = [one for name in VOICE for one in (name, *following(self.catalog, name))][1:]
        own = {n: v for n, v in knobs.items() if self.catalog.knobs[n].owner not in voices}
        if several and number == 1:  # other layers are fitted to the shape of layer 1
            own["fit"] = NEUTRAL["fit"]
        file = number if several else 1
        lays = (LAY.play,) if self.name in LAYS else ()
        return Layer(
            number,
            Pick(number, f"i{file}", "", 0.0),
            self.clips[file - 1],
            own,
            knobs,
            self.catalog,
            Lazy(self.stage.model),
            only=frozenset((PACE.play, KEY[0].play, FIT[0].play, self.name, *lays)),
        )
