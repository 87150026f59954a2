"""modes/luminance: the bright or the dark parts of a clip become windows.

Play it on anything lit, such as lamps, windows, night streets or snow. It keys light, not color.
Reads the keyframes of a layer; answers with a band of brightness, or with one grey.
"""

from pathlib import Path
from typing import Any

from collide.instrument import Choice, Knobs, Limit, Range, place

DEFAULTS = {
    # which end of the light opens up
    # low end: darks = shadows open; high end: lights = lamps and skies open; auto = whichever
    # there is more of in this clip; random = the dice choose for each layer
    # typical random
    "luminance_target": "random",

    # how bright a thing must be to open up; for darks, how dark
    # low: 0.5 = half the picture is gone; high: 0.95 = only the lamp itself, only the deepest black
    # typical 0.6..0.9
    "luminance_threshold": [0.6, 0.9],

    # what is keyed: all `light` past the threshold, or one `grey`, as in earlier versions
    # low end: grey = a ring of middle tones opens and pure white may stay; high end: light =
    # everything brighter opens; for darks, everything darker opens
    # typical light
    "luminance_key": "light",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "luminance_target": Choice(("lights", "darks", "auto", "random")),
    "luminance_threshold": Range(0.0, 1.0),
    "luminance_key": Choice(("light", "grey")),
}

_DARK, _BRIGHT = "dark black blacks shadow shadows", "bright white whites highlights"
_TARGETS = {
    "luminance_target=darks": f"{_DARK} darks",
    "luminance_target=lights": f"{_BRIGHT} lights",
}
VALUE_ALIASES = {
    "mode": {
        "mode=luminance": "luma lumakey luma-key brightness",
        "mode=luminance luminance_target=darks": _DARK,
        "mode=luminance luminance_target=lights": _BRIGHT,
    },
    "luminance_target": {"luminance_target=darks": _DARK, "luminance_target=lights": _BRIGHT},
    "luminance_threshold": _TARGETS,
    "luminance_key": _TARGETS,
}

KEYED = tuple(DEFAULTS)
LIBRARIES = ("numpy", "pillow")
VERSION = 1


def threshold(knobs: Knobs) -> str:
    """Return the name of the knob that sets how much opens."""
    return "luminance_threshold" if knobs["luminance_key"] == "light" else "similarity"


def analyze(knobs: Knobs, *, frames: Path, seed: int) -> dict[str, Any]:
    """Return the `target` ("lights" or "darks") and what opens: `light` or `colors`.

    `light` is `[low, high]`, a band of brightness 0..1; `colors` has one grey.
    """
    threshold, target = knobs["luminance_threshold"], knobs["luminance_target"]
    if target == "random":
        target = "lights" if place(seed, "luminance") < 0.5 else "darks"
    if target == "auto":
        target = _more_of(frames, threshold)
    if knobs["luminance_key"] == "grey":
        level = round(255 * (threshold if target == "lights" else 1 - threshold))
        return {"target": target, "colors": [f"0x{level:02X}{level:02X}{level:02X}"]}
    band = [threshold, 1.0] if target == "lights" else [0.0, round(1 - threshold, 4)]
    return {"target": target, "light": band}


def _more_of(frames: Path, threshold: float) -> str:
    """Return the target, "lights" or "darks", that covers more of the frames.

    Brightness is BT.709 luma of the RGB values, not linearized (ITU-R BT.709-6, item 3.2).
    """
    import numpy as np
    from PIL import Image

    with Image.open(frames) as picture:
        rgb = np.asarray(picture.convert("RGB"), dtype=np.float64) / 255
    luma = rgb @ np.array([0.2126, 0.7152, 0.0722])
    lights, darks = (luma >= threshold).sum(), (luma <= 1 - threshold).sum()
    return "lights" if lights >= darks else "darks"
