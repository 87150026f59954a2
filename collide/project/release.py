"""Releases of rendering: a record makes equal bytes within its own, and the same look in others."""

RELEASE = 2

# Why the videos of a release are other bytes than those of the one before. Who changes such bytes
# once a release is out raises RELEASE, and says why here.
CHANGES = {
    2: "x264 encodes alike on every processor; a layer's key is decided as a plane and cut in the "
    "stack; clips in HDR, of HD without a tag, interlaced, transparent or in streams are read as "
    "what they are; coverage takes the least threshold, and loudness is corrected until it is met",
}


def why_other_bytes(release: int) -> str:
    """Return the release of a record, and why this one cannot make its bytes."""
    since = [text for number, text in CHANGES.items() if number > release]
    why = "; ".join(since) or "what changed is known to a later collide"
    return f"release {release} of rendering, and this is release {RELEASE}: {why}"
