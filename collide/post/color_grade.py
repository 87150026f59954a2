"""post/color-grade: one light over the whole picture, so shots from different cameras fit together.

Play it first in the chain: grain and tape come on top of a light, not under it. Warmth, shadows,
mids and highlights are small corrections; a curve or a LUT is a whole grade by itself. Reads and
writes pictures of any size, each frame on its own.
"""

import math

from collide.instrument import Choice, File, FrameRate, Knobs, Limit, Range, chain, lent, number

DEFAULTS = {
    # --- color ---

    # how warm the light is: the color temperature of a lamp, in kelvins
    # low: 2500 = candles, skin turns to brick; high: 12000 = moonlight on snow
    # typical 6500 = as shot; 5200 for film, 8000 for dusk
    "grade_temperature": 6500,

    # which way the light leans once warm and cool are settled
    # low: -1 = under trees, green skin; high: 1 = neon, magenta walls
    # typical 0; 0.15 takes the green out of old fluorescent tubes
    "grade_tint": 0.0,

    # how strong colors are
    # low: 0 = black and white; high: 2 = a poster, skies hurt
    # typical 0.8..1.2
    "grade_saturation": 1.0,

    # --- light ---

    # how far light and dark stand apart; the curve bends, and nothing is cut off
    # low: 0.5 = a window in fog; high: 3 = ink on paper
    # typical 0.95..1.4
    "grade_contrast": 1.0,

    # lifts or lowers everything alike
    # low: -0.5 = a cellar; high: 0.5 = an overexposed slide, faces go to paper
    # typical -0.05..0.05
    "grade_brightness": 0.0,

    # lifts or lowers the middle tones; black and white do not change
    # low: 0.5 = late evening; high: 2 = chalk
    # typical 0.9..1.15
    "grade_gamma": 1.0,

    # how light the dark third is
    # low: -1 = shadows close like doors; high: 1 = black is charcoal, an old print
    # typical -0.2..0.3
    "grade_shadows": 0.0,

    # how light the middle third is
    # low: -1 = rain is coming; high: 1 = a lamp pointed at every face
    # typical -0.2..0.2
    "grade_mids": 0.0,

    # how light the bright third is
    # low: -1 = skies turn to slate; high: 1 = windows burn out
    # typical -0.3..0.2
    "grade_highlights": 0.0,

    # --- two lights ---

    # the color of the shadows alone
    # low: -1 = deep water, blue and green; high: 1 = embers
    # typical -0.4..0.1; against a warm highlight tone it is every film poster since 2005
    "grade_shadow_tone": 0.0,

    # the color of the lights alone
    # low: -1 = ice; high: 1 = the last sun on a wall
    # typical 0..0.4
    "grade_highlight_tone": 0.0,

    # --- whole looks ---

    # a ready-made curve that bends all three colors
    # low end: none = straight, film = a toe and a shoulder, faded = a print from 1974;
    # cross = slide film in the wrong bath, teal-orange = a trailer; high end: solarize = the
    # lights turn over, as when the darkroom door opened, negative = all of it does
    # typical none or film
    "grade_curve": "none",

    # a LUT: a .cube or .3dl file in library/luts
    # low end: none = nothing more; high end: any of them = a whole laboratory in one file
    # typical none
    "grade_lut": "none",

    # how much of the LUT's result is laid over the picture
    # low: 0 = none of it; high: 1 = all of it, as its maker meant it
    # typical 1; 0.5 if a LUT from a stranger is too loud
    "grade_lut_strength": 1.0,
}  # fmt: skip

# Points of each curve, from black to white: one curve for all colors, or one each for red, green
# and blue.
CURVES = {
    "film": ("0/0.02 0.25/0.21 0.5/0.51 0.75/0.81 1/0.97",),
    "faded": ("0/0.13 0.25/0.29 0.5/0.52 0.75/0.74 1/0.9",),
    "cross": (
        "0/0 0.25/0.16 0.5/0.53 0.75/0.87 1/1",
        "0/0 0.25/0.2 0.5/0.54 0.75/0.84 1/0.97",
        "0/0.16 0.5/0.48 1/0.8",
    ),
    "teal-orange": (
        "0/0 0.25/0.17 0.5/0.51 0.75/0.86 1/1",
        "0/0.02 0.25/0.25 0.5/0.5 0.75/0.75 1/0.97",
        "0/0.08 0.25/0.33 0.5/0.48 0.75/0.62 1/0.86",
    ),
    "solarize": ("0/0 0.3/0.5 0.55/0.85 0.75/0.5 1/0.12",),
    "negative": ("0/1 1/0",),
}

LIMITS: dict[str, Limit] = {
    "grade_temperature": Range(2000, 15000),
    "grade_tint": Range(-1.0, 1.0),
    "grade_saturation": Range(0.0, 2.0),
    "grade_contrast": Range(0.25, 4.0),
    "grade_brightness": Range(-1.0, 1.0),
    "grade_gamma": Range(0.25, 4.0),
    "grade_shadows": Range(-1.0, 1.0),
    "grade_mids": Range(-1.0, 1.0),
    "grade_highlights": Range(-1.0, 1.0),
    "grade_shadow_tone": Range(-1.0, 1.0),
    "grade_highlight_tone": Range(-1.0, 1.0),
    "grade_curve": Choice(("none", *CURVES)),
    "grade_lut": File("luts", (".cube", ".3dl")),
    "grade_lut_strength": Range(0.0, 1.0),
}

ALIASES = {
    "grade_temperature": "temperature white_balance",
    "grade_tint": "tint",
    "grade_lut": "lut",
}

