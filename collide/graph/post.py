"""What is played on the finished stack: the chain of the knob `post`, in runs of ffmpeg.

Neighbors are fused: one run for each segment plays them all. An instrument that needs the frames
before it (WHOLE) has a run of its own, over all segments at once. Where a segment is rendered
more than once, its tasks are told apart by the first instrument of each run:

    stack:s ─ post:s ─ encode:s                                          analog,color-grade
    stack:s ─ post:s.analog ─ post:stabilize ─ post:s.vhs ─ encode:s     analog,stabilize,vhs
"""

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from collide import rolls, segments
from collide.catalog import instrument, knobs
from collide.step import (
    BITEXACT,
    STAGED,
    STORAGE,
    TAGS,
    Argv,
    Knobs,
    Read,
    Span,
    chain,
    clock,
    graph,
    in_pieces,
    piece_name,
    wide_and_high,
)


@dataclass(frozen=True)
class Run:
    """Instruments that one run of ffmpeg plays: for each segment, or over the whole piece."""

    names: tuple[str, ...]
    whole: bool
    tag: str = ""

    def task(self, index: int) -> str:
        """Return the task that makes segment `index`."""
        return f"post:{self.names[0]}" if self.whole else f"post:{index}{self.tag}"

    def made(self, index: int) -> tuple[str, str]:
        """Return the task, and the role of what it makes, that is segment `index`."""
        return self.task(index), piece_name(index) if self.whole else "post.nut"


def chained(knobs: Knobs) -> tuple[str, ...]:
    """Return the instruments of the chain, in order: `("analog", …)`."""
    return () if knobs["post"] == "none" else tuple(knobs["post"].split(","))


def runs(knobs: Knobs) -> list[Run]:
    """Return the runs that play the chain; instruments that would change nothing are left out."""
    found: list[Run] = []
    for name in chained(knobs):
        whole = getattr(_play(name), "WHOLE", False)
        if hasattr(_play(name), "filters") and not filters(name, knobs):
            continue
        if found and not whole and not found[-1].whole:
            found[-1] = Run((*found[-1].names, name), whole=False)
        else:
            found.append(Run((name,), whole))
    if sum(not run.whole for run in found) < 2:
        return found
    return [Run(r.names, r.whole, "" if r.whole else f".{r.names[0]}") for r in found]


def picture(knobs: Knobs, index: int) -> tuple[str, str]:
    """Return the task and the role of the finished picture of segment `index`."""
    played = runs(knobs)
    return played[-1].made(index) if played else (f"stack:{index}", "stack.nut")


def plates(knobs: Knobs) -> list[str]:
    """Return the instruments of the chain that join a plate."""
    return [name for run in runs(knobs) for name in run.names if _joins(name, knobs)]


def plate(name: str, knobs: Knobs) -> Argv:
    """Return the command that makes the plate of an instrument."""
    argv: Argv = _play(name).plate(knobs, **given(name, knobs))
    return argv


def filters(name: str, knobs: Knobs, *, first: int = 0, plate: str = "[plate]") -> str:
    """Return the chain of one instrument.

    Args:
        name: of the instrument, without its family.
        knobs: of the piece.
        first: the frame of the piece that it sees first.
        plate: the label of its plate.
    """
    play, known = _play(name), {"first": first, "plate": plate}
    wants = inspect.signature(play.filters).parameters
    more = {word: value for word, value in known.items() if word in wants}
    return str(play.filters(knobs, **given(name, knobs), **more))


def command(names: Sequence[str], knobs: Knobs, *, span: Span) -> Argv:
    """Return the command that plays instruments on one segment: `@picture` → `post.nut`.

    Args:
        names: neighbors in the chain; `@NAME` is the plate of one.
        knobs: of the piece, storage decided.
        span: its frames. They keep the time of the piece until they are written.
    """
    opened, chains = joined(names, knobs, span, at=1)
    made = chain(*played(names, knobs, first=span.first))
    whole = chain(TAGS, clock(knobs["fps"], span.first), made, "setpts=N")
    return [
        *("-i", "@picture", *opened),
        *("-filter_complex", graph(*chains, f"[0:v:0]{whole}[v]")),
        *("-map", "[v]", "-frames:v", str(span.count)),
        *(*STORAGE[knobs["storage"]], *BITEXACT, "-f", "nut", "post.nut"),
    ]


def whole(name: str, knobs: Knobs, *, pieces: Sequence[Span]) -> Argv:
    """Return the command that plays filters over the whole piece: `@pictures` → pieces."""
    span = Span(0, pieces[-1].first + pieces[-1].count)
    opened, chains = joined([name], knobs, span, at=1)
    made = chain(TAGS, clock(knobs["fps"]), *played([name], knobs, first=0))
    return [
        *("-safe", "0", "-i", "@pictures", *opened),
        *("-filter_complex", graph(*chains, f"[0:v:0]{made}[v]"), "-map", "[v]"),
        *in_pieces(pieces, knobs["storage"]),
    ]


def played(names: Sequence[str], knobs: Knobs, *, first: int) -> list[str]:
    """Return the chains of neighbors, each of which gets its picture as if it stood alone."""
    made = [filters(name, knobs, first=first, plate=f"[{name}-loop]") for name in names]
    return [part for text in made if text for part in (text, STAGED)]


def joined(names: Sequence[str], knobs: Knobs, span: Span, *, at: int) -> tuple[Argv, list[str]]:
    """Return how the plates of `names` are opened, and the chains that repeat them over `span`.

    Args:
        at: the number of inputs that are opened before them.
    """
    stack, argv, chains = instrument("blend/stack"), [], []
    for name in names:
        if not _joins(name, knobs):
            continue
        found = reads(name, span)
        chains += stack.joined(found, at, f"{name}-cut", knobs["fps"])
        chains.append(f"[{name}-cut]{clock(knobs['fps'], span.first)}[{name}-loop]")
        argv += [word for read in found for word in stack.opened(f"@{name}", read, knobs["fps"])]
        at += len(found)
    return argv, chains


def reads(name: str, span: Span) -> list[Read]:
    """Return what to read of a plate: it begins with the piece, and starts over after its last."""
    count = _play(name).PLATE_FRAMES
    return segments.reads(span, count, count)


def given(name: str, knobs: Knobs) -> dict[str, Any]:
    """Return what every post instrument is told besides its knobs."""
    seed = int(rolls.place(knobs["seed"], "post", name) * 2**32)
    size = wide_and_high(knobs["output_size"])
    return {"size": size, "fps": knobs["fps"], "seed": seed}


def unplayed(values: Knobs, typed: Iterable[str]) -> list[str]:
    """Return a line for each typed knob whose instrument is not in the chain: it turns nothing."""
    lines = []
    for knob in typed:
        family, _, name = knobs()[knob].owner.partition("/") if knob in knobs() else ("", "", "")
        if family == "post" and name not in chained(values):
            more = ",".join([*chained(values), name])
            lines.append(f"{knob} turns nothing: {name} is not played; say post={more} too")
    return lines


def _joins(name: str, knobs: Knobs) -> bool:
    play = _play(name)
    return hasattr(play, "plate") and "[plate]" in filters(name, knobs)


def _play(name: str) -> Any:
    return instrument(f"post/{name}")
