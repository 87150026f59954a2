"""modes/fixed: one color you name becomes a window, whatever the clip looks like.

Play it on skies, walls, paper or studio backdrops. It does not analyze the clip. Reads nothing;
answers with the named color.
"""

from typing import Any

from collide.instrument import Color, Knobs, Limit

DEFAULTS = {
    # the color that becomes transparent
    # low: 0x000000 = shadows and night open up; high: 0xFFFFFF = skies, paper, glare open up
    # typical 0xFFFFFF
    "colorkey_hex": "0xFFFFFF",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"colorkey_hex": Color()}

VALUE_ALIASES = {
    "mode": {
        "mode=fixed colorkey_hex=0x00FF00": (
            "chromakey chroma-key greenscreen green-screen green chroma keylight ultrakey"
        ),
        "mode=fixed colorkey_hex=0x0000FF": "bluescreen blue-screen blue",
        "mode=fixed": "colorkey color",
    },
}
KEYED = ("colorkey_hex",)
VERSION = 1


def analyze(knobs: Knobs) -> dict[str, Any]:
    """Return `{"colors": ["0xRRGGBB"]}`."""
    return {"colors": [knobs["colorkey_hex"]]}
