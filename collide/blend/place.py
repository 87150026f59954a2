"""blend/place: put a layer somewhere in the frame, smaller or larger than the frame.

Played in the stack, for picture-in-picture, or to choose the visible part of a layer. The size of a
layer, and the part of a large layer that is kept, are decided earlier, with its fit. A layer that
is moved is rendered again only if it is larger than the frame and moves far. Reads a layer's
picture; writes the part inside the frame, positioned by `corner`. Sizes are even, as half-size
chroma planes require.
"""

from math import floor

from collide.instrument import Knobs, Limit, Range, number, wide_and_high

DEFAULTS = {
    # how large a layer is, relative to the frame
    # low: 0.1 = a stamp on a letter; high: 2 = a face that no longer fits on the wall
    # typical 1; 0.3..0.6 for picture-in-picture
    "scale": 1.0,

    # where a layer is, from left to right
    # low: -1 = its middle on the left edge, half of it gone; 0 = in the middle; high: 1 = on the
    # right edge
    # typical 0; -0.5..0.5 for small ones
    "x": 0.0,

    # where a layer is, from top to bottom
    # low: -1 = its middle on the upper edge; 0 = in the middle; high: 1 = on the lower edge
    # typical 0; -0.5..0.5 for small ones
    "y": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"scale": Range(0.1, 2.0), "x": Range(-1.0, 1.0), "y": Range(-1.0, 1.0)}

ALIASES = {"scale": "zoom"}

VALUE_ALIASES = {
    "x": {
        "x=-0.5": "left",
        "x=0.5": "right",
        "x=0": "center centre middle",
    },
    "y": {
        "y=-0.5": "top up",
        "y=0.5": "bottom down",
        "y=0": "center centre middle",
    },
}
KEYED = tuple(DEFAULTS)


Pair = tuple[int, int]

RIM = 4  # pixels around a small layer, which can then move by fractions of a pixel
MARGIN = 8  # a layer larger than the frame keeps a margin: the frame's side divided by this


def size(knobs: Knobs, output_size: str) -> str:
    """Return "WxH", the size of the frame that the layer is fitted to."""
    sides = (_even(side * knobs["scale"]) for side in wide_and_high(output_size))
    return "x".join(str(max(4, side)) for side in sides)


def kept(knobs: Knobs, *, picture: Pair, output_size: str) -> str:
    """Return the chain that crops a layer to its visible part, or "" if it is all visible.

    A layer larger than the frame also keeps a margin and is cropped in steps of this margin, so it
    is not rendered again when it is moved a little.
    """
    starts, sides = zip(*_kept(knobs, picture, output_size), strict=True)
    return "" if sides == picture else "crop={}:{}:{}:{}".format(*sides, *starts)


def moved(knobs: Knobs, *, picture: Pair, output_size: str, fog: bool) -> str:
    """Return the chain that moves a small layer's colors by a fraction of a pixel, or "".

    A small layer is at most half as wide and half as high as the frame, and has no fog. It gets a
    rim of its own outermost colors, so no other color mixes into its edge. The rim itself is
    transparent.
    """
    sides = f"left={RIM}:right={RIM}:top={RIM}:bottom={RIM}"
    return _moved(knobs, picture, output_size, fog, f"fillborders={sides}:mode=smear,")


def moved_alpha(knobs: Knobs, *, picture: Pair, output_size: str, fog: bool) -> str:
    """Return the chain that moves the alpha of a layer as `moved` moves its colors."""
    return _moved(knobs, picture, output_size, fog, "")


def filters(knobs: Knobs, *, picture: Pair, output_size: str, fog: bool) -> str:
    """Return the chain that crops a layer to the frame, or "".

    It follows the chains of `kept` and `moved`.
    """
    (wide, x, seen, _, _), (high, y, visible, _, _) = _axes(knobs, picture, output_size, fog)
    return "" if (seen, visible) == (wide, high) else f"crop={seen}:{visible}:{x}:{y}"


def corner(knobs: Knobs, *, picture: Pair, output_size: str, fog: bool) -> tuple[Pair, Pair]:
    """Return the corner of the visible part in the frame, and the size of this part."""
    (_, _, wide, left, _), (_, _, high, top, _) = _axes(knobs, picture, output_size, fog)
    return (left, top), (wide, high)


# One axis of a kept layer: its length with the rim, the start and the length of the part inside the
# frame, the position of this part in the frame, and the fraction of a pixel to move by.
Axis = tuple[int, int, int, int, float]


def _axes(knobs: Knobs, picture: Pair, output_size: str, fog: bool) -> tuple[Axis, Axis]:
    frames = wide_and_high(output_size)
    exact = [
        (frame - side) / 2 + knobs[name] * frame / 2
        for name, side, frame in zip("xy", picture, frames, strict=True)
    ]
    small = not fog and all(2 * s <= frame for s, frame in zip(picture, frames, strict=True))
    whole = [2 * floor(place / 2) if small else _even(place) for place in exact]
    parts = [
        round(4 * (place - at)) / 4 if small else 0.0
        for place, at in zip(exact, whole, strict=True)
    ]
    rim = RIM if any(parts) else 0
    axes = []
    for (start, side), frame, at, part in zip(
        _kept(knobs, picture, output_size), frames, whole, parts, strict=True
    ):
        left, wide = at + start - rim, side + 2 * rim
        seen = min(wide + left, frame) - max(0, left)
        axes.append((wide, max(0, -left), seen, max(0, left), part))
    return axes[0], axes[1]


def _moved(knobs: Knobs, picture: Pair, output_size: str, fog: bool, rim: str) -> str:
    (wide, _, _, _, right), (high, _, _, _, down) = _axes(knobs, picture, output_size, fog)
    if not (right or down):
        return ""
    from_x, from_y = (
        (f"x{i}={'W' * (i % 2)}-{number(right)}" for i in range(4)),
        (f"y{i}={'H' * (i // 2)}-{number(down)}" for i in range(4)),
    )
    corners = ":".join([*from_x, *from_y])
    space = f"pad={wide}:{high}:{RIM}:{RIM}:color=black"
    return f"{space},{rim}perspective={corners}:interpolation=cubic:sense=source"


def _kept(knobs: Knobs, picture: Pair, output_size: str) -> list[tuple[int, int]]:
    """Return the start and the size of the kept part along each axis."""
    spans = []
    for name, side, frame in zip("xy", picture, wide_and_high(output_size), strict=True):
        if side <= frame:
            spans.append((0, side))
            continue
        margin = max(2, _even(frame / MARGIN))
        start, middle = max(0, -_first(frame, side, knobs[name])), -_first(frame, side, 0)
        # a layer in the middle of the frame is in the middle of its margin and can move either way
        lead = middle - _even(margin / 2)
        first = max(0, lead + (start - lead) // margin * margin)
        spans.append((first, min(side - first, frame + margin)))
    return spans


def _first(frame: int, layer: int, place: float) -> int:
    """Return where a layer begins along one axis, as a negative value if outside the frame."""
    return _even((frame - layer) / 2 + place * frame / 2)


def _even(value: float) -> int:
    return 2 * round(value / 2)
