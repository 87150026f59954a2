"""One frame of a piece by itself: a frame of each clip, kept, and all that is done to them at once.

    frame:i ─┐
    color:i ─┼─ still          the analysis is that of the render, and neither is done twice
    plate:p ─┘

The frame of a clip is kept as its decoder gave it, before any knob but pace: the next still at the
same time, with another knob turned, decodes nothing. A layer that is cut along a matte is rendered,
for its film is; and so is all before an instrument that needs the frames before it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from collide import segments
from collide.build.key import Input, Job, Results, Step, made_by
from collide.catalog import instrument, own
from collide.graph import post
from collide.graph.finish import lent_to, plate_task
from collide.graph.picture import laid, layer_chain, most_bytes
from collide.graph.piece import Layer, Piece
from collide.graph.post import Run
from collide.step import BITEXACT, TAGS, Argv, Read, Span, chain, clock, graph, piece_name

TASK = "still"


def still_steps(piece: Piece, at: int, deliver: Mapping[str, Path] | None = None) -> Iterator[Step]:
    """Yield the steps of frame `at` that no render has: a frame of each clip, and the still.

    Args:
        deliver: where people see what it makes: `still.png`.
    """
    whole, _ = _runs(piece)
    if whole is None:
        yield from (_frame(piece, layer, at) for layer in piece.layers if not layer.cut)
    yield replace(_still(piece, at), deliver=deliver or {})


def _runs(piece: Piece) -> tuple[Run | None, list[str]]:
    """Return the last run that needs all frames, and the instruments that play after it."""
    runs, names = post.runs(piece.knobs), list[str]()
    for run in reversed(runs):
        if run.whole:
            return run, names
        names = [*run.names, *names]
    return None, names


def _frame(piece: Piece, layer: Layer, at: int) -> Step:
    """Return the step that takes one frame of a clip out of it, at the piece's pace."""
    play = instrument("source/frame")
    given = {
        "start": layer.pick.start,
        "rate": round(layer.rate(piece.fps), 6),
        "paced": instrument("blend/pace").filters(layer.knobs, fps=piece.fps),
        "frame": at % layer.material,
    }
    job = Job(
        "source/frame",
        {"@clip": Input(layer.pick.digest)},
        passes=partial(play.passes, {}, clip=layer.clip, **given),
        given={**given, "gap": layer.clip.gap},
        version=play.VERSION,
        frames={"frame.mkv": 1},
    )
    says = {"clip": layer.pick.digest, "start": layer.pick.start, "frame": given["frame"]}
    says |= {"fps": piece.fps, **own("blend/pace", layer.knobs)}
    task = f"frame:{layer.number}"
    return Step(task, lambda _: job, clips=(layer.pick.digest,), says=says)


@dataclass
class _Command:
    """A command that grows: what it opens, and what is done to that."""

    argv: Argv
    chains: list[str]
    made: dict[str, tuple[str, str, str]]  # token -> task, role, demuxer

    @property
    def opened(self) -> int:
        """Return how many inputs it has."""
        return self.argv.count("-i")

    def open(self, token: str, *made: str, before: Argv | None = None) -> int:
        """Open what a task made, and return the number of that input."""
        self.argv += [*(before or []), "-i", token]
        task, role, demuxer = made
        self.made[token] = (task, role, demuxer)
        return self.opened - 1

    def open_staged(self, token: str, task: str, frame: int, *, fps: int, to: str) -> None:
        """Open one frame of a staged picture that is kept in pieces."""
        stack, (index, first) = instrument("blend/stack"), divmod(frame, segments.length(fps))
        read = Read(index, first, 1, False)
        *before, _, _ = stack.opened(token, read, fps)
        at = self.open(token, task, piece_name(index), "nut", before=before)
        self.chains += stack.joined([read], at, to, fps)


def _still(piece: Piece, at: int) -> Step:
    whole, names = _runs(piece)
    plates = [name for name in names if name in post.plates(piece.knobs)]
    fps = piece.fps
    colors = [f"color:{layer.number}" for layer in piece.layers[1:] if not layer.cut]

    def job(results: Results) -> Job:
        command = _Command([], [], {})
        if whole:
            command.open_staged("@whole", whole.task(0), at, fps=fps, to="stack")
        else:
            for layer in piece.layers:
                _lay(piece, layer, at, results, command)
            finish = instrument("blend/stack").finish(len(piece.layers), to="stack")
            command.chains += [*laid(piece), finish]
        opened, chains = post.joined(names, piece.knobs, Span(at, 1), at=command.opened)
        command.argv += opened
        command.made |= {f"@{name}": (plate_task(name), "plate.nut", "nut") for name in plates}
        played = chain(*post.played(names, piece.knobs, first=at))
        start = f"[stack]{TAGS},{clock(fps, at)}"
        # said again, or the picture to keep would become what a PNG likes best
        ends = f"{chain(start, played)},setpts=N,format=yuv420p,split[v][p]"
        argv = [
            *command.argv,
            *("-filter_complex", graph(*command.chains, *chains, ends, "[p]format=rgb24[s]")),
            *("-map", "[v]", "-frames:v", "1", "-c:v", "rawvideo", *BITEXACT, "-f", "nut"),
            *("still.nut", "-map", "[s]", "-frames:v", "1", *BITEXACT, "-f", "image2"),
            *("-update", "1", "still.png"),
        ]
        inputs = {token: made_by(results, *made) for token, made in command.made.items()}
        return Job(
            "blend/stack",
            {**inputs, **lent_to(piece, names)},
            argv=argv,
            frames={"still.nut": 1},
            size=most_bytes(piece, 1),
        )

    frames = [f"{'layer' if layer.cut else 'frame'}:{layer.number}" for layer in piece.layers]
    needs = [whole.task(0)] if whole else [*frames, *colors]
    says = _says(piece, at, names)
    return Step(TASK, job, (*needs, *map(plate_task, plates)), says=says)


def _lay(piece: Piece, layer: Layer, at: int, results: Results, command: _Command) -> None:
    """Open a layer's frame, and bring it to where it can be laid: `[l2]`."""
    number, to, frame = layer.number, f"l{layer.number}", at % layer.material
    if layer.cut:
        task = f"layer:{number}"
        command.open_staged(f"@L{number}", task, frame, fps=piece.fps, to=to)
        return
    keyed = number > 1
    answer: Mapping[str, Any] = results[f"color:{number}"].facts if keyed else {}
    made = instrument("blend/layer").picture(
        layer_chain(piece, layer, answer, "", paced=clock(piece.fps, frame)),
        frames=1,
        fps=piece.fps,
        chroma=piece.knobs["chroma"],
        keyed=keyed,
    )
    pad = command.open(f"@F{number}", f"frame:{number}", "frame.mkv", "matroska")
    command.chains.append(f"[{pad}:v:0]{made}[{to}]")


def _says(piece: Piece, at: int, names: list[str]) -> dict[str, object]:
    """Return the ingredients of the still as an artist calls them."""
    says: dict[str, object] = {"at": at / piece.fps}
    for layer in piece.layers:
        plays = ["blend/look", "blend/fit", *(("blend/place", "blend/lay") if layer.mode else ())]
        read = [name for play in plays for name in own(play, layer.knobs)]
        read += ["similarity", "softness"] if layer.mode else []
        says |= {f"layer{layer.number}.{name}": layer.knobs[name] for name in read}
    says |= {k: v for name in names for k, v in own(f"post/{name}", piece.knobs).items()}
    says |= {name: piece.knobs[name] for name in ("fps", "output_size", "chroma")}
    return says | ({"post": ",".join(names)} if names else {})
