"""Effects on the finished stack: the chain in the knob `post`, split into ffmpeg runs.

One run per segment plays all adjacent instruments. An instrument that needs
other frames too (WHOLE) gets its own run over all segments together. If each segment needs several
runs, the task of each run is named after its first instrument:

    stack:s ─ post:s ─ encode:s                                          analog,color-grade
    stack:s ─ post:s.analog ─ post:stabilize ─ post:s.vhs ─ encode:s     analog,stabilize,vhs
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collide.base import segments
from collide.catalog import Catalog
from collide.instrument import (
    STAGED,
    Argv,
    Read,
    Span,
    clock,
    lent,
    piece_name,
    wide_and_high,
)
from collide.project.piece import Piece
from collide.project.settings import chained
from collide.store.call import parameters
from collide.store.step import Input, Results, made_by

Source = tuple[str, str]  # a task and the role of its result
Opened = tuple[str, str, str]  # a source and the demuxer that reads it
FILE = "the file of "  # log prefix of a knob that names a file


@dataclass(frozen=True)
class EffectRun:
    """Instruments played by one ffmpeg run, per segment or over the whole piece."""

    names: tuple[str, ...]
    whole: bool
    tag: str = ""

    def task(self, index: int) -> str:
        """Return the task that renders segment `index`."""
        return f"post:{self.names[0]}" if self.whole else f"post:{index}{self.tag}"

    def output(self, index: int) -> Source:
        """Return the source of segment `index`: the task that renders it and the result's role."""
        return self.task(index), piece_name(index) if self.whole else "post.nut"


def runs(piece: Piece) -> list[EffectRun]:
    """Return the runs of the chain, without neutral instruments."""
    result: list[EffectRun] = []
    for name in chained(piece.knobs):
        play = _play(piece, name)
        whole = getattr(play, "WHOLE", False)
        if hasattr(play, "filters") and not filters_of(piece, name):
            continue
        if result and not whole and not result[-1].whole:
            result[-1] = EffectRun((*result[-1].names, name), whole=False)
        else:
            result.append(EffectRun((name,), whole))
    if sum(not run.whole for run in result) < 2:
        return result
    return [EffectRun(r.names, r.whole, "" if r.whole else f".{r.names[0]}") for r in result]


def picture(piece: Piece, index: int, run: EffectRun | None = None) -> Source:
    """Return the source that `run` reads for segment `index`; by default, the finished segment."""
    played = runs(piece)
    at = played.index(run) if run else len(played)
    return played[at - 1].output(index) if at else (f"stack:{index}", "stack.nut")


def plates(piece: Piece, names: Iterable[str] | None = None) -> list[str]:
    """Return the instruments in `names` (by default, the whole chain) that use a plate."""
    if names is None:
        names = [name for run in runs(piece) for name in run.names]
    plated = (name for name in names if hasattr(_play(piece, name), "plate"))
    return [name for name in plated if "[plate]" in filters_of(piece, name)]


def plate_task(name: str) -> str:
    """Return the task that renders the plate of an instrument."""
    return f"plate:{name}"


def filters_of(piece: Piece, name: str, *, first: int = 0, plate: str = "[plate]") -> str:
    """Return the chain for one instrument, from frame `first` of the piece."""
    play = _play(piece, name)
    offered = {"first": first, "plate": plate}
    more = {word: value for word, value in offered.items() if word in parameters(play.filters)}
    return str(play.filters(piece.knobs, **shared(piece, name), **more))


def played(piece: Piece, names: Iterable[str], *, first: int) -> list[str]:
    """Return the chains for adjacent instruments, each followed by a conversion to staged form."""
    each = [filters_of(piece, name, first=first, plate=f"[{name}-loop]") for name in names]
    return [part for text in each if text for part in (text, STAGED)]


def joined(
    piece: Piece, names: Iterable[str], span: Span, *, at: int
) -> tuple[Argv, list[str], dict[str, Opened]]:
    """Return options that open plates as inputs from `at` on, chains to loop them, and sources."""
    stack, fps = piece.catalog.instrument("blend/stack"), piece.fps
    argv: Argv = []
    chains: list[str] = []
    sources = {}
    for name in plates(piece, names):
        parts = reads(piece.catalog, name, span)
        chains += stack.joined(parts, at, f"{name}-cut", fps)
        chains.append(f"[{name}-cut]{clock(fps, span.first)}[{name}-loop]")
        argv += [word for read in parts for word in stack.opened(f"@{name}", read, fps)]
        sources[f"@{name}"] = (plate_task(name), "plate.nut", "nut")
        at += len(parts)
    return argv, chains, sources


def reads(catalog: Catalog, name: str, span: Span) -> list[Read]:
    """Return the reads of a plate, which starts with the piece and loops."""
    count = catalog.instrument(f"post/{name}").PLATE_FRAMES
    return segments.reads(span, count, count)


def shared(piece: Piece, name: str) -> dict[str, Any]:
    """Return the arguments that all post instruments take besides their knobs."""
    size = wide_and_high(piece.knobs["output_size"])
    return {"size": size, "fps": piece.fps, "seed": piece.seed("post", name)}


def lent_to(piece: Piece, names: Sequence[str]) -> dict[str, Input]:
    """Map names in a command to the files that the instruments' knobs refer to."""
    owned = {knob for name in names for knob in _play(piece, name).DEFAULTS}
    files = {knob: file for knob, file in piece.files.items() if knob in owned}
    piece.log.update({f"{FILE}{knob}": file.digest for knob, file in files.items()})
    return {lent(n, file.name): Input(file.digest, path=file.path) for n, file in files.items()}


def inputs(results: Results, sources: Mapping[str, Opened]) -> dict[str, Input]:
    """Return the objects of tasks as the inputs of a job."""
    return {token: made_by(results, *source) for token, source in sources.items()}


def _play(piece: Piece, name: str) -> Any:
    return piece.catalog.instrument(f"post/{name}")
