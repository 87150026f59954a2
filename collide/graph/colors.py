"""The steps that find what of a layer opens: its keyframes, its subject, its colors."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from collide import rolls
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph.mattes import matte_steps
from collide.graph.piece import Layer, Piece


def color_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that find what opens: keyframe, if the mode looks at pictures, and color."""
    name = f"modes/{layer.mode}"
    play, number = instrument(name), layer.number
    wants = inspect.signature(play.analyze).parameters
    asked: dict[str, Any] = {"knobs": own(name, layer.knobs)}
    if "seed" in wants:
        asked["seed"] = int(rolls.place(layer.knobs["seed"], "analysis", number) * 2**32)
    # what the dice chose is told; a mode that was named tells nothing new
    drawn = {"mode": layer.mode} if layer.knobs["mode"] == "random" else {}
    moves = _moves(layer)
    given = {**asked, **drawn, **moves}
    looks = () if layer.cut else tuple(name for name in ("frames", "masks") if name in wants)
    keyframe = f"keyframe:{number}" if moves or looks else ""
    needs = {"@frames": (keyframe, "frames.png")} if keyframe else {}
    needs |= {"@masks": (f"matte:{number}", "masks.png")} if "masks" in looks else {}
    if keyframe:
        yield keyframe_step(piece, layer)
    yield from matte_steps(piece, layer)

    def analyze(files: Mapping[str, Any]) -> dict[str, Any]:
        pictures = {name: files[f"@{name}"] for name in looks}
        answer = {**drawn, **play.analyze(**asked, **pictures)}
        if moves:
            moved = instrument("blend/coverage").analyze
            answer = moved(moves["moves"], frames=files["@frames"], answer=answer)
        return answer

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, *made) for token, made in needs.items()}
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
    yield Step(f"color:{number}", job, tuple(task for task, _ in needs.values()), says=says)


def _moves(layer: Layer) -> dict[str, Any]:
    """Return what blend/coverage reads, and its version, {} where it is off."""
    if layer.knobs["coverage"] == "off" or layer.cut:
        return {}
    read = {name: layer.knobs[name] for name in ("coverage", "similarity", "softness")}
    return {"moves": read, "moves by": instrument("blend/coverage").VERSION}


def keyframe_step(piece: Piece, layer: Layer) -> Step:
    """Return the step that takes the frames a mode looks at, in their turned colors."""
    play = instrument("source/keyframe")
    argv = play.command(
        layer.knobs,
        clip=layer.clip,
        start=layer.pick.start,
        seconds=layer.reads(piece.fps),
        look=instrument("blend/look").filters(layer.knobs),
    )
    job = Job("source/keyframe", {"@clip": Input(layer.pick.digest)}, argv=argv)
    says = {
        **layer.part(),
        **own("blend/look", layer.knobs),
        **own("source/keyframe", layer.knobs),
    }
    return Step(f"keyframe:{layer.number}", lambda _: job, clips=(layer.pick.digest,), says=says)
