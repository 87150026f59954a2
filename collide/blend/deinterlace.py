"""blend/deinterlace: whole frames from the interlaced fields of camcorders, tapes and television.

Played first on every layer whose clip is interlaced or treated as such: two fields become one
picture, without combs on moving edges. The probe recognizes flagged clips as well as clips that
only look interlaced. Reads decoded pictures; writes as many pictures of the same size.
"""

from collide.instrument import Choice, Clip, Knobs, Limit

DEFAULTS = {
    # whether the combs of an interlaced clip are removed
    # low end: off = combs along everything that moves; high end: top, bottom = each picture is
    # taken apart, its upper or its lower field first; auto = as the clip is
    # typical auto; top or bottom if combs remain
    "deinterlace": "auto",
}  # fmt: skip

LIMITS: dict[str, Limit] = {"deinterlace": Choice(("auto", "off", "top", "bottom"))}
VALUE_ALIASES = {
    "deinterlace": {
        "deinterlace=auto": "true yes on",
        "deinterlace=off": "false no none progressive",
        "deinterlace=top": "tff top-first upper odd",
        "deinterlace=bottom": "bff bottom-first lower even",
    },
}
PER_LAYER = tuple(DEFAULTS)
BEFORE = {"deinterlace": "off"}

PARITY = {"top": "tff", "bottom": "bff"}  # parity of the first field


def filters(knobs: Knobs, *, clip: Clip) -> str:
    """Return the chain that makes whole pictures from fields, or "" if there is nothing to do."""
    fields = clip.fields if knobs["deinterlace"] == "auto" else knobs["deinterlace"]
    if fields == "flagged":  # progressive pictures are left unchanged
        return "bwdif=mode=send_frame:parity=auto:deint=interlaced"
    return f"bwdif=mode=send_frame:parity={PARITY[fields]}:deint=all" if fields in PARITY else ""
