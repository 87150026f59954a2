"""From a project to its steps, in order: pure, fast, and nothing is rendered.

    probe:CLIP ─ select ─ keyframe:i ─ color:i ─ layer:i ─┐
                       └─ audio:i ── mix ── loudness ──┐   stack:s ─ encode:s ─ mux ─ record
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collide import rolls, segments
from collide.catalog import instrument, knobs
from collide.hashing import canonical, digest_of
from collide.key import Input, Job, Step
from collide.knobs import Settings
from collide.project import Project
from collide.recipe import Layer, make_recipe
from collide.selection import Pick
from collide.step import RATE, Clip, Knobs, Span, chain, wide_and_high
from collide.store import Entry

Results = Mapping[str, Entry]


@dataclass(frozen=True)
class Plan:
    """All steps of one project, each after what it needs."""

    project: Project
    settings: Settings
    piece: Knobs
    layers: list[Layer]
    heard: list[int]
    frames: int
    recipe: dict[str, Any]
    steps: dict[str, Step]

    @property
    def look(self) -> str:
        """Return the short name of this look."""
        return digest_of(self.recipe)[:8]


def make_plan(
    project: Project,
    settings: Settings,
    picks: Sequence[Pick],
    clips: Sequence[Clip],
    storage: str,
    engine: str,
) -> Plan:
    """Return the plan of a project whose clips are chosen and known.

    Args:
        picks: the clip of each layer, the base first.
        clips: what each of them holds.
        storage: how layers are kept, decided.
        engine: digest of the ffmpeg that would run; it is in the recipe.
    """
    piece = {**settings.piece(), "storage": storage}
    frames = instrument("blend/stack").length(piece)
    size = segments.length(piece["fps"])
    layers = []
    for pick, clip in zip(picks, clips, strict=True):
        there = int((clip.seconds - pick.start) * piece["fps"] + 1e-6)
        spans = segments.spans(min(frames, max(1, there)), size)
        layers.append(Layer(pick.layer, pick, clip, settings.layer(pick.layer), spans))
    said = [(layer.number, layer.knobs["sound"]) for layer in layers if layer.clip.audio]
    heard = instrument("audio/mix").heard(piece, seed=piece["seed"], said=said)
    recipe = make_recipe(piece, layers, heard, frames, engine)
    plan = Plan(project, settings, piece, layers, heard, frames, recipe, {})
    for step in _steps(plan):
        plan.steps[step.task] = step
    return plan


def probe_step(digest: str) -> Step:
    """Return the step that asks one clip what it holds."""
    probe = instrument("source/probe")
    job = Job("source/probe", {"@clip": Input(digest)}, argv=probe.command({}), version=probe.VERSION,
              answer=lambda files: probe.answer(files, {}), drop=("packets.txt", "first.txt"))  # fmt: skip
    return Step(f"probe:{digest[:8]}", lambda _: job, clips=(digest,), says={"clip": digest})


def _steps(plan: Plan) -> Iterator[Step]:
    for layer in plan.layers:
        if layer.number > 1:
            yield from _colors(plan, layer)
        yield _layer(plan, layer)
    for layer in plan.layers:
        if layer.number in plan.heard:
            yield _audio(plan, layer)
    if plan.heard:
        yield from _sound(plan)
    spans = segments.spans(plan.frames, segments.length(plan.piece["fps"]))
    for index, span in enumerate(spans):
        yield _stack(plan, index, span)
        yield _encode(plan, index, span)
    yield _mux(plan, len(spans))


def _own(name: str, values: Knobs) -> dict[str, Any]:
    """Return those of `values` that the instrument `name` owns."""
    return {knob: values[knob] for knob in instrument(name).DEFAULTS if knob in values}


def _colors(plan: Plan, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find what becomes transparent: keyframe, where the mode looks, color."""
    mode = f"modes/{layer.knobs['mode']}"
    play, number = instrument(mode), layer.number
    wants = inspect.signature(play.analyze).parameters
    given: dict[str, Any] = {"knobs": _own(mode, layer.knobs)}
    if "seed" in wants:
        given["seed"] = int(rolls.place(plan.piece["seed"], "analysis", number) * 2**32)
    looks = "frames" in wants
    if looks:
        yield _keyframe(plan, layer)

    def job(results: Results) -> Job:
        inputs = {}
        if looks:
            inputs["@frames"] = _input(results, f"keyframe:{number}", "frames.png")
        return Job(mode, inputs, given=given, version=play.VERSION, libraries=getattr(play, "LIBRARIES", ()),
                   analyze=lambda files: play.analyze(**given, **({"frames": files["@frames"]} if looks else {})))  # fmt: skip

    needs = (f"keyframe:{number}",) if looks else ()
    yield Step(f"color:{number}", job, needs, says={"mode": layer.knobs["mode"], **given["knobs"]})


