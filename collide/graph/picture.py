"""The steps of the picture: a clip's layer, what shows of it, and the stack, segment by segment."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from collide import segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph.mattes import film_tasks, held
from collide.graph.piece import Layer, Piece
from collide.step import Read, Span, chain, piece_name, wide_and_high


def layer_chain(
    piece: Piece, layer: Layer, answer: Mapping[str, Any], matte: str, *, paced: str
) -> str:
    """Return the filters of one layer: look, key or matte, fit, place.

    Args:
        answer: of its mode; the base has none, no key, and no place.
        matte: the chain that gives its masks, "" where a key is cut.
        paced: the filters before these, that give its pictures at the piece's rate.
    """
    number, size, cut = layer.number, piece.knobs["output_size"], ""
    fit, place = instrument("blend/fit"), instrument("blend/place")
    if matte:
        play, given = instrument("blend/matte"), {"clip": layer.clip, "matte": matte}
        cut = play.filters(layer.knobs, answer=answer, layer=number, **given)
    elif answer:
        cut = instrument("blend/key").filters(layer.knobs, answer=answer, layer=number)
    fitted = place.size(layer.knobs, size) if number > 1 else size
    return chain(
        paced,
        instrument("blend/look").filters(layer.knobs),
        cut,
        fit.filters(layer.knobs, clip=layer.clip, output_size=fitted, layer=number),
        place.filters(layer.knobs, output_size=size) if number > 1 else "",
    )


def laid(piece: Piece) -> list[str]:
    """Return the graphs that lay each layer, `l2` and on, over what is below it: to `s2` and on."""
    lay, chroma = instrument("blend/lay"), piece.knobs["chroma"]
    graphs, below = [], "l1"
    for layer in piece.layers[1:]:
        above, top = f"l{layer.number}", f"s{layer.number}"
        graphs.append(
            lay.filters(layer.knobs, below=below, above=above, chroma=chroma) + f"[{top}]"
        )
        below = top
    return graphs


def layer_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that makes one keyed layer."""
    play, keyed, color = instrument("blend/layer"), layer.number > 1, f"color:{layer.number}"
    paced = instrument("blend/pace").filters(layer.knobs, fps=piece.fps)
    films = film_tasks(layer)
    matte = held(piece, layer, "[1:v:0]") if films else ""

    def job(results: Results) -> Job:
        answer = results[color].facts if keyed else {}
        argv = play.command(
            piece.knobs,
            start=layer.pick.start,
            pieces=layer.pieces,
            fps=piece.fps,
            chroma=piece.knobs["chroma"],
            keyed=keyed,
            seconds=layer.reads(piece.fps, more=2),
            filters=layer_chain(piece, layer, answer, matte, paced=paced),
            second=["-safe", "0", "-i", "@matte"] if films else [],
        )
        pieces = {
            f"@M{index:03d}": made_by(results, task, "matte.mp4", "mp4")
            for index, task in enumerate(films)
        }
        return Job(
            "blend/layer",
            {"@clip": Input(layer.pick.digest), **pieces},
            argv=argv,
            lists={"@matte": list(pieces)} if films else {},
            version=play.VERSION,
            answer=partial(play.answer, knobs=piece.knobs),
            frames={piece_name(i): span.count for i, span in enumerate(layer.pieces)},
            work=layer.material,
            size=most_bytes(piece, segments.length(piece.fps)),
        )

    says = {**layer.part(), **own("blend/look", layer.knobs), **own("blend/fit", layer.knobs)}
    says |= {**own("blend/place", layer.knobs), **own("blend/pace", layer.knobs)}
    says |= {name: piece.knobs[name] for name in ("fps", "output_size", "chroma", "storage")}
    if keyed:
        read = instrument("blend/matte").KEYED if films else ("similarity", "softness")
        says |= {name: layer.knobs[name] for name in read}
    needs = (color, *films) if keyed else ()
    return Step(f"layer:{layer.number}", job, needs, (layer.pick.digest,), says)


def presence_step(piece: Piece) -> Step:
    """Return the step that tells how much of the picture each layer has for itself."""
    play, film = instrument("blend/presence"), instrument("blend/layer")
    wide, high = film.ALPHA
    given = {
        "area": wide * high,
        "step": film.looks(piece.fps),
        "materials": [layer.material for layer in piece.layers],
        "opacities": [layer.knobs.get("opacity", 1.0) for layer in piece.layers],
        "count": piece.frames,
    }
    needs = {layer.number: f"layer:{layer.number}" for layer in piece.layers[1:]}

    def analyze(files: Mapping[str, Any]) -> dict[str, Any]:
        films = {number: files[f"@alpha{number}"] for number in needs}
        return dict(play.analyze({}, films=films, **given))

    def job(results: Results) -> Job:
        return Job(
            "blend/presence",
            {f"@alpha{n}": made_by(results, task, "alpha.gray") for n, task in needs.items()},
            analyze=analyze,
            given=given,
            version=play.VERSION,
            libraries=play.LIBRARIES,
        )

    says = {"frames": piece.frames, "opacity": given["opacities"]}
    return Step("presence", job, tuple(needs.values()), says=says)


def read_layers(piece: Piece, span: Span) -> tuple[list[list[Read]], dict[str, tuple[str, str]]]:
    """Return what one segment reads of each layer, and the task and role behind each token."""
    size = segments.length(piece.fps)
    reads = [segments.reads(span, layer.material, size) for layer in piece.layers]
    used = {
        f"@L{layer.number}p{read.piece}": (f"layer:{layer.number}", piece_name(read.piece))
        for layer, found in zip(piece.layers, reads, strict=True)
        for read in found
    }
    return reads, used


def stack_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that lays the layers together for one segment."""
    storage, (reads, used) = piece.knobs["storage"], read_layers(piece, span)
    argv = instrument("blend/stack").command(
        piece.knobs, layers=reads, laid=laid(piece), count=span.count, storage=storage
    )

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, *made, "nut") for token, made in sorted(used.items())}
        frames = {"stack.nut": span.count}
        return Job(
            "blend/stack",
            inputs,
            argv=argv,
            frames=frames,
            work=span.count,
            size=most_bytes(piece, span.count),
        )

    says = {"frames": span.count, "chroma": piece.knobs["chroma"], "storage": storage}
    for layer in piece.layers:
        turned = own("blend/lay", layer.knobs)
        says |= {f"layer{layer.number}.{name}": value for name, value in turned.items()}
    return Step(f"stack:{index}", job, tuple(f"layer:{x.number}" for x in piece.layers), says=says)


def most_bytes(piece: Piece, frames: int) -> int:
    """Return the most a staged file of so many frames may have: raw, and half as much again."""
    width, height = wide_and_high(piece.knobs["output_size"])
    return frames * width * height * 4 * 3 // 2 + (16 << 20)
