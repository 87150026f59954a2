"""The plan of a piece: all its steps, in order. Nothing is rendered.

probe:CLIP ─ select ┬ levels:i ─ keyframe:i ─ color:i ─ layer:i ─ stack:s ─┐
                    │                       ┌───────────────────── plate:p ┤
                    │                       └ post:s ─ encode:s ┐
                    └ hear:i ─ audio:i ─ mix ─ loudness ────────┴ mux ─ record
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collide.base.hashing import canonical
from collide.base.media import Clip, Sound
from collide.catalog import shipped
from collide.instrument import Knobs
from collide.plan.clip_levels import level_steps, normalized
from collide.plan.color_steps import color_steps
from collide.plan.layer_steps import layer_step, presence_step
from collide.plan.manifest import record_step
from collide.plan.picture_steps import picture_steps
from collide.plan.placing import Hear, choose_heard, once, place_heard
from collide.plan.post_chain import Opened
from collide.plan.recipe_writer import make_recipe
from collide.plan.voices import sound_steps
from collide.project.knob_files import Lent
from collide.project.layers import Layer, drawn_mode
from collide.project.piece import Bed, Piece
from collide.project.project import Project
from collide.project.release import RELEASE
from collide.project.selection import Pick
from collide.project.settings import Settings
from collide.store.call import Call
from collide.store.step import Input, Job, Log, Results, Step, command_job, made_by, tables


@dataclass(frozen=True)
class Plan:
    """A piece and all its steps by name, in dependency order."""

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
    """Return the plan of a project whose clips are chosen and probed.

    Args:
        picks: each layer's clip (the base first), then each bed's sound.
        clips: each pick's facts.
        hear: returns the measurements of a layer's sound, or None. It is called at most once per
            layer.
        storage: how layers are stored.
        engine: the digest of ffmpeg, for the recipe.
        version: the version of ffmpeg, for the manifest.
    """
    knobs, catalog = {**settings.piece(), "storage": storage}, settings.catalog
    chosen = list(zip(picks, clips, strict=True))
    beds = [Bed(pick, sound) for pick, sound in chosen if isinstance(sound, Sound)]
    clips_of = ((pick, clip, pick.layer) for pick, clip in chosen if isinstance(clip, Clip))
    layers = [Layer(n, p, c, settings.layer(n), knobs, catalog, models) for p, c, n in clips_of]
    piece = Piece(project, settings, knobs, layers, [], [], beds, {}, files)
    hear_once = once(hear)
    heard, silent = choose_heard(piece, hear_once)
    placed = place_heard(piece, heard, hear_once)
    piece = replace(piece, heard=heard, silent=silent, layers=placed)
    piece = replace(piece, recipe=make_recipe(piece, engine=engine))
    steps = {step.task: step for step in steps_of(piece)}
    record = record_step(piece, tuple(steps), version)
    return Plan(piece, {**steps, record.task: record})


def models_needed(settings: Settings) -> set[str]:
    """Return the names of the models that the modes of a piece use."""
    count, catalog = settings.piece()["num_videos"], settings.catalog
    layers = ((n, settings.layer(n)) for n in range(2, count + 1))
    return {knobs["rembg_model"] for n, knobs in layers if drawn_mode(catalog, knobs, n) == "rembg"}


def possible(project: Project, settings: Settings) -> list[str]:
    """Return the tasks of layers, sounds and segments that these settings allow."""
    knobs = {**settings.piece(), "storage": "raw"}
    draft = Piece(project, settings, knobs, [], [], [], [], {}, {})
    layers, parts = range(1, knobs["num_videos"] + 1), range(len(draft.spans))
    sounds = (*layers, *(f"bed{number}" for number in range(1, knobs["audio_beds"] + 1)))
    kinds: dict[str, Sequence[object]] = {"keyframe": layers[1:], "color": layers[1:]}
    kinds |= {"levels": layers, "layer": layers, "hear": sounds, "audio": sounds}
    mattes = [f"matte:{number}.{part}" for number in layers[1:] for part in parts]
    mattes += [f"matte:{number}" for number in layers[1:]]
    named = [f"{kind}:{number}" for kind, numbers in kinds.items() for number in numbers]
    return [*mattes, *named, *(step.task for step in picture_steps(draft))]


def _clip_step(
    task: str,
    play: str,
    digest: str,
    arguments: Mapping[str, Any],
    *,
    drop: tuple[str, ...],
    more: str = "",
    answered: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Step:
    """Return the step that analyzes one clip, independently of any piece.

    `more` is appended to the step's name. `answered` contains the arguments of the instrument's
    `answer`, and `rest` the other fields of the job.
    """
    opened = {"@clip": Input(digest), **(tables(arguments["clip"]) if "clip" in arguments else {})}
    then = (Call(play, "answer", answered or {}),)
    rest = {"size": 256 << 20, **rest}  # the first packet of a still is the whole file
    rest |= {"inputs": opened, "then": then, "drop": drop}
    if hasattr(shipped().instrument(play), "passes"):
        job = Job(play, "passes", {"knobs": {}, **arguments}, **rest)
    else:
        without_knobs = {name: value for name, value in arguments.items() if name != "knobs"}
        job = command_job(shipped(), play, {}, without_knobs, **rest)

    def logged(_: Results, log: Log) -> Job:
        log["clip"] = digest
        return job

    return Step(f"{task}:{digest[:8]}{more}", logged, clips=(digest,))


def probe_step(digest: str, *, by: str = "source/probe", knobs: Knobs | None = None) -> Step:
    """Return the step that probes one clip, or one sound with `by="source/sound"`.

    `knobs` of a layer may select tracks other than the file's defaults.
    """
    play, drop = shipped().instrument(by), ("packets.txt", "first.txt", "start.bin")
    own_knobs = {name: (knobs or play.DEFAULTS)[name] for name in play.DEFAULTS}
    tracks = "".join(f".{value}" for value in own_knobs.values()) if any(own_knobs.values()) else ""
    return _clip_step("probe", by, digest, {"knobs": own_knobs}, drop=drop, more=tracks)


def glance_step(digest: str, clip: Clip) -> Step:
    """Return the step that renders the preview strip of one clip for the clips page."""
    whole, colors = normalized(clip)
    arguments = {"clip": clip, "whole": whole, "colors": colors}
    return _clip_step("glance", "source/glance", digest, arguments, drop=("signs.gray",))


def shots_step(digest: str, clip: Clip) -> Step:
    """Return the step that finds a clip's shots and measures their light and motion."""
    play = shipped().instrument("source/shots")
    timing = {"seconds": clip.seconds, "fps": clip.fps, "gap": clip.gap}
    return _clip_step(
        "shots",
        "source/shots",
        digest,
        play.opens(clip),
        drop=play.leaves(clip.seconds),
        answered=timing,
        work=play.frames(clip.seconds, clip.fps),
        size=128 << 20,
    )


