"""post/stabilize: a hand that shook becomes a hand that glides, at the cost of the edges.

Play it first of all, on a one-layer piece, or by hand on a clip before it is used. It follows the
movement of the whole picture, and layers that move independently have no movement in common. For
flickering light, see deflicker. Reads and writes pictures of any size, and analyzes all of them
before it moves the first.
"""

from collections.abc import Sequence

from collide.instrument import (
    STAGED,
    TAGS,
    Choice,
    FrameRate,
    Knobs,
    Limit,
    Passes,
    Range,
    Span,
    chain,
    clock,
    in_pieces,
    number,
)

DEFAULTS = {
    # over how many seconds the movement of the camera is smoothed
    # low: 0 = as it was held; 0.5 = a steadier hand; high: 5 = a crane, and a good part of the
    # edges is cut away to hide how far it had to go
    # typical 0.5..2
    "stabilize_seconds": 1.0,

    # where the camera goes
    # low end: glide = where it went, without the trembling; high end: still = nowhere, as on a
    # tripod; what it turned to is out of the picture
    # typical glide
    "stabilize_path": "glide",

    # how hard the camera was shaken
    # low: 1 = a held breath; high: 10 = a running dog
    # typical 6; 8 for a phone on the march
    "stabilize_shaking": 6,

    # how much nearer the picture comes than hiding the edges requires, in percent
    # low: 0 = no nearer than it must; high: 30 = no edge is ever seen, nor much else
    # typical 0; 3 if a corner still shows
    "stabilize_zoom": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "stabilize_seconds": Range(0.0, 5.0),
    "stabilize_path": Choice(("glide", "still")),
    "stabilize_shaking": Range(1, 10),
    "stabilize_zoom": Range(0.0, 30.0),
}

NEUTRAL = {"stabilize_seconds": 0.0, "stabilize_path": "glide"}
WHOLE = True
VERSION = 1

CAMERA_PATH = "camera.trf"  # the first run writes the camera's path here, for the second
LEAVES = (CAMERA_PATH,)


def passes(
    knobs: Knobs,
    *,
    size: tuple[int, int],
    fps: FrameRate,
    seed: int,
    pieces: Sequence[Span],
    storage: str,
) -> Passes:
    """Yield the commands that track the camera and steady the picture, or only copy it."""
    pictures, start = ["-safe", "0", "-i", "@pictures"], chain(TAGS, clock(fps))
    look, move = _followed(knobs, fps)
    if look:
        yield [*pictures, "-vf", chain(start, look), "-f", "null", "-"]
    yield [*pictures, "-vf", chain(start, move, STAGED), *in_pieces(pieces, storage)]
    return {}


def _followed(knobs: Knobs, fps: FrameRate) -> tuple[str, str]:
    """Return the filters that track the camera and steady the picture, or "" for both if neutral.

    vidstab treats a smoothing of 0 as a tripod, so a glide is smoothed over at least one frame. One
    zoom for the whole piece hides the edges. Corners that a sudden turn still exposes are filled
    from the previous frame, not with black.
    """
    still = knobs["stabilize_path"] == "still"
    if not still and not knobs["stabilize_seconds"]:
        return "", ""
    smooth = max(1, round(knobs["stabilize_seconds"] * fps / 2))
    path = "tripod=1" if still else f"smoothing={smooth}"
    hard = f"shakiness={knobs['stabilize_shaking']}:accuracy=15:tripod={int(still)}"
    nearer = f"optzoom=1:zoom={number(knobs['stabilize_zoom'])}:crop=keep:interpol=bicubic"
    look = f"vidstabdetect=result={CAMERA_PATH}:{hard}"
    return look, f"vidstabtransform=input={CAMERA_PATH}:{path}:{nearer}"
