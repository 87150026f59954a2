"""blend/pace: how fast a layer runs, and how much of it repeats.

Played on every layer that is not a still, before its colors, to convert the clip's frame rate to
the piece's. The layer's sound runs at the same pace, as on a tape: slower is deeper (see
audio/extract).
Reads pictures at any frame rate, constant or variable; writes them at the piece's rate.
"""

from fractions import Fraction
from math import ceil

from collide.instrument import Clip, FrameRate, Knobs, Limit, Range, chain, clock, number

DEFAULTS = {
    # how fast a layer runs, its sound with it
    # low: 0.25 = each picture stands for four, voices turn into whales; high: 4 = ants, and birds
    # typical 1; 0.5..1 dreams, 1.5..2 hurries
    "speed": 1.0,

    # how many seconds a layer plays before it starts over, even if its clip goes on
    # low: 0.1 = a stutter; 4 = breathing; high: 60 = hardly noticed; 0 = when its clip ends
    # typical 0; together with `start`, it picks the moment that comes round again and again
    "loop_seconds": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"speed": Range(0.25, 4.0), "loop_seconds": Range(0.0, 3600.0)}

ALIASES = {"speed": "retime playback_speed"}

VALUE_ALIASES = {
    "speed": {
        "speed=0.5": "true yes on slowmo",
        "freeze=0": "0 0% stop stopped freeze still paused",
    },
}

PER_LAYER = tuple(DEFAULTS)
NEUTRAL = {"speed": 1.0}

MOST_DIGITS = 1_000_000  # maximum of a rate's numerator and denominator


def filters(knobs: Knobs, *, fps: FrameRate, clip: Clip | None = None, lead: int = 0) -> str:
    """Return the chain that converts the clip's frames to `fps` visible frames per second.

    `lead` frames come before time 0; if the clip begins at 0, they are copies of its first frame.

    At double speed, half as many pictures are taken from each second of the clip and renumbered.
    Stretched time stamps would be rounded to the clip's own clock, and some pictures would appear
    twice. A slowed clip may end a picture early; copies of its last picture fill the gap. A `clip`
    shorter than one picture of the piece keeps one picture.
    """
    speed = knobs["speed"]
    flash = clip is not None and clip.seconds * fps < speed
    lasts = f"tpad=stop_mode=clone:stop_duration={number(float(speed / fps))}" if flash else ""
    taken = _taken(fps, speed)
    ahead = _ahead(taken, lead)
    begins = number(-float(ahead / taken)) if lead else "0"
    led = f"trim=start_frame={ahead - lead}" if ahead > lead else ""
    seen = chain(lasts, f"fps={number(taken)}:start_time={begins}")
    if speed == 1:
        return chain(seen, led)
    ends = f"tpad=stop={ceil(2 / speed)}:stop_mode=clone" if speed < 1 else ""
    return chain(seen, ends, clock(fps, -ahead), f"fps={fps}", led)


def lead_seconds(knobs: Knobs, *, fps: FrameRate, clip: Clip, lead: int) -> float:
    """Return how many seconds early a clip is opened to read `lead` frames before its start."""
    taken = _taken(fps, knobs["speed"])
    return round(float(_ahead(taken, lead) / taken) + clip.gap, 3) if lead else 0.0


def _ahead(taken: float | Fraction, lead: int) -> int:
    """Return the smallest number of frames, at least `lead`, that spans whole ticks of any clip.

    The span is a number of whole seconds; at NTSC rates, it is a multiple of 1.001 s. Otherwise
    time 0 would be rounded, and different pictures from the clip would be seen.
    """
    second = taken * Fraction(1001, 1000) if isinstance(taken, Fraction) else taken
    return ceil(lead / second) * int(second) if second == int(second) else lead


def frames(knobs: Knobs, *, seconds: float, fps: FrameRate, most: int) -> int:
    """Return how many frames a layer shows, 1 to `most`, if `seconds` of its clip are left."""
    # lengths are rounded to microseconds: ten frames at 30 per second last 0.333333 s
    there = int(seconds / knobs["speed"] * fps + 1e-4)
    if knobs["loop_seconds"]:
        there = min(there, round(knobs["loop_seconds"] * fps))
    return max(1, min(there, most))


def clip_seconds(knobs: Knobs, seconds: float) -> float:
    """Return the longest part of a clip, in seconds, that a layer shows in `seconds` of a piece."""
    return float(min(seconds, knobs["loop_seconds"] or seconds) * knobs["speed"])


def _taken(fps: FrameRate, speed: float) -> float | Fraction:
    """Return how many frames per second of the clip are shown, as a fraction at NTSC rates.

    With decimals instead, a clip at the same rate would be off by half a picture after some hours.
    A fraction with more digits than ffmpeg keeps is returned as a decimal number.
    """
    if isinstance(fps, Fraction):
        share = fps / Fraction(str(speed))
        if max(share.numerator, share.denominator) <= MOST_DIGITS:
            return share
    return round(float(fps) / speed, 6)
