"""A few seconds of all layers as one small video, and the data a page needs to stack them.

    clip ─ row:i ─┐
    color:i ──────┴─ atlas

Rows hold looks and cuts, no threshold: the page plays similarity, softness, opacity, place and
blend mode. A row is made again only when its content changes. The piece is a small one, and a tile
has its size.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from collide.instrument import Argv, Read, Span, chain, pictures_of, since, wide_and_high
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.color_steps import film_tasks, held
from collide.plan.layer_chain import around, corner, kept_parts, pace, sought
from collide.plan.layer_steps import asked_of, colored
from collide.plan.table import PLACE, PLANE, Facts, filters, fogged
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.step import Input, Job, Results, Step, made_by, tables

TASK = "atlas"
SECONDS = 4.0  # of the piece that are seen


def window(piece: Piece, at: int) -> Span:
    """Return the frames of the piece that are seen around frame `at`."""
    count = min(piece.frames, round(SECONDS * piece.fps))
    return Span(max(0, min(at - count // 2, piece.frames - count)), count)


def loop_steps(piece: Piece, seen: Span, at: int) -> Iterator[Step]:
    """Yield the steps that make the video of the frames `seen`: a row a layer, and the atlas.

    Each layer is where it is in the piece at frame `at`.
    """
    tasks = []
    for layer in piece.layers:
        tasks.append(task := f"row:{layer.number}")
        needs = (*level_tasks(layer), *colored([layer]), *film_tasks(layer))
        clips = (layer.pick.digest,)
        yield piece.step(task, _row, layer.number, seen, needs=needs, clips=clips)
    yield piece.step(TASK, _atlas, seen, at, needs=(*tasks, *colored(piece.layers)))


def described(piece: Piece, seen: Span, results: Results) -> dict[str, Any]:
    """Return what the page needs beside the video, as JSON holds it.

    Sizes and places are shares of the frame; `missing` names what the page does not play.
    """
    missing = [name for name in (piece.knobs["post"],) if name != "none"]
    layers = []
    for layer in piece.layers:
        asked = asked_of(piece, layer, results)
        fog = fogged(layer) or layer.knobs["fit"] == "blur"
        missing += [f"the fog of layer {layer.number}"] if fog and layer.keyed else []
        layers.append({"number": layer.number, **_laid(asked), **_opens(layer, results)})
    return {
        "tile": wide_and_high(piece.knobs["output_size"]),
        "columns": _columns(piece),
        "first": seen.first,
        "count": seen.count,
        "fps": float(piece.fps),
        "layers": layers,
        "missing": missing,
    }


def _laid(asked: Facts) -> dict[str, Any]:
    """Return where in the frame a layer's picture is; `moves`: its place is still to be added."""
    frame = wide_and_high(asked.output_size)
    if not asked.layer.keyed or not _cropped(asked):
        wide, high = asked.picture if asked.layer.keyed else frame
        sides = [side / whole for side, whole in zip((wide, high), frame, strict=True)]
        return {"rect": [*((1 - side) / 2 for side in sides), *sides], "moves": asked.layer.keyed}
    (x, y), (wide, high) = corner(asked)
    rect = [x / frame[0], y / frame[1], wide / frame[0], high / frame[1]]
    return {"rect": rect, "moves": False}


def _opens(layer: Layer, results: Results) -> dict[str, Any]:
    """Return how a layer's cut becomes alpha: by the distance, the light, or the matte."""
    if not layer.keyed:
        return {"by": "none"}
    found = results[f"color:{layer.number}"].facts
    key = layer.catalog.instrument("blend/key")
    if "matte" in found:
        return {"by": "matte", "opens": found["matte"]}
    if "light" in found:
        return {"by": "light", "light": found["light"]}
    if not found.get("colors"):
        return {"by": "none"}
    moved = {"similarity": found["similarity"]} if "similarity" in found else {}
    return {"by": "color", "reach": key.reach(found["colors"]), **moved}