def _keyframe(plan: Plan, layer: Layer) -> Step:
    play = instrument("source/keyframe")
    look = instrument("blend/look").filters(layer.knobs)
    seconds = layer.material / plan.piece["fps"]
    argv = play.command(layer.knobs, clip=layer.clip, start=layer.pick.start, seconds=seconds, look=look)
    job = Job("source/keyframe", {"@clip": Input(layer.pick.digest)}, argv=argv)
    says = {**_part(layer), **_own("blend/look", layer.knobs), **_own("source/keyframe", layer.knobs)}
    return Step(f"keyframe:{layer.number}", lambda _: job, clips=(layer.pick.digest,), says=says)


def _part(layer: Layer) -> dict[str, Any]:
    """Return which part of which clip a layer shows, as `why` says it."""
    return {"clip": layer.pick.digest, "start": layer.pick.start, "frames": layer.material}


def layer_chain(plan: Plan, layer: Layer, answer: Mapping[str, Any]) -> str:
    """Return the filters of one layer: look, key, fit. The base has no key."""
    key = instrument("blend/key").filters(layer.knobs, answer=answer, layer=layer.number) if answer else ""
    fit = instrument("blend/fit").filters(layer.knobs, clip=layer.clip, output_size=plan.piece["output_size"])
    return chain(instrument("blend/look").filters(layer.knobs), key, fit)


def _layer(plan: Plan, layer: Layer) -> Step:
    play, keyed, piece = instrument("blend/layer"), layer.number > 1, plan.piece
    color = f"color:{layer.number}"

    def job(results: Results) -> Job:
        filters = layer_chain(plan, layer, results[color].facts if keyed else {})
        argv = play.command(piece, start=layer.pick.start, pieces=layer.pieces, fps=piece["fps"],
                            chroma=piece["chroma"], keyed=keyed, filters=filters)  # fmt: skip
        names = {f"piece-{i:03d}.nut": span.count for i, span in enumerate(layer.pieces)}
        return Job("blend/layer", {"@clip": Input(layer.pick.digest)}, argv=argv, version=play.VERSION,
                   answer=lambda files: play.answer(files, piece), drop=("alpha.gray",), frames=names,
                   work=layer.material, size=_bytes(piece, segments.length(piece["fps"])))  # fmt: skip

    says = {**_part(layer), **_own("blend/look", layer.knobs), **_own("blend/fit", layer.knobs)}
    says |= {name: piece[name] for name in ("fps", "output_size", "chroma", "storage")}
    if keyed:
        says |= {name: layer.knobs[name] for name in ("similarity", "softness")}
    needs = (color,) if keyed else ()
    return Step(f"layer:{layer.number}", job, needs, (layer.pick.digest,), says)


def _bytes(piece: Knobs, frames: int) -> int:
    """Return what a staged file of so many frames may have at most, with half as much again."""
    width, height = wide_and_high(piece["output_size"])
    return frames * width * height * 4 * 3 // 2 + (16 << 20)