VALUE_ALIASES = {
    "grade_temperature": {
        "grade_temperature=5200": "warm warmer orange amber yellow tungsten",
        "grade_temperature=8000": "cold colder cool cooler blue",
    },
    "grade_tint": {
        "grade_tint=0.3": "magenta pink",
        "grade_tint=-0.3": "green",
        "grade_temperature=5200": "warm warmer orange amber yellow red",
        "grade_temperature=8000": "cold colder cool cooler blue",
    },
    "post": {"post=color-grade": "lut grade grading"},
}

NEUTRAL = {name: value for name, value in DEFAULTS.items() if name != "grade_lut_strength"}

LUMA = (0.2126, 0.7152, 0.0722)  # BT.709 weights of red, green, blue
TONE = (0.12, -0.02, -0.12)  # added to red, green, blue at tone 1; subtracted at -1
LIGHT = NEUTRAL.keys() - {"grade_saturation", "grade_curve", "grade_lut"}  # knobs of _light


def filters(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain for the whole grade, or "" if every knob is neutral."""
    turned = {name: knobs[name] for name in NEUTRAL}
    if turned == NEUTRAL:
        return ""
    light = any(turned[name] != NEUTRAL[name] for name in LIGHT)
    # ten bits, because several curves in eight bits show as steps in every sky; saturation comes
    # first, so that a picture without color can be toned
    return chain(
        "format=gbrp10",
        _saturation(turned["grade_saturation"]),
        f"lutrgb={_light(turned)}" if light else "",
        _curve(turned["grade_curve"]),
        _lut(turned["grade_lut"], knobs),
    )


def balance(temperature: float, tint: float) -> tuple[float, ...]:
    """Return the gains of red, green and blue, which leave a grey as light as it was.

    Source: T. Helland's fit of the colors of black bodies (2012), relative to its value at 6500 K.
    """
    lamp, day = _black_body(temperature), _black_body(6500)
    lean = (1 + 0.12 * tint, 1 - 0.12 * tint, 1 + 0.12 * tint)
    gains = [a / b * c for a, b, c in zip(lamp, day, lean, strict=True)]
    light = sum(gain * share for gain, share in zip(gains, LUMA, strict=True))
    return tuple(gain / light for gain in gains)


def _black_body(kelvin: float) -> tuple[float, float, float]:
    """Return the red, green and blue (0..1) of a black body at a temperature."""
    k = kelvin / 100
    red = 255.0 if k <= 66 else 329.698727446 * (k - 60) ** -0.1332047592
    green = 99.4708025861 * math.log(k) - 161.1195681661
    if k > 66:
        green = 288.1221695283 * (k - 60) ** -0.0755148492
    blue = 138.5177312231 * math.log(k - 10) - 305.0447927307 if k < 66 else 255.0
    return red / 255, min(green, 255.0) / 255, min(blue, 255.0) / 255


def _light(turned: Knobs) -> str:
    """Return the options for lutrgb: for each color, an expression for all knobs of LIGHT."""
    gains = balance(turned["grade_temperature"], turned["grade_tint"])
    ranges = ("grade_shadows", "grade_mids", "grade_highlights")
    dark, middle, bright = (turned[name] for name in ranges)
    tables = []
    for color, gain, tone in zip("rgb", gains, TONE, strict=True):
        low = number(0.25 * dark + tone * turned["grade_shadow_tone"])
        high = number(0.25 * bright + tone * turned["grade_highlight_tone"])
        expression = (
            f"st(0,clip(val/maxval*{number(gain)}+{number(turned['grade_brightness'])},0,1));"
            f"st(0,pow({_apart(turned['grade_contrast'])},{number(1 / turned['grade_gamma'])}));"
            f"maxval*clip(ld(0)+({low})*pow(1-ld(0),3)+{number(middle)}*ld(0)*(1-ld(0))"
            f"+({high})*pow(ld(0),3),0,1)"
        )
        tables.append(f"{color}='{expression}'")
    return ":".join(tables)


def _apart(contrast: float) -> str:
    """Return an expression for ld(0) with more or less contrast.

    Above 1, the curve is an S of two powers that meet in middle grey. Below 1, it is a straight
    line, because a power would bring out noise in the blacks.
    """
    by = number(contrast)
    if contrast <= 1:
        return f"(0.5+(ld(0)-0.5)*{by})"
    return f"if(lt(ld(0),0.5),0.5*pow(2*ld(0),{by}),1-0.5*pow(2-2*ld(0),{by}))"


def _saturation(strength: float) -> str:
    """Return the matrix that moves colors away from or towards grey, or "" at strength 1."""
    if strength == 1:
        return ""
    cells = [
        f"{to}{of}={number(share * (1 - strength) + (strength if to == of else 0.0))}"
        for to in "rgb"
        for of, share in zip("rgb", LUMA, strict=True)
    ]
    return f"colorchannelmixer={':'.join(cells)}"


def _curve(name: str) -> str:
    if name == "none":
        return ""
    colors = ("all",) if len(CURVES[name]) == 1 else ("r", "g", "b")
    bends = ":".join(f"{color}='{path}'" for color, path in zip(colors, CURVES[name], strict=True))
    return f"curves={bends}:interp=pchip"


def _lut(name: str, knobs: Knobs) -> str:
    if name == "none" or not (strength := knobs["grade_lut_strength"]):
        return ""
    # trilinear, because tetrahedral (the default) has processor-specific code
    table = f"lut3d=file={lent('grade_lut', name)}:interp=trilinear"
    if strength == 1:
        return table
    mixed = f"blend=all_mode=normal:all_opacity={number(strength)}"
    return f"split[grade-a][grade-b];[grade-b]{table}[grade-c];[grade-c][grade-a]{mixed}"
