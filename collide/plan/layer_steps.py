"""The steps of a clip's layer, of what shows of it, and of the stack, segment by segment."""

from collections.abc import Mapping
from typing import Any

from collide.base import segments
from collide.instrument import Read, Span, piece_name
from collide.plan.color_steps import film_tasks, held
from collide.plan.table import facts, laid_over, pace, picture
from collide.project.piece import Layer, Piece, depth
from collide.store.call import Call
from collide.store.reasons import DERIVED
from collide.store.step import Job, Results, Step, made_by

FRAMES = f"{DERIVED}frames"  # in the log of a layer: how many it had


def answer_of(layer: Layer, results: Results) -> Mapping[str, Any]:
    """Return the answer of a layer's mode, {} of the base; KeyError if not known yet."""
    return results[f"color:{layer.number}"].facts if layer.keyed else {}


def laid(piece: Piece) -> list[str]:
    """Return the graphs that lay each layer, `l2` and on, over what is below it: to `s2` and on."""
    below = ["l1", *(f"s{layer.number}" for layer in piece.layers[1:])]
    pairs = zip(piece.layers[1:], below, strict=False)
    return [laid_over(layer, piece.knobs["chroma"], under) for layer, under in pairs]


def layer_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that makes one layer, with its alpha."""
    needs = (f"color:{layer.number}", *film_tasks(layer)) if layer.keyed else ()
    deep = depth(piece.knobs["chroma"], alpha=layer.keyed)
    return piece.step(
        f"layer:{layer.number}",
        _layer,
        layer.number,
        needs=needs,
        clips=(layer.pick.digest,),
        **piece.cost(layer.material, deep),
    )


def _layer(piece: Piece, number: int, *, results: Results) -> Job:
    layer, films = piece.layers[number - 1], film_tasks(piece.layers[number - 1])
    answer, matte = answer_of(layer, results), held(piece, layer, "[1:v:0]") if films else ""
    asked = facts(piece, layer, answer, matte)
    piece.log[FRAMES] = layer.material
    made = [made_by(results, task, "matte.mp4", "mp4") for task in films]
    parts = {f"@M{index:03d}": source for index, source in enumerate(made)}
    return piece.command(
        "blend/layer",
        {
            "start": layer.start,
            "pieces": layer.pieces,
            "fps": piece.fps,
            "chroma": piece.knobs["chroma"],
            "keyed": layer.keyed,
            "seconds": layer.reads(piece.fps, more=2),
            "filters": picture(asked, pace(asked)),
            "second": ["-safe", "0", "-i", "@matte"] if films else [],
        },
        inputs={"@clip": layer.source, **parts},
        then=(Call("blend/layer", "answer"),),
        lists={"@matte": list(parts)} if films else {},
        frames={piece_name(i): span.count for i, span in enumerate(layer.pieces)},
        work=layer.material,
        size=piece.most_bytes(segments.length(piece.fps)),
    )


def presence_step(piece: Piece) -> Step:
    """Return the step that tells how much of the picture each layer has for itself."""
    needs = [f"layer:{layer.number}" for layer in piece.layers[1:]]
    return piece.step("presence", _presence, needs=needs)


def _presence(piece: Piece, *, results: Results) -> Job:
    play, above = piece.catalog.instrument("blend/layer"), piece.layers[1:]
    wide, high = play.ALPHA
    films = {layer.number: f"@alpha{layer.number}" for layer in above}
    inputs = {film: made_by(results, f"layer:{n}", "alpha.gray") for n, film in films.items()}
    given = {
        "films": films,
        "area": wide * high,
        "step": play.looks(piece.fps),
        "materials": [layer.material for layer in piece.layers],
        "opacities": [1.0, *(layer.knobs["opacity"] for layer in above)],
        "count": piece.frames,
    }
    return Job("blend/presence", "analyze", given, inputs)


def read_layers(piece: Piece, span: Span) -> tuple[list[list[Read]], dict[str, tuple[str, str]]]:
    """Return what one segment reads of each layer, and the task and role behind each token."""
    size = segments.length(piece.fps)
    reads = [segments.reads(span, layer.material, size) for layer in piece.layers]
    used = {
        f"@L{layer.number}p{read.piece}": (f"layer:{layer.number}", piece_name(read.piece))
        for layer, parts in zip(piece.layers, reads, strict=True)
        for read in parts
    }
    return reads, used


def stack_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that lays the layers together for one segment."""
    needs = [f"layer:{layer.number}" for layer in piece.layers]
    cost = piece.cost(span.count)
    return piece.step(f"stack:{index}", stack_job, span, {}, needs=needs, **cost)


def stack_job(piece: Piece, span: Span, other: Mapping[str, Any], *, results: Results) -> Job:
    """Return the job that stacks one segment; `other`: arguments for another form, `size` too."""
    reads, used = read_layers(piece, span)
    more = dict(other)
    size = more.pop("size", piece.most_bytes(span.count))
    given = {
        "layers": reads,
        "laid": laid(piece),
        "count": span.count,
        "storage": "" if "written" in more else piece.knobs["storage"],
        **more,
    }
    return piece.command(
        "blend/stack",
        given,
        inputs={token: made_by(results, *made, "nut") for token, made in sorted(used.items())},
        work=span.count,
        size=size,
        frames={more["written"][-1] if more else "stack.nut": span.count},
    )