def steps_of(piece: Piece) -> Iterator[Step]:
    """Yield every step from the chosen clips to the video, in dependency order."""
    for layer in piece.layers:
        yield from level_steps(piece, layer)
        if layer.keyed:
            yield from color_steps(piece, layer)
        yield layer_step(piece, layer)
    yield presence_step(piece)
    yield from sound_steps(piece)
    yield from picture_steps(piece)
    parts = [f"encode:{index}" for index in range(len(piece.spans))]
    sound = ("loudness", "sound.m4a", "mp4") if piece.sounds else None
    needs = [*parts, "loudness"] if sound else parts
    args, deliver = (parts, sound, "mp4"), {"video.mp4": piece.project.video}
    yield piece.step("mux", mux_job, *args, needs=needs, deliver=deliver, amount=piece.seconds)


def mux_job(
    piece: Piece, parts: list[str], sound: Opened | None, suffix: str, *, results: Results
) -> Job:
    """Return the job that joins segments, sound and recipe in one file with `suffix` mp4 or mov."""
    part_inputs = [made_by(results, task, f"part.{suffix}", suffix) for task in parts]
    inputs = {f"@E{index:03d}": part for index, part in enumerate(part_inputs)}
    lists = {"@parts": list(inputs)}
    if sound:
        inputs["@sound"] = made_by(results, *sound)
    _ = piece.look
    arguments = {
        "sound": sound is not None,
        "recipe": canonical({"recipe": piece.recipe, "release": RELEASE}).decode(),
        "fps": piece.fps,
        "suffix": suffix,
    }
    return piece.command(
        "blend/mux",
        arguments,
        inputs=inputs,
        lists=lists,
        frames={f"video.{suffix}": piece.frames},
        size=2 * sum(source.size for source in inputs.values()) + (16 << 20),
    )
