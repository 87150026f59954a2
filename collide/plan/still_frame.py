"""One frame of a piece: a frame from each clip, the planes made from it, and their stack.

    frame:i ─ look:i ─┐
    levels:i ─┤       │
    color:i ──┴───────┼─ still     analyses are shared with the render and never run twice
    plate:p ──────────┘

For each layer, a still keeps the clip's frame after deinterlacing and pace (or drift), neighboring
frames for steadying its cut, and the layer's planes. If only colors or keys change, no clip is
decoded for the next still at the same time; if only a threshold changes, only the stack is
repeated. A layer with a matte is rendered in full, and so is the picture before an effect that also
needs other frames.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from collide.base import segments
from collide.instrument import Argv, Read, Span, chain, clock, piece_name
from collide.plan import post_chain
from collide.plan.clip_levels import level_tasks, leveled
from collide.plan.layer_chain import END, around, kept_parts, pace, sought
from collide.plan.layer_steps import asked_of, colored, laid, most_pixels, streams
from collide.plan.post_chain import EffectRun, Opened
from collide.plan.table import facts
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.settings import chained
from collide.store.step import Input, Job, Results, Step, made_by, tables

TASK = "still"


def still_steps(piece: Piece, at: int, deliver: Mapping[str, Path] | None = None) -> Iterator[Step]:
    """Yield the steps that only a still of frame `at` needs: frames, planes, and the still."""
    whole, names = last_whole(piece)
    if whole is None:
        for layer in piece.layers:
            if not layer.cut:
                clips = (layer.pick.digest,)
                for name in kept_names(layer, at):
                    task = f"frame:{name}"
                    yield piece.step(task, _frame, layer.number, name, at, clips=clips)
                    needs = [task, *level_tasks(layer), *colored([layer])]
                    yield piece.step(f"look:{name}", _look, layer.number, name, at, needs=needs)
    looks = [
        f"look:{name}" if not layer.cut else f"layer:{layer.number}"
        for layer in piece.layers
        for name in kept_names(layer, at)
    ]
    needs = [whole.task(0)] if whole else [*looks, *colored(piece.layers)]
    plates = map(post_chain.plate_task, post_chain.plates(piece, names))
    yield piece.step(TASK, _still, at, whole, names, needs=(*needs, *plates), deliver=deliver or {})


def kept_names(layer: Layer, at: int) -> dict[str, int]:
    """Map a layer's kept frames ("2", in a cross-fade also "2.e") to their numbers in the layer."""
    end = layer.course.end_at(at)
    gone = {} if end is None else {f"{layer.number}.{END}": end}
    return {f"{layer.number}": layer.course.at(at), **gone}


def last_whole(piece: Piece) -> tuple[EffectRun | None, list[str]]:
    """Return the last run that needs all frames (or None), and the instruments that follow it."""
    names: list[str] = []
    for run in reversed(post_chain.runs(piece)):
        if run.whole:
            return run, names
        names = [*run.names, *names]
    return None, names


def _read_chain(piece: Piece) -> None:
    """Log the knobs that decide which effects a still plays, including knobs of neutral effects."""
    names = chained(piece.knobs)
    plays = [piece.catalog.instrument(f"post/{name}") for name in names]
    whole = [at for at, play in enumerate(plays) if getattr(play, "WHOLE", False)]
    for at in range(max(whole, default=-1) + 1, len(names)):
        post_chain.filters_of(piece, names[at])


def _frame(piece: Piece, number: int, name: str, at: int, *, results: Results) -> Job:
    """Return the job that extracts a frame of a clip and the neighbors that its cut needs."""
    layer = piece.layers[number - 1]
    rate, at, still = layer.rate(piece.fps), kept_names(layer, at)[name], layer.clip.still
    layer_facts = facts(piece, layer, {})
    more = around(layer_facts)
    arguments: dict[str, Any] = {
        "knobs": {},
        "clip": sought(layer_facts, more),
        "start": layer.start,
        "rate": rate if isinstance(rate, Fraction) else round(rate, 6),
        "paced": pace(replace(layer_facts, first=at if still else 0, lead=more)),
        "frame": 0 if still else at,
        **({"around": more} if more else {}),
    }
    opened = {"@clip": layer.source, **(tables(layer.clip) if still else {})}
    return Job("source/frame", "passes", arguments, opened, frames={"frame.mkv": 1 + 2 * more})


