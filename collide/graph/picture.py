"""The steps of the picture: from a clip to its keyed layer, from layers to encoded segments."""

import inspect
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collide import rolls, segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph.piece import Layer, Piece
from collide.step import Span, chain, wide_and_high


def color_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find what opens: keyframe, if the mode looks at pictures, and color."""
    name = f"modes/{layer.mode}"
    play, number = instrument(name), layer.number
    wants = inspect.signature(play.analyze).parameters
    asked: dict[str, Any] = {"knobs": own(name, layer.knobs)}
    if "seed" in wants:
        asked["seed"] = int(rolls.place(piece.knobs["seed"], "analysis", number) * 2**32)
    # what the dice chose is told; a mode that was named tells nothing new
    drawn = {"mode": layer.mode} if layer.knobs["mode"] == "random" else {}
    moves = _moves(layer)
    given = {**asked, **drawn, **moves}
    keyframe = f"keyframe:{number}" if moves or "frames" in wants else ""
    if keyframe:
        yield _keyframe(piece, layer)

    def analyze(files: Mapping[str, Any]) -> dict[str, Any]:
        pictures = {"frames": files["@frames"]} if "frames" in wants else {}
        answer = {**drawn, **play.analyze(**asked, **pictures)}
        if moves:
            moved = instrument("blend/coverage").analyze
            answer = moved(moves["moves"], frames=files["@frames"], answer=answer)
        return answer

    def job(results: Results) -> Job:
        inputs = {"@frames": made_by(results, keyframe, "frames.png")} if keyframe else {}
        libraries = set(getattr(play, "LIBRARIES", ()))
        libraries |= set(instrument("blend/coverage").LIBRARIES) if moves else set()
        return Job(
            name,
            inputs,
            analyze=analyze,
            given=given,
            version=play.VERSION,
            libraries=tuple(sorted(libraries)),
        )

    says = {"mode": layer.mode, **asked["knobs"], **moves.get("moves", {})}
    yield Step(f"color:{number}", job, (keyframe,) if keyframe else (), says=says)


def _moves(layer: Layer) -> dict[str, Any]:
    """Return what blend/coverage reads, and its version, {} where it is off."""
    if layer.knobs["coverage"] == "off":
        return {}
    read = {name: layer.knobs[name] for name in ("coverage", "similarity", "softness")}
    return {"moves": read, "moves by": instrument("blend/coverage").VERSION}


def _keyframe(piece: Piece, layer: Layer) -> Step:
    play = instrument("source/keyframe")
    argv = play.command(
        layer.knobs,
        clip=layer.clip,
        start=layer.pick.start,
        seconds=layer.material / piece.fps,
        look=instrument("blend/look").filters(layer.knobs),
    )
    job = Job("source/keyframe", {"@clip": Input(layer.pick.digest)}, argv=argv)
    says = {
        **layer.part(),
        **own("blend/look", layer.knobs),
        **own("source/keyframe", layer.knobs),
    }
    return Step(f"keyframe:{layer.number}", lambda _: job, clips=(layer.pick.digest,), says=says)


def layer_chain(piece: Piece, layer: Layer, answer: Mapping[str, Any]) -> str:
    """Return the filters of one layer: look, key, fit, place.

    The base has no key, no place, and no `answer`.
    """
    number, size = layer.number, piece.knobs["output_size"]
    key, fit, place = (instrument(f"blend/{name}") for name in ("key", "fit", "place"))
    fitted = place.size(layer.knobs, size) if number > 1 else size
    return chain(
        instrument("blend/look").filters(layer.knobs),
        key.filters(layer.knobs, answer=answer, layer=number) if answer else "",
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

    def job(results: Results) -> Job:
        argv = play.command(
            piece.knobs,
            start=layer.pick.start,
            pieces=layer.pieces,
            fps=piece.fps,
            chroma=piece.knobs["chroma"],
            keyed=keyed,
            filters=layer_chain(piece, layer, results[color].facts if keyed else {}),
        )
        return Job(
            "blend/layer",
            {"@clip": Input(layer.pick.digest)},
            argv=argv,
            version=play.VERSION,
            answer=partial(play.answer, knobs=piece.knobs),
            frames={_piece_name(i): span.count for i, span in enumerate(layer.pieces)},
            work=layer.material,
            size=_bytes(piece, segments.length(piece.fps)),
        )

    says = {**layer.part(), **own("blend/look", layer.knobs), **own("blend/fit", layer.knobs)}
    says |= own("blend/place", layer.knobs)
    says |= {name: piece.knobs[name] for name in ("fps", "output_size", "chroma", "storage")}
    if keyed:
        says |= {name: layer.knobs[name] for name in ("similarity", "softness")}
    needs = (color,) if keyed else ()
    return Step(f"layer:{layer.number}", job, needs, (layer.pick.digest,), says)


def presence_step(piece: Piece) -> Step:
    """Return the step that tells how much of the picture each layer has for itself."""
    play, film = instrument("blend/presence"), instrument("blend/layer")
    wide, high = film.ALPHA
    given = {
        "area": wide * high,
        "step": film.looks(piece.fps),
        "materials": [layer.material for layer in piece.layers],
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

    return Step("presence", job, tuple(needs.values()), says={"frames": piece.frames})


def stack_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that lays the layers together for one segment."""
    size, storage = segments.length(piece.fps), piece.knobs["storage"]
    reads = [segments.reads(span, layer.material, size) for layer in piece.layers]
    argv = instrument("blend/stack").command(
        piece.knobs, layers=reads, laid=laid(piece), count=span.count, storage=storage
    )
    used = {
        f"@L{layer.number}p{read.piece}": (f"layer:{layer.number}", _piece_name(read.piece))
        for layer, found in zip(piece.layers, reads, strict=True)
        for read in found
    }

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, *made, "nut") for token, made in sorted(used.items())}
        frames = {"stack.nut": span.count}
        return Job(
            "blend/stack",
            inputs,
            argv=argv,
            frames=frames,
            work=span.count,
            size=_bytes(piece, span.count),
        )

    says = {"frames": span.count, "chroma": piece.knobs["chroma"], "storage": storage}
    for layer in piece.layers:
        turned = own("blend/lay", layer.knobs)
        says |= {f"layer{layer.number}.{name}": value for name, value in turned.items()}
    return Step(f"stack:{index}", job, tuple(f"layer:{x.number}" for x in piece.layers), says=says)


def encode_step(piece: Piece, index: int, span: Span) -> Step:
    """Return the step that encodes one segment."""
    argv = instrument("blend/encode").command(piece.knobs)

    def job(results: Results) -> Job:
        return Job(
            "blend/encode",
            {"@stack": made_by(results, f"stack:{index}", "stack.nut", "nut")},
            argv=argv,
            frames={"part.mp4": span.count},
            work=span.count,
            size=_bytes(piece, span.count),
        )

    says = own("blend/encode", piece.knobs)
    return Step(f"encode:{index}", job, (f"stack:{index}",), says=says)


def _piece_name(index: int) -> str:
    return f"piece-{index:03d}.nut"


def _bytes(piece: Piece, frames: int) -> int:
    """Return the most a staged file of so many frames may have: raw, and half as much again."""
    width, height = wide_and_high(piece.knobs["output_size"])
    return frames * width * height * 4 * 3 // 2 + (16 << 20)
