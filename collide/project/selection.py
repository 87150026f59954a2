"""The selection: each layer's clip, each bed's sound, and their starts, chosen once.

projects/x/selection.json stores every draw with its inputs. The same inputs keep their draw when
clips are added or removed, so the clips of an earlier seed, take or number of layers come back.
"""

from collections.abc import Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any

from collide.base.media import Sound
from collide.catalog import instrument
from collide.instrument import Clip
from collide.library.folders import CLIP, SOUND, STRANGER
from collide.library.library import Library
from collide.project.named_file import named_file
from collide.project.project import Project
from collide.project.selection_file import (
    Chosen,
    entered,
    keeps,
    question,
    read_chosen,
    write_chosen,
)
from collide.project.shortage import more_files, no_clips, too_few_clips, too_few_sounds
from collide.project.shot_starts import IN_SHOT, Shot, Shots, begin_in_shot, too_short

LAYER, BED = "layer", "bed"
ASKED = ("seed", "min_resolution", "min_seconds", "clip", "take")  # inputs of a layer's draw
FILES = {LAYER: "clip", BED: "sound"}


@dataclass(frozen=True)
class Slot:
    """A slot for a file in a piece: a layer or a bed."""

    of: str  # LAYER or BED
    number: int
    knobs: Mapping[str, Any]  # the piece's knobs, and a layer's own knobs

    @property
    def question(self) -> dict[str, Any]:
        """Return the inputs of the slot's draw, which identify it."""
        if self.of == BED:
            return {"seed": self.knobs["seed"], "clip": self.knobs[f"bed{self.number}"]}
        return {name: self.knobs[name] for name in ASKED}

    @property
    def begins(self) -> float:
        """Return the start as a fraction: 0 is the beginning, 1 the latest start that fits."""
        return float(self.knobs["start" if self.of == LAYER else "bed_start"])

    @property
    def in_shot(self) -> bool:
        """Return whether the layer must begin within a shot of its clip."""
        return self.of == LAYER and self.knobs["start_in"] == "shot"

    @property
    def at(self) -> str:
        """Return the name of the slot's start in a draw."""
        return f"{self.begins}{IN_SHOT if self.in_shot else ''}"

    @property
    def file(self) -> str:
        """Return the word for the slot's file: clip or sound."""
        return FILES[self.of]

    @property
    def what(self) -> str:
        """Return the library's kind for the slot's file: CLIP or SOUND."""
        return CLIP if self.of == LAYER else SOUND

    @property
    def knob(self) -> str:
        """Return the knob that names the slot's file."""
        return f"layer{self.number}.clip" if self.of == LAYER else f"bed{self.number}"

    def draw(self, digest: str, name: str, starts: Mapping[str, float]) -> dict[str, Any]:
        """Return a draw for the slot, as selection.json stores it."""
        answer = {"digest": digest, "name": name, "starts": dict(starts)}
        return {self.of: self.number, **self.question, **answer}

    def needs(self, seconds: float) -> float:
        """Return how many seconds of the slot's file a piece of `seconds` plays at most."""
        if self.of == BED:
            return seconds
        return float(instrument("blend/pace").clip_seconds(self.knobs, seconds))

    def room(self, library: Library, digest: str, seconds: float) -> float:
        """Return the latest start that leaves enough of a file for a piece of `seconds`, or 0."""
        facts: Clip | Sound | None = (library.sound if self.of == BED else library.facts)(digest)
        return max(0.0, facts.seconds - self.needs(seconds)) if facts else 0.0


def slots(layers: Sequence[Mapping[str, Any]], piece: Mapping[str, Any]) -> list[Slot]:
    """Return the slots of a piece: its layers (the base first), then its beds."""
    beds = [Slot(BED, number, piece) for number in range(1, piece["audio_beds"] + 1)]
    return [*(Slot(LAYER, number, knobs) for number, knobs in enumerate(layers, start=1)), *beds]


@dataclass(frozen=True)
class Pick:
    """The file chosen for a layer or a bed: its digest, its last known name, its start."""

    layer: int  # the number of the layer or bed
    digest: str
    name: str
    start: float
    of: str = LAYER

    @property
    def file(self) -> str:
        """Return the word for the file: clip or sound."""
        return FILES[self.of]

    @property
    def short(self) -> str:
        """Return the file's name, without folders."""
        return self.name.rpartition("/")[2]

    def __str__(self) -> str:
        """Return the slot's name: layer 2, bed 1."""
        return f"{self.of} {self.layer}"


