"""Rendering releases: a replayed look repeats its bytes only in the release that its record names.

In a different release, the bytes may differ, but the look is the same.
"""

RELEASE = 2

# Why the bytes differ from the previous release. Once a release is out, any change that makes
# different bytes must raise RELEASE and add a reason here.
CHANGES = {
    2: "x264 encodes identically on every processor; a layer's key is stored as a plane and "
    "applied in the stack; HDR, untagged HD, interlaced, transparent and streamed clips are read "
    "correctly; coverage takes the lowest sufficient threshold, and loudness is corrected in "
    "several tries",
}


def why_other_bytes(release: int) -> str:
    """Return a record's rendering release, and why this release makes different bytes, as text."""
    since = [text for number, text in CHANGES.items() if number > release]
    why = "; ".join(since) or "a newer version of collide wrote it"
    return f"rendering release {release}, and this is release {RELEASE}: {why}"
