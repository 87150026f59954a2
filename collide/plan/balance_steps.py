"""Steps that find the thresholds of a piece: sample a few moments of each layer, then search.

    color:i ────────────┬─ moments:i ─ balance     in no plan: a session runs these steps once,
    glimpse:i ─ mask:i ─┘                          for layers without thresholds in selection.json

The moments lie in a span of the clip that does not depend on the piece's duration. To measure
the sharpness of a layer, moments:i keeps the middle of every second picture. For layers above the
base, moments:i also keeps a small copy of each moment's cut, placed in the frame.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from collide.instrument import chain, clock
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.color_steps import strip_job
from collide.plan.layer_chain import colors, in_frame, kept_parts, whole
from collide.plan.layer_steps import asked_of, colored
from collide.plan.table import KEY, PLANE, Facts, facts, filters
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.step import Input, Job, Results, Step, made_by, tables

BALANCE = "blend/balance"
TASK = "balance"
SOLVING = ("glimpse", "mask", "moments", TASK)  # these kinds of steps never occur in a render
FILMS = {"d": "cuts.gray", "p": "pictures.gray"}  # a pad's first letter -> its file


def balance_steps(piece: Piece, free: Mapping[int, tuple[float, float]]) -> Iterator[Step]:
    """Yield the steps that find thresholds, in dependency order.

    `free` maps layer numbers to the ranges of the thresholds that may move; all other thresholds
    are fixed.
    """
    for layer in piece.layers:
        yield from moments_steps(piece, layer)
    needs = [f"moments:{layer.number}" for layer in piece.layers]
    needs += colored(piece.layers)
    ranges = {str(number): [*ends] for number, ends in free.items()}
    yield piece.step(TASK, _balance, ranges, needs=needs, asks=(BALANCE,), signed=False)


def moments_steps(piece: Piece, layer: Layer) -> Iterator[Step]:
    """Yield the steps that sample a layer's picture and cut at a few moments."""
    number, clips = layer.number, (layer.pick.digest,)
    needs, count = (
        [*level_tasks(layer), *colored([layer])],
        piece.catalog.instrument(BALANCE).MOMENTS,
    )
    if layer.cut:
        needs += [f"glimpse:{number}", f"mask:{number}"]
        *_, glimpse, mask = needs
        more = level_tasks(layer)
        yield piece.step(glimpse, _glimpse, number, needs=more, clips=clips, signed=False)
        yield piece.step(mask, _mask, number, needs=[glimpse], amount=count, signed=False)
    yield piece.step(f"moments:{number}", _moments, number, needs=needs, clips=clips, signed=False)


def _part(piece: Piece, layer: Layer) -> dict[str, Any]:
    """Return the arguments that select the analyzed part of a layer's clip."""
    span = piece.catalog.instrument(BALANCE).SPAN * layer.knobs["speed"]
    left = layer.clip.seconds - layer.start
    seconds = span if layer.clip.still else round(min(span, max(left, 0.0)), 3)
    whole_chain = whole(facts(piece, layer, {}))
    return {"clip": layer.clip, "start": layer.start, "seconds": seconds, "whole": whole_chain}


def _glimpse(piece: Piece, number: int, *, results: Results) -> Job:
    """Return the job that extracts pictures for finding the subject."""
    layer, play = piece.layers[number - 1], piece.catalog.instrument(BALANCE)
    layer_facts = leveled(facts(piece, layer, {}), results)
    arguments = {**_part(piece, layer), "look": colors(layer_facts)}
    inputs = {"@clip": layer.source, **tables(layer.clip)}
    knobs = {"keyframes": play.MOMENTS}
    return piece.command("source/keyframe", arguments, knobs=knobs, inputs=inputs)


def _mask(piece: Piece, number: int, *, results: Results) -> Job:
    layer, count = piece.layers[number - 1], piece.catalog.instrument(BALANCE).MOMENTS
    frames = made_by(results, f"glimpse:{number}", "frames.png", "png_pipe")
    return strip_job(layer, frames, count)


def _moments(piece: Piece, number: int, *, results: Results) -> Job:
    layer, play = piece.layers[number - 1], piece.catalog.instrument(BALANCE)
    matte = f"[w]untile={play.MOMENTS}x1,{clock(1)}" if layer.cut else ""
    layer_facts = leveled(asked_of(piece, layer, results, matte), results)
    inputs = {"@clip": layer.source, **tables(layer.clip)}
    if layer.cut:
        inputs["@masks"] = made_by(results, f"mask:{number}", "masks.png", "png_pipe")
    arguments = {
        **_part(piece, layer),
        "count": play.MOMENTS,
        "second": ["-i", "@masks"] if layer.cut else [],
        "chains": [
            *kept_parts(layer_facts, "[v]", clock(1), apart=True),
            *_seen(layer_facts, play),
        ],
        "written": {f"{pad}{number}": FILMS[pad] for pad in _films(layer)},
    }
    return piece.command("source/keyframe", arguments, knobs={}, shape="moments", inputs=inputs)


