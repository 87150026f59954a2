"""blend/fit: bring a clip of any shape to the size of the piece, without squashing it.

Played on every layer after its key is cut: a key cut before scaling sees the clip's own pixels.
Reads pictures of the clip's size; writes pictures of the piece's size.
"""

from collide.step import Choice, Clip, Knobs, Limit, number, scale, wide_and_high

DEFAULTS = {
    # how a clip of another shape fills the frame
    # low end: contain = all of it, with space at its sides (empty above the base, black in it);
    # high end: cover = no space, its edges cut off; stretch = squashed or pulled to fit
    # typical cover
    "fit": "cover",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"fit": Choice(("cover", "contain", "stretch"))}

PER_LAYER = ("fit",)


def filters(knobs: Knobs, *, clip: Clip, output_size: str) -> str:
    """Return the chain that scales `clip`, upright and with square pixels, to `output_size`.

    Sizes are computed here and written out, so that rounding is ours on every platform.
    """
    width, height = wide_and_high(output_size)
    if knobs["fit"] == "stretch":
        return scale(width, height, tv=True)
    ratios = (width / clip.width, height / clip.height)
    factor = max(ratios) if knobs["fit"] == "cover" else min(ratios)
    scaled = tuple(2 * max(1, round(side * factor / 2)) for side in (clip.width, clip.height))
    sized = scale(*scaled, tv=True)
    if scaled == (width, height):
        return sized
    if knobs["fit"] == "cover" and scaled[0] * scaled[1] > 4 * width * height:
        # a clip far taller or wider than the frame would be blown up only to be cut away
        kept = (width / scaled[0], height / scaled[1])
        cut = "crop=iw*{}:ih*{}".format(*(number(round(share, 6)) for share in kept))
        return f"{cut},{scale(width, height, tv=True)}"
    if knobs["fit"] == "cover":
        return f"{sized},crop={width}:{height}"
    return f"{sized},pad={width}:{height}:-1:-1:color=black@0"
