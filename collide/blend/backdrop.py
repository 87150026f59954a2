"""blend/backdrop: the color behind a base whose clip is itself transparent.

Played on layer 1 only: it is the lowest, so nothing shows through its holes. Reads pictures with
alpha; writes opaque pictures.
"""

from collide.instrument import Color, Knobs, Limit

DEFAULTS = {
    # the color behind a base that is itself transparent
    # low end: 0x000000 = its subject floats in the dark; high end: 0xFFFFFF = on paper
    # typical black
    "backdrop": "0x000000",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"backdrop": Color()}

ALIASES = {"backdrop": "background bg background_color backgroundcolor bg_color bgcolor"}
PER_LAYER = tuple(DEFAULTS)
BEFORE = dict(DEFAULTS)


def filters(knobs: Knobs) -> str:
    """Return the chain that lays a picture on the color."""
    plain = f"drawbox=c={knobs['backdrop']}:t=fill:replace=1"
    return (
        "format=gbrap,split[backdrop-picture][backdrop-copy];"
        f"[backdrop-copy]{plain}[backdrop];[backdrop][backdrop-picture]overlay=format=gbrp"
    )
