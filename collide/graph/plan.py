"""From a project to its steps, in order: pure, fast, and nothing is rendered.

probe:CLIP ─ select ─ keyframe:i ─ color:i ─ layer:i ─┐         plate:p ─┐
                   └─ hear:i ─ audio:i ─ mix ─ loudness ┐ stack:s ─ post:s ─ encode:s ─ mux ─ record
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collide import segments
from collide.build.key import Input, Step
from collide.catalog import instrument
from collide.graph import post
from collide.graph.amounts import measured
from collide.graph.finish import plate_task
from collide.graph.knobs import Settings
from collide.graph.lent import Lent
from collide.graph.manifest import record_step
from collide.graph.piece import Bed, Layer, Piece, drawn_mode
from collide.graph.project import Project
from collide.graph.recipe import make_recipe
from collide.graph.selection import Pick
from collide.graph.sound import hear_step, voice
from collide.graph.steps import steps_of
from collide.media import Clip, Sound
from collide.step import Knobs

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
    knobs = {**settings.piece(), "storage": storage}
    frames, size = instrument("blend/stack").length(knobs), segments.length(knobs["fps"])
    chosen = list(zip(picks, clips, strict=True))
    beds = [Bed(pick, sound) for pick, sound in chosen if isinstance(sound, Sound)]
    layers = []
    for pick, clip in chosen:
        if isinstance(clip, Clip):
            own, left = settings.layer(pick.layer), clip.seconds - pick.start
            pace = instrument("blend/pace").frames
            material = pace(own, seconds=left, fps=knobs["fps"], most=frames)
            spans = segments.spans(material, size)
            mode = drawn_mode(own, own["seed"], pick.layer)
            model = models[own["rembg_model"]] if mode == "rembg" else None
            layers.append(Layer(pick.layer, pick, clip, own, spans, mode, model))
    heard, silent = _heard(knobs, layers, hear)
    layers = _apart(knobs, layers, heard, pinned=settings.said)
    recipe = make_recipe(
        knobs, layers, heard=heard, beds=beds, frames=frames, engine=engine, files=files
    )
    piece = Piece(project, settings, knobs, layers, heard, silent, beds, frames, recipe, files)
    steps = {step.task: measured(piece, step) for step in steps_of(piece)}
    record = record_step(piece, tuple(steps), version)
    return Plan(piece, {**steps, record.task: record})


def models_needed(settings: Settings) -> set[str]:
    """Return the names of the models that the modes of a piece look through."""
    count = settings.piece()["num_videos"]
    layers = {number: settings.layer(number) for number in range(2, count + 1)}
    return {
        knobs["rembg_model"]
        for number, knobs in layers.items()
        if drawn_mode(knobs, knobs["seed"], number) == "rembg"
    }


def _heard(knobs: Knobs, layers: Sequence[Layer], hear: Hear) -> tuple[list[int], list[int]]:
    """Return the layers that sound, and the silent ones whose place they took."""
    silent = []

    def is_silent(number: int) -> bool:
        facts = hear(hear_step(voice(layers[number - 1], knobs["fps"])))
        lufs = facts["lufs"] if facts else 0.0  # not known yet: it may well sound
        if lufs is None or lufs < knobs["silence_lufs"]:
            silent.append(number)
        return number in silent

    said = [(layer.number, layer.knobs["sound"]) for layer in layers if layer.clip.audio]
    heard = instrument("audio/mix").heard(knobs, seed=knobs["seed"], said=said, silent=is_silent)
    return heard, sorted(set(silent) - set(heard))


def _apart(
    knobs: Knobs, layers: list[Layer], heard: Sequence[int], *, pinned: Container[str]
) -> list[Layer]:
    """Return the layers, those that are heard at the places that `spread` gives them."""
    pans = instrument("audio/mix").apart(knobs, layers=heard)
    moved = {n: pan for n, pan in pans.items() if f"layer{n}.pan" not in pinned}
    return [
        replace(layer, knobs={**layer.knobs, "pan": moved[layer.number]})
        if layer.number in moved
        else layer
        for layer in layers
    ]


def possible(settings: Settings) -> list[str]:
    """Return every task that a piece with these settings can have, whatever its clips hold.

    A layer may be silent, and a mode may look at no picture: a plan knows, once there is one.
    """
    knobs = settings.piece()
    frames, size = instrument("blend/stack").length(knobs), segments.length(knobs["fps"])
    layers, parts = range(1, knobs["num_videos"] + 1), range(len(segments.spans(frames, size)))
    sounds = (*layers, *(f"bed{number}" for number in range(1, knobs["audio_beds"] + 1)))
    kinds: dict[str, Sequence[object]] = {"keyframe": layers[1:], "color": layers[1:]}
    kinds |= {"layer": layers, "hear": sounds, "audio": sounds, "stack": parts, "encode": parts}
    posts = [run.task(part) for run in post.runs(knobs) for part in parts]
    posts += map(plate_task, post.plates(knobs))
    mattes = [f"matte:{number}.{part}" for number in layers[1:] for part in parts]
    mattes += [f"matte:{number}" for number in layers[1:]]
    named = [f"{kind}:{number}" for kind, numbers in kinds.items() for number in numbers]
    return [*mattes, *named, *dict.fromkeys(posts)]
