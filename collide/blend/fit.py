"""blend/fit: fit a clip of any shape into the frame: cropped, with a border, or stretched.

Played on every layer after color correction. In a layer above the base, it also plays on the alpha,
after the threshold, so a key sees the clip's own pixels. Space or fog next to the picture is added
after the key. Reads pictures of the clip's size; writes pictures of the requested size, or smaller
pictures, to which a transparent or blurred border is added later.
"""

from collide.instrument import Choice, Clip, Knobs, Limit, number, scale, wide_and_high

DEFAULTS = {
    # how a clip of a different shape fills the frame
    # low end: contain = all of it, with space at its sides (empty in a layer above the base, black
    # in the base); blur = all of it, its own fog at its sides, as phones' clips look on television;
    # high end: cover = no space, its edges cut off; stretch = squashed or pulled to fit
    # typical cover; blur for upright clips
    "fit": "cover",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"fit": Choice(("contain", "blur", "cover", "stretch"))}

VALUE_ALIASES = {
    "fit": {
        "fit=cover": "crop fill",
        "fit=contain": "letterbox pad",
    },
}
PER_LAYER = ("fit",)

FOG = 160  # longer side of the blurred picture in pixels; a small picture is blurred quickly


Pair = tuple[int, int]  # width and height


def size(knobs: Knobs, *, clip: Clip, output_size: str) -> Pair:
    """Return the size of the clip's own picture in a frame of `output_size`."""
    frame = wide_and_high(output_size)
    if knobs["fit"] in ("stretch", "cover"):
        return frame
    ratio = min(frame[0] / clip.width, frame[1] / clip.height)
    wide, high = (2 * max(1, round(side * ratio / 2)) for side in (clip.width, clip.height))
    gap = (frame[0] - wide) + (frame[1] - high)  # one of the two terms is 0
    # a smaller gap has no room for two strips of even width
    return frame if knobs["fit"] == "blur" and gap < 4 else (wide, high)


def filters(knobs: Knobs, *, clip: Clip, output_size: str, grid: int = 2) -> str:
    """Return the chain that scales `clip`, upright and with square pixels, to its `size`.

    Sizes are computed here, not by ffmpeg, so rounding is the same on every platform. Cropping
    begins at a multiple of `grid` pixels, which is 2 if color has half the resolution.
    """
    return _scaled(knobs, clip, output_size, grid, tv=True)


def plane(knobs: Knobs, *, clip: Clip, output_size: str, grid: int = 2) -> str:
    """Return the chain that scales a grey plane as large as the clip in the same way."""
    return _scaled(knobs, clip, output_size, grid, tv=False)


def odd(knobs: Knobs, *, clip: Clip, output_size: str) -> bool:
    """Return whether the grid matters, because cropping would begin at an odd pixel."""
    frame = wide_and_high(output_size)
    starts = _starts(_blown_up((clip.width, clip.height), frame), frame)
    return knobs["fit"] == "cover" and any(start % 2 for start in starts)


def around(knobs: Knobs, *, clip: Clip, output_size: str, layer: int, plane: bool = False) -> str:
    """Return the chain that fills the frame around the clip's picture, or "" if there is no space.

    The picture gets a border of transparent black, or two strips of fog (its own blurred
    enlargement). Fog is next to the picture, not behind it, because the layers below show through
    its holes. Holes are blurred too, with premultiplied colors. Labels contain the layer's number.
    If `plane` is true, the picture is an alpha plane.
    """
    frame, whole = wide_and_high(output_size), size(knobs, clip=clip, output_size=output_size)
    if whole == frame:
        return ""
    if knobs["fit"] == "contain":
        return f"pad={frame[0]}:{frame[1]}:-1:-1:color=black@0"
    return _fogged(frame, whole, f"F{layer}", plane=plane)


def _scaled(knobs: Knobs, clip: Clip, output_size: str, grid: int, *, tv: bool) -> str:
    if knobs["fit"] == "cover":
        return _covered((clip.width, clip.height), wide_and_high(output_size), grid, tv=tv)
    return scale(*size(knobs, clip=clip, output_size=output_size), tv=tv)


def _blown_up(picture: Pair, frame: Pair) -> Pair:
    """Return the size of a picture scaled to just cover the frame."""
    ratio = max(frame[0] / picture[0], frame[1] / picture[1])
    wide, high = (2 * max(1, round(side * ratio / 2)) for side in picture)
    return wide, high


def _covered(picture: Pair, frame: Pair, grid: int = 2, *, tv: bool) -> str:
    """Return the chain that scales a picture to cover the frame and crops the rest."""
    (width, height), (wide, high) = frame, _blown_up(picture, frame)
    sized = scale(wide, high, tv=tv)
    if (wide, high) == frame:
        return sized
    if wide * high > 4 * width * height:
        # crop first, because a clip far taller or wider than the frame would be enlarged only to be
        # cropped. Even numbers crop a color picture and a grey plane alike; at least two pixels are
        # kept
        kept = (number(round(share, 6)) for share in (width / wide, height / high))
        axes = zip("wh", kept, strict=True)
        sides = (f"max(min(2,i{side}),floor(i{side}*{share}/2)*2)" for side, share in axes)
        cut = "crop='{}':'{}':floor((iw-ow)/4)*2:floor((ih-oh)/4)*2".format(*sides)
        return f"{cut},{scale(width, height, tv=tv)}"
    left, top = (start // grid * grid for start in _starts((wide, high), frame))
    return f"{sized},crop={width}:{height}:{left}:{top}"


def _starts(whole: Pair, frame: Pair) -> Pair:
    return (whole[0] - frame[0]) // 2, (whole[1] - frame[1]) // 2


def _fogged(frame: Pair, whole: Pair, tag: str, *, plane: bool) -> str:
    """Return the chain that puts a picture of size `whole` between two strips of fog."""
    (width, height), (wide, high) = frame, whole
    gap = (width - wide) + (height - high)
    small = tuple(2 * max(1, round(side * min(1, FOG / max(frame)) / 2)) for side in frame)
    blur = f"boxblur={min(4, (min(small) - 1) // 2)}:3"
    if not plane:
        blur = f"format=gbrap,premultiply=inplace=1,{blur},unpremultiply=inplace=1"
    fog = f"{_covered(whole, (small[0], small[1]), tv=not plane)},{blur}"
    kept = "gray" if plane else "yuva444p"
    before = 2 * round(gap / 4)
    if high == height:
        first, last = f"{before}:{height}:0:0", f"{gap - before}:{height}:{before + wide}:0"
    else:
        first, last = f"{width}:{before}:0:0", f"{width}:{gap - before}:0:{before + high}"
    side_by_side = "hstack" if high == height else "vstack"
    return (
        f"split[{tag}m][{tag}f];[{tag}m]format={kept}[{tag}c];"
        f"[{tag}f]{fog},{scale(width, height, tv=not plane)},format={kept},split[{tag}g][{tag}h];"
        f"[{tag}g]crop={first}[{tag}a];[{tag}h]crop={last}[{tag}b];"
        f"[{tag}a][{tag}c][{tag}b]{side_by_side}=inputs=3"
    )
