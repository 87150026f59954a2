"""Steps from layers to encoded segments: plates, stacks, effects and encoding."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from collide.base import segments
from collide.instrument import Span, chain, piece_name
from collide.plan import post_chain
from collide.plan.layer_steps import stack_step
from collide.plan.post_chain import EffectRun, Source, plate_task
from collide.project.piece import Piece
from collide.store.step import Job, Results, Step, made_by

Maker = Callable[[int, Span], Step]  # returns the step for one segment


def picture_steps(piece: Piece) -> Iterator[Step]:
    """Yield the plate steps, then each segment's steps in turn, so segment 0 is ready early.

    A step over the whole piece waits for all segments, and all later steps wait for it.
    """
    yield from (_plate_step(piece, name) for name in post_chain.plates(piece))
    spans = list(enumerate(piece.spans))
    makers: list[Maker] = [partial(stack_step, piece)]
    for run in post_chain.runs(piece):
        if run.whole:
            yield from (make(index, span) for index, span in spans for make in makers)
            yield _whole_step(piece, run)
            makers = []
        else:
            makers.append(partial(_effects_step, piece, run))
    makers.append(partial(encode_step, piece))
    yield from (make(index, span) for index, span in spans for make in makers)


def _plate_step(piece: Piece, name: str) -> Step:
    frames = piece.catalog.instrument(f"post/{name}").PLATE_FRAMES
    return piece.step(plate_task(name), plate_job, name, frames, **piece.cost(frames))


def plate_job(piece: Piece, name: str, frames: int, *, results: Results) -> Job:
    """Return the job that renders the plate of an instrument."""
    return piece.command(
        f"post/{name}",
        post_chain.shared(piece, name),
        shape="plate",
        frames={"plate.nut": frames},
        work=frames,
        size=piece.most_bytes(frames) * 2,  # room for a plate larger than the picture
    )


def _effects_step(piece: Piece, run: EffectRun, index: int, span: Span) -> Step:
    source = post_chain.picture(piece, index, run)
    needs = (source[0], *map(plate_task, post_chain.plates(piece, run.names)))
    cost = piece.cost(span.count)
    return piece.step(run.task(index), effects_job, run, span, source, needs=needs, **cost)


def effects_job(
    piece: Piece, run: EffectRun, span: Span, source: Source, *, results: Results
) -> Job:
    """Return the job that applies adjacent effects of the chain to one segment."""
    opened, chains, sources = post_chain.joined(piece, run.names, span, at=1)
    _ = piece.frames  # the length of the last segment depends on the number of frames
    piece.log["post"] = ",".join(run.names)
    return piece.command(
        "blend/effects",
        {
            "filters": chain(*post_chain.played(piece, run.names, first=span.first)),
            "first": span.first,
            "count": span.count,
            "opened": opened,
            "chains": chains,
        },
        inputs={
            "@picture": made_by(results, *source, "nut"),
            **post_chain.lent_to(piece, run.names),
            **post_chain.inputs(results, sources),
        },
        frames={"post.nut": span.count},
        work=span.count,
        size=piece.most_bytes(span.count),
    )


def _whole_step(piece: Piece, run: EffectRun) -> Step:
    sources = [post_chain.picture(piece, index, run) for index in range(len(piece.spans))]
    plates = map(plate_task, post_chain.plates(piece, run.names))
    needs = (*dict.fromkeys(task for task, _ in sources), *plates)
    cost = piece.cost(piece.frames)
    return piece.step(run.task(0), _whole, run, sources, needs=needs, **cost)


def _whole(piece: Piece, run: EffectRun, produced: Sequence[Source], *, results: Results) -> Job:
    (name,) = run.names
    play, knobs, spans = piece.catalog.instrument(f"post/{name}"), piece.knobs, piece.spans
    parts = {f"@S{i:03d}": made_by(results, *one, "nut") for i, one in enumerate(produced)}
    opened, chains, sources = post_chain.joined(piece, run.names, Span(0, piece.frames), at=1)
    piece.log["post"] = name
    rest: dict[str, Any] = {
        "inputs": {
            **parts,
            **post_chain.lent_to(piece, run.names),
            **post_chain.inputs(results, sources),
        },
        "lists": {"@pictures": list(parts)},
        "lasts": {t: piece.seconds_of(span.count) for t, span in zip(parts, spans, strict=True)},
        "frames": {piece_name(i): span.count for i, span in enumerate(spans)},
        "drop": getattr(play, "LEAVES", ()),
        "work": piece.frames,
        "size": piece.most_bytes(segments.length(piece.fps)),
    }
    if hasattr(play, "passes"):
        own = piece.catalog.own(f"post/{name}", knobs)
        kept = {"pieces": spans, "storage": knobs["storage"]}
        arguments = {"knobs": own, **post_chain.shared(piece, name), **kept}
        return Job(f"post/{name}", "passes", arguments, **rest)
    effects = chain(*post_chain.played(piece, run.names, first=0))
    graphs = {"filters": effects, "pieces": spans, "opened": opened, "chains": chains}
    return piece.command("blend/effects", graphs, shape="whole", **rest)


def encode_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that encodes one segment of the finished picture."""
    source, count = post_chain.picture(piece, index), span.count
    needs, amount = source[:1], piece.amount(count)
    return piece.step(f"encode:{index}", _encode, count, source, needs=needs, amount=amount)


def _encode(piece: Piece, count: int, source: Source, *, results: Results) -> Job:
    return piece.command(
        "blend/encode",
        {},
        inputs={"@stack": made_by(results, *source, "nut")},
        frames={"part.mp4": count},
        work=count,
        size=piece.most_bytes(count),
    )
