"""blend/place: put a layer somewhere in the frame, smaller or larger than it.

Played in the stack, for a picture in the picture, or to choose what of it is seen. Its size is
settled before, together with its fit; where it is, is no layer's business.
Reads a layer's picture; writes what of it is inside the frame, see `corner` for where that lies.
Sizes are even: half-size color planes need it.
"""

from collide.instrument import Knobs, Limit, Range, wide_and_high

DEFAULTS = {
    # how large a layer is, of the frame
    # low: 0.1 = a stamp on a letter; high: 2 = a face that no longer fits on the wall
    # typical 1; [0.3, 0.6] for pictures in the picture
    "scale": 1.0,

    # where a layer is, from left to right
    # low: -1 = its middle on the left edge, half of it gone; 0 = in the middle; high: 1 = on the
    # right edge
    # typical 0; [-0.5, 0.5] for small ones
    "x": 0.0,

    # where a layer is, from top to bottom
    # low: -1 = its middle on the upper edge; 0 = in the middle; high: 1 = on the lower edge
    # typical 0; [-0.5, 0.5] for small ones
    "y": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"scale": Range(0.1, 2.0), "x": Range(-1.0, 1.0), "y": Range(-1.0, 1.0)}
KEYED = tuple(DEFAULTS)


Pair = tuple[int, int]

MARGIN = 8  # of a layer larger than the frame, what is kept beside it: one part of so many


def size(knobs: Knobs, output_size: str) -> str:
    """Return "WxH", the size of the frame that the layer is fitted to."""
    sides = (_even(side * knobs["scale"]) for side in wide_and_high(output_size))
    return "x".join(str(max(4, side)) for side in sides)


def kept(knobs: Knobs, *, picture: Pair, output_size: str) -> str:
    """Return the chain that leaves of a layer what can be seen, "" for all of it.

    Of one larger than the frame a margin stays as well, so that it can be moved a little without
    being rendered again; the cut is made in steps of that margin.
    """
    starts, sides = zip(*_kept(knobs, picture, output_size), strict=True)
    return "" if sides == picture else "crop={}:{}:{}:{}".format(*sides, *starts)


def filters(knobs: Knobs, *, picture: Pair, output_size: str) -> str:
    """Return the chain from what was `kept` of a layer to what is inside the frame."""
    windows = _windows(knobs, picture, output_size)
    whole = tuple(side for _, side in _kept(knobs, picture, output_size))
    sides = tuple(side for _, side, _ in windows)
    return "" if sides == whole else "crop={}:{}:{}:{}".format(*sides, *(w[0] for w in windows))


def corner(knobs: Knobs, *, picture: Pair, output_size: str) -> tuple[Pair, Pair]:
    """Return where in the frame what is inside it begins, and its size."""
    (_, wide, left), (_, high, top) = _windows(knobs, picture, output_size)
    return (left, top), (wide, high)


def _windows(knobs: Knobs, picture: Pair, output_size: str) -> list[tuple[int, int, int]]:
    """Return of each axis: where the part inside begins in what is kept, its size, its place."""
    found = []
    axes = zip("xy", picture, wide_and_high(output_size), strict=True)
    for (first, _), (name, side, frame) in zip(
        _kept(knobs, picture, output_size), axes, strict=True
    ):
        at = _first(frame, side, knobs[name])
        seen = min(side + at, frame) - max(0, at)
        found.append((max(0, -at) - first, seen, max(0, at)))
    return found


def _kept(knobs: Knobs, picture: Pair, output_size: str) -> list[tuple[int, int]]:
    """Return of each axis where the part that is kept begins, and its size."""
    found = []
    for name, side, frame in zip("xy", picture, wide_and_high(output_size), strict=True):
        if side <= frame:
            found.append((0, side))
            continue
        margin = max(2, _even(frame / MARGIN))
        first = max(0, -_first(frame, side, knobs[name])) // margin * margin
        found.append((first, min(side - first, frame + margin)))
    return found


def _first(frame: int, layer: int, place: float) -> int:
    """Return where in the frame a layer begins; before 0 it is outside."""
    return _even((frame - layer) / 2 + place * frame / 2)


def _even(value: float) -> int:
    return 2 * round(value / 2)