class Selection:
    """The draws of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.path = project.path / "selection.json"
        self.draws: list[dict[str, Any]] = []
        self.look_draws: list[dict[str, Any]] = []  # draws of the command's look: not saved
        self.void: list[dict[str, Any]] = []  # draws to drop from the file when saving
        self.storage: str | None = None
        self.notes: list[str] = []  # notes about the choice
        self.solved: list[dict[str, Any]] = []  # thresholds, see thresholds.py
        self.label = f"projects/{project.name}/selection.json"
        if self.path.exists():
            self._hold(read_chosen(self.path, self.label))

    def _hold(self, chosen: Chosen) -> None:
        self.draws, self.solved, self.storage = chosen

    def find(self, slots: Sequence[Slot], *, begun: bool = True) -> list[Pick | None]:
        """Return the choice for each slot, or None for a slot that has no file.

        If a file has no start, it begins at 0, or its choice is None if `begun` is true.
        """
        return [self._pick(slot, begun=begun) for slot in slots]

    def has_files(self, slots: Sequence[Slot]) -> bool:
        """Return whether each slot has a file, even if its start is not chosen yet."""
        return all(self._draw(slot) is not None for slot in slots)

    def later(self) -> "Selection":
        """Return a copy that can be changed to predict a choice without saving it."""
        later = copy(self)
        later.draws, later.look_draws, later.solved, later.notes = deepcopy(
            (self.draws, self.look_draws, self.solved, self.notes)
        )
        return later

    def choose(
        self, slots: Sequence[Slot], library: Library, seconds: float, shots: Shots = lambda _: ()
    ) -> list[str]:
        """Choose missing files and missing starts for a piece of `seconds`.

        Return notes on layers that begin in a shot that is too short for them. Raise InputError if
        a file cannot be chosen.
        """
        notes = []
        for slot in slots:
            draw = self._draw(slot)
            draw = draw or self._entered(slot, library)
            if draw is None:
                alike = [other for other in slots if other.of == slot.of]
                choice = self._chosen(slot, alike, library)
                draw = slot.draw(choice["digest"], choice["name"], {})
                self.draws.append(draw)
            if slot.at not in draw["starts"]:
                room = slot.room(library, draw["digest"], seconds)
                draw["starts"][slot.at] = round(slot.begins * room, 3)
                if slot.in_shot:
                    slot_shots = shots(draw["digest"])
                    notes += _in_shot(slot, draw, slot_shots, needs=slot.needs(seconds), room=room)
        return notes

    def _entered(self, slot: Slot, library: Library) -> dict[str, Any] | None:
        """Undo a hand edit of the slot's clip; return the draw, or None if there was no edit."""
        every, who = library.names(self.project.name, slot.what), f"{slot.of} {slot.number}"
        if draw := entered(self.draws, {**slot.question, slot.of: slot.number}, every):
            note = keeps(self.project.name, who, slot.knob, draw["name"], draw["clip"])
            self.void, self.notes = [*self.void, dict(draw)], [*self.notes, note]
            draw["clip"] = "any"
        return draw

    def _chosen(self, slot: Slot, alike: Sequence[Slot], library: Library) -> dict[str, Any]:
        """Return the file for a slot; the dice choose only from files that are in no other slot."""
        usable = library.usable(self.project.name, slot.what)
        if slot.of == LAYER and not usable:
            raise no_clips(library, self.project.name)
        if slot.question["clip"] != "any":
            return self._named(slot, library)
        fit = [file for file in usable if slot.of == BED or fits(file["facts"], slot.knobs)]
        taken = [draw["digest"] for other in alike if (draw := self._draw(other))]
        play = instrument("source/select" if slot.of == LAYER else "audio/bed")
        request = {slot.of: slot.number, f"{slot.file}s": fit}
        choice: dict[str, Any] | None = play.analyze(slot.knobs, **request, taken=taken)
        if choice is None:
            more = more_files(library, self.project.name)
            if slot.of == BED:
                raise too_few_sounds(len(fit), len(alike), more)
            one, all_ = (len({file["digest"] for file in files}) for files in (fit, usable))
            raise too_few_clips(one, all_, len(alike), slot.knobs, more)
        return choice

    def _named(self, slot: Slot, library: Library) -> dict[str, Any]:
        """Return the file with the requested name; raise InputError if it is not usable."""
        project = self.project.name
        lost = dict.fromkeys(library.others(project), STRANGER) | library.left_out(project)
        every = library.names(project, slot.what)
        file, note = named_file(slot.question["clip"], slot.knob, slot.file, every, lost)
        self.notes += [note] if note else []
        return file

    def follow(self, old: str, new: str, name: str) -> None:
        """Record a file's new digest in the draws and thresholds, and its new name in the draws."""
        for draw in self.draws:
            if draw["digest"] == old:
                draw["digest"], draw["name"] = new, name
        for one in self.solved:
            if one["digest"] == old:
                one["digest"] = new

    def begin_again(self, slot: Slot, library: Library, seconds: float, was: str) -> list[str]:
        """Drop a replaced file's start if it no longer fits or was in a shot; return any notes.

        A start that no longer fits is kept for the old digest (`was`) in case the old file returns.
        """
        if not (draw := self._draw(slot)) or slot.at not in (starts := draw["starts"]):
            return []
        room, old = slot.room(library, draw["digest"], seconds), f"{slot.at} {draw['digest']}"
        starts[slot.at] = starts.pop(old, starts[slot.at])
        if starts[slot.at] <= room and not slot.in_shot:
            return []
        aside = starts.pop(slot.at)
        starts |= {} if slot.in_shot else {f"{slot.at} {was}": aside}
        return [f"{slot.of} {slot.number}: its start was chosen again"]

    def draw_like(self, draw: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the known draw with the same inputs as `draw`, if any."""
        inputs = question(draw)
        return next((other for other in self.draws if question(other) == inputs), None)

    def save(self) -> None:
        """Write selection.json if it changed; keep other processes' changes."""
        ours = Chosen(self.draws, self.solved, self.storage)
        self._hold(write_chosen(self.path, self.label, ours, self.void))

    def solved_value(self, inputs: Mapping[str, Any], knob: str) -> float | None:
        """Return the value solved for a threshold with these inputs, or None."""
        values = (one[knob] for one in self.solved if knob in one and inputs.items() <= one.items())
        return next(values, None)

    def _pick(self, slot: Slot, *, begun: bool) -> Pick | None:
        draw = self._draw(slot)
        if draw is None or (begun and slot.at not in draw["starts"]):
            return None
        start = draw["starts"].get(slot.at, 0.0)
        return Pick(slot.number, draw["digest"], draw["name"], start, slot.of)

    def _draw(self, slot: Slot) -> dict[str, Any] | None:
        # dice, min_resolution and min_seconds do not affect a file chosen by name
        inputs = slot.question
        inputs = inputs if inputs["clip"] == "any" else {"clip": inputs["clip"]}
        inputs[slot.of] = slot.number
        every = [*self.look_draws, *self.draws]
        return next((draw for draw in every if inputs.items() <= draw.items()), None)


def _in_shot(
    slot: Slot, draw: dict[str, Any], shots: Sequence[Shot], *, needs: float, room: float
) -> list[str]:
    """Move a draw's start into a shot (if there is one) and record the shot; return any note."""
    begin = begin_in_shot(shots, slot.begins, needs=needs, room=room)
    if begin is None:
        return []
    draw["starts"][slot.at] = begin.start
    draw["shots"] = {**draw.get("shots", {}), slot.at: list(begin.shot)}
    return [] if begin.fits else [too_short(slot.number, draw["name"], shots, slot.knobs, needs)]


def fits(facts: Mapping[str, Any], knobs: Mapping[str, Any]) -> bool:
    """Return whether a clip meets min_resolution, and also min_seconds unless it is a still."""
    short = min(facts["width"], facts["height"])
    lasts = facts.get("still") or facts["seconds"] >= knobs["min_seconds"]
    return bool(short >= knobs["min_resolution"] and lasts)
