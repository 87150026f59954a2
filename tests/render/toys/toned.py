"""post/toned: looks up all colors in a table from a file.

Play it in tests only: a knob names the file, and the file's content is part of the key.
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
    """Return the chain that looks up every color in the table."""
    return f"lut3d=file={lent('toned', knobs['toned'])}" if knobs["toned"] != "none" else ""
