"""blend/look: adjust a layer's colors before it is keyed.

Play it a little on every layer: shots from five cameras then look like five layers of one piece.
The key sees the adjusted colors, so these knobs move the holes as well.
Reads and writes pictures of any size, each frame on its own.
"""

import re
from collections.abc import Mapping

from collide.instrument import SWS, Clip, Knobs, Limit, Range, Toggle, chain, number

DEFAULTS = {
    # how far the darkest tone of a clip sinks towards black, and its lightest rises towards white;
    # both are measured once per clip, so its light never pumps
    # low: 0 = as it was shot, pale beside the others if it was pale; high: 1 = a hazy morning gets
    # its shadows back, a phone video at dusk its lights; fog stays fog, and night night
    # typical 0.8; 0 for what should stay grey
    "levels": 0.8,

    # whether light is spread all the way, from black to white, however little of it there is
    # low: false = as far as `levels` goes, by half at most; high: true = fog and cellars open up,
    # their noise with them; with levels=0 each frame on its own, so a passing headlight makes the
    # rest of the picture sink
    # typical false; true for a pile of clips in very different light
    "auto_normalize": False,

    # whether hue_shift, saturation, brightness, contrast and gamma have any effect;
    # also whether `levels` has an effect while `auto_normalize` is off
    # low: false = clips as they were shot; high: true = each layer takes its own light
    # typical true
    "color_shift": True,

    # how far all colors turn around the wheel, in degrees
    # low: -180 and high: 180 = the complement, green skin; near 0 = a lens filter
    # typical -12..12; wild beyond 60
    "hue_shift": [-12.0, 12.0],

    # how strong colors are
    # low: 0 = grey film; high: 2 = candy, noise turns to confetti
    # typical 0.85..1.25; muted below 0.6, vivid above 1.3
    "saturation": [0.85, 1.25],

    # lifts or lowers everything alike
    # low: -0.3 = dusk, shadows fill; high: 0.3 = milk over the picture
    # typical -0.08..0.08
    "brightness": [-0.08, 0.08],

    # how far light and dark stand apart
    # low: 0.5 = fog; high: 2 = a photocopy
    # typical 0.9..1.15
    "contrast": [0.9, 1.15],

    # lifts or lowers the middle tones only; black and white do not change
    # low: 0.5 = heavy evening shadows; high: 2 = faces glow, shadows turn grey
    # typical 0.9..1.1
    "gamma": [0.9, 1.1],
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "levels": Range(0.0, 1.0, rolls=False),
    "auto_normalize": Toggle(),
    "color_shift": Toggle(),
    "hue_shift": Range(-180.0, 180.0),
    "saturation": Range(0.0, 3.0),
    "brightness": Range(-1.0, 1.0),
    "contrast": Range(0.0, 3.0),
    "gamma": Range(0.1, 10.0),
}

ALIASES = {
    "hue_shift": "hue",
    "saturation": "saturate",
}

BEFORE = {"levels": 0.0}
PER_LAYER = tuple(DEFAULTS)
AS_SHOT = {"hue_shift": 0.0, "saturation": 1.0, "brightness": 0.0, "contrast": 1.0, "gamma": 1.0}
NEUTRAL = {**BEFORE, **AS_SHOT}


# Limits on stretching light. Beyond these limits, a desk looked harsh, noise and codec blocks
# showed, and grey asphalt, the darkest part of its clip, turned to mud.
DOWN, UP = 0.12, 0.18  # fractions of the range: how far the darkest sinks and the lightest rises
GENTLY, WHOLLY = 1.5, 4.0  # maximum gain in contrast
COLOR = 0.6  # fraction of the gain that colors get: with all of it, dull colors glare
FLAT = 0.02  # a clip with a smaller range of luma is a plain color, with no light to stretch
PLAIN_YUV = re.compile(r"yuva?4\d\dp")
BYTES = "format=yuv420p|yuv422p|yuv444p"
TV = f"out_range=tv:flags={SWS}"


def spreads(knobs: Knobs) -> bool:
    """Return whether the light of a clip is stretched according to its measured levels."""
    levels, whole, turns = knobs["levels"], knobs["auto_normalize"], knobs["color_shift"]
    return bool(levels) and (whole or turns)


def filters(
    knobs: Knobs, *, clip: Clip | None = None, light: Mapping[str, float] | None = None
) -> str:
    """Return the chain for one layer's color correction, or "" if there is none.

    Args:
        clip: None stands for a clip in plain YUV, limited range.
        light: the lumas `black` and `white` of the clip; if they are missing, `levels` has no
            effect.
    """
    levels, whole, turns = knobs["levels"], knobs["auto_normalize"], knobs["color_shift"]
    if spreads(knobs):
        stretched = _spread(light, *_moves(light, levels, whole), clip=clip) if light else ""
    else:
        # smoothing over time would need earlier frames, which a loop does not have
        stretched = "format=gbrp,normalize=smoothing=0" if whole else ""
    turned = {name: knobs[name] for name in AS_SHOT} if turns else AS_SHOT
    if turned == AS_SHOT:
        return stretched
    hue = f"hue=h={number(turned['hue_shift'])}:s={number(turned['saturation'])}"
    tones = (
        f"eq=brightness={number(turned['brightness'])}:contrast={number(turned['contrast'])}"
        f":gamma={number(turned['gamma'])}"
    )
    # eq works on 8 bits only; stating that here keeps a 10-bit clip from being converted silently
    return chain(stretched, BYTES, hue, tones)


def _moves(light: Mapping[str, float], by: float, whole: bool) -> tuple[float, float]:
    """Return how far a clip's darkest tone sinks and its lightest rises, as fractions of the range.

    Both tones move by the fraction `by` of the way to black and to white, at most DOWN and UP, or
    all the way if `whole` is true. The gain in contrast is limited in both cases.
    """
    black, room = light["black"], 1 - light["white"]
    down, up = (black, room) if whole else (min(by * black, DOWN), min(by * room, UP))
    most = ((WHOLLY if whole else GENTLY) - 1) * (light["white"] - black)
    less = min(1.0, most / (down + up)) if down + up else 0.0
    return down * less, up * less


def _spread(light: Mapping[str, float], down: float, up: float, *, clip: Clip | None) -> str:
    """Return the chain that stretches a clip's light with one table, or "" if nothing changes."""
    between = light["white"] - light["black"]
    if between < FLAT or not down + up:
        return ""
    gain = 1 + (down + up) / between
    # luma has 219 steps, from 16 to 235
    lift = 16 * (1 - gain) + 219 * (light["black"] * (1 - gain) - down)
    color = number(round(1 + (gain - 1) * COLOR, 4))
    luma = f"round(val*{number(round(gain, 4))}{lift:+.3f})"
    tint = f"round((val-128)*{color}+128)"
    plain = clip is None or clip.tone or (clip.span != "pc" and PLAIN_YUV.match(clip.pixels))
    ranged = "" if plain else f"scale=iw:ih:{TV}"
    return chain(ranged, BYTES, f"lut=y='{luma}':u='{tint}':v='{tint}'")
