"""post/settle: measures the whole piece and then brightens or darkens it.

Play it in tests only: its second pass uses a number from the first.
Reads and writes pictures of any size.
"""

import re
from collections.abc import Sequence

from collide.instrument import (
    STAGED,
    TAGS,
    Knobs,
    Limit,
    Passes,
    Range,
    Span,
    clock,
    in_pieces,
    number,
)

DEFAULTS = {
    # how bright the whole piece is
    # low: 0 = night; high: 1 = noon; typical 0.5
    "settle": 0.5,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"settle": Range(0.0, 1.0)}

VERSION = 1

WHOLE = True


def passes(
    knobs: Knobs,
    *,
    size: tuple[int, int],
    fps: int,
    seed: int,
    pieces: Sequence[Span],
    storage: str,
) -> Passes:
    """Yield the command that measures the light, then the command that changes it."""
    pictures = ["-safe", "0", "-i", "@pictures"]
    report = yield [*pictures, "-vf", "signalstats,metadata=print", "-f", "null", "-"]
    found = [float(light) for light in re.findall(r"YAVG=([0-9.]+)", report)]
    lift = number(round(knobs["settle"] - sum(found) / max(1, len(found)) / 255, 4))
    made = f"{TAGS},{clock(fps)},eq=brightness={lift},{STAGED}"
    yield [*pictures, "-vf", made, *in_pieces(pieces, storage)]
    return {"looked": len(found)}
