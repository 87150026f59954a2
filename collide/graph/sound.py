"""The steps of the sound: each layer's, their mix, and its loudness."""

from typing import Any

from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph.piece import Layer, Piece
from collide.step import RATE


def audio_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that takes the sound of one layer to its place."""
    play = instrument("audio/extract")
    read = {name: layer.knobs[name] for name in ("pan", "volume", "level")}
    given = {"knobs": read, "start": layer.pick.start, **sound_part(piece, layer)}
    job = Job(
        "audio/extract",
        {"@clip": Input(layer.pick.digest)},
        passes=lambda: play.passes(**given),
        given=given,
        version=play.VERSION,
        size=_bytes(piece),
    )
    says = {**layer.part(), **read, "duration": piece.seconds}
    return Step(f"audio:{layer.number}", lambda _: job, clips=(layer.pick.digest,), says=says)


def sound_part(piece: Piece, layer: Layer) -> dict[str, int]:
    """Return which sound belongs to a layer's pictures, counted in samples."""
    return {
        "material": round(layer.material * RATE / piece.fps),
        "samples": piece.samples,
        "channels": layer.clip.channels,
    }


def mix_step(piece: Piece) -> Step:
    """Return the step that adds the sounds."""
    argv = instrument("audio/mix").command(piece.knobs, layers=piece.heard)
    tasks = {f"@S{number}": f"audio:{number}" for number in piece.heard}

    def job(results: Results) -> Job:
        inputs = {
            token: made_by(results, task, "sound.wav", "wav") for token, task in tasks.items()
        }
        return Job("audio/mix", inputs, argv=argv, size=_bytes(piece))

    return Step("mix", job, tuple(tasks.values()))


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
