"""The steps from the layers to encoded segments: stack, plates, post, encode."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from collide import segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph import post
from collide.graph.picture import most_bytes, stack_step
from collide.graph.piece import Piece
from collide.graph.post import Run
from collide.step import Span, lent, piece_name

Maker = Callable[[int, Span], Step]  # of the step of one segment


def picture_steps(piece: Piece) -> Iterator[Step]:
    """Yield the steps of every segment, one segment after another: the first shows at once.

    What is played over the whole piece waits for all segments, and all after it wait for that.
    """
    yield from (_plate(piece, name) for name in post.plates(piece.knobs))
    spans = list(enumerate(segments.spans(piece.frames, segments.length(piece.fps))))
    makers: list[Maker] = [partial(stack_step, piece)]
    before: Run | None = None
    for run in post.runs(piece.knobs):
        if run.whole:
            yield from (make(index, span) for index, span in spans for make in makers)
            yield _whole(piece, run, before, [span for _, span in spans])
            makers = []
        else:
            makers.append(partial(_post, piece, run, before))
        before = run
    makers.append(partial(encode_step, piece))
    yield from (make(index, span) for index, span in spans for make in makers)


def plate_task(name: str) -> str:
    """Return the task that makes the plate of an instrument."""
    return f"plate:{name}"


def _plate(piece: Piece, name: str) -> Step:
    """Return the step that makes a plate; every segment and project shares it."""
    frames = instrument(f"post/{name}").PLATE_FRAMES
    job = Job(
        f"post/{name}",
        argv=post.plate(name, piece.knobs),
        frames={"plate.nut": frames},
        work=frames,
        size=most_bytes(piece, frames) * 2,  # it may be larger than the picture, to be moved about
    )
    says = own(f"post/{name}", piece.knobs) | {"output_size": piece.knobs["output_size"]}
    return Step(plate_task(name), lambda _: job, says=says)


def _post(piece: Piece, run: Run, before: Run | None, index: int, span: Span) -> Step:
    """Return the step that plays neighbors on one segment."""
    argv = post.command(run.names, piece.knobs, span=span)
    task, role = before.made(index) if before else (f"stack:{index}", "stack.nut")
    plates = [name for name in run.names if name in post.plates(piece.knobs)]

    def job(results: Results) -> Job:
        inputs = {"@picture": made_by(results, task, role, "nut"), **lent_to(piece, run.names)}
        for name in plates:
            inputs[f"@{name}"] = made_by(results, plate_task(name), "plate.nut", "nut")
        return Job(
            f"post/{run.names[0]}",
            inputs,
            argv=argv,
            frames={"post.nut": span.count},
            work=span.count,
            size=most_bytes(piece, span.count),
        )

    needs = (task, *map(plate_task, plates))
    return Step(run.task(index), job, needs, says=_says(piece, run))


def _whole(piece: Piece, run: Run, before: Run | None, spans: list[Span]) -> Step:
    """Return the step that plays one instrument over all segments at once."""
    (name,) = run.names
    play, knobs, count = instrument(f"post/{name}"), piece.knobs, len(spans)
    made = [before.made(i) if before else (f"stack:{i}", "stack.nut") for i in range(count)]
    plates = [name for name in run.names if name in post.plates(knobs)]
    given = {
        "knobs": own(f"post/{name}", knobs),
        **post.given(name, knobs),
        "pieces": spans,
        "storage": knobs["storage"],
    }

    def job(results: Results) -> Job:
        parts = {f"@S{i:03d}": made_by(results, *one, "nut") for i, one in enumerate(made)}
        inputs = {**parts, **lent_to(piece, run.names)}
        for joined in plates:
            inputs[f"@{joined}"] = made_by(results, plate_task(joined), "plate.nut", "nut")
        measures = hasattr(play, "passes")
        return Job(
            f"post/{name}",
            inputs,
            argv=None if measures else post.whole(name, knobs, pieces=spans),
            passes=partial(play.passes, **given) if measures else None,
            given={**given, "pieces": [[s.first, s.count] for s in spans]} if measures else {},
            version=play.VERSION if measures else 0,
            lists={"@pictures": list(parts)},
            lasts={token: span.count / piece.fps for token, span in zip(parts, spans, strict=True)},
            frames={piece_name(i): span.count for i, span in enumerate(spans)},
            drop=getattr(play, "LEAVES", ()),
            work=piece.frames,
            size=most_bytes(piece, segments.length(piece.fps)),
        )

    needs = (*dict.fromkeys(task for task, _ in made), *map(plate_task, plates))
    return Step(run.task(0), job, needs, says=_says(piece, run))


def lent_to(piece: Piece, names: Sequence[str]) -> dict[str, Input]:
    """Return the files that the knobs of instruments name, by what a command calls them."""
    mine = {knob for name in names for knob in own(f"post/{name}", piece.knobs)}
    return {
        lent(knob, file.name): Input(file.digest, path=file.path)
        for knob, file in piece.files.items()
        if knob in mine
    }


def _says(piece: Piece, run: Run) -> dict[str, object]:
    """Return the ingredients of a run as an artist calls them."""
    turned = {k: v for name in run.names for k, v in own(f"post/{name}", piece.knobs).items()}
    files = {f"the file of {knob}": f.digest for knob, f in piece.files.items() if knob in turned}
    shared = {name: piece.knobs[name] for name in ("seed", "fps", "output_size", "storage")}
    return {"post": ",".join(run.names), **turned, **files, **shared}


def encode_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that encodes one segment of the finished picture."""
    argv = instrument("blend/encode").command(piece.knobs)
    task, role = post.picture(piece.knobs, index)

    def job(results: Results) -> Job:
        return Job(
            "blend/encode",
            {"@stack": made_by(results, task, role, "nut")},
            argv=argv,
            frames={"part.mp4": span.count},
            work=span.count,
            size=most_bytes(piece, span.count),
        )

    says = own("blend/encode", piece.knobs)
    return Step(f"encode:{index}", job, (task,), says=says)
