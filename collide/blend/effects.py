"""blend/effects: play the effects in `post`, one after another, on the finished picture.

Played on each segment, with adjacent effects in one run. An effect that needs neighboring frames is
played once over the whole piece. The effects are the instruments of post/. Reads staged segments,
and plates that are laid over them; writes the same frames, staged.
"""

from collections.abc import Sequence
from typing import Any

from collide.instrument import (
    BITEXACT,
    STORAGE,
    TAGS,
    Argv,
    Knobs,
    Span,
    chain,
    clock,
    graph,
    in_pieces,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}


def command(
    knobs: Knobs, *, filters: str, first: int, count: int, opened: Argv, chains: Sequence[str]
) -> Argv:
    """Return the command that plays effects on one segment: `@picture` to `post.nut`.

    In `filters`, `t` is the time in the piece; the segment begins at frame `first`. `opened`
    contains the options that open the plates as inputs from 1 on; `chains` loop the plates as long
    as needed.
    """
    whole = chain(TAGS, clock(knobs["fps"], first), filters, "setpts=N")
    return [
        *("-i", "@picture", *opened),
        *("-filter_complex", graph(*chains, f"[0:v:0]{whole}[v]")),
        *("-map", "[v]", "-frames:v", str(count)),
        *(*STORAGE[knobs["storage"]], *BITEXACT, "-f", "nut", "post.nut"),
    ]


def whole(
    knobs: Knobs, *, filters: str, pieces: Sequence[Span], opened: Argv, chains: Sequence[str]
) -> Argv:
    """Return the command that plays effects over a whole piece, in the list `@pictures`."""
    effects = chain(TAGS, clock(knobs["fps"]), filters)
    return [
        *("-safe", "0", "-i", "@pictures", *opened),
        *("-filter_complex", graph(*chains, f"[0:v:0]{effects}[v]"), "-map", "[v]"),
        *in_pieces(pieces, knobs["storage"]),
    ]
