"""Steps for the sound: measure and place each voice, mix the voices, and set the mix's loudness.

A voice is one sound of the mix: a layer's sound or a bed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collide.catalog import Catalog
from collide.instrument import RATE, FrameRate, Knobs
from collide.plan.table import effects
from collide.project.layers import HEARD, Layer
from collide.project.piece import Bed, Piece
from collide.project.recipe import shortened
from collide.store.step import Input, Job, Results, Step, made_by


@dataclass(frozen=True)
class Voice:
    """One sound of the mix, and how to open and process it."""

    name: str  # its tasks are hear:NAME and audio:NAME
    source: Input
    opened: Mapping[str, Any]  # how to open the audible part of its file
    part: Mapping[str, Any]  # how to process that part
    period: int  # samples until the sound starts over
    knobs: Knobs


def period(layer: Layer, fps: FrameRate) -> int:
    """Return how many samples a layer's sound plays before it starts over with its picture."""
    return round(layer.again * RATE / fps)


def voice(layer: Layer, fps: FrameRate) -> Voice:
    """Return the voice of a layer: the sound that belongs to its pictures."""
    clip = layer.sound
    opened: dict[str, Any] = {"start": layer.start, "seconds": layer.reads(fps) + 0.1}
    part = {
        "material": round(layer.material * RATE / fps),
        "channels": clip.channels if clip.steady else 2,
        "speed": layer.knobs["speed"],
    }
    opened |= {"clip": clip} if clip.special_sound else {}
    again = period(layer, fps)
    return Voice(str(layer.number), layer.source, opened, part, again, layer.knobs)


def bed_voice(piece: Piece, bed: Bed) -> Voice:
    """Return the voice of a bed: its file, up to the piece's length."""
    _ = piece.knobs["bed_start"]  # logs the knob from which the start was drawn
    piece.log[f"bed{bed.pick.layer}"] = bed.pick.digest
    there = round((bed.sound.seconds - bed.pick.start) * RATE)
    material = max(1, min(piece.samples, there))
    opened = {"start": bed.pick.start, "seconds": material / RATE + 0.1}
    part = {"material": material, "channels": bed.sound.channels, "speed": 1.0}
    knobs = _BedKnobs(piece.knobs, piece.catalog)
    name = f"bed{bed.pick.layer}"
    return Voice(name, Input(bed.pick.digest), opened, part, material, knobs)


class _BedKnobs(Mapping[str, Any]):
    """A bed's knobs under the names of a voice's knobs, with fixed values for all other knobs."""

    def __init__(self, knobs: Knobs, catalog: Catalog) -> None:
        bed, equalizer, echo = (
            catalog.instrument(f"audio/{n}") for n in ("bed", "equalizer", "echo")
        )
        self._knobs, self._names = knobs, bed.NAMES
        self._fixed = {**equalizer.NEUTRAL, **echo.NEUTRAL, **bed.FIXED}

    def __getitem__(self, name: str) -> Any:
        return self._knobs[self._names[name]] if name in self._names else self._fixed[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._names, **self._fixed})

    def __len__(self) -> int:
        return len({**self._names, **self._fixed})


def named_voice(piece: Piece, name: str) -> Voice:
    """Return the voice of a layer ("2") or a bed ("bed1")."""
    if name.startswith("bed"):
        return bed_voice(piece, piece.beds[int(name.removeprefix("bed")) - 1])
    return voice(piece.layers[int(name) - 1], piece.fps)


def voice_names(piece: Piece) -> list[str]:
    """Return the names of all voices in the mix."""
    return [*map(str, piece.heard), *(f"bed{bed.pick.layer}" for bed in piece.beds)]


def audible(piece: Piece, results: Results) -> list[int]:
    """Return the heard layers whose sound is not silent or has not been measured yet."""
    measured = {n: results[f"hear:{n}"].facts for n in piece.heard if f"hear:{n}" in results}
    return [n for n in piece.heard if n not in measured or measured[n]["lufs"] is not None]


