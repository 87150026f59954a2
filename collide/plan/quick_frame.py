"""A small frame of a piece for the live page while a knob is being turned, rendered in one command.

    frame:i ─ small:i ─┬ part:i ┐
    levels:i ─┬────────┤        │
    color:i ──┘        └────────┴─ quick

The command plays the same instruments as a still, in the same order, but leaves out effects that
need other frames too. Instead of clips, it reads small pictures, to which it applies color, key and
place. So no clip is decoded while the knobs of color, key and place are being turned. The command
renders the planes of small layers, or reads them if they exist: while one layer's knobs are being
turned, the other layers' planes are reused. Cuts are not steadied, because steadying needs
neighboring frames. The picture is not kept.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from collide.base.media import Clip
from collide.instrument import PLANE, TAGS, Span, chain, clock
from collide.plan import post_chain
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.layer_chain import END, around, kept_parts, labeled
from collide.plan.layer_steps import asked_of, colored, laid, streams
from collide.plan.picture_steps import plate_job
from collide.plan.planner import Plan
from collide.plan.preview_clip import SHORT, small
from collide.plan.still_frame import Command, finished, kept_names, still_steps
from collide.plan.table import Facts, facts
from collide.project.piece import Piece
from collide.store.step import Job, Results, Step, made_by, tables

TASK = "quick"
AGAIN = "q"  # suffix of the labels of a layer's kept planes until their frames are renumbered


def playable(piece: Piece) -> bool:
    """Return whether a quick picture is possible, which requires that no layer has a matte."""
    return not any(layer.cut for layer in piece.layers)


def missing(piece: Piece) -> list[str]:
    """Return the effects missing from a quick picture because they need other frames too."""
    return [name for run in post_chain.runs(piece) if run.whole for name in run.names]


def before_quick(plan: Plan, at: int) -> list[Step]:
    """Return the steps whose results the quick picture of frame `at` needs, in dependency order."""
    piece = plan.piece
    frames = [step for step in still_steps(_without_effects(piece), at) if step.kind == "frame"]
    tasks = [task for one in piece.layers for task in (*level_tasks(one), *colored([one]))]
    needed = {*tasks}.union(*map(plan.before, tasks))
    analyzed = [step for task, step in plan.steps.items() if task in needed]
    return [*analyzed, *frames, *_smalls(piece, at), *_plates(piece)]


def part_steps(piece: Piece, at: int) -> dict[str, Step]:
    """Map the names in `kept_names` to the steps that render the planes of small layers."""
    less, steps = small_piece(piece), dict[str, Step]()
    for layer in less.layers:
        needs = (*level_tasks(layer), *colored([layer]))
        for name in kept_names(layer, at):
            needed = (f"small:{name}", *needs)
            steps[name] = less.step(f"part:{name}", _part, layer.number, name, at, needs=needed)
    return steps


def quick_step(piece: Piece, at: int, parts: Collection[str] = ()) -> Step:
    """Return the step that renders the quick picture, which is not kept.

    `parts` are the names of the finished `part_steps`.
    """
    return small_piece(piece).step(TASK, _quick, at, parts)


def small_piece(piece: Piece) -> Piece:
    """Return the piece at preview size, with small clips."""
    knobs = {**piece.knobs, "output_size": small(piece.knobs["output_size"])}
    layers = [replace(one, whole=knobs, probed=_small(one.probed)) for one in piece.layers]
    return replace(piece, knobs=knobs, layers=layers)


def _without_effects(piece: Piece) -> Piece:
    return replace(piece, knobs={**piece.knobs, "post": "none"})


def _small(clip: Clip) -> Clip:
    """Return a clip with the size of its small frames and the color matrix that they declare."""
    share = min(1.0, SHORT / min(clip.width, clip.height))
    wide, high = (2 * max(8, round(side * share / 2)) for side in (clip.width, clip.height))
    matrix = "bt709" if clip.untagged else clip.matrix
    return replace(clip, width=wide, height=high, matrix=matrix)


def _names(piece: Piece) -> list[str]:
    """Return the effects that a quick picture plays, in order."""
    return [name for run in post_chain.runs(piece) if not run.whole for name in run.names]


def _plates(piece: Piece) -> Iterator[Step]:
    """Yield the steps that render small plates, which have their own names."""
    less = small_piece(piece)
    for name in post_chain.plates(less, _names(less)):
        frames = piece.catalog.instrument(f"post/{name}").PLATE_FRAMES
        yield less.step(_small_plate(name), plate_job, name, frames)


def _small_plate(name: str) -> str:
    return f"small-{post_chain.plate_task(name)}"


def _smalls(piece: Piece, at: int) -> Iterator[Step]:
    for layer in piece.layers:
        for name in kept_names(layer, at):
            needs = (f"frame:{name}",)
            yield piece.step(f"small:{name}", _small_frame, layer.number, name, needs=needs)


def _small_frame(piece: Piece, number: int, name: str, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    less = _small(layer.clip)
    arguments = {
        "clip": layer.clip,
        "size": (less.width, less.height),
        "around": around(facts(piece, layer, {})),
    }
    frame = made_by(results, f"frame:{name}", "frame.mkv", "matroska")
    form = {"shape": "small", "inputs": {"@frame": frame}, "frames": {"small.mkv": 1}}
    return piece.command("source/frame", arguments, knobs={}, **form)


def _part(piece: Piece, number: int, name: str, at: int, *, results: Results) -> Job:
    layer = piece.layers[number - 1]
    layer_facts = leveled(asked_of(piece, layer, results), results)
    head = clock(piece.fps, kept_names(layer, at)[name])
    chains = kept_parts(layer_facts, "[0:v:0]", head, frames=1, apart=True)
    arguments = {"layer": number, "chains": chains, "planes": layer.planes}
    small_one = made_by(results, f"small:{name}", "small.mkv", "matroska")
    inputs, size = {"@frame": small_one, **tables(layer.clip)}, piece.most_bytes(1)
    frames = {f"{one}.nut": 1 for one in ("look", *layer.planes)}
    return piece.command(
        "blend/layer", arguments, shape="one", inputs=inputs, frames=frames, size=size
    )


def _quick(piece: Piece, at: int, parts: Collection[str], *, results: Results) -> Job:
    command = Command()
    for layer in piece.layers:
        for name, frame in kept_names(layer, at).items():
            ending = END if name.endswith(END) else ""
            if name in parts:
                for stream, (_, kept) in streams(piece, [layer]).items():
                    command.open_part(piece, (f"part:{name}", kept), f"{stream}{ending}")
                continue
            source = (f"small:{name}", "small.mkv", "matroska")
            opened = command.open(f"@{name}", source)
            layer_facts = leveled(asked_of(piece, layer, results), results)
            command.chains += _parts(layer_facts, f"[{opened}:v:0]", frame, ending)
        command.tables |= tables(layer.clip)
    command.chains += laid(piece, results, Span(at, 1), to="stack")
    return finished(
        piece, at, command, _names(piece), results=results, plate=_small_plate
    ).replaced(frames={})


def _parts(layer_facts: Facts, source: str, frame: int, ending: str) -> list[str]:
    """Return the chains from a small frame to its layer's kept planes; times start at 0."""
    layer, fps = layer_facts.layer, layer_facts.fps
    chains = kept_parts(layer_facts, source, clock(fps, frame), frames=1, apart=True)
    pads = layer.catalog.instrument("blend/layer").PADS
    again = []
    for name in ("look", *layer.planes):
        label = f"{pads[name]}{layer.number}{ending}"
        numbered = chain(clock(fps), TAGS if name == "look" else PLANE)
        again.append(f"[{label}{AGAIN}]{numbered}[{label}]")
    return [*(labeled(one, f"{ending}{AGAIN}") for one in chains), *again]
