"""post/glitch: rows and blocks jump out of their places, and the three colors part, in bursts.

Play it late, and let it be quiet most of the time: what breaks rarely is believed. Hard edges,
faces and writing show it best.
Reads and writes pictures of any size, and moves nothing between two bursts.
"""

from collide.instrument import FrameRate, Knobs, Limit, Range, dice, number, place

DEFAULTS = {
    # how much of the time something is broken
    # low: 0 = never; 0.1 = did you see that?; high: 1 = no picture is whole any more
    # typical 0.2..0.5
    "glitch_often": 0.35,

    # how many times a second the damage changes
    # low: 1 = a slide projector; high: 30 = a wasp in a jar
    # typical 6..12
    "glitch_speed": 10.0,

    # how many of the rows jump sideways
    # low: 0 = none; high: 1 = a blind that is torn from its cords
    # typical 0.1..0.4
    "glitch_slices": 0.25,

    # how tall a jumping row is, as a fraction of the picture
    # low: 0.02 = threads; high: 0.5 = the upper body leaves the lower
    # typical 0.04..0.12
    "glitch_slice_height": 0.07,

    # how many blocks show another part of the picture
    # low: 0 = none; high: 1 = a mosaic by somebody who has not seen it
    # typical 0.05..0.3
    "glitch_blocks": 0.12,

    # how tall a jumping block is, as a fraction of the picture
    # low: 0.03 = confetti; high: 0.3 = playing cards
    # typical 0.05..0.12
    "glitch_block_size": 0.08,

    # how far rows and blocks jump
    # low: 0.05 = they shiver; high: 1 = a tenth of the width, but 127 pixels at most
    # typical 0.3..0.8
    "glitch_reach": 0.6,

    # how far red and blue move apart from green
    # low: 0 = they stay; high: 1 = three pictures, as without the paper glasses
    # typical 0.2..0.5
    "glitch_split": 0.3,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "glitch_often": Range(0.0, 1.0),
    "glitch_speed": Range(1.0, 30.0),
    "glitch_slices": Range(0.0, 1.0),
    "glitch_slice_height": Range(0.02, 0.5),
    "glitch_blocks": Range(0.0, 1.0),
    "glitch_block_size": Range(0.03, 0.3),
    "glitch_reach": Range(0.05, 1.0),
    "glitch_split": Range(0.0, 1.0),
}

NEUTRAL = {"glitch_often": 0.0}

MOVING = ("glitch_slices", "glitch_blocks", "glitch_split")

ROWS = 90  # number of rows that can move separately
BURST = 3  # number of changes in a burst before the dice decide whether another follows


def filters(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain that moves pixels by an enlarged map of cells, or "" if nothing can move.

    The expressions are evaluated once per cell of the map, for x and y of each color. Evaluating
    them for each pixel would be hundreds of times slower.
    """
    if not knobs["glitch_often"] or not any(knobs[name] for name in MOVING):
        return ""
    wide, high = size
    tall = knobs["glitch_block_size"] * high
    columns = max(1, round(wide / tall))
    most = min(127.0, 0.1 * wide * knobs["glitch_reach"])
    apart = min(127.0, 0.02 * wide * knobs["glitch_split"])
    across, down = _moves(knobs, most, seed)
    start = (
        f"st(0,floor(T*{number(knobs['glitch_speed'])}+0.001));"
        f"st(1,lt({dice(f'floor(ld(0)/{BURST})', salt=_salt(seed, 'burst'))},"
        f"{number(knobs['glitch_often'])}))"
    )
    sides = {"r": apart, "g": 0.0, "b": -apart}
    xs = {c: f"{start};128.5+if(ld(1),{across}+{number(s)},0)" for c, s in sides.items()}
    ys = dict.fromkeys(sides, f"{start};128.5+if(ld(1),{down},0)")
    small = f"crop=2:2:0:0,scale={columns}:{ROWS}:flags=neighbor+accurate_rnd+bitexact"
    large = f"scale={wide}:{high}:flags=neighbor+accurate_rnd+bitexact"
    return (
        f"format=gbrp,split[glitch-p][glitch-m];[glitch-m]{small},split[glitch-u][glitch-v];"
        f"[glitch-u]{_drawn(xs)},{large}[glitch-x];[glitch-v]{_drawn(ys)},{large}[glitch-y];"
        f"[glitch-p][glitch-x][glitch-y]displace=edge=wrap"
    )


def _drawn(planes: dict[str, str]) -> str:
    drawn = ":".join(f"{color}='clip({expression},0,255)'" for color, expression in planes.items())
    return f"geq=interpolation=nearest:{drawn}"


def _moves(knobs: Knobs, most: float, seed: int) -> tuple[str, str]:
    """Return expressions for how far a cell moves in x and in y, in pixels; ld(0) is the moment.

    A broken stream loses blocks in runs, so the blocks of a row jump one, two or three at a time.
    """
    row = f"floor(Y/H/{number(knobs['glitch_slice_height'])}+{dice('ld(0)', salt=_salt(seed, 0))})"
    slid = f"lt({dice(row, 'ld(0)', salt=_salt(seed, 1))},{number(knobs['glitch_slices'])})"
    slide = f"{slid}*{_aside(most, dice(row, 'ld(0)', salt=_salt(seed, 2)))}"
    line = f"floor(Y/H/{number(knobs['glitch_block_size'])})"
    runs = f"(1+floor(3*{dice(line, 'ld(0)', salt=_salt(seed, 3))}))"
    cell = (f"floor(X/{runs})", line, "ld(0)")
    lost = f"lt({dice(*cell, salt=_salt(seed, 4))},{number(knobs['glitch_blocks'])})"
    across, down = (_aside(most, dice(*cell, salt=_salt(seed, i))) for i in (5, 6))
    return f"if({lost},{across},{slide})", f"if({lost},{down},0)"


def _aside(most: float, thrown: str) -> str:
    return f"{number(round(2 * most, 2))}*({thrown}-0.5)"


def _salt(seed: int, name: object) -> int:
    return int(place(seed, name) * 30000)
