"""Tables that convert the colors of HDR and of wide gamuts to BT.709, as .cube files.

The filter lut3d applies a table. This module computes each table once per cache, in the same steps
on every machine. The digests of the tables are listed below: a machine that computes a different
table must not use it.

Sources: BT.2100 (PQ and HLG), BT.2408 (white at 203 cd/m2, a 1000 cd/m2 display for HLG), BT.709,
BT.1886, BT.2087 (BT.2020 to BT.709), SMPTE EG 432-1 (P3).
"""

import math
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from collide.base.errors import TaskError
from collide.base.files import write_whole
from collide.base.hashing import digest

SIDE = 49  # nodes of a table along each axis; with 33, deep greens were off by 16 levels
WHITE = 203.0  # cd/m2 of paper white, which counts as light of 1.0 here
KNEE = 0.8  # fraction of white; darker values are unchanged, brighter values are compressed

Triple = tuple[float, float, float]

# Matrices from the light of each gamut to BT.709, with one row each for red, green and blue.
FROM_2020 = (
    (1.660491, -0.587641, -0.072850),
    (-0.124550, 1.132900, -0.008349),
    (-0.018151, -0.100579, 1.118730),
)
FROM_P3 = (
    (1.224940, -0.224940, 0.0),
    (-0.042057, 1.042057, 0.0),
    (-0.019638, -0.078636, 1.098274),
)
# Adobe RGB (1998) has a more saturated green than BT.709, and the same red.
FROM_ADOBE = (
    (1.398356, -0.398356, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, -0.042949, 1.042949),
)


def table(name: str) -> str:
    """Return the text of the table `name` in TABLES."""
    axis = [TABLES[name][0](node / (SIDE - 1)) for node in range(SIDE)]
    lines = (" ".join(f"{value:.5f}" for value in color) for color in _colors(name, axis))
    return "\n".join([f"LUT_3D_SIZE {SIDE}", *lines, ""])


def _colors(name: str, axis: list[float]) -> Iterator[Triple]:
    _, gamut, limit, curve = TABLES[name]
    for b, g, r in product(axis, axis, axis):  # in a .cube file, red changes fastest
        mixed = [row[0] * r + row[1] * g + row[2] * b for row in gamut]
        inside = [max(0.0, value) for value in mixed]
        red, green, blue = limit((inside[0], inside[1], inside[2]))
        yield curve(red), curve(green), curve(blue)


def _pressed(color: Triple) -> Triple:
    """Compress a color to at most white, without changing its hue.

    Up to the knee nothing changes. Above it, the Mobius curve of mpv and zscale approaches white
    and joins the straight line smoothly.
    """
    top = max(color)
    if top <= KNEE:
        return color
    peak = 10_000 / WHITE
    a = -KNEE * KNEE * (peak - 1) / (KNEE * KNEE - 2 * KNEE + peak)
    b = (KNEE * KNEE - 2 * KNEE * peak + peak) / (peak - 1)
    scale = min(1.0, (b * b + 2 * b * KNEE + KNEE * KNEE) / (b - a) * (top + a) / (top + b)) / top
    return color[0] * scale, color[1] * scale, color[2] * scale


def _pq(value: float) -> float:
    """Return the light for a PQ signal, relative to WHITE."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = math.pow(value, 1 / m2)
    return 10_000 / WHITE * math.pow(max(0.0, root - c1) / (c2 - c3 * root), 1 / m1)


def _hlg(value: float) -> float:
    """Return the light for an HLG signal, relative to WHITE."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    camera = value * value / 3 if value <= 0.5 else (math.exp((value - c) / a) + b) / 12
    return _displayed(camera)


def _displayed(light: float) -> float:
    """Convert light in the scene to light on a 1000 cd/m2 display, relative to WHITE.

    Each channel is converted separately, as zimg and SDR cameras do. BT.2100 uses the luma of all
    three channels: with that luma, skin differs by at most 5 levels of 256, and a pure blue is 25
    levels duller.
    """
    return 1000 / WHITE * math.pow(light, 1.2)


def _graded(light: float) -> float:
    """Return the signal for light on a BT.1886 display, the standard for SDR."""
    return math.pow(light, 1 / 2.4)


def _from_graded(value: float) -> float:
    return math.pow(value, 2.4)


def _from_adobe(value: float) -> float:
    return math.pow(value, 563 / 256)


def _from_srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


def _to_srgb(light: float) -> float:
    """Return the sRGB signal (IEC 61966-2-1) for light; still pictures use this curve."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * math.pow(light, 1 / 2.4) - 0.055


def _cut(color: Triple) -> Triple:
    return min(1.0, color[0]), min(1.0, color[1]), min(1.0, color[2])


Curve = Callable[[float], float]
Limit = Callable[[Triple], Triple]

# For each table: the curve from signal to light, the gamut, the limit for excess light, and the
# curve back to a signal. Except for Adobe RGB, SDR is decoded and encoded with the same curve, so
# only its gamut changes.
TABLES: dict[str, tuple[Curve, tuple[Triple, Triple, Triple], Limit, Curve]] = {
    "pq": (_pq, FROM_2020, _pressed, _graded),
    "hlg": (_hlg, FROM_2020, _pressed, _graded),
    "bt2020": (_from_graded, FROM_2020, _cut, _graded),
    "p3": (_from_graded, FROM_P3, _cut, _graded),
    "display-p3": (_from_srgb, FROM_P3, _cut, _to_srgb),
    "adobe": (_from_adobe, FROM_ADOBE, _cut, _to_srgb),
}

DIGESTS = {
    "pq": "210a28485349cd4a0bd6994bca9d6463",
    "hlg": "f168cc295a7009fd8abd853726829b0d",
    "bt2020": "3d957c4bfa024b00ee946aa212eb01a5",
    "p3": "27d7c0d486b9424ed17cc28986bf0ca6",
    "display-p3": "d778733fda7279429dbabe50aa3455bc",
    "adobe": "bf3aa0d606cd108894a11d58aff69c21",
}


def table_file(cache: Path, wanted: str) -> Path:
    """Return the file with the table whose digest is `wanted`; compute a table at its first use.

    Raises:
        TaskError: this machine computes a different table.
    """
    name = next(name for name, other in DIGESTS.items() if other == wanted)
    path = cache / "tables" / f"{name}-{wanted[:8]}.cube"
    if not path.exists():
        text = table(name).encode()
        if digest(text) != wanted:
            raise TaskError(
                f"this machine computes a different color table for {name}",
                why=f"its digest is {digest(text)}; it should be {wanted}",
                fix="render HDR and wide-gamut clips on another machine and report this "
                "machine's processor and Python version",
            )
        write_whole(path, text)
    return path