def sound_steps(piece: Piece) -> Iterator[Step]:
    """Yield the steps for the sound, in dependency order."""
    for silent in piece.silent:
        yield hear_step(piece, str(silent))
    names = voice_names(piece)
    waits = any(_unheard(piece, name) for name in names)
    yield from (hear_step(piece, name) for name in names if waits)
    for name in names:
        if not waits:
            yield hear_step(piece, name)
        yield _audio_step(piece, name)
    if piece.sounds:
        tasks = [f"audio:{name}" for name in voice_names(piece)]
        kept = round(piece.seconds * RATE * 8)
        yield piece.step("mix", mix_job, None, needs=tasks, amount=piece.seconds, bytes=kept)
        yield piece.step("loudness", _loudness, needs=("mix",), amount=piece.seconds)


def hear_step(piece: Piece, name: str) -> Step:
    """Return the step that measures the loudness of a voice."""
    clips = (named_voice(piece, name).source.digest,)
    return piece.step(f"hear:{name}", _hear, name, clips=clips, amount=piece.seconds)


def _hear(piece: Piece, name: str, *, results: Results) -> Job:
    one = named_voice(piece, name)
    arguments = {"knobs": {}, **one.opened, **one.part}
    if one.knobs["sound_seam"] != "dip" or piece.knobs["pan_balance"]:
        arguments["closely"] = True
    return Job("audio/hear", "passes", arguments, {"@clip": one.source})


def placed(piece: Piece, one: Voice, measurements: Mapping[str, Any]) -> str:
    """Return the chain that places a voice, given its `measurements`."""
    play = piece.catalog.instrument("audio/extract")
    tag = f"extract-{one.name}"
    return str(play.sound_chain(one.knobs, **_place(piece, one, measurements), tag=tag))


def _place(piece: Piece, one: Voice, measurements: Mapping[str, Any]) -> dict[str, Any]:
    chain = effects(piece.catalog, one.knobs)
    measured = {
        "lufs": measurements["lufs"],
        "edges": measurements.get("edges"),
        "period": one.period,
    }
    return {**one.part, **measured, "samples": piece.samples, "effects": chain}


def _audio_step(piece: Piece, name: str) -> Step:
    clips = (named_voice(piece, name).source.digest,)
    needs = tuple(dict.fromkeys((f"hear:{name}", *_unheard(piece, name))))
    cost = {"amount": piece.seconds, "bytes": round(piece.seconds * RATE * 8)}
    return piece.step(f"audio:{name}", _audio, name, needs=needs, clips=clips, **cost)


def _unheard(piece: Piece, name: str) -> tuple[str, ...]:
    """Return the tasks that must still run before a voice can be placed."""
    return piece.layers[int(name) - 1].unheard if name.isdigit() else ()


def _audio(piece: Piece, name: str, *, results: Results) -> Job:
    for task in _unheard(piece, name):
        _ = results[task]  # raises KeyError until the task has run and the voice has a position
    one = named_voice(piece, name)
    arguments = {**one.opened, **_place(piece, one, results[f"hear:{name}"].facts)}
    rest = {"inputs": {"@clip": one.source}, "size": _most_bytes(piece)}
    return piece.command("audio/extract", arguments, knobs=one.knobs, **rest)


def mix_job(piece: Piece, only: str | None, *, results: Results) -> Job:
    """Return the job that mixes all voices, or only the voice `only` for a stem."""
    names = [only] if only else voice_names(piece)
    piece.log[HEARD] = ",".join(names)
    inputs = {f"@S{name}": made_by(results, f"audio:{name}", "sound.wav", "wav") for name in names}
    arguments = {"voices": names, "samples": piece.samples}
    return piece.command("audio/mix", arguments, inputs=inputs, size=_most_bytes(piece))


def _loudness(piece: Piece, *, results: Results) -> Job:
    # knobs at their BEFORE values are left out, so old sounds keep their keys
    own = shortened(piece.catalog.own("audio/loudness", piece.knobs), piece.catalog)
    inputs = {"@mix": made_by(results, "mix", "mix.wav", "wav")}
    arguments = {"knobs": own, "samples": piece.samples}
    return Job("audio/loudness", "passes", arguments, inputs, size=_most_bytes(piece))


def _most_bytes(piece: Piece) -> int:
    """Return the size limit for a sound file: one and a half times float stereo, plus 4 MiB."""
    return piece.samples * 8 * 3 // 2 + (4 << 20)
