"""From a project to its steps, in order: pure, fast, and nothing is rendered.

probe:CLIP ─ select ─ keyframe:i ─ color:i ─ layer:i ─┐         plate:p ─┐
                   └─ hear:i ─ audio:i ─ mix ─ loudness ┐ stack:s ─ post:s ─ encode:s ─ mux ─ record
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collide.base.media import Clip, Sound
from collide.plan.manifest import record_step
from collide.plan.picture_steps import picture_steps
from collide.plan.recipe_writer import make_recipe
from collide.plan.steps import steps_of
from collide.plan.voices import hear_step
from collide.project.knob_files import Lent
from collide.project.piece import Bed, Layer, Piece, drawn_mode
from collide.project.project import Project
from collide.project.selection import Pick
from collide.project.settings import Settings
from collide.store.step import Input, Step

Hear = Callable[[Step], Mapping[str, Any] | None]  # the answer of a hear step, where it is known


@dataclass(frozen=True)
class Plan:
    """A piece and all its steps by name, each after what it needs."""

    piece: Piece
    steps: dict[str, Step]

    def before(self, task: str) -> list[str]:
        """Return every task that `task` waits for, in order."""
        needed = {task}
        for step in reversed(self.steps.values()):
            needed |= set(step.needs) if step.task in needed else set()
        return [other for other in self.steps if other in needed and other != task]


def make_plan(
    project: Project,
    settings: Settings,
    *,
    picks: Sequence[Pick],
    clips: Sequence[Clip | Sound],
    hear: Hear,
    storage: str,
    engine: str,
    version: str,
    models: Mapping[str, Input],
    files: dict[str, Lent],
) -> Plan:
    """Return the plan of a project whose clips are chosen and known.

    Args:
        picks: the clip of each layer, the base first, and then the sound of each bed.
        clips: what each of them holds.
        hear: what is known of how loud a layer is; asked of as few as are needed.
        storage: how layers are kept, decided.
        engine: digest of the ffmpeg that would run; it is in the recipe.
        version: what it calls itself; it is in the manifest.
        models: those that are needed, by name.
        files: of the knobs that name one.
    """
    knobs, catalog = {**settings.piece(), "storage": storage}, settings.catalog
    chosen = list(zip(picks, clips, strict=True))
    beds = [Bed(pick, sound) for pick, sound in chosen if isinstance(sound, Sound)]
    clips_of = ((pick, clip, pick.layer) for pick, clip in chosen if isinstance(clip, Clip))
    layers = [Layer(n, p, c, settings.layer(n), knobs, catalog, models) for p, c, n in clips_of]
    piece = Piece(project, settings, knobs, layers, [], [], beds, {}, files)
    heard, silent = _heard(piece, hear)
    apart = _apart(piece, heard, pinned=settings.explicit)
    piece = replace(piece, heard=heard, silent=silent, layers=apart)
    piece = replace(piece, recipe=make_recipe(piece, engine=engine))
    steps = {step.task: step for step in steps_of(piece)}
    record = record_step(piece, tuple(steps), version)
    return Plan(piece, {**steps, record.task: record})


def models_needed(settings: Settings) -> set[str]:
    """Return the names of the models that the modes of a piece look through."""
    count, catalog = settings.piece()["num_videos"], settings.catalog
    layers = {number: settings.layer(number) for number in range(2, count + 1)}
    return {
        knobs["rembg_model"]
        for number, knobs in layers.items()
        if drawn_mode(catalog, knobs, number) == "rembg"
    }


def _heard(piece: Piece, hear: Hear) -> tuple[list[int], list[int]]:
    """Return the layers that sound, and the silent ones whose place they took."""
    silent: list[int] = []

    def is_silent(number: int) -> bool:
        facts = hear(hear_step(piece, str(number)))
        lufs = facts["lufs"] if facts else 0.0  # not known yet: it may well sound
        if lufs is None or lufs < piece.knobs["silence_lufs"]:
            silent.append(number)
        return number in silent

    said = [(layer.number, layer.knobs["sound"]) for layer in piece.layers if layer.probed.audio]
    mix = piece.catalog.instrument("audio/mix")
    heard = mix.heard(piece.knobs, seed=piece.knobs["seed"], choices=said, silent=is_silent)
    return heard, sorted(set(silent) - set(heard))


def _apart(piece: Piece, heard: Sequence[int], *, pinned: Container[str]) -> list[Layer]:
    """Return the layers, those that are heard at the places that `spread` gives them."""
    pans = piece.catalog.instrument("audio/mix").apart(piece.knobs, layers=heard)
    moved = {n: pan for n, pan in pans.items() if f"layer{n}.pan" not in pinned}
    named = ",".join(map(str, heard))
    return [
        replace(layer, knobs={**layer.knobs, "pan": moved[layer.number]}, spread=named)
        if layer.number in moved
        else layer
        for layer in piece.layers
    ]


def possible(project: Project, settings: Settings) -> list[str]:
    """Return every task that a piece with these settings can have, whatever its clips hold.

    A layer may be silent, and a mode may look at no picture: a plan knows, once there is one.
    """
    knobs = {**settings.piece(), "storage": "raw"}
    draft = Piece(project, settings, knobs, [], [], [], [], {}, {})
    layers, parts = range(1, knobs["num_videos"] + 1), range(len(draft.spans))
    sounds = (*layers, *(f"bed{number}" for number in range(1, knobs["audio_beds"] + 1)))
    kinds: dict[str, Sequence[object]] = {"keyframe": layers[1:], "color": layers[1:]}
    kinds |= {"layer": layers, "hear": sounds, "audio": sounds}
    mattes = [f"matte:{number}.{part}" for number in layers[1:] for part in parts]
    mattes += [f"matte:{number}" for number in layers[1:]]
    named = [f"{kind}:{number}" for kind, numbers in kinds.items() for number in numbers]
    return [*mattes, *named, *(step.task for step in picture_steps(draft))]
