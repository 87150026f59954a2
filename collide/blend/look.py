"""blend/look: turn the colors of one layer before its key is cut.

Play it a little on every layer: shots from five cameras then look like five layers of one
piece. The key sees the turned colors, so these knobs move the holes as well.
Reads and writes pictures of any size; nothing depends on the frame before.
"""

from collide.instrument import Knobs, Limit, Range, Toggle, chain, number

DEFAULTS = {
    # whether the darkest thing in each picture becomes black and the lightest white
    # low: false = as it was shot; high: true = foggy and underlit clips open up, each frame by
    # itself, so a passing headlight makes the rest of the picture sink
    # typical false; true for a pile of clips in very different light, at twice the work
    "auto_normalize": False,

    # whether the five knobs below turn at all
    # low: false = clips as they were shot; high: true = each layer takes its own light
    # typical true
    "color_shift": True,

    # how far all colors turn around the wheel, in degrees
    # low: -180 and high: 180 = the complement, green skin; near 0 = a lens filter
    # typical [-12, 12]; wild beyond 60
    "hue_shift": [-12.0, 12.0],

    # how strong colors are
    # low: 0 = grey film; high: 2 = candy, noise turns to confetti
    # typical [0.85, 1.25]; muted below 0.6, vivid above 1.3
    "saturation": [0.85, 1.25],

    # lifts or lowers everything alike
    # low: -0.3 = dusk, shadows fill; high: 0.3 = milk over the picture
    # typical [-0.08, 0.08]
    "brightness": [-0.08, 0.08],

    # how far light and dark stand apart
    # low: 0.5 = fog; high: 2 = a photocopy
    # typical [0.9, 1.15]
    "contrast": [0.9, 1.15],

    # lifts or sinks the middle tones only; black and white stay
    # low: 0.5 = heavy evening shadows; high: 2 = faces glow, shadows turn grey
    # typical [0.9, 1.1]
    "gamma": [0.9, 1.1],
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "auto_normalize": Toggle(),
    "color_shift": Toggle(),
    "hue_shift": Range(-180.0, 180.0),
    "saturation": Range(0.0, 3.0),
    "brightness": Range(-1.0, 1.0),
    "contrast": Range(0.0, 3.0),
    "gamma": Range(0.1, 10.0),
}

PER_LAYER = tuple(DEFAULTS)
NEUTRAL = {"hue_shift": 0.0, "saturation": 1.0, "brightness": 0.0, "contrast": 1.0, "gamma": 1.0}


def filters(knobs: Knobs) -> str:
    """Return the chain of one layer's color correction, "" where nothing turns."""
    # smoothing over time would need the frames before, which a loop does not have
    stretched = "format=gbrp,normalize=smoothing=0" if knobs["auto_normalize"] else ""
    turned = {name: knobs[name] for name in NEUTRAL} if knobs["color_shift"] else NEUTRAL
    if turned == NEUTRAL:
        return stretched
    hue = f"hue=h={number(turned['hue_shift'])}:s={number(turned['saturation'])}"
    light = (
        f"eq=brightness={number(turned['brightness'])}:contrast={number(turned['contrast'])}"
        f":gamma={number(turned['gamma'])}"
    )
    # eq works on 8 bits only; saying so here keeps a 10-bit clip from being converted unsaid
    return chain(stretched, "format=yuv420p|yuv422p|yuv444p", hue, light)
