"""blend/presence: how much of each layer is open, and its visible share of the picture.

Played as soon as the layers exist, to report an invisible layer before anyone watches the video. It
measures opacity, not brightness: a black layer is present too. Reads about two samples a second of
the layers' planes; answers with visible shares and open fractions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.instrument import BITEXACT, Argv, Knobs, Passes, graph

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 3

SIZE = (64, 36)  # size of an alpha picture: enough for counting


def passes(knobs: Knobs, *, opened: Argv, chains: Sequence[str], layers: Sequence[int]) -> Passes:
    """Yield the command that writes `alpha2.gray` …: small 8-bit pictures of each layer's alpha.

    `opened` opens the inputs, and `chains` lead from them to `[a2]` …, the alpha of each layer in
    `layers`, placed in the frame. If there are no layers above the base, nothing is run.
    """
    small = f"scale={SIZE[0]}:{SIZE[1]}:flags=area+accurate_rnd+bitexact,format=gray"
    ends = [f"[a{number}]{small}[f{number}]" for number in layers]
    argv = [*opened, "-filter_complex", graph(*chains, *ends)]
    for number in layers:
        raw = ["-c:v", "rawvideo", *BITEXACT, "-f", "rawvideo"]
        argv += ["-map", f"[f{number}]", *raw, f"alpha{number}.gray"]
    if layers:
        yield argv
    return {}


def answer(
    files: Mapping[str, Path],
    *,
    seen: Sequence[Sequence[int]],
    opacities: Sequence[float],
) -> dict[str, Any]:
    """Return each layer's `presence` (its visible share) and `coverage` (its open fraction).

    Args:
        files: the alpha files, by name; the base has no file.
        seen: for each layer, the base first, the number of its alpha picture at each sampled
            moment; in a cross-fade, the number for the incoming frame.
        opacities: the opacity of each layer, in the same order.

    A layer covers the part that the layers above leave open, to the extent that it is opaque, and
    the base covers the rest, so the shares add up to 1. Blend modes are ignored.
    """
    area, layers = SIZE[0] * SIZE[1], range(len(seen), 0, -1)
    films = {n: files[f"alpha{n}.gray"].read_bytes() for n in layers if f"alpha{n}.gray" in files}
    visible, looks = [0.0] * len(seen), len(seen[0])
    for look in range(looks):
        left = [1.0] * area
        for number in layers:
            # a clip that ends early has one sample fewer than its frames suggest
            film = films.get(number, bytes([255]) * area)
            at = min(seen[number - 1][look], len(film) // area - 1) * area
            by = opacities[number - 1] / 255
            rest = [
                more * (1 - by * alpha)
                for more, alpha in zip(left, film[at : at + area], strict=True)
            ]
            visible[number - 1] += sum(left) - sum(rest)
            left = rest
    shares = [round(share / looks / area, 4) for share in visible]
    opened = {str(n): round(1 - sum(film) / len(film) / 255, 4) for n, film in films.items()}
    return {"presence": shares, "coverage": dict(sorted(opened.items()))}
