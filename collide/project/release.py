"""Releases of rendering: within a release, a record always gives the same bytes.

Another release may give other bytes, but gives the same look.
"""

RELEASE = 2

# The reasons why each release gives other bytes than the one before. Once a
# release is out, a change that gives other bytes must raise RELEASE and add its reason here.
CHANGES = {
    2: "x264 encodes alike on every processor; a layer's key is decided as a plane and cut in the "
    "stack; clips in HDR, of HD without a tag, interlaced, transparent or in streams are read as "
    "what they are; coverage takes the least threshold, and loudness is corrected until it is met",
}


def why_other_bytes(release: int) -> str:
    """Return the release of a record as text, and why this release cannot reproduce its bytes."""
    since = [text for number, text in CHANGES.items() if number > release]
    why = "; ".join(since) or "made by a newer collide"
    return f"release {release} of rendering, and this is release {RELEASE}: {why}"
