"""blend/key: make the colors that a mode found transparent, so that what lies below shows.

Played on every layer but the base. Which colors: see the instruments in modes/.
Reads pictures of any size; writes the same with an alpha channel.
"""

from collections.abc import Mapping
from typing import Any

from collide.instrument import SWS, Family, Knobs, Limit, Range, number

DEFAULTS = {
    # how the colors that become windows are found
    # low end: fixed = you name them; palette = out of a named set; luminance = by brightness;
    # high end: the clip decides: dominant = its one commonest shade, kmeans = its main colors;
    # rembg = a model finds the subject; random = the dice choose between these
    # typical dominant; kmeans for larger windows, fixed for a clip whose color you know
    "mode": "dominant",

    # how close to the key color a pixel must be to become transparent
    # low: 0.1 = pinholes, just that color; high: 0.5 = most of the layer is gone
    # typical [0.2, 0.4]
    "similarity": [0.2, 0.4],

    # how the edge of a hole looks
    # low: 0 = cut with scissors; high: 0.5 = smoke, the whole layer turns half transparent
    # typical [0, 0.05]
    "softness": [0.0, 0.05],
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "mode": Family("modes"),
    "similarity": Range(0.001, 1.0),
    "softness": Range(0.0, 1.0),
}

KEYED = tuple(DEFAULTS)


def filters(knobs: Knobs, *, answer: Mapping[str, Any], layer: int) -> str:
    """Return the chain that cuts the key that the mode answered.

    `answer` has `colors`, "0xRRGGBB" each, or `light`, a band of brightness 0..1; and
    `similarity`, where blend/coverage has moved it.
    """
    if "light" in answer:
        return _light(answer["light"], number(knobs["softness"]))
    moved = "similarity" in answer
    similarity = number((answer if moved else knobs)["similarity"])
    keys = [
        f"colorkey=color={color}:similarity={similarity}:blend={number(knobs['softness'])}"
        for color in answer["colors"]
    ]
    if len(keys) < 2:
        return ",".join(["format=rgba", *keys])  # a mode may find no color: then nothing opens
    return _all_of(keys, f"L{layer}")


def _light(band: list[float], softness: str) -> str:
    """Return the chain that opens a band of brightness.

    lumakey counts luma as stored, 16 to 235 of 255, so 0..1 is moved there. The ends reach
    past black and white: noise and overshoot belong to the lamp as well.
    """
    low, high = ((16 + 219 * end) / 255 for end in band)
    low, high = (0.0 if band[0] <= 0 else low), (1.0 if band[1] >= 1 else high)
    middle, half = number((low + high) / 2), number((high - low) / 2)
    return (
        f"scale=iw:ih:out_range=tv:flags={SWS},format=yuva444p,"
        f"lumakey=threshold={middle}:tolerance={half}:softness={softness}"
    )


def _all_of(keys: list[str], tag: str) -> str:
    """Return the chain that opens what any of several keys opens.

    colorkey writes alpha anew, so of two in a row only the last one counts (measured, 9.0.2):
    each gets a copy of its own, and the lowest alpha of all is taken.
    """
    copies = "".join(f"[{tag}c{i}]" for i in range(len(keys)))
    parts = [f"format=rgba,split={len(keys) + 1}[{tag}p]{copies}"]
    parts += [f"[{tag}c{i}]{key},alphaextract[{tag}a{i}]" for i, key in enumerate(keys)]
    below = f"[{tag}a0]"
    for i in range(1, len(keys)):
        parts.append(f"{below}[{tag}a{i}]blend=all_mode=darken[{tag}m{i}]")
        below = f"[{tag}m{i}]"
    return ";".join([*parts, f"[{tag}p]{below}alphamerge"])
