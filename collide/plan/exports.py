"""Steps that export a piece from a render's results, and are not part of the render.

    prores4444   the layers stacked again in 4:4:4 (the finished picture if effects play), PCM sound
    h265-10      the finished picture as H.265 in ten bits
    vertical     the finished picture, upright
    stems        each voice in a separate file; the stems add up to the mix

Exported videos contain the recipe, like the rendered video.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from collide.instrument import Span, wide_and_high
from collide.plan import post_chain
from collide.plan.layer_steps import stack_job, stack_step
from collide.plan.planner import mux_job
from collide.plan.post_chain import Source
from collide.plan.voices import mix_job, voice_names
from collide.project.piece import Piece
from collide.store.call import parameters
from collide.store.step import Job, Results, Step, made_by

ENCODERS = {"prores4444": "prores_ks", "h265-10": "libx265", "vertical": "libx264", "stems": ""}
STEMS = ("layer[0-9].wav", "bed[0-9].wav")  # these patterns do not match renamed copies


def export_steps(piece: Piece, form: str) -> list[Step]:
    """Return the steps that export a piece in one form, to projects/x/output."""
    if form == "stems":
        return list(_stems(piece))
    play, suffix = _FORMS[form]
    parts = [_part_step(piece, form, play, index, span) for index, span in enumerate(piece.spans)]
    tasks, sound = [part.task for part in parts], ("loudness", "sound.m4a", "mp4")
    if suffix == "mov" and piece.sounds:
        sound = (f"{form}:sound", "loud.wav", "wav")
        parts.append(piece.step(sound[0], _uncoded, needs=("mix", "loudness")))
    audio = sound if piece.sounds else None
    needs = (*tasks, *((sound[0],) if audio else ()))
    deliver = {f"video.{suffix}": output(piece, form, f".{suffix}")}
    args = (tasks, audio, suffix)
    steps = [*parts, piece.step(f"{form}:join", mux_job, *args, needs=needs, deliver=deliver)]
    portable = getattr(piece.catalog.instrument(play), "PORTABLE", True)
    return [replace(step, portable=portable) for step in steps]


def output(piece: Piece, form: str, suffix: str) -> Path:
    """Return an export's path."""
    return piece.output(f"-{form}{suffix}")


def _part_step(piece: Piece, form: str, play: str, index: int, span: Span) -> Step:
    if form == "prores4444" and not post_chain.runs(piece):
        needs = stack_step(piece, index, span).needs
        return piece.step(f"{form}:{index}", _stacked_prores, span, needs=needs)
    source = post_chain.picture(piece, index)
    return piece.step(f"{form}:{index}", coded_job, play, span, source, needs=source[:1])


def _stacked_prores(piece: Piece, span: Span, *, results: Results) -> Job:
    _ = post_chain.runs(piece)  # logs the knobs that decide whether an effect plays
    play = piece.catalog.instrument("blend/prores")
    written = play.coded({"fps": piece.fps})
    mixed = {"chroma": "444", "pixels": play.PIXELS}
    kept = {"mixed": mixed, "written": written, "size": _most_bytes(piece, span)}
    return stack_job(piece, span, kept, results=results)


_FORMS = {
    "prores4444": ("blend/prores", "mov"),
    "h265-10": ("blend/hevc", "mp4"),
    "vertical": ("blend/upright", "mp4"),
}


def coded_job(piece: Piece, play: str, span: Span, source: Source, *, results: Results) -> Job:
    """Return the job that encodes one segment of the finished picture with an instrument."""
    names, arguments = parameters(piece.catalog.instrument(play).command), dict[str, object]()
    if "size" in names:
        arguments["size"] = wide_and_high(piece.knobs["output_size"])
    if "coded" in names:
        arguments["coded"] = piece.catalog.instrument("blend/encode").coded(piece.knobs)
    inputs = {"@stack": made_by(results, *source, "nut")}
    job = piece.command(play, arguments, inputs=inputs, work=span.count)
    part = job.argv(piece.catalog)[-1]
    return job.replaced(frames={part: span.count}, size=_most_bytes(piece, span))


def _most_bytes(piece: Piece, span: Span) -> int:
    return 2 * piece.most_bytes(span.count)  # in ProRes, noise takes ten bits per value


def _uncoded(piece: Piece, *, results: Results) -> Job:
    """Return the job that sets the mix to the loudness of the render, without compression."""
    facts = results["loudness"].facts
    arguments = {"gain": facts["gain"], "limit": facts["limit"], "samples": piece.samples}
    inputs = {"@mix": made_by(results, "mix", "mix.wav", "wav")}
    size = 8 * piece.samples + (1 << 20)
    return piece.command("audio/loudness", arguments, shape="uncoded", inputs=inputs, size=size)


def _stems(piece: Piece) -> Iterator[Step]:
    """Yield one step per stem, which is a single voice with the fades of the mix."""
    for voice in voice_names(piece):
        name = voice if voice.startswith("bed") else f"layer{voice}"
        deliver = {"mix.wav": output(piece, "stems", "") / f"{name}.wav"}
        needs = (f"audio:{voice}",)
        yield piece.step(f"stems:{voice}", mix_job, voice, needs=needs, deliver=deliver)
