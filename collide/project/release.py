"""Releases of rendering: a record gives equal bytes only within its release.

A different release may give different bytes, but gives the same look.
"""

RELEASE = 2

# Why the bytes differ from the previous release. Once a release is out, any change that gives
# different bytes must raise RELEASE and add a reason here.
CHANGES = {
    2: "x264 encodes identically on every processor; a layer's key is stored as a plane and "
    "applied in the stack; HDR, untagged HD, interlaced, transparent and streamed clips are read "
    "correctly; coverage takes the lowest sufficient threshold, and loudness is corrected in "
    "several tries",
}


def why_other_bytes(release: int) -> str:
    """Return the release of a record, and why this release gives different bytes, as text."""
    since = [text for number, text in CHANGES.items() if number > release]
    why = "; ".join(since) or "a newer version of collide wrote it"
    return f"release {release} of rendering, and this is release {RELEASE}: {why}"
