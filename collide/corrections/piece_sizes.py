"""Places of layers in pixels and in their clips, and shapes of the piece: x=960, start=2s, 16:9."""

import re

from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount, cleaned, frames_of
from collide.corrections.piece_times import BARELY, rate
from collide.corrections.standing_piece import Standing
from collide.instrument import Range
from collide.project.other_words import OF_A_LAYER
from collide.project.settings import bare, takes
from collide.syntax.arguments import line

Way = tuple[str, dict[str, str]]  # the remark before a command, and the command's knobs

SIDES = [word for word, knob in OF_A_LAYER.items() if knob == "scale"]
SHAPES = {
    "vertical": "9:16", "portrait": "9:16", "square": "1:1", "landscape": "16:9",
    "horizontal": "16:9", "widescreen": "16:9", "cinemascope": "2.39:1", "scope": "2.39:1",
}  # fmt: skip
# Frames that other programs place a layer in, the commonest first.
FRAMES = ((1920, 1080), (3840, 2160), (1280, 720), (1080, 1920), (2160, 3840), (720, 1280))


def in_pixels(now: Standing, name: str, text: str, _: str) -> list[Way]:
    """Convert pixels or a percentage to the positions that they may mean for x or y."""
    found = amount(text)
    if not found or not (found[1] in ("px", "pixel", "pixels", "%") or abs(found[0]) > 2):
        return []
    side, pixels = now.size[bare(name) == "y"], found[0]
    of_side = "height" if bare(name) == "y" else "width"
    if found[1] == "%":
        both = (
            (f"its middle at {pixels:g}% of the {of_side}: ", pixels / 50 - 1),
            (f"{pixels:g}% of the way from the middle to the edge: ", pixels / 100),
        )
    else:
        both = (
            (f"its middle at pixel {pixels:g} of {side}: ", 2 * pixels / side - 1),
            (f"{pixels:g} pixels from the middle: ", 2 * pixels / side),
        )
    inside = [(about, {name: number(round(at, 4))}) for about, at in both if abs(at) <= 1]
    return inside or ([] if found[1] == "%" else _beyond(name, pixels))


def _beyond(name: str, pixels: float) -> list[Way]:
    """Convert pixels beyond the piece to positions: in another program's frame, or at the edge.

    If `pixels` is half the side of a common frame, the middle of that frame is probably meant.
    """
    vertical = bare(name) == "y"
    sides = [frame[vertical] for frame in FRAMES if 0 <= pixels <= frame[vertical]]
    side = next((one for one in sides if 2 * pixels == one), next(iter(sides), 0))
    middle = "its middle in the middle" if 2 * pixels == side else f"its middle at {pixels:g}"
    own = {name: number(round(2 * pixels / side - 1, 4))} if side else {}
    placed = [(f"{middle} of {side} pixels: ", own)] if side else []
    edge = ("top", "bottom")[pixels > 0] if vertical else ("left", "right")[pixels > 0]
    far = (
        f"its middle at the {edge} edge (0 is the middle): ",
        {name: "1" if pixels > 0 else "-1"},
    )
    return [*placed, far]


def of_frame(now: Standing, name: str, text: str, word: str) -> list[Way]:
    """Return the scale for a layer's width or height in pixels, or the size of the piece."""
    sides = [amount(part) for part in re.split(r"(?<=\d)[x×*:](?=\d)", cleaned(text).lower())]
    found = sides[0]
    large = found and (len(sides) > 1 or found[0] > 200 or found[1] in ("px", "pixel", "pixels"))
    if not found or (word not in SIDES and not large):
        return []
    high = word == "height" or found[1] == "p"
    side, limit = now.size[high], now.settings.catalog.knobs["scale"].limit
    pixels = found[1] != "%" and found[0] > 2
    share = found[0] / side if pixels else found[0] * (0.01 if found[1] == "%" else 1)
    about = f"{number(found[0])} of the piece's {side} pixels: " if pixels else ""
    if isinstance(limit, Range) and not limit.low <= share <= limit.high:
        about = f"scale goes from {limit.low:g} to {limit.high:g} times {side} pixels: "
        share = min(max(share, limit.low), limit.high)
    own = [(about, {name: number(round(share, 4))})]
    whole = "x".join(number(side[0]) for side in sides if side)
    if "." in name or not takes("output_size", whole, now.settings.catalog):
        return own
    return [("the piece itself: ", {"output_size": whole}), (f"each layer, {about}", own[0][1])]


def of_shape(now: Standing, name: str, text: str, word: str) -> list[Way]:
    """Return the size that has the given aspect ratio and the piece's shorter side.

    If the shape is 9:16, also suggest a vertical copy.
    """
    asked = SHAPES.get(cleaned(text).lower(), cleaned(text))
    found = re.fullmatch(r"([0-9.]{1,6})(?:\s*[:/x]\s*([0-9.]{1,6}))?", asked)
    both = [amount(one or "1") for one in found.groups()] if found else []
    if word in ("output_size", *OF_A_LAYER) or len(both) < 2 or not all(both):
        return []
    wide, high = (one[0] for one in both if one)
    pixels = min(wide, high) >= 100  # canvas=640x360 is a size, not a shape
    if pixels or not high or not 0.05 <= wide / high <= 20:
        return []
    short, turned = min(now.size), wide < high
    long = 2 * round(short * max(wide, high) / min(wide, high) / 2)
    size = f"{short}x{long}" if turned else f"{long}x{short}"
    copy = "a vertical copy of the finished video: "
    own = {"project": now.project.name, "as": "vertical"}
    tall = turned and now.project.exists() and abs(wide / high - 9 / 16) < 0.01
    other = [(copy + line(["export"], own), dict[str, str]())] if tall else []
    return [("the piece itself: " if tall else "", {name: size}), *other]


def into_clip(now: Standing, name: str, text: str, word: str) -> list[Way]:
    """Convert a time in a clip to the start that a layer needs, as a fraction."""
    found, counted = amount(text), frames_of(text, rate(now.project, {}))
    seconds = counted[1] if counted else found[0] * TIMES.get(found[1], 1.0) if found else 0.0
    shared = found and found[1] not in TIMES and found[0] <= BARELY
    if "." not in name or not (found or counted) or (found and found[1] == "%"):
        return []
    if shared and word == "start" and ":" not in text:
        return []
    clip, room = now.clip(now.layers(name)[0])
    if clip is None or clip.still:
        return [("start is a fraction of the clip; 0 is its beginning: doit knobs start", {})]
    file = now.picks[now.layers(name)[0]].short
    if seconds <= room:
        return [(f"{seconds:g} s into {file}: ", {name: number(round(seconds / (room or 1), 5))})]
    shows = (
        f"{file} lasts {clip.seconds:.4g} s, and the piece shows {clip.seconds - room:.4g} s of it"
    )
    return [(f"{shows}; the latest start is at {room:.4g} s: ", {name: "1" if room else "0"})]
