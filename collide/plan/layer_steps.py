"""Steps that render a layer, measure its presence, and stack the layers segment by segment."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from collide.base import segments
from collide.instrument import (
    Argv,
    Read,
    Round,
    Run,
    Span,
    chain,
    clock,
    pictures_of,
    piece_name,
    since,
)
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.color_steps import film_tasks, held
from collide.plan.layer_chain import (
    END,
    alpha,
    around,
    faded_over,
    in_frame,
    kept_parts,
    laid_over,
    pace,
    sought,
    space,
    stacked,
)
from collide.plan.table import Facts, facts
from collide.project.layers import Layer
from collide.project.piece import Piece, depth
from collide.store.call import Call
from collide.store.reasons import DERIVED
from collide.store.step import Input, Job, Results, Step, made_by, tables

FRAMES = f"{DERIVED}frames"  # log entry with a layer's number of frames

Stream = tuple[Layer, str]  # a layer, and the name of a kept plane: "look", "cut" or "own"


def answer_of(layer: Layer, results: Results) -> Mapping[str, Any]:
    """Return the answer from a layer's mode ({} for the base); raise KeyError until it is known."""
    return results[f"color:{layer.number}"].facts if layer.keyed else {}


def asked_of(piece: Piece, layer: Layer, results: Results, matte: str = "") -> Facts:
    """Return the arguments available to the instruments of a layer's chain."""
    return facts(piece, layer, answer_of(layer, results), matte)


def colored(layers: Sequence[Layer]) -> list[str]:
    """Return the tasks whose answers the chains of `layers` need."""
    return [f"color:{layer.number}" for layer in layers if layer.keyed]


def laid(
    piece: Piece,
    results: Results,
    span: Span,
    *,
    to: str = "v",
    chroma: str = "",
    pixels: str = "yuv420p",
) -> list[str]:
    """Return the graphs that stack the kept planes of all layers, to the pad `to`.

    Args:
        span: the visible frames.
        chroma: the chroma subsampling for mixing colors (by default, the piece's).
        pixels: the output pixel format.
    """
    chroma, below, graphs = chroma or piece.chroma, "k1", list[str]()
    times = clock(piece.fps, span.first), clock(piece.fps)
    for layer in piece.layers:
        layer_facts, fades = asked_of(piece, layer, results), layer.course.fading(span).count
        graphs += stacked(layer_facts, chroma, times) if layer.keyed else []
        if fades:
            mixed = chroma if layer.keyed else piece.chroma_of(layer)
            graphs += faded_over(layer_facts, mixed, span, below)
        elif layer.keyed:
            graphs.append(laid_over(layer_facts, chroma, below))
        below = f"s{layer.number}" if layer.keyed or fades else below
    stack = piece.catalog.instrument("blend/stack")
    return [*graphs, stack.finish(below, to, pixels, stack.faded(piece.knobs, span=span))]


def streams(piece: Piece, layers: Sequence[Layer] = ()) -> dict[str, Stream]:
    """Return the streams that a stack reads from `layers` (by default, from all): `k1`, `c2` …"""
    pads = piece.catalog.instrument("blend/layer").PADS
    return {
        f"{pads[name]}{layer.number}": (layer, name)
        for layer in layers or piece.layers
        for name in ("look", *layer.planes)
    }


