"""A piece of one clip, at its own size and rate, in which one instrument plays and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.base.media import Clip, Sound, plainly
from collide.by_hand.stage import Draft, Stage
from collide.by_hand.typed_line import HandRequest
from collide.instrument import RATE, Knobs
from collide.plan.color_steps import COVERAGE
from collide.plan.steps import probe_step
from collide.plan.table import CUT, FINDS, FIT, LAY, LOOK, PACE, VOICE, Row, always, following, rows
from collide.project.knob_files import lent_files
from collide.project.piece import Layer, Piece
from collide.project.project import Project
from collide.project.selection import Pick
from collide.project.settings import Settings
from collide.store.call import parameters
from collide.store.step import Input

LAYS = {LAY.play, "blend/stack"}  # they take several clips, the lowest layer first

# What changes nothing, of knobs that are read whoever plays.
NEUTRAL: Knobs = {
    "clip": "any",
    "start": 0.0,
    "speed": 1.0,
    "loop_seconds": 0.0,
    "fit": "stretch",
    "scale": 1.0,
    "mode": "dominant",
    "coverage": "off",
    "storage": "ffvhuff",
    "duration": 1.0,
    "post": "none",
}

# The instruments that leave these as they are asked for, beside the owner.
MEANT = {
    "fit": {row.play for row in FIT} | LAYS,
    "mode": {row.play for row in CUT} | {COVERAGE},
    "chroma": LAYS,
    "output_size": LAYS,
}


@dataclass
class Solo:
    """One instrument, its files and its knobs, and where its steps are done."""

    stage: Stage
    request: HandRequest
    settings: Settings
    project: Project
    fixed: Knobs = field(default_factory=lambda: NEUTRAL)  # knobs that nobody turns, of its piece

    def __post_init__(self) -> None:
        """Name what is asked for most."""
        self.name, self.catalog = self.request.name, self.settings.catalog
        self.play: Any = self.catalog.instrument(self.name)
        self.hears = self.name.startswith("audio/")  # and no picture is looked at

    @cached_property
    def row(self) -> Row | None:
        """Return the row of the table that plays it on a layer, None for others."""
        chain = rows(self.catalog, PACE, *LOOK, *CUT, *FIT)
        return next((row for row in chain if row.play == self.name), None)

    @property
    def keyed(self) -> bool:
        """Return whether it is played on a layer above the base."""
        if self.row:
            return self.row.when is not always
        return self.answers or self.name in (row.play for row in FINDS)

    @property
    def number(self) -> int:
        """Return the number of the layer that it is played on."""
        return max(2, self.request.layer) if self.keyed else 1

    @property
    def answers(self) -> bool:
        """Return whether it finds what opens, and writes no file."""
        return self.name.startswith("modes/") or self.name == COVERAGE

    # --- its files ---

    @cached_property
    def clips(self) -> list[Clip]:
        """Return what each file holds; a sound is a clip with a picture for every sample.

        Raises:
            InputError: one is no clip.
        """
        files = range(1, len(self.request.inputs) + 1)
        if not self.hears:
            return [Clip.of(self._facts(at, "probe", "clip", "a video file")) for at in files]
        drawn = {**Draft.CLIP, "width": 16, "height": 16, "fps": RATE, "gap": 0.0}
        long = [round(one.seconds * RATE) / RATE for one in self.sounds]
        facts = [{**one.facts(), "seconds": s} for one, s in zip(self.sounds, long, strict=True)]
        return [Clip.of({**drawn, **one}) for one in facts]

    @cached_property
    def sounds(self) -> list[Sound]:
        """Return the sound of each file.

        Raises:
            InputError: one has none.
        """
        what, files = "a sound file, or a clip that has sound", range(len(self.request.inputs))
        return [Sound.of(self._facts(at + 1, "sound", "sound", what)) for at in files]

    def _facts(self, at: int, by: str, kind: str, instead: str) -> Mapping[str, Any]:
        try:
            return self.stage.look(probe_step(f"i{at}", by=f"source/{by}"))
        except TaskError as error:
            raise InputError(
                f"{self.request.inputs[at - 1]} is not a {kind} that can be read",
                why=plainly(error.why),
                fix=f"give {instead}",
            ) from None

    # --- the piece ---

    def pins(self) -> Knobs:
        """Return the knobs that nobody can turn: those of its files, and what plays no part."""
        clip, fps = self.clips[0], self.settings.of("fps")
        size = "x".join(str(2 * max(8, round(side / 2))) for side in (clip.width, clip.height))
        chroma = "444" if self.keyed else "420"
        own: dict[str, Any] = {**NEUTRAL, "chroma": chroma, "output_size": size}
        family, _, bare = self.name.partition("/")
        if family in ("post", "modes"):
            own["post" if family == "post" else "mode"] = bare
        rate = min(60, max(1, round(clip.fps))) if fps.origin == "default" else fps.value
        pins = {name: value for name, value in own.items() if not self._turns(name)}
        return {**pins, "fps": RATE if self.hears else rate}

    def _turns(self, knob: str) -> bool:
        """Return whether a knob is to be as it is asked for."""
        owned = self.catalog.knobs[knob].owner == self.name
        if knob == "output_size" and self.row:
            return knob in parameters(self.play.filters)
        if knob in ("duration", "output_size", "post"):  # what is typed, instead of the clip's own
            return owned and self.settings.of(knob).origin == "command line"
        return owned or self.name in MEANT.get(knob, ())

    def piece(self, **more: Any) -> Piece:
        """Return the piece.

        Args:
            more: knobs that are so, whatever was asked for.
        """
        asked, layer = self.settings, self.request.layer
        # the base has no key; by hand any clip may
        drawn = {**asked.piece(), **asked.layer(max(2, layer)), **asked.layer(layer)}
        self.fixed = {**self.pins(), **more}
        knobs = {**drawn, **self.fixed}
        several = len(self.clips) if self.hears or self.name in LAYS else 0
        if self._turns("duration"):
            knobs["duration"] = drawn["duration"]
        else:
            frames, most = self.catalog.instrument(PACE.play).frames, 1 << 30
            lengths = [clip.seconds for clip in self.clips]
            each = [frames(knobs, seconds=s, fps=knobs["fps"], most=most) for s in lengths]
            knobs["duration"] = (max(each) if self.hears else each[0]) / knobs["fps"]
        layers = [
            self._layer(number, number if several else 1, knobs, base=bool(several) and number == 1)
            for number in range(1, (several or self.number) + 1)
        ]
        heard = [one.number for one in layers] if self.hears else []
        files = lent_files(asked, self.stage.state.library) if knobs["post"] != "none" else {}
        return Piece(self.project, asked, knobs, layers, heard, [], [], {}, files)

    def _layer(self, number: int, file: int, knobs: Knobs, *, base: bool) -> Layer:
        """Return one layer: its chain is the instrument, at the piece's rate and size."""
        voices = [one for name in VOICE for one in (name, *following(self.catalog, name))][1:]
        own = {n: v for n, v in knobs.items() if self.catalog.knobs[n].owner not in voices}
        return Layer(
            number,
            Pick(number, f"i{file}", "", 0.0),
            self.clips[file - 1],
            {**own, **({"fit": NEUTRAL["fit"]} if base else {})},
            knobs,
            self.catalog,
            _Models(self.stage),
            only=frozenset((PACE.play, FIT[0].play, self.name)),
        )


class _Models(dict[str, Input]):
    """The models that find subjects, each looked up when it is needed."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage

    def __missing__(self, name: str) -> Input:
        return self.stage.model(name)
