"""blend/place: put a layer somewhere in the frame, smaller or larger than it.

Played last on a layer, for a picture in the picture, or to choose what of it is seen.
Reads pictures as large as `size` says; writes pictures of the piece's size, with nothing around
a layer that does not fill it. Sizes and places are even: half-size color planes need it.
"""

from collide.instrument import Knobs, Limit, Range, chain, wide_and_high

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


def size(knobs: Knobs, output_size: str) -> str:
    """Return "WxH", what the layer is to be scaled to: once, together with its fit."""
    sides = (_even(side * knobs["scale"]) for side in wide_and_high(output_size))
    return "x".join(str(max(4, side)) for side in sides)


def filters(knobs: Knobs, *, output_size: str) -> str:
    """Return the chain from a picture of `size` to one of `output_size`, "" where it fills it."""
    width, height = wide_and_high(output_size)
    wide, high = wide_and_high(size(knobs, output_size))
    left, top = _first(width, wide, knobs["x"]), _first(height, high, knobs["y"])
    kept = (min(wide + left, width) - max(0, left), min(high + top, height) - max(0, top))
    cut = f"crop={kept[0]}:{kept[1]}:{max(0, -left)}:{max(0, -top)}"
    space = f"pad={width}:{height}:{max(0, left)}:{max(0, top)}:color=black@0"
    return chain(cut if kept != (wide, high) else "", space if kept != (width, height) else "")


def _first(frame: int, layer: int, place: float) -> int:
    """Return where in the frame a layer begins; before 0 it is outside."""
    return _even((frame - layer) / 2 + place * frame / 2)


def _even(value: float) -> int:
    return 2 * round(value / 2)
