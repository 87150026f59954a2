"""blend/lay: lay one layer over the picture below it, as glass, as light or as ink.

Played in the stack, on every layer but the base, so turning these knobs never renders a layer
again. Reads the picture below and the layer, which has alpha and may be smaller; writes an opaque
picture.
"""

from collide.instrument import SWS, TAGS, Choice, Knobs, Limit, Range, chain, number

DEFAULTS = {
    # how opaque a layer is, apart from its holes
    # low: 0 = it is gone; 0.3 = a reflection in a window; high: 1 = a print on the table
    # typical 1; 0.5..0.8 under a blend_mode
    "opacity": 1.0,

    # how the light of a layer and the light below it become one picture
    # low end: darken and multiply = ink on ink: white vanishes, two nights on one negative;
    # normal = paper on paper; high end: lighten and screen = two projectors on one wall: black
    # vanishes; overlay = the layer stains what is below; difference = what is alike turns black
    # typical normal; screen for a double exposure
    "blend_mode": "normal",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "opacity": Range(0.0, 1.0),
    "blend_mode": Choice(
        ("darken", "multiply", "normal", "overlay", "lighten", "screen", "difference")
    ),
}

ALIASES = {
    "opacity": "alpha",
    "blend_mode": "blending blendmode composite composite_mode transfer_mode operand",
}

VALUE_ALIASES = {
    "blend_mode": {
        "blend_mode=screen": "~add ~additive ~plus ~linear-dodge ~color-dodge ~dodge ~glow",
        "blend_mode=multiply": "~burn ~color-burn ~linear-burn",
        "blend_mode=overlay": "~soft-light ~hard-light ~vivid-light "
        "~linear-light ~pin-light ~hard-mix",
        "blend_mode=difference": "~subtract ~exclusion ~negation",
        "blend_mode=normal": "over none off alpha",
    },
}

KEYED = tuple(DEFAULTS)

# Blend modes with a different name in ffmpeg: its hardlight is overlay with the pictures swapped.
MODES = {"overlay": "hardlight"}

NEUTRAL = {"opacity": 1.0, "blend_mode": "normal"}


def thinned(knobs: Knobs) -> str:
    """Return the chain that applies the opacity to an alpha plane, or "" at full opacity."""
    return f"lut=c0=val*{number(knobs['opacity'])}" if knobs["opacity"] < 1 else ""


def filters(
    knobs: Knobs,
    *,
    below: str,
    above: str,
    chroma: str,
    corner: tuple[int, int] = (0, 0),
    part: tuple[int, int] | None = None,
) -> str:
    """Return the graph, with an unlabeled output, that lays `[above]`, with alpha, over `[below]`.

    `corner` is the layer's position in the frame, and `part` its size if it does not fill the
    frame. Chroma "444" keeps color edges where the key cut them; overlay's own default is "420".
    """
    x, y = corner
    at = f"x={x}:y={y}:" if part else ""
    over = f"overlay={at}format=yuv{chroma}:eof_action=endall"
    if knobs["blend_mode"] == "normal":
        return f"[{below}][{above}]{over}"
    # light adds up in RGB, not in YUV. Only the layer is converted to RGB and back, because no bit
    # of the picture below may change where the layer is transparent
    rgb = f"scale=in_range=tv:in_color_matrix=bt709:flags={SWS},format=gbrap"
    yuv = f"scale=out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuva{chroma}p,{TAGS}"
    mode = MODES.get(knobs["blend_mode"], knobs["blend_mode"])
    planes = ":".join(f"c{i}_mode={mode}" for i in range(3))
    lit = chain("crop={}:{}:{}:{}".format(*part, x, y) if part else "", rgb)
    return (
        f"[{below}]split[{above}k][{above}b];[{above}b]{lit}[{above}d];"
        f"[{above}]{rgb}[{above}u];"
        f"[{above}u][{above}d]blend={planes}:c3_mode=normal:eof_action=endall,{yuv}[{above}m];"
        f"[{above}k][{above}m]{over}"
    )