def layer_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that renders the kept planes of a layer, such as its color plane and cut."""
    opens = (f"color:{layer.number}", *film_tasks(layer)) if layer.keyed else ()
    planes = len(layer.planes) * layer.probed.width * layer.probed.height
    return piece.step(
        f"layer:{layer.number}",
        _layer,
        layer.number,
        needs=(*level_tasks(layer), *opens),
        clips=(layer.pick.digest,),
        **piece.cost(layer.rendered, depth(piece.chroma_of(layer)), planes),
    )


def _layer(piece: Piece, number: int, *, results: Results) -> Job:
    layer, films = piece.layers[number - 1], film_tasks(piece.layers[number - 1])
    play = piece.catalog.instrument("blend/layer")
    matte = held(piece, layer, "[1:v:0]") if films else ""
    layer_facts = leveled(asked_of(piece, layer, results, matte), results)
    more = around(layer_facts)
    clip, paced = sought(layer_facts, more), pace(replace(layer_facts, lead=more))
    head = chain(since(clip, layer.start), paced, play.counted(layer.rendered, piece.fps, more))
    chains = kept_parts(layer_facts, f"[{pictures_of(clip)}]", head, frames=layer.rendered)
    piece.log[FRAMES] = layer.rendered
    mattes = [made_by(results, task, "matte.mp4", "mp4") for task in films]
    parts = {f"@M{index:03d}": source for index, source in enumerate(mattes)}
    kept = {n: play.samples(layer.rendered, piece.fps) for n in layer.planes}
    return piece.command(
        "blend/layer",
        {
            "clip": clip,
            "start": layer.start,
            "pieces": layer.pieces,
            "fps": piece.fps,
            "seconds": layer.reads(piece.fps, layer.rendered + 2 + more),
            "layer": number,
            "chains": chains,
            "planes": layer.planes,
            "second": ["-safe", "0", "-i", "@matte"] if films else [],
        },
        inputs={"@clip": layer.source, **parts, **tables(layer.clip)},
        lists={"@matte": list(parts)} if films else {},
        frames={
            piece_name(at, name): span.count
            for name in ("look", *layer.planes)
            for at, span in enumerate(layer.pieces)
        }
        | {f"{name}-samples.nut": count for name, count in kept.items()},
        work=layer.rendered,
        size=piece.most_bytes(segments.length(piece.fps), most_pixels(layer_facts)),
    )


def most_pixels(layer_facts: Facts) -> int:
    """Return the number of pixels in the largest frame that a layer keeps."""
    clip = layer_facts.layer.clip
    return max(
        math.prod(layer_facts.picture), clip.width * clip.height if layer_facts.layer.planes else 0
    )


def presence_step(piece: Piece) -> Step:
    """Return the step that measures each layer's visible share of the picture."""
    return _counted(piece, "presence", [layer.number for layer in piece.layers[1:]])


def coverage_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that measures how much of one layer is open."""
    return _counted(piece, f"coverage:{layer.number}", [layer.number])


def _counted(piece: Piece, task: str, numbers: Sequence[int]) -> Step:
    needs = [f"{kind}:{number}" for kind in ("layer", "color") for number in numbers]
    return piece.step(task, _presence, numbers, needs=needs)


def _presence(piece: Piece, numbers: Sequence[int], *, results: Results) -> Job:
    above = [piece.layers[number - 1] for number in numbers]
    stack = piece.catalog.instrument("blend/stack")
    opened, chains, inputs = Argv(), list[str](), dict[str, Input]()
    for label, (layer, name) in (streams(piece, above) if above else {}).items():
        if name == "look":
            continue
        token, role = f"@{label}", f"{name}-samples.nut"
        count = piece.catalog.instrument("blend/layer").samples(layer.material, piece.fps)
        chains += stack.joined([Read(0, 0, count, False)], len(inputs), label, piece.fps)
        opened += ["-i", token]
        inputs[token] = made_by(results, f"layer:{layer.number}", role, "nut")
    for layer in above:
        layer_facts = asked_of(piece, layer, results)
        chains += alpha(layer_facts, in_frame(layer_facts))
    step = piece.catalog.instrument("blend/layer").looks(piece.fps)
    frames, courses = range(0, piece.frames, step), [layer.course for layer in piece.layers]
    counting = {
        "seen": [[course.at(frame) // step for frame in frames] for course in courses],
        "opacities": [layer.knobs["opacity"] if layer.keyed else 1.0 for layer in piece.layers],
    }
    films = [f"alpha{layer.number}.gray" for layer in above]
    arguments = {"opened": opened, "chains": chains, "layers": numbers}
    then = (Call("blend/presence", "answer", counting),)
    return Job("blend/presence", "passes", arguments, inputs, then=then, drop=tuple(films))


@dataclass
class Opened:
    """The inputs of one segment: each stream's reads and round, and the file for each token."""

    reads: dict[str, list[Read]] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    used: dict[str, Stream] = field(default_factory=dict)

    def add(self, label: str, stream: Stream, span: Span, runs: tuple[Run, ...]) -> None:
        """Add the reads of a stream, in the order of `runs`."""
        layer, name = stream
        size = segments.length(layer.whole["fps"])
        reads = self.reads[label] = segments.reads(span, layer.material, size, runs)
        if kept := segments.in_memory(span, layer.material, size, runs):
            self.rounds[label] = kept
        for read in reads:
            self.used[f"@{label}p{read.piece}"] = layer, piece_name(read.piece, name)


