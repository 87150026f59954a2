"""Releases of rendering: within a release, a record always gives the same bytes.

In another release, it gives the same look.
"""

RELEASE = 2

# The reasons why each release gives other bytes than the one before. A change of such bytes after
# a release is out must raise RELEASE and add its reason here.
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
