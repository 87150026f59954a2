"""blend/upright: the finished picture standing on its narrow side, 9:16, for a phone.

Played by `doit export as=vertical`, segment by segment, never in a render. Reads one lossless
segment; writes H.264 in MP4, as wide as the piece's shorter side.
"""

from collide.instrument import (
    BITEXACT,
    STAGED,
    SWS,
    TAGS,
    Argv,
    Choice,
    Knobs,
    Limit,
    Range,
    chain,
    graph,
    number,
)

DEFAULTS = {
    # what fills the upright frame
    # low end: crop = the piece as high as the frame, its sides cut off; high end: blur = all of
    # the piece, as a band across its own picture out of focus
    # typical blur; crop if one thing in the middle matters
    "upright_fill": "blur",

    # which part is kept if the sides are cut off
    # low: 0 = the left edge; high: 1 = the right edge
    # typical 0.5
    "upright_at": 0.5,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "upright_fill": Choice(("crop", "blur")),
    "upright_at": Range(0.0, 1.0, rolls=False),
}

SQUARE = "setsar=1"  # sizes are rounded to even numbers, and no player should compensate for that
FAR = 64  # pixels across the blurred picture, whatever the size of the piece
DARK = 0.7  # fraction of its light that the blurred picture keeps, so that the band stands out


def upright(wide: int, high: int) -> tuple[int, int]:
    """Return the upright size of a piece: as wide as its shorter side, and 9:16 in even numbers."""
    across = min(wide, high)
    return across, round(across * 16 / 9 / 2) * 2


def command(knobs: Knobs, *, size: tuple[int, int], coded: Argv) -> Argv:
    """Return the command that writes `part.mp4` from `@stack`."""
    wide, high = upright(*size)
    full = max(wide / size[0], high / size[1])
    over = f"scale={_even(size[0] * full)}:{_even(size[1] * full)}:flags={SWS}"
    at = number(knobs["upright_at"]) if knobs["upright_fill"] == "crop" else "0.5"
    # crop at whole pixels of the half-size chroma planes, or these would be off by a column
    cut = f"crop={wide}:{high}:floor((iw-ow)*{at}/2)*2:floor((ih-oh)/4)*2"
    if knobs["upright_fill"] == "crop":
        chains = [f"[0:v:0]{chain(TAGS, over, cut, STAGED, SQUARE)}[v]"]
    else:
        far = f"scale={FAR}:{_even(FAR * high / wide)}:flags={SWS},avgblur=3,avgblur=3"
        color = f"128+(val-128)*{number(DARK)}"
        dim = f"lutyuv=y=16+(val-16)*{number(DARK)}:u={color}:v={color}"
        near = f"scale={wide}:{_even(size[1] * wide / size[0])}:flags={SWS}"
        chains = [
            f"[0:v:0]{TAGS},split[upright-far][upright-near]",
            f"[upright-far]{over},{cut},{far},scale={wide}:{high}:flags={SWS},{dim}[upright-back]",
            f"[upright-near]{near}[upright-band]",
            f"[upright-back][upright-band]overlay=0:floor((H-h)/4)*2:eof_action=endall,{STAGED},{SQUARE}[v]",
        ]
    return [
        *("-i", "@stack", "-filter_complex", graph(*chains), "-map", "[v]"),
        *(*coded, *BITEXACT, "-f", "mp4", "part.mp4"),
    ]


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
