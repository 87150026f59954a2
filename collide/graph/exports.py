"""The piece in other forms, out of what a render keeps: steps that no render waits for.

    prores4444   the stack once more, 4:4:4 from the layers on, or the finished picture; PCM
    h265-10      the finished picture, H.265 in ten bits
    vertical     the finished picture, upright
    stems        each sound at its place; together they are the mix

All carry the recipe, as the video does.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from collide import segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph import post
from collide.graph.picture import laid, most_bytes, read_layers
from collide.graph.piece import Piece
from collide.graph.sound import voices
from collide.hashing import canonical
from collide.step import PLAIN, Argv, Span, wide_and_high

ENCODERS = {"prores4444": "prores_ks", "h265-10": "libx265", "vertical": "libx264", "stems": ""}
STEMS = ("layer[0-9].wav", "bed[0-9].wav")  # what stems are called, and nobody's own cut of one


def export_steps(piece: Piece, form: str) -> list[Step]:
    """Return the steps of one form; the last of them delivers to projects/x/output."""
    if form == "stems":
        return list(_stems(piece))
    spans = enumerate(segments.spans(piece.frames, segments.length(piece.fps)))
    make, suffix = _MAKERS[form]
    parts = [make(piece, f"{form}:{index}", span) for index, span in spans]
    sound = [_uncoded(piece, form)] if suffix == "mov" and piece.sounds else []
    return [*parts, *sound, _joined(piece, form, suffix, parts)]


def output(piece: Piece, form: str, suffix: str) -> Path:
    """Return where a form of the piece is seen."""
    return piece.project.video.with_name(f"{piece.project.name}-{form}{suffix}")


def _prores(piece: Piece, task: str, span: Span) -> Step:
    """Return the step of one segment as ProRes: of the layers, where no effect is played."""
    play = instrument("blend/prores")
    if post.runs(piece.knobs):
        return _part(piece, task, span, play.command(piece.knobs))
    reads, used = read_layers(piece, span)
    argv = instrument("blend/stack").command(
        piece.knobs,
        layers=reads,
        laid=laid(piece),
        count=span.count,
        storage=piece.knobs["storage"],
        pixels=play.PIXELS,
        written=play.coded(piece.knobs),
    )

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, *made, "nut") for token, made in sorted(used.items())}
        return _encoding(piece, span, argv, inputs)

    return Step(task, job, tuple(f"layer:{layer.number}" for layer in piece.layers))


def _hevc(piece: Piece, task: str, span: Span) -> Step:
    play = instrument("blend/hevc")
    says = own("blend/hevc", piece.knobs)
    return _part(piece, task, span, play.command(piece.knobs), says)


def _upright(piece: Piece, task: str, span: Span) -> Step:
    size, coded = wide_and_high(piece.knobs["output_size"]), instrument("blend/encode").coded
    argv = instrument("blend/upright").command(piece.knobs, size=size, coded=coded(piece.knobs))
    says = own("blend/upright", piece.knobs) | own("blend/encode", piece.knobs)
    return _part(piece, task, span, argv, says)


_MAKERS: dict[str, tuple[Callable[[Piece, str, Span], Step], str]] = {
    "prores4444": (_prores, "mov"),
    "h265-10": (_hevc, "mp4"),
    "vertical": (_upright, "mp4"),
}


def _part(
    piece: Piece, task: str, span: Span, argv: Argv, says: Mapping[str, Any] | None = None
) -> Step:
    """Return the step that writes one segment of the finished picture in a form."""
    made, role = post.picture(piece.knobs, int(task.rpartition(":")[2]))

    def job(results: Results) -> Job:
        inputs = {"@stack": made_by(results, made, role, "nut")}
        return _encoding(piece, span, argv, inputs)

    return Step(task, job, (made,), says=says or {})


def _encoding(piece: Piece, span: Span, argv: Argv, inputs: Mapping[str, Input]) -> Job:
    return Job(
        "blend/encode",
        inputs,
        argv=argv,
        frames={argv[-1]: span.count},
        work=span.count,
        size=2 * most_bytes(piece, span.count),  # ProRes of noise has ten bits of each
    )


def _uncoded(piece: Piece, form: str) -> Step:
    """Return the step that brings the mix to its loudness as the render did, and keeps it whole."""

    def job(results: Results) -> Job:
        facts = results["loudness"].facts
        loud = instrument("audio/loudness").louder(facts["gain"], facts["limit"], piece.samples)
        argv = [*PLAIN, "-i", "@mix", "-af", loud, "-c:a", "pcm_s24le"]
        argv += ["-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "loud.wav"]
        inputs = {"@mix": made_by(results, "mix", "mix.wav", "wav")}
        return Job("audio/loudness", inputs, argv=argv, size=8 * piece.samples + (1 << 20))

    return Step(f"{form}:sound", job, ("mix", "loudness"))


def _joined(piece: Piece, form: str, suffix: str, parts: list[Step]) -> Step:
    """Return the step that joins what was encoded with the sound, and delivers it."""
    recipe, sound = canonical(piece.recipe).decode(), piece.sounds
    argv = instrument("blend/mux").command(
        {}, sound=sound, recipe=recipe, fps=piece.fps, suffix=suffix
    )
    heard = {"mov": (f"{form}:sound", "loud.wav", "wav")}
    task, role, demuxer = heard.get(suffix, ("loudness", "sound.m4a", "mp4"))

    def job(results: Results) -> Job:
        inputs = {
            f"@E{i:03d}": made_by(results, part.task, f"part.{suffix}", suffix)
            for i, part in enumerate(parts)
        }
        lists = {"@parts": list(inputs)}
        if sound:
            inputs["@sound"] = made_by(results, task, role, demuxer)
        size = 2 * sum(source.size for source in inputs.values()) + (16 << 20)
        frames = {f"video.{suffix}": piece.frames}
        return Job("blend/mux", inputs, argv=argv, lists=lists, frames=frames, size=size)

    needs = (*(part.task for part in parts), *((task,) if sound else ()))
    deliver = {f"video.{suffix}": output(piece, form, f".{suffix}")}
    return Step(f"{form}:join", job, needs, says={"look": piece.look}, deliver=deliver)


def _stems(piece: Piece) -> Iterator[Step]:
    """Yield the step of each stem: one voice, faded as the mix is; their sum is the mix."""
    for voice in voices(piece):
        task = f"audio:{voice.name}"
        argv = instrument("audio/mix").command(
            piece.knobs, voices=[voice.name], samples=piece.samples
        )

        def job(results: Results, *, task: str = task, argv: Argv = argv) -> Job:
            (token,) = (word for word in argv if word.startswith("@"))
            size = 16 * piece.samples + (1 << 20)
            inputs = {token: made_by(results, task, "sound.wav", "wav")}
            return Job("audio/mix", inputs, argv=argv, size=size)

        name = voice.name if voice.name.startswith("bed") else f"layer{voice.name}"
        deliver = {"mix.wav": output(piece, "stems", "") / f"{name}.wav"}
        yield Step(f"stems:{voice.name}", job, (task,), deliver=deliver)
