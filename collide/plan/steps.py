"""All steps of a piece, in order, from the chosen clips to the video."""

from collections.abc import Iterator

from collide.base.hashing import canonical
from collide.base.media import Clip
from collide.catalog import shipped
from collide.plan.color_steps import color_steps
from collide.plan.layer_steps import layer_step, presence_step
from collide.plan.picture_steps import picture_steps
from collide.plan.voices import sound_steps
from collide.project.piece import Piece
from collide.store.call import Call
from collide.store.step import Input, Job, Results, Step, command_job, made_by

PACKETS = ("packets.txt", "first.txt")


def clip_step(task: str, job: Job, digest: str) -> Step:
    """Return the step that looks at one clip, whatever piece it is for."""

    def logged(_: Results, log: dict[str, object]) -> Job:
        log["clip"] = digest
        return job

    return Step(f"{task}:{digest[:8]}", logged, clips=(digest,))


def probe_step(digest: str, *, by: str = "source/probe") -> Step:
    """Return the step that asks one clip what it holds, or `by="source/sound"` one sound."""
    job = command_job(
        shipped(), by, {}, inputs={"@clip": Input(digest)}, then=(Call(by, "answer"),), drop=PACKETS
    )
    return clip_step("probe", job, digest)


def glance_step(digest: str, clip: Clip) -> Step:
    """Return the step that looks at one clip for a page of clips."""
    name = "source/glance"
    job = command_job(
        shipped(),
        name,
        {},
        {"clip": clip},
        inputs={"@clip": Input(digest)},
        then=(Call(name, "answer"),),
        drop=("signs.gray",),
    )
    return clip_step("glance", job, digest)


def steps_of(piece: Piece) -> Iterator[Step]:
    """Yield every step from the chosen clips to the video, each after what it needs."""
    for layer in piece.layers:
        if layer.keyed:
            yield from color_steps(piece, layer)
        yield layer_step(piece, layer)
    yield presence_step(piece)
    yield from sound_steps(piece)
    yield from picture_steps(piece)
    parts = [f"encode:{index}" for index in range(len(piece.spans))]
    needs = (*parts, *(("loudness",) if piece.sounds else ()))
    deliver = {"video.mp4": piece.project.video}
    sound = ("loudness", "sound.m4a", "mp4") if piece.sounds else None
    yield piece.step(
        "mux", mux_job, parts, sound, "mp4", needs=needs, deliver=deliver, amount=piece.seconds
    )


def mux_job(
    piece: Piece,
    parts: list[str],
    sound: tuple[str, str, str] | None,
    suffix: str,
    *,
    results: Results,
) -> Job:
    """Return the job that joins encoded segments and the sound, with the recipe inside.

    Args:
        parts: the tasks that encoded the segments, in order.
        sound: the task, role and demuxer of the finished sound, where anything is heard.
        suffix: of the file: mp4, or mov for what MP4 cannot hold.
    """
    made = [made_by(results, task, f"part.{suffix}", suffix) for task in parts]
    inputs = {f"@E{index:03d}": part for index, part in enumerate(made)}
    lists = {"@parts": list(inputs)}
    if sound:
        inputs["@sound"] = made_by(results, *sound)
    _ = piece.look
    given = {
        "sound": sound is not None,
        "recipe": canonical(piece.recipe).decode(),
        "fps": piece.fps,
        "suffix": suffix,
    }
    return command_job(
        piece.catalog,
        "blend/mux",
        {},
        given,
        inputs=inputs,
        lists=lists,
        frames={f"video.{suffix}": piece.frames},
        size=2 * sum(source.size for source in inputs.values()) + (16 << 20),
    )