def _row(piece: Piece, number: int, seen: Span, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    span, back = _own(layer, seen)
    films = film_tasks(layer)
    matte = chain(held(piece, layer, "[1:v:0]"), f"trim=start_frame={span.first}") if films else ""
    asked = leveled(asked_of(piece, layer, results, matte), results)
    # frames before the row steady its cut, where the layer has them
    more = around(asked)
    clip = sought(asked, more)
    late = 0.0 if layer.clip.still else float(span.first / layer.rate(piece.fps))
    start = round(layer.start + late, 6)
    paced = pace(replace(asked, first=span.first, lead=more))
    play = piece.catalog.instrument("blend/layer")
    head = chain(since(clip, start), paced, play.counted(span.count, piece.fps, more))
    chains, pads = _tiles(asked, f"[{pictures_of(clip)}]", head, span.count)
    made = [made_by(results, task, "matte.mp4", "mp4") for task in films]
    parts = {f"@M{index:03d}": source for index, source in enumerate(made)}
    wide, high = wide_and_high(piece.knobs["output_size"])
    given = {
        "clip": clip,
        "start": start,
        "seconds": layer.reads(piece.fps, span.count + 2 + more),
        "chains": chains,
        "pads": pads,
        "tile": (wide, high),
        "columns": _columns(piece),
        "back": back,
        "second": ["-safe", "0", "-i", "@matte"] if films else [],
    }
    return piece.command(
        "blend/atlas",
        given,
        shape="row",
        inputs={"@clip": layer.source, **parts, **tables(layer.clip)},
        lists={"@matte": list(parts)} if films else {},
        frames={"row.nut": span.count},
        work=span.count,
        size=piece.most_bytes(span.count, wide * high * _columns(piece)),
    )


def _tiles(asked: Facts, source: str, head: str, frames: int) -> tuple[list[str], list[str]]:
    """Return the chains from a clip to what is kept of a layer, and the pads these end at."""
    layer = asked.layer
    number, placed = layer.number, filters(asked, PLACE) if _cropped(asked) else ""
    chains, pads = kept_parts(asked, source, head, frames=frames), []
    for name, pad in (("look", "k"), *((name, name[0]) for name in layer.planes)):
        then = chain("" if name == "look" else filters(asked, *PLANE), placed)
        chains.append(f"[{pad}{number}]{then or 'null'}[{pad}{number}t]")
        pads.append(f"{pad}{number}t")
    return chains, pads


def _cropped(asked: Facts) -> bool:
    """Return whether a layer is larger than the frame, so that only a part of it is kept."""
    frame = wide_and_high(asked.output_size)
    return any(side > whole for side, whole in zip(asked.picture, frame, strict=True))


def _atlas(piece: Piece, seen: Span, frame: int, *, results: Results) -> Job:
    stack, fps = piece.catalog.instrument("blend/stack"), piece.fps
    opened, chains, inputs = Argv(), list[str](), dict[str, Input]()
    for layer in piece.layers:
        token = f"@k{layer.number}"
        reads = _turned(layer, seen, frame)
        chains += stack.joined(reads, opened.count("-i"), f"k{layer.number}", fps)
        for read in reads:
            opened += stack.opened(token, read, fps)
        inputs[token] = made_by(results, f"row:{layer.number}", "row.nut", "nut")
    return piece.command(
        "blend/atlas",
        {
            "opened": opened,
            "chains": chains,
            "rows": [f"k{layer.number}" for layer in piece.layers],
            "count": seen.count,
        },
        inputs=inputs,
        frames={"atlas.mp4": seen.count},
        work=seen.count,
        size=piece.most_bytes(seen.count),
    )


def _own(layer: Layer, seen: Span) -> tuple[Span, bool]:
    """Return the kept frames of a layer that a row holds, and whether they are seen backwards.

    A row has one run of them: where the layer starts over inside the loop, or turns, it is as if
    it went on. A short one is played again and again.
    """
    count = min(seen.count, layer.material)
    first, second = layer.course.at(seen.first), layer.course.at(seen.first + 1)
    back = second < first and layer.course.turned
    first = first - count + 1 if back else first
    return Span(max(0, min(first, layer.material - count)), count), back


def _turned(layer: Layer, seen: Span, frame: int) -> list[Read]:
    """Return how a row is read, so that at frame `frame` of the piece it shows the right one."""
    span, back = _own(layer, seen)
    last, kept = span.first + span.count - 1, layer.course.at(frame)
    place = last - kept if back else kept - span.first
    begins = (place - (frame - seen.first)) % span.count
    first = min(seen.count, span.count - begins)
    reads, left = [Read(0, begins, first, False)], seen.count - first
    return [*reads, Read(0, 0, left, left > span.count)] if left else reads


def _columns(piece: Piece) -> int:
    return 1 + max((len(layer.planes) for layer in piece.layers), default=0)