def _films(layer: Layer) -> str:
    """Return the keys of `FILMS` that a layer uses: the base has no cut."""
    return "dp" if layer.keyed else "p"


def _seen(layer_facts: Facts, play: Any) -> list[str]:
    """Return the chains from a layer's kept planes to its films, `[d2]` and `[p2]`.

    `[d2]` contains the cuts of all moments, followed by their masks, placed in the frame by the
    same chain. Masks are white where the picture is opaque. `[p2]` contains the middle of every
    second picture, where sharpness is measured. The base gets only `[p2]`.
    """
    n = layer_facts.layer.number
    middle = "crop={}:{}".format(*_middle(layer_facts, play))
    sharp = f"[k{n}]select='not(mod(n,2))',{clock(1)},extractplanes=y,{middle}[p{n}]"
    if not layer_facts.layer.keyed:
        return [sharp]
    alpha = filters(layer_facts, *KEY) if by_itself(layer_facts.layer, layer_facts.answer) else ""
    wide, high = play.SIZE
    small = f"scale={wide}:{high}:flags=neighbor+bitexact+accurate_rnd,format=gray"
    placed = chain(filters(layer_facts, *PLANE), in_frame(layer_facts), small)
    parts = [f"[c{n}]{chain(alpha, 'null')}[e{n}]"]
    mask = f"[o{n}]format=gray[f{n}]"
    if "own" not in layer_facts.layer.planes:
        parts = [f"[c{n}]split[e{n}s][f{n}s];[e{n}s]{chain(alpha, 'null')}[e{n}]"]
        mask = f"[f{n}s]lut=c0=255[f{n}]"
    return [
        *parts,
        mask,
        f"[e{n}][f{n}]concat=n=2,{clock(1)},{placed}[d{n}]",
        sharp,
    ]


def _size(layer_facts: Facts) -> tuple[int, int]:
    """Return the size of a clip's own picture in the frame, without fog."""
    fit, layer = layer_facts.layer.catalog.instrument("blend/fit"), layer_facts.layer
    wide, high = fit.size(layer.knobs, clip=layer.clip, output_size=layer_facts.fitted)
    return wide, high


def _middle(layer_facts: Facts, play: Any) -> list[int]:
    """Return the size of the color plane's central part, where sharpness is measured."""
    sides = zip(_size(layer_facts), play.SHARP, strict=True)
    return [min(side, most) // 2 * 2 for side, most in sides]


def by_itself(layer: Layer, answer: Mapping[str, Any]) -> bool:
    """Return whether a layer opens independently of any threshold.

    A layer does so if it has a matte or no colors to open, or if its band of light reaches neither
    black nor white.
    """
    if "light" in answer:
        return bool(answer["light"][0] > 0 and answer["light"][1] < 1)
    return layer.cut or not answer.get("colors")


def _balance(piece: Piece, ranges: Mapping[str, list[float]], *, results: Results) -> Job:
    layers, inputs = [], dict[str, Input]()
    films: dict[str, dict[str, str]] = {pad: {} for pad in FILMS}
    for layer in piece.layers:
        name, layer_facts = str(layer.number), asked_of(piece, layer, results)
        own = (
            {"range": ranges.get(name), **_threshold(layer, layer_facts.answer)}
            if layer.keyed
            else {}
        )
        middle = _middle(layer_facts, piece.catalog.instrument(BALANCE))
        detail = round(min(_detail(layer_facts)), 4)
        layers.append({"layer": layer.number, "detail": detail, "middle": middle, **own})
        for pad in _films(layer):
            films[pad][name] = f"@{pad}{name}"
            inputs[films[pad][name]] = made_by(results, f"moments:{name}", FILMS[pad])
    arguments = {"cuts": films["d"], "pictures": films["p"], "layers": layers}
    return Job(BALANCE, "analyze", arguments, inputs)


def _detail(layer_facts: Facts) -> list[float]:
    """Return how much larger the clip is than its picture in the frame, in width and height."""
    clip, (wide, high) = layer_facts.layer.clip, _size(layer_facts)
    return [clip.width / wide, clip.height / high]


def _threshold(layer: Layer, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer's threshold, and how its cut is converted to alpha."""
    common = {name: layer.knobs[name] for name in ("softness", "opacity")}
    if by_itself(layer, answer):
        return {**common, "key": "none", "reach": 0.0, "value": 0.0}
    if "light" in answer:
        lights = answer["light"][1] >= 1
        value = answer["light"][0] if lights else round(1 - answer["light"][1], 4)
        chosen = layer.mode == "luminance" and layer.knobs["luminance_target"] == "auto"
        key = "auto" if chosen else "lights" if lights else "darks"
        return {**common, "key": key, "reach": 0.0, "value": value}
    reach = layer.catalog.instrument("blend/key").reach(answer["colors"])
    value = answer["similarity"] if "similarity" in answer else layer.knobs["similarity"]
    return {**common, "key": "color", "reach": reach, "value": value}