def read_layers(piece: Piece, span: Span, layers: Sequence[Layer]) -> Opened:
    """Return the inputs of one segment of `layers`, including outgoing frames of cross-fades."""
    opened = Opened()
    for label, stream in streams(piece, layers).items():
        course = stream[0].course
        opened.add(label, stream, span, course.runs)
        if course.ends and (fading := course.fading(span)).count:
            opened.add(f"{label}{END}", stream, fading, (course.ends,))
    return opened


def stack_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that stacks all layers for one segment."""
    needs = [*(f"layer:{layer.number}" for layer in piece.layers), *colored(piece.layers)]
    cost = piece.cost(span.count)
    return piece.step(f"stack:{index}", stack_job, span, {}, needs=needs, **cost)


def stack_job(piece: Piece, span: Span, other: Mapping[str, Any], *, results: Results) -> Job:
    """Return the job that stacks one segment.

    `other` overrides `size` and arguments of the command; its entry `mixed` is passed to `laid`.
    """
    graphs = laid(piece, results, span, **other.get("mixed", {}))
    more = {name: value for name, value in other.items() if name != "mixed"}
    return _stacked(piece, span, piece.layers, {"laid": graphs, **more}, results=results)


def keyed_step(piece: Piece, layer: Layer, index: int, span: Span) -> Step:
    """Return the step that renders one segment of a single keyed layer, placed in the frame."""
    needs = [f"layer:{layer.number}", f"color:{layer.number}"]
    return piece.step(f"keyed:{index}", _keyed, layer.number, span, needs=needs)


def _keyed(piece: Piece, number: int, span: Span, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    other = {"laid": alone(piece, layer, results, span.first)}
    return _stacked(piece, span, [layer], other, results=results)


def alone(piece: Piece, layer: Layer, results: Results, first: int = 0, to: str = "v") -> list[str]:
    """Return the graphs that place a single layer in the frame, to the pad `to`."""
    layer_facts = asked_of(piece, layer, results)
    chains = stacked(layer_facts, piece.chroma, (clock(piece.fps, first), clock(piece.fps)))
    return [*chains, f"[l{layer.number}]{space(layer_facts) or 'null'}[{to}]"]


def _stacked(
    piece: Piece, span: Span, layers: Sequence[Layer], other: Mapping[str, Any], *, results: Results
) -> Job:
    """Return the job that applies graphs to the kept planes of some layers, for one segment."""
    opened = read_layers(piece, span, layers)
    storage = "" if "written" in other else piece.knobs["storage"]
    rounds = {"rounds": opened.rounds} if opened.rounds else {}
    arguments = {
        "streams": opened.reads,
        **rounds,
        "count": span.count,
        "storage": storage,
        **other,
    }
    size = arguments.pop("size", piece.most_bytes(span.count))
    sources = {
        token: made_by(results, f"layer:{layer.number}", role, "nut")
        for token, (layer, role) in sorted(opened.used.items())
    }
    written = other["written"][-1] if "written" in other else "stack.nut"
    return piece.command(
        "blend/stack",
        arguments,
        inputs=sources,
        work=span.count,
        size=size,
        frames={written: span.count},
    )