def _look(piece: Piece, number: int, name: str, at: int, *, results: Results) -> Job:
    """Return the job that renders a layer's planes from a frame."""
    layer = piece.layers[number - 1]
    layer_facts = leveled(asked_of(piece, layer, results), results)
    frame = kept_names(layer, at)[name]
    head = clock(piece.fps, frame - around(layer_facts))
    arguments = {
        "layer": number,
        "chains": kept_parts(layer_facts, "[0:v:0]", head, frames=1),
        "planes": layer.planes,
    }
    frame_of = made_by(results, f"frame:{name}", "frame.mkv", "matroska")
    inputs = {"@frame": frame_of, **tables(layer.clip)}
    frames = {f"{name}.nut": 1 for name in ("look", *layer.planes)}
    size = piece.most_bytes(1, most_pixels(layer_facts))
    return piece.command(
        "blend/layer", arguments, shape="one", inputs=inputs, frames=frames, size=size
    )


@dataclass
class Command:
    """A command under construction: its inputs and its graphs."""

    argv: Argv = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    sources: dict[str, Opened] = field(default_factory=dict)
    tables: dict[str, Input] = field(default_factory=dict)  # color tables that it reads

    @property
    def opened(self) -> int:
        """Return the number of inputs."""
        return self.argv.count("-i")

    def open(self, token: str, source: Opened, before: Sequence[str] = ()) -> int:
        """Open the object of a task and return its input number."""
        self.argv += [*before, "-i", token]
        self.sources[token] = source
        return self.opened - 1

    def open_staged(self, piece: Piece, kept: tuple[str, str], frame: int, to: str) -> None:
        """Open one frame of a rendered segment, by task and name; connect it to the pad `to`."""
        stack, fps, (task, name) = piece.catalog.instrument("blend/stack"), piece.fps, kept
        index, first = divmod(frame, segments.length(fps))
        read = Read(index, first, 1, False)
        *before, _, _ = stack.opened(f"@{to}", read, fps)
        at = self.open(f"@{to}", (task, piece_name(index, name), "nut"), before)
        self.chains += stack.joined([read], at, to, fps)

    def open_part(self, piece: Piece, kept: tuple[str, str], to: str) -> None:
        """Open one plane of a single frame, by task and name; connect it to the pad `to`."""
        stack, (task, name) = piece.catalog.instrument("blend/stack"), kept
        pad = self.open(f"@{to}", (task, f"{name}.nut", "nut"))
        self.chains += stack.joined([Read(0, 0, 1, False)], pad, to, piece.fps)


def _still(
    piece: Piece, at: int, whole: EffectRun | None, names: list[str], *, results: Results
) -> Job:
    command = Command()
    piece.log["at"] = piece.seconds_of(at)
    if whole:
        command.open_staged(piece, (whole.task(0), "piece"), at, "stack")
    else:
        _open_layers(piece, at, command)
        command.chains += laid(piece, results, Span(at, 1), to="stack")
    _read_chain(piece)
    return finished(piece, at, command, names, results=results)


def finished(
    piece: Piece,
    at: int,
    command: Command,
    names: Sequence[str],
    *,
    results: Results,
    plate: Callable[[str], str] = post_chain.plate_task,
) -> Job:
    """Return the job that applies effects to frame `at`, on the pad `[stack]` of a command.

    `plate` returns the name of the task that renders an instrument's plate.
    """
    opened, chains, sources = post_chain.joined(piece, names, Span(at, 1), at=command.opened)
    sources = {f"@{n}": (plate(n), *sources[f"@{n}"][1:]) for n in post_chain.plates(piece, names)}
    return piece.command(
        "blend/stack",
        {
            "opened": [*command.argv, *opened],
            "chains": [*command.chains, *chains],
            "filters": chain(*post_chain.played(piece, names, first=at)),
            "at": at,
        },
        shape="still",
        inputs={
            **post_chain.inputs(results, command.sources | sources),
            **post_chain.lent_to(piece, names),
            **command.tables,
        },
        frames={"still.nut": 1},
        size=piece.most_bytes(1),
    )


def _open_layers(piece: Piece, at: int, command: Command) -> None:
    for stream, (layer, name) in streams(piece).items():
        for which, frame in kept_names(layer, at).items():
            label = stream + which.partition(".")[2]
            if layer.cut:
                command.open_staged(piece, (f"layer:{layer.number}", name), frame, label)
            else:
                command.open_part(piece, (f"look:{which}", name), label)
