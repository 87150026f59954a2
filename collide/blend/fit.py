"""blend/fit: bring a clip of any shape to the size of the piece, without squashing it.

Played on every layer after its key is cut: a key cut before scaling sees the clip's own pixels.
Reads pictures of the clip's size; writes pictures of the size that is asked for.
"""

from collide.instrument import Choice, Clip, Knobs, Limit, number, scale, wide_and_high

DEFAULTS = {
    # how a clip of another shape fills the frame
    # low end: contain = all of it, with space at its sides (empty above the base, black in it);
    # blur = all of it, its own fog at its sides, as phones' clips look on television; high end:
    # cover = no space, its edges cut off; stretch = squashed or pulled to fit
    # typical cover; blur for upright clips
    "fit": "cover",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"fit": Choice(("contain", "blur", "cover", "stretch"))}
PER_LAYER = ("fit",)

FOG = 160  # pixels of the longer side of what is blurred: small is quick, and soft at once


def filters(knobs: Knobs, *, clip: Clip, output_size: str, layer: int) -> str:
    """Return the chain that scales `clip`, upright and with square pixels, to `output_size`.

    Sizes are computed here and written out, so that rounding is ours on every platform. The number
    of the layer keeps the labels of several layers in one graph apart.
    """
    width, height = wide_and_high(output_size)
    if knobs["fit"] == "stretch":
        return scale(width, height, tv=True)
    if knobs["fit"] == "cover":
        return _covered(clip, width, height)
    ratio = min(width / clip.width, height / clip.height)
    wide, high = (2 * max(1, round(side * ratio / 2)) for side in (clip.width, clip.height))
    if knobs["fit"] == "blur":
        return _fogged(clip, (width, height), (wide, high), f"F{layer}")
    if (wide, high) == (width, height):
        return scale(width, height, tv=True)
    return f"{scale(wide, high, tv=True)},pad={width}:{height}:-1:-1:color=black@0"


def _covered(clip: Clip, width: int, height: int) -> str:
    """Return the chain that fills the frame and cuts off what is outside."""
    ratio = max(width / clip.width, height / clip.height)
    wide, high = (2 * max(1, round(side * ratio / 2)) for side in (clip.width, clip.height))
    sized = scale(wide, high, tv=True)
    if (wide, high) == (width, height):
        return sized
    if wide * high > 4 * width * height:
        # a clip far taller or wider than the frame would be blown up only to be cut away
        kept = (width / wide, height / high)
        cut = "crop=iw*{}:ih*{}".format(*(number(round(share, 6)) for share in kept))
        return f"{cut},{scale(width, height, tv=True)}"
    return f"{sized},crop={width}:{height}"


def _fogged(clip: Clip, frame: tuple[int, int], whole: tuple[int, int], tag: str) -> str:
    """Return the chain that sets a clip between two strips of its own blurred blow-up.

    The strips stand beside the clip, not behind it: through its holes the layers below are seen.
    Holes are blurred too, with premultiplied colors.
    """
    (width, height), (wide, high) = frame, whole
    gap = (width - wide) + (height - high)  # one of the two is 0
    if gap < 4:  # no room for two strips of an even width
        return scale(width, height, tv=True)
    small = [2 * max(1, round(side * min(1, FOG / max(frame)) / 2)) for side in frame]
    radius = min(4, (min(small) - 1) // 2)
    fog = (
        f"{_covered(clip, *small)},format=gbrap,premultiply=inplace=1,"
        f"boxblur={radius}:3,unpremultiply=inplace=1,{scale(width, height, tv=True)}"
    )
    before = 2 * round(gap / 4)
    if high == height:
        first, last = f"{before}:{height}:0:0", f"{gap - before}:{height}:{before + wide}:0"
    else:
        first, last = f"{width}:{before}:0:0", f"{width}:{gap - before}:0:{before + high}"
    side_by_side = "hstack" if high == height else "vstack"
    return (
        f"split[{tag}m][{tag}f];[{tag}m]{scale(wide, high, tv=True)},format=yuva444p[{tag}c];"
        f"[{tag}f]{fog},format=yuva444p,split[{tag}g][{tag}h];"
        f"[{tag}g]crop={first}[{tag}a];[{tag}h]crop={last}[{tag}b];"
        f"[{tag}a][{tag}c][{tag}b]{side_by_side}=inputs=3"
    )
