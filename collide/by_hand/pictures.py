"""Pictures played by hand: the steps of a piece up to an instrument, and the result in one file."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from collide.base.errors import InputError
from collide.by_hand.solo_piece import LAYS, USERS, Solo
from collide.by_hand.stage import Draft, guesses
from collide.instrument import RATE, piece_name, sound
from collide.limits import as_typed
from collide.plan import post_chain
from collide.plan.color_steps import film_tasks
from collide.plan.exports import coded_job
from collide.plan.layer_steps import keyed_step
from collide.plan.planner import steps_of
from collide.plan.post_chain import Source
from collide.plan.table import BY_CLIP, LOOP
from collide.project.piece import Piece
from collide.store.step import Job, Results, Step, command_job, made_by

FORMS = (".mp4", ".mov", ".mkv", ".nut")

CLOSED: Mapping[str, object] = {"colors": []}  # the answer from a mode that opens nothing
MATTE = {"mode": "rembg", "rembg_use": "matte"}  # knobs of a layer with a matte


def bring(solo: Solo, steps: Iterable[Step], *tasks: str) -> None:
    """Run the tasks, each after its dependencies; skip tasks that already have a result."""
    every = {step.task: step for step in steps}

    def bring(task: str) -> None:
        if task not in solo.stage.results:
            for need in every[task].needs:
                bring(need)
            # even --show measures the input file, since later commands contain the measurements
            measures = every[task].kind == "levels" and solo.name != "source/levels"
            (solo.stage.look if measures else solo.stage.do)(every[task])

    for task in tasks:
        bring(task)


def wanted(solo: Solo, suffixes: Sequence[str], *, alpha: bool = False) -> str:
    """Return the suffix of the output file; raise InputError if it is not in `suffixes`.

    If `alpha` is true, refuse .mp4 too. For a draft, which writes no output, return the first of
    `suffixes`.
    """
    name, out = solo.name, solo.request.output
    if isinstance(solo.stage, Draft):
        return suffixes[0]
    if out is None:
        raise InputError(
            f"{name} needs an output file", why="no -o was given", fix=f"use -o NAME{suffixes[0]}"
        )
    suffix = out.suffix.lower()
    if suffix not in suffixes:
        raise InputError(
            f"{name} cannot write {out.name}",
            why=f"it writes {', '.join(suffixes)}",
            fix=f"use -o {out.stem}{suffixes[0]}",
        )
    if alpha and suffix == ".mp4":
        raise InputError(
            f"{out} cannot be transparent",
            why=f"{name} leaves holes, which MP4 cannot store",
            fix="use -o NAME.mov for an editor, or -o NAME.mkv for a lossless file",
        )
    return suffix


def deliver(solo: Solo, step: Step, role: str) -> str:
    """Run the last step, copy its file to the requested output, and return that path."""
    solo.stage.do(step)
    if solo.request.output:
        solo.stage.deliver(step.task, role, solo.request.output)
    return f"{solo.request.output}"


class Parts(NamedTuple):
    """A picture in parts and the steps that render them."""

    piece: Piece
    steps: Iterable[Step]
    frames: Mapping[Source, int]  # number of frames of each part, by task and role
    suffix: str  # suffix of the output file
    alpha: bool = False  # whether the picture has holes
    copied: bool = False  # whether the parts are already encoded
    with_sound: bool = True  # whether to include the clip's sound, if any


def pictured(solo: Solo) -> str:
    """Write the pictures and any sound of their clip to one file, and return its description."""
    parts_of = _film if solo.name == "source/matte" else _layer if solo.row else _stack
    parts = parts_of(solo)
    bring(solo, parts.steps, *(task for task, _ in parts.frames))
    file = deliver(solo, parts.piece.step("file", _single, parts), f"single{parts.suffix}")
    seconds = parts.piece.seconds_of(sum(parts.frames.values()))
    return f"{file} · {seconds:g} s, {as_typed(parts.piece.knobs['fps'])} fps"


def _single(piece: Piece, parts: Parts, *, results: Results) -> Job:
    """Return the job that joins the parts and any sound into one file."""
    base, frames, filters = piece.layers[0], sum(parts.frames.values()), ""
    pictures = {f"@P{at:03d}": made_by(results, *one) for at, one in enumerate(parts.frames)}
    lasts = zip(pictures, parts.frames.values(), strict=True)
    inputs = dict(pictures)
    if parts.with_sound and base.clip.audio:
        samples = round(frames * RATE / piece.fps)
        filters = sound(samples, base.clip.channels, speed=base.knobs["speed"])
        inputs["@clip"] = base.source
    arguments = {
        "suffix": parts.suffix, "fps": piece.fps, "frames": frames,
        "alpha": parts.alpha, "copied": parts.copied, "sound": filters,
    }  # fmt: skip
    return command_job(
        piece.catalog, "blend/encode", piece.knobs, arguments,
        shape="single",
        inputs=inputs,
        lists={"@pictures": list(pictures)},
        lasts={} if parts.copied else {token: piece.seconds_of(count) for token, count in lasts},
        frames={f"single{parts.suffix}": frames},
        work=frames,
        size=piece.most_bytes(frames),
    )  # fmt: skip


def _film(solo: Solo) -> Parts:
    """Return the matte of a clip: a film of masks that a model finds."""
    suffix, piece, name = wanted(solo, (".mp4",)), solo.piece(**MATTE), "matte.mp4"
    steps, tasks = list(steps_of(piece)), film_tasks(piece.layers[-1])
    films = [step for step in steps if step.task in tasks]
    frames = {(step.task, name): step.job({}, {}).frames[name] for step in films}
    return Parts(piece, steps, frames, suffix, copied=True, with_sound=False)


def _layer(solo: Solo) -> Parts:
    """Return a layer that the instrument plays on, with its holes if it is keyed."""
    suffix, piece = wanted(solo, FORMS, alpha=solo.keyed), solo.piece()
    asks = solo.row and solo.row.when not in BY_CLIP  # a row of BY_CLIP may leave a clip as it is
    if solo.row and asks and not solo.row.when(piece.layers[-1]):
        mode, films = piece.layers[-1].mode, solo.clips[1:]
        if not films:
            raise InputError(
                f"{solo.name} does not apply with mode={mode}",
                why="a layer with that mode is cut along a matte",
                fix="choose a different mode, or see: python -m collide blend/matte --help",
            )
        piece = solo.piece(**MATTE, matte_rate=max(1, round(films[0].fps)))
        for task in film_tasks(piece.layers[-1]):
            solo.stage.put(task, "i2")
    layer = piece.layers[-1]
    if solo.keyed and solo.name not in USERS["mode"]:
        solo.stage.put(f"color:{layer.number}", facts=CLOSED)
    steps, spans = list(steps_of(piece)), list(enumerate(layer.pieces))
    if not layer.keyed:
        frames = {("layer:1", piece_name(at, "look")): span.count for at, span in spans}
        return Parts(piece, steps, frames, suffix)
    steps += [keyed_step(piece, layer, at, span) for at, span in spans]
    parts = {(f"keyed:{at}", "stack.nut"): span.count for at, span in spans}
    return Parts(piece, steps, parts, suffix, alpha=True)


def _stack(solo: Solo) -> Parts:
    """Return the finished picture, or its encoded form."""
    piece = solo.piece()
    steps, suffixes = list(steps_of(piece)), list(FORMS)
    frames = {post_chain.picture(piece, at): span.count for at, span in enumerate(piece.spans)}
    ordered = solo.name == LOOP.play
    encodes = not solo.name.startswith("post/") and solo.name not in LAYS and not ordered
    if encodes:
        pairs = enumerate(zip(piece.spans, frames, strict=True))
        more = [
            piece.step(f"part:{at}", coded_job, solo.name, span, source, needs=source[:1])
            for at, (span, source) in pairs
        ]
        role = more[0].job(guesses(), {}).argv(piece.catalog)[-1]
        steps, suffixes = [*steps, *more], [Path(role).suffix]
        frames = {(s.task, role): c for s, c in zip(more, frames.values(), strict=True)}
    suffix = wanted(solo, suffixes)
    if len(piece.layers) == 1 and piece.chroma == "420" and not ordered:  # one layer is the stack
        bring(solo, steps, "layer:1")
        kept = solo.stage.results["layer:1"].objects
        for index, _ in enumerate(piece.spans):
            solo.stage.put(f"stack:{index}", kept[piece_name(index, "look")].digest)
    for layer in piece.layers[1:]:
        solo.stage.put(f"color:{layer.number}", facts=CLOSED)
    return Parts(piece, steps, frames, suffix, copied=encodes)
