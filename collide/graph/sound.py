"""The steps of the sound: how loud each voice is, each at its place, their mix, its loudness.

A voice is one sound of the mix: that of a layer, or a bed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph.piece import Bed, Layer, Piece
from collide.step import RATE, Knobs, chain

PLACED = ("audio/extract", "audio/equalizer", "audio/echo")  # what is done to a voice, in order


@dataclass(frozen=True)
class Voice:
    """One sound, as far as it is heard."""

    name: str  # its tasks are hear:NAME and audio:NAME
    digest: str  # of its file
    opened: Mapping[str, float]  # which part of the file that is, in seconds
    part: Mapping[str, Any]  # and what it becomes
    knobs: Knobs
    says: Mapping[str, Any]  # the same part, as `why` says it


def voice(layer: Layer, fps: int) -> Voice:
    """Return the sound that belongs to a layer's pictures."""
    opened = {"start": layer.pick.start, "seconds": layer.reads(fps) + 0.1}
    part = {
        "material": round(layer.material * RATE / fps),
        "channels": layer.clip.channels,
        "speed": layer.knobs["speed"],
    }
    return Voice(str(layer.number), layer.pick.digest, opened, part, layer.knobs, layer.part())


def voices(piece: Piece) -> list[Voice]:
    """Return every voice of the mix."""
    heard = [layer for layer in piece.layers if layer.number in piece.heard]
    layers = [voice(layer, piece.fps) for layer in heard]
    return [*layers, *(_bed_voice(piece, bed) for bed in piece.beds)]


def _bed_voice(piece: Piece, bed: Bed) -> Voice:
    """Return the sound of a bed: as much of its file as the piece is long, or all there is."""
    there = round((bed.sound.seconds - bed.pick.start) * RATE)
    material = max(1, min(piece.samples, there))
    opened = {"start": bed.pick.start, "seconds": material / RATE + 0.1}
    part = {"material": material, "channels": bed.sound.channels, "speed": 1.0}
    knobs = instrument("audio/bed").placed(piece.knobs)
    knobs |= {**instrument("audio/equalizer").NEUTRAL, **instrument("audio/echo").NEUTRAL}
    says = {"sound": bed.pick.digest, "start": bed.pick.start}
    return Voice(f"bed{bed.pick.layer}", bed.pick.digest, opened, part, knobs, says)


def hear_step(voice: Voice) -> Step:
    """Return the step that measures how loud a voice is."""
    play, given = instrument("audio/hear"), {"knobs": {}, **voice.opened, **voice.part}
    job = Job(
        "audio/hear",
        {"@clip": Input(voice.digest)},
        passes=lambda: play.passes(**given),
        given=given,
        version=play.VERSION,
    )
    return Step(f"hear:{voice.name}", lambda _: job, clips=(voice.digest,), says=voice.says)


def placed(piece: Piece, voice: Voice, lufs: float | None) -> dict[str, Any]:
    """Return what audio/extract is told of a voice's place in the piece."""
    effects = (instrument(name).filters(voice.knobs) for name in PLACED[1:])
    return {"lufs": lufs, "samples": piece.samples, "effects": chain(*effects)}


def audio_step(piece: Piece, voice: Voice) -> Step:
    """Return the step that takes a voice to its place."""
    play, hear = instrument("audio/extract"), f"hear:{voice.name}"

    def job(results: Results) -> Job:
        told = placed(piece, voice, results[hear].facts["lufs"])
        argv = play.command(voice.knobs, **voice.opened, **voice.part, **told)
        return Job("audio/extract", {"@clip": Input(voice.digest)}, argv=argv, size=_bytes(piece))

    says = {**voice.says, "duration": piece.seconds}
    for name in PLACED:
        says |= own(name, voice.knobs)
    return Step(f"audio:{voice.name}", job, (hear,), (voice.digest,), says)


def mix_step(piece: Piece) -> Step:
    """Return the step that adds the sounds."""
    names = [voice.name for voice in voices(piece)]
    argv = instrument("audio/mix").command(piece.knobs, voices=names, samples=piece.samples)
    tasks = {f"@S{name}": f"audio:{name}" for name in names}

    def job(results: Results) -> Job:
        inputs = {
            token: made_by(results, task, "sound.wav", "wav") for token, task in tasks.items()
        }
        return Job("audio/mix", inputs, argv=argv, size=_bytes(piece))

    says = {name: piece.knobs[name] for name in ("mix_fade_in", "mix_fade_out")}
    return Step("mix", job, tuple(tasks.values()), says={**says, "duration": piece.seconds})


def loudness_step(piece: Piece) -> Step:
    """Return the step that sets the loudness of the whole mix."""
    play = instrument("audio/loudness")
    given: dict[str, Any] = {"knobs": own("audio/loudness", piece.knobs), "samples": piece.samples}

    def job(results: Results) -> Job:
        return Job(
            "audio/loudness",
            {"@mix": made_by(results, "mix", "mix.wav", "wav")},
            passes=lambda: play.passes(**given),
            given=given,
            version=play.VERSION,
            size=_bytes(piece),
        )

    return Step("loudness", job, ("mix",), says={**given["knobs"], "duration": piece.seconds})


def _bytes(piece: Piece) -> int:
    """Return the most a file of sound may have: float stereo, and half as much again."""
    return piece.samples * 8 * 3 // 2 + (4 << 20)
