"""post/toned: a table of colors out of a file.

Play it in tests only: the file is named by a knob, and never by its name.
Reads and writes pictures of any size.
"""

from collide.instrument import File, Knobs, Limit, lent

DEFAULTS = {
    # the table that every color is looked up in
    # low end: none = as it was; high end: any other = as it says; typical none
    "toned": "none",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"toned": File("luts", (".cube",))}

NEUTRAL = {"toned": "none"}


def filters(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int) -> str:
    """Return the chain that looks every color up."""
    return f"lut3d=file={lent('toned', knobs['toned'])}" if knobs["toned"] != "none" else ""