def _audio(plan: Plan, layer: Layer) -> Step:
    play, fps = instrument("audio/extract"), plan.piece["fps"]
    read = {name: layer.knobs[name] for name in ("pan", "volume", "level")}
    given = {"knobs": read, **sound_part(plan, layer)}
    job = Job("audio/extract", {"@clip": Input(layer.pick.digest)}, given=given, version=play.VERSION,
              passes=lambda: play.passes(**given), work=plan.frames,
              size=(plan.frames * RATE // fps + RATE) * 12)  # fmt: skip
    says = {**_part(layer), **read, "duration": plan.frames / fps}
    return Step(f"audio:{layer.number}", lambda _: job, clips=(layer.pick.digest,), says=says)


def sound_part(plan: Plan, layer: Layer) -> dict[str, Any]:
    """Return which sound belongs to a layer's pictures, counted in samples."""
    fps = plan.piece["fps"]
    return {
        "start": layer.pick.start,
        "material": round(layer.material * RATE / fps),
        "samples": round(plan.frames * RATE / fps),
        "channels": layer.clip.channels,
    }


def _sound(plan: Plan) -> Iterator[Step]:
    mix, loudness, fps = instrument("audio/mix"), instrument("audio/loudness"), plan.piece["fps"]
    samples = round(plan.frames * RATE / fps)
    tasks = tuple(f"audio:{number}" for number in plan.heard)

    def mixed(results: Results) -> Job:
        inputs = {f"@S{n}": _input(results, f"audio:{n}", "sound.wav", "wav") for n in plan.heard}
        return Job("audio/mix", inputs, argv=mix.command(plan.piece, layers=plan.heard), size=samples * 12 + (1 << 20))

    given = {"knobs": _own("audio/loudness", plan.piece), "samples": samples}

    def loud(results: Results) -> Job:
        inputs = {"@mix": _input(results, "mix", "mix.wav", "wav")}
        return Job("audio/loudness", inputs, given=given, version=loudness.VERSION,
                   passes=lambda: loudness.passes(**given), size=samples * 8 + (1 << 20))  # fmt: skip

    yield Step("mix", mixed, tasks)
    yield Step("loudness", loud, ("mix",), says={**given["knobs"], "duration": plan.frames / fps})


def _stack(plan: Plan, index: int, span: Span) -> Step:
    play, piece = instrument("blend/stack"), plan.piece
    size = segments.length(piece["fps"])
    reads = [segments.reads(span, layer.material, size) for layer in plan.layers]
    argv = play.command(piece, layers=reads, count=span.count, storage=piece["storage"])
    used = {(layer.number, read.piece) for layer, rs in zip(plan.layers, reads, strict=True) for read in rs}

    def job(results: Results) -> Job:
        inputs = {f"@L{n}p{p}": _input(results, f"layer:{n}", f"piece-{p:03d}.nut", "nut") for n, p in sorted(used)}
        return Job("blend/stack", inputs, argv=argv, frames={"stack.nut": span.count}, work=span.count,
                   size=_bytes(piece, span.count))  # fmt: skip

    says = {"frames": span.count, "chroma": piece["chroma"], "storage": piece["storage"]}
    return Step(f"stack:{index}", job, tuple(f"layer:{layer.number}" for layer in plan.layers), says=says)


def _encode(plan: Plan, index: int, span: Span) -> Step:
    play = instrument("blend/encode")
    argv = play.command(plan.piece, fps=plan.piece["fps"])

    def job(results: Results) -> Job:
        inputs = {"@stack": _input(results, f"stack:{index}", "stack.nut", "nut")}
        return Job("blend/encode", inputs, argv=argv, frames={"part.mp4": span.count}, work=span.count,
                   size=_bytes(plan.piece, span.count))  # fmt: skip

    return Step(f"encode:{index}", job, (f"stack:{index}",), says=_own("blend/encode", plan.piece))


def _mux(plan: Plan, count: int) -> Step:
    play, sound = instrument("blend/mux"), bool(plan.heard)
    recipe = canonical(plan.recipe).decode()
    parts = [f"encode:{index}" for index in range(count)]

    def job(results: Results) -> Job:
        inputs = {f"@E{i:03d}": _input(results, task, "part.mp4", "mp4") for i, task in enumerate(parts)}
        lists = {"@parts": list(inputs)}
        if sound:
            inputs["@sound"] = _input(results, "loudness", "sound.m4a", "mp4")
        argv = play.command({}, sound=sound, recipe=recipe, fps=plan.piece["fps"])
        whole = sum(results[task].objects["part.mp4"].size for task in parts)
        return Job("blend/mux", inputs, argv=argv, lists=lists, frames={"video.mp4": plan.frames},
                   size=2 * whole + (64 << 20))  # fmt: skip

    needs = (*parts, *(("loudness",) if sound else ()))
    says = {name: value for name, value in plan.piece.items() if name in knobs() and name != "storage"}
    return Step("mux", job, needs, says=says | {"look": plan.look}, deliver={"video.mp4": plan.project.video})


def _input(results: Results, task: str, role: str, demuxer: str | None = None) -> Input:
    made = results[task].objects[role]
    return Input(made.digest, made.size, task, role, demuxer)

