"""blend/edge: tighten a layer's edges, or let them fade.

Played in the stack after the key, on every layer but the base, so no layer is rendered again when
its knobs are turned. The border of the picture itself neither moves nor fades.
Reads and writes alpha, a grey plane as large as the layer is in the piece.
"""

from collide.instrument import Knobs, Limit, Range, chain, wide_and_high

DEFAULTS = {
    # how far the edges of a layer draw back, in pixels at 720p
    # low: -8 = holes close, wires and hair grow fat; high: 8 = a rim of the old wall is gone, and
    # whatever is thin with it
    # typical 0; 1 or 2 if a rim of the key's color is left
    "choke": 0.0,

    # how wide the edges of a layer fade, in pixels at 720p
    # low: 2 = as a lens draws them; high: 40 = breath on a window, small things dissolve
    # typical 0; 3..8 on hard graphics, 20 and more for ghosts
    "feather": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"choke": Range(-8.0, 8.0), "feather": Range(0.0, 60.0)}

ALIASES = {"choke": "erode"}
KEYED = tuple(DEFAULTS)
NEUTRAL = BEFORE = {"choke": 0.0, "feather": 0.0}

LINES = 720  # shorter side of the picture, in pixels, that the knobs refer to
CROSS = 90  # among a pixel's eight neighbors, the four that share a side


def filters(knobs: Knobs, *, output_size: str) -> str:
    """Return the filters that apply both knobs to an alpha plane, or "" if both are 0."""
    by = min(wide_and_high(output_size)) / LINES
    return chain(_choked(knobs["choke"] * by), _feathered(knobs["feather"] * by))


def _choked(pixels: float) -> str:
    """Return the chain that moves edges inward, or outward if `pixels` is negative.

    Each step takes the minimum or the maximum of a pixel and its neighbors. The steps use four
    and eight neighbors in turn, which keeps a disk nearly round. The picture is mirrored at its
    border, so nothing erodes from there.
    """
    name = "erosion" if pixels > 0 else "dilation"
    steps = round(abs(pixels)) or int(pixels != 0)
    return chain(*(name if step % 2 else f"{name}=coordinates={CROSS}" for step in range(steps)))


def _feathered(pixels: float) -> str:
    """Return the chain that fades edges over `pixels` (one or two box filters), or "" for 0."""
    if not pixels:
        return ""
    twice = pixels >= 4
    radius = max(1, round(pixels / 4 if twice else pixels / 2))
    # a radius too large for a thin layer is reduced to what fits
    return f"boxblur=lr='min({radius},ceil(min(w,h)/2)-1)':lp={2 if twice else 1}"
