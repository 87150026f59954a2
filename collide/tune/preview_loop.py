"""The moving preview: a small video of all layers and the data that a page needs to stack them.

clip ─ row:i ─┐  a layer that starts over in the preview usually has two rows: its end and beginning
    color:i ──────┴─ atlas

Rows have colors and cuts but not thresholds, because the page itself applies the knobs that
`controls.py` lists. It also applies cross-fades, so the atlas includes both outgoing and incoming
frames. A row is rendered again only when its content changes. The piece is rendered at a small
size; a tile has that size, or less if there are many tiles.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from collide.instrument import Argv, Span, chain, pictures_of, since, wide_and_high
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.color_steps import film_tasks, held
from collide.plan.layer_chain import around, corner, kept_parts, pace, sought
from collide.plan.layer_steps import asked_of, colored
from collide.plan.table import PLACE, PLANE, Facts, after, filters, fogged
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.settings import chained
from collide.store.step import Input, Job, Results, Step, made_by, tables
from collide.tune import preview_rows

TASK = "atlas"
SECONDS = 4.0  # the length of the preview
ADDED = ("blend/key", "blend/place", "blend/lay")  # a project may add instruments after these


def window(piece: Piece, at: int) -> Span:
    """Return the span of frames in the atlas, which includes frame `at` of the piece."""
    count, every = min(piece.frames, round(SECONDS * piece.fps)), preview_rows.every(piece)
    first = max(0, min(at - count // 2, piece.frames - count))
    late = (at - first) % every
    return Span(first + late, count - late)


def loop_steps(piece: Piece, seen: Span) -> Iterator[Step]:
    """Yield the steps that render the frames in `seen`: the rows, then the atlas."""
    tasks = []
    for layer in piece.layers:
        for at, span in enumerate(preview_rows.kept(layer, seen)):
            tasks.append(task := preview_rows.row_task(layer, at))
            needs = (*level_tasks(layer), *colored([layer]), *film_tasks(layer))
            clips = (layer.pick.digest,)
            yield piece.step(task, _row, layer.number, span, needs=needs, clips=clips)
    yield piece.step(TASK, _atlas, seen, needs=(*tasks, *colored(piece.layers)))


def described(piece: Piece, seen: Span, results: Results) -> dict[str, Any]:
    """Return what a page needs in addition to the video, as JSON data.

    Positions and sizes of layers are fractions of the frame. Tiles are counted down the columns.
    `missing` lists the effects that the page cannot show.
    """
    layers, missing, tile = list[dict[str, Any]](), [*chained(piece.knobs)], 0
    for layer in piece.layers:
        layer_facts, planes = asked_of(piece, layer, results), ("look", *layer.planes)
        entry = {"number": layer.number, **_laid(layer_facts), **_opens(layer, results)}
        for name in ("comes", "goes") if preview_rows.fades(layer, seen) else ("comes",):
            entry[name] = {plane: tile + at for at, plane in enumerate(planes)}
            tile += len(planes)
        layers.append({**entry, "period": layer.course.period, "fade": layer.course.fade})
        missing += _missing(layer_facts)
    return {
        "size": wide_and_high(piece.knobs["output_size"]),
        "columns": preview_rows.columns(piece, seen),
        "tiles": tile,
        "first": seen.first,
        "count": seen.count,
        "every": preview_rows.every(piece),
        "fps": float(piece.fps),
        "frames": piece.frames,
        "layers": layers,
        "missing": missing,
    }


def _missing(layer_facts: Facts) -> Iterator[str]:
    """Yield the effects of a layer that the page cannot show."""
    layer = layer_facts.layer
    if not layer.keyed:
        return
    if fogged(layer):
        yield f"the fog of layer {layer.number}"
    if layer.knobs["choke"] and layer.knobs["feather"]:
        yield f"the choke of layer {layer.number}"
    for name in ADDED:
        for row in after(layer.catalog, name):
            if filters(layer_facts, row):
                yield f"{row.play.partition('/')[2]} of layer {layer.number}"


def _laid(layer_facts: Facts) -> dict[str, Any]:
    """Return a layer's rectangle in the frame, and whether the page adds its position (`moves`)."""
    frame, layer = wide_and_high(layer_facts.output_size), layer_facts.layer
    if layer.keyed and _cropped(layer_facts):
        (x, y), (wide, high) = corner(layer_facts)
        rect = [x / frame[0], y / frame[1], wide / frame[0], high / frame[1]]
        return {"rect": rect, "moves": False}
    wide, high = _own_size(layer_facts) if layer.keyed else frame
    sides = [side / whole for side, whole in zip((wide, high), frame, strict=True)]
    return {"rect": [*((1 - side) / 2 for side in sides), *sides], "moves": layer.keyed}


def _own_size(layer_facts: Facts) -> tuple[int, int]:
    """Return the size of a layer's picture, not counting its fog."""
    fit, layer = layer_facts.layer.catalog.instrument("blend/fit"), layer_facts.layer
    wide, high = fit.size(layer.knobs, clip=layer.clip, output_size=layer_facts.fitted)
    return wide, high


