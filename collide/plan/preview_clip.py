"""Steps outside any render: a small preview video, the finished mix, and pictures of a key."""

from pathlib import Path

from collide.base import segments
from collide.instrument import RATE, Argv, Read, Span, number, piece_name, wide_and_high
from collide.plan import post_chain
from collide.plan.layer_steps import alone, streams
from collide.plan.planner import Plan, steps_of
from collide.plan.post_chain import Source
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.step import Input, Job, Results, Step, made_by

SHORT = 360  # pixels of the shorter side of a preview
MOMENTS = 5  # number of frames that doit debug shows of a layer


def small(size: str) -> str:
    """Return `size`, scaled down if its shorter side has more than 360 pixels."""
    width, height = wide_and_high(size)
    share = min(1.0, SHORT / min(width, height))
    return "x".join(str(2 * max(8, round(side * share / 2))) for side in (width, height))


def preview_plan(plan: Plan, span: Span) -> Plan:
    """Return the plan for a preview of `span`, without the segments after its end.

    If an instrument needs the whole piece, the plan keeps all segments.
    """
    if any(run.whole for run in post_chain.runs(plan.piece)):
        return plan
    piece = plan.piece.until(span.first + span.count)
    return Plan(piece, {step.task: step for step in steps_of(piece)})


def preview_step(piece: Piece, span: Span, deliver: Path) -> Step:
    """Return the step that encodes `span` of a small piece as a preview video, with its sound."""
    size = segments.length(piece.fps)
    first, last = span.first // size, (span.first + span.count - 1) // size
    sources = [post_chain.picture(piece, index) for index in range(first, last + 1)]
    sound = ("loudness",) if piece.sounds else ()
    needs = (*dict.fromkeys(task for task, _ in sources), *sound)
    deliver_to = {"preview.mp4": deliver}
    return piece.step("preview", _preview, span, first, sources, needs=needs, deliver=deliver_to)


def _preview(
    piece: Piece, span: Span, first: int, sources: list[Source], *, results: Results
) -> Job:
    size, fps = segments.length(piece.fps), piece.fps
    began, took = piece.seconds_of(span.first), piece.seconds_of(span.count)
    piece.log.update({"from": number(began), "for": number(took)})
    inputs = {f"@P{i:03d}": made_by(results, *one, "nut") for i, one in enumerate(sources)}
    lists = {"@pictures": list(inputs)}
    lasts = {t: piece.seconds_of(piece.spans[first + at].count) for at, t in enumerate(inputs)}
    if piece.sounds:
        inputs["@sound"] = made_by(results, "loudness", "sound.m4a", "mp4")
    ends = [round(frame * RATE / fps) for frame in (span.first, span.first + span.count)]
    samples = ends if piece.sounds else None
    return piece.command(
        "blend/encode",
        {"fps": fps, "at": span.first - first * size, "count": span.count, "samples": samples},
        shape="preview",
        inputs=inputs,
        lists=lists,
        lasts=lasts,
        frames={"preview.mp4": span.count},
        work=span.count,
        size=piece.most_bytes(span.count),
    )


def listen_step(piece: Piece, deliver: Path) -> Step:
    """Return the step that measures the finished sound and copies it to a playable file."""
    return piece.step("listen", _listen, needs=("loudness",), deliver={"mix.m4a": deliver})


def _listen(piece: Piece, *, results: Results) -> Job:
    inputs = {"@sound": made_by(results, "loudness", "sound.m4a", "mp4")}
    return Job("audio/listen", "passes", {"knobs": {}}, inputs)


def debug_folder(piece: Piece) -> Path:
    """Return the folder that doit debug writes its pictures to."""
    return piece.project.path / "debug"


def debug_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that draws the open parts of a rendered layer at several moments."""
    start = debug_folder(piece) / f"layer{layer.number}"
    deliver = {f"{name}.png": Path(f"{start}-{name}.png") for name in ("keyed", "mask")}
    needs = (f"layer:{layer.number}", f"color:{layer.number}")
    return piece.step(f"debug:{layer.number}", _debug, layer.number, needs=needs, deliver=deliver)


def _debug(piece: Piece, number: int, *, results: Results) -> Job:
    layer, fps = piece.layers[number - 1], piece.fps
    stack = piece.catalog.instrument("blend/stack")
    size, count = segments.length(fps), min(MOMENTS, layer.material)
    moments = [int(layer.material * (i + 0.5) / count) for i in range(count)]
    opened, chains, inputs = Argv(), list[str](), dict[str, Input]()
    for label, (_, name) in streams(piece, [layer]).items():
        reads = [Read(frame // size, frame % size, 1, False) for frame in moments]
        chains += stack.joined(reads, opened.count("-i"), label, fps)
        for read in reads:
            token, role = f"@{label}p{read.piece}", piece_name(read.piece, name)
            opened += stack.opened(token, read, fps)
            inputs[token] = made_by(results, f"layer:{number}", role, "nut")
    chains += alone(piece, layer, results, to="keyed")
    size_of = piece.knobs["output_size"]
    arguments = {"opened": opened, "chains": chains, "count": count, "output_size": size_of}
    return piece.command("blend/tint", arguments, inputs=inputs)
