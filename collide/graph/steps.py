"""All steps of a piece, in order, from the chosen clips to the video."""

from collections.abc import Iterator
from functools import partial

from collide import segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument
from collide.graph.colors import color_steps
from collide.graph.finish import picture_steps
from collide.graph.picture import layer_step, presence_step
from collide.graph.piece import Piece
from collide.graph.sound import audio_step, hear_step, loudness_step, mix_step, voice, voices
from collide.hashing import canonical
from collide.media import Clip


def probe_step(digest: str, *, by: str = "source/probe") -> Step:
    """Return the step that asks one clip what it holds, or `by="source/sound"` one sound."""
    play = instrument(by)
    job = Job(
        by,
        {"@clip": Input(digest)},
        argv=play.command({}),
        version=play.VERSION,
        answer=partial(play.answer, knobs={}),
        drop=("packets.txt", "first.txt"),
    )
    return Step(f"probe:{digest[:8]}", lambda _: job, clips=(digest,), says={"clip": digest})


def glance_step(digest: str, clip: Clip) -> Step:
    """Return the step that looks at one clip for a page of clips."""
    play = instrument("source/glance")
    job = Job(
        "source/glance",
        {"@clip": Input(digest)},
        argv=play.command({}, clip=clip),
        version=play.VERSION,
        answer=partial(play.answer, knobs={}),
        drop=("signs.gray",),
    )
    return Step(f"glance:{digest[:8]}", lambda _: job, clips=(digest,), says={"clip": digest})


def steps_of(piece: Piece) -> Iterator[Step]:
    """Yield every step from the chosen clips to the video, each after what it needs."""
    for layer in piece.layers:
        if layer.number > 1:
            yield from color_steps(piece, layer)
        yield layer_step(piece, layer)
    yield presence_step(piece)
    for number in piece.silent:
        yield hear_step(voice(piece.layers[number - 1], piece.fps))
    for sound in voices(piece):
        yield hear_step(sound)
        yield audio_step(piece, sound)
    if piece.sounds:
        yield mix_step(piece)
        yield loudness_step(piece)
    yield from picture_steps(piece)
    yield _mux(piece, len(segments.spans(piece.frames, segments.length(piece.fps))))


def _mux(piece: Piece, count: int) -> Step:
    sound = piece.sounds
    recipe = canonical(piece.recipe).decode()
    argv = instrument("blend/mux").command({}, sound=sound, recipe=recipe, fps=piece.fps)
    parts = {f"@E{index:03d}": f"encode:{index}" for index in range(count)}

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, task, "part.mp4", "mp4") for token, task in parts.items()}
        lists = {"@parts": list(inputs)}
        if sound:
            inputs["@sound"] = made_by(results, "loudness", "sound.m4a", "mp4")
        size = 2 * sum(source.size for source in inputs.values()) + (16 << 20)
        frames = {"video.mp4": piece.frames}
        return Job("blend/mux", inputs, argv=argv, lists=lists, frames=frames, size=size)

    needs = (*parts.values(), *(("loudness",) if sound else ()))
    deliver = {"video.mp4": piece.project.video}
    return Step("mux", job, needs, says={"look": piece.look}, deliver=deliver)