def _opens(layer: Layer, results: Results) -> dict[str, Any]:
    """Return how a layer's cut becomes alpha: by color distance, light, or a matte."""
    if not layer.keyed:
        return {"by": "none"}
    answer = results[f"color:{layer.number}"].facts
    key = layer.catalog.instrument("blend/key")
    if "matte" in answer:
        return {"by": "matte", "opens": answer["matte"]}
    if "light" in answer:
        return {"by": "light", "light": answer["light"]}
    if not answer.get("colors"):
        return {"by": "none"}
    moved = {"similarity": answer["similarity"]} if "similarity" in answer else {}
    return {"by": "color", "reach": key.reach(answer["colors"]), **moved}


def _row(piece: Piece, number: int, span: Span, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    films = film_tasks(layer)
    matte = chain(held(piece, layer, "[1:v:0]"), f"trim=start_frame={span.first}") if films else ""
    layer_facts = leveled(asked_of(piece, layer, results, matte), results)
    # the number of earlier frames needed to steady the row's cut
    more = around(layer_facts)
    clip = sought(layer_facts, more)
    late = 0.0 if layer.clip.still else float(span.first / layer.rate(piece.fps))
    start = round(layer.start + late, 6)
    paced = pace(replace(layer_facts, first=span.first, lead=more))
    play = piece.catalog.instrument("blend/layer")
    head = chain(since(clip, start), paced, play.counted(span.count, piece.fps, more))
    chains, pads = _tiles(layer_facts, f"[{pictures_of(clip)}]", head, span.count)
    mattes = [made_by(results, task, "matte.mp4", "mp4") for task in films]
    parts = {f"@M{index:03d}": source for index, source in enumerate(mattes)}
    wide, high = preview_rows.tile(piece)
    arguments = {
        "clip": clip,
        "start": start,
        "seconds": layer.reads(piece.fps, span.count + 2 + more),
        "chains": chains,
        "pads": pads,
        "tile": (wide, high),
        "second": ["-safe", "0", "-i", "@matte"] if films else [],
    }
    return piece.command(
        "blend/atlas",
        arguments,
        shape="row",
        inputs={"@clip": layer.source, **parts, **tables(layer.clip)},
        lists={"@matte": list(parts)} if films else {},
        frames={"row.nut": span.count},
        work=span.count,
        size=piece.most_bytes(span.count, wide * high * len(pads)),
    )


def _tiles(layer_facts: Facts, source: str, head: str, frames: int) -> tuple[list[str], list[str]]:
    """Return the filter chains from a clip to the stored planes of a layer, and their pads."""
    layer = layer_facts.layer
    number, placed = layer.number, filters(layer_facts, PLACE) if _cropped(layer_facts) else ""
    chains, pads = kept_parts(layer_facts, source, head, frames=frames), []
    for name, pad in (("look", "k"), *((name, name[0]) for name in layer.planes)):
        then = chain("" if name == "look" else filters(layer_facts, *PLANE), placed)
        chains.append(f"[{pad}{number}]{then or 'null'}[{pad}{number}t]")
        pads.append(f"{pad}{number}t")
    return chains, pads


def _cropped(layer_facts: Facts) -> bool:
    """Return whether rows crop a layer, because it has no fog and is larger than the frame."""
    if fogged(layer_facts.layer):
        return False
    frame = wide_and_high(layer_facts.output_size)
    return any(side > whole for side, whole in zip(layer_facts.picture, frame, strict=True))


def _atlas(piece: Piece, seen: Span, *, results: Results) -> Job:
    stack, fps = piece.catalog.instrument("blend/stack"), piece.fps
    loop, atlas = piece.catalog.instrument("blend/loop"), piece.catalog.instrument("blend/atlas")
    opened, chains, inputs, rows = Argv(), list[str](), dict[str, Input](), list[str]()
    for layer in piece.layers:
        course, name = layer.course, f"k{layer.number}"
        for label, span, runs in preview_rows.streams(layer, seen):
            reads, again = (
                preview_rows.reads(layer, seen, span, runs),
                preview_rows.again(layer, span, runs),
            )
            chains += stack.joined(reads, opened.count("-i"), label, fps, again)
            for read in reads:
                token = f"@{name}r{read.piece}"
                opened += stack.opened(token, read, fps)
                inputs[token] = made_by(
                    results, preview_rows.row_task(layer, read.piece), "row.nut", "nut"
                )
            rows.append(label)
            if label != name:
                times = chain(loop.timed(course, seen, fps), atlas.filled(seen.count, fps))
                chains.append(f"[{label}]{times}[{label}t]")
                rows[-1] = f"{label}t"
    every = preview_rows.every(piece)
    count = -(-seen.count // every)
    args = {
        "opened": opened,
        "chains": chains,
        "rows": rows,
        "tile": preview_rows.tile(piece),
        "tiles": preview_rows.count(piece, seen),
        "columns": preview_rows.columns(piece, seen),
        "count": count,
        "every": every,
        "fps": preview_rows.slower(piece),
    }
    size = piece.most_bytes(seen.count)
    frames = {"atlas.mp4": count}
    return piece.command("blend/atlas", args, inputs=inputs, frames=frames, work=count, size=size)
