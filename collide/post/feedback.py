"""post/feedback: everything that moves leaves a trail, as when a camera films its own screen.

Play it on lights at night, dancers, water or birds; a camera that pans turns everything into silk.
Reads and writes pictures of any size. It is played over the whole piece, because it needs earlier
frames.
"""

import math

from collide.instrument import Choice, FrameRate, Knobs, Limit, Range, chain, number, scale

DEFAULTS = {
    # how long a trail is seen, in seconds
    # low: 0 = no trail; 0.3 = a whip; high: 4 = everybody who was here is still here
    # typical 0.5..1.5
    "feedback_trail": 1.0,

    # what leaves a trail
    # low end: darken = dark things, ink in milk; average = all things, as ghosts
    # high end: lighten = light things, torches at night
    # typical lighten; darken before a white sky
    "feedback_mix": "lighten",

    # how large a trail has become after a second
    # low: 0.5 = it sinks into a well; 1 = it stays; high: 2 = it flies past your ears
    # typical 1, or 1.1..1.4
    "feedback_zoom": 1.12,

    # which color a trail takes on as it dies
    # low: -1 = embers; 0 = its own; high: 1 = ice
    # typical -0.4..0.4
    "feedback_cool": 0.2,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "feedback_trail": Range(0.0, 4.0),
    "feedback_mix": Choice(("lighten", "average", "darken")),
    "feedback_zoom": Range(0.5, 2.0),
    "feedback_cool": Range(-1.0, 1.0),
}

VALUE_ALIASES = {"post": {"post=feedback": "trails echo"}}

NEUTRAL = {"feedback_trail": 0.0}
WHOLE = True

DOUBLINGS = 5  # at most 31 echoes: in a trail longer than 31 frames, they are 2, 3 … frames apart
GONE = 0.1  # a trail counts as gone when this fraction of its light is left


def filters(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain for the echoes; older echoes are fainter and zoomed further.

    Each mix doubles the number of terms. Let A stand for "later, fainter, zoomed". Then five mixes,
    (1 + A)(1 + A²)(1 + A⁴)…, make 32 terms, which would otherwise need 31 mixes. A short trail
    needs fewer. The sum is finite, so rounding errors do not accumulate.
    """
    frames = knobs["feedback_trail"] * fps
    if frames < 1:
        return ""
    step = math.ceil(frames / (2**DOUBLINGS - 1))
    echoes = math.ceil(frames / step)
    turned = "negate" if knobs["feedback_mix"] == "darken" else ""
    chains, now = [], chain("format=gbrp", turned)
    for i in range(math.ceil(math.log2(echoes + 1))):
        later = step * 2**i
        chains.append(f"{now},split[feedback-n{i}][feedback-p{i}]")
        past, mixed = _echo(knobs, size, later / frames, later / fps)
        chains.append(f"[feedback-p{i}]{chain(f'setpts=PTS+{later}', past)}[feedback-e{i}]")
        now = f"[feedback-n{i}][feedback-e{i}]blend={mixed}:shortest=1"
    return ";".join([*chains, chain(now, turned)])


def _echo(knobs: Knobs, size: tuple[int, int], age: float, seconds: float) -> tuple[str, str]:
    """Return the chain from a picture to its echo, and how the two are mixed.

    `age` is the echo's age as a fraction of the life of a trail, and `seconds` its age in seconds.
    """
    # red and blue fade faster or slower than green; in a negative, their absence fades
    cool = knobs["feedback_cool"] * (-1 if knobs["feedback_mix"] == "darken" else 1)
    lives = {"g": 1.0, "b": 2**cool, "r": 2**-cool}
    left = {color: GONE ** (age / life) for color, life in lives.items()}
    far = _zoomed(knobs, size, knobs["feedback_zoom"] ** seconds)
    if knobs["feedback_mix"] == "average":
        # the weight of `now` in (now + left * past) / (1 + left)
        shares = [number(round(1 / (1 + w), 6)) for w in left.values()]
        opacities = (f"c{i}_opacity={share}" for i, share in enumerate(shares))
        return far, ":".join(["all_mode=normal", *opacities])
    faint = ":".join(f"{color}=val*{number(round(w, 6))}" for color, w in left.items())
    return chain(f"lutrgb={faint}", far), "all_mode=lighten"


def _zoomed(knobs: Knobs, size: tuple[int, int], factor: float) -> str:
    """Return the chain that scales a picture around its middle, or "" if its size is unchanged."""
    wide, high = size
    sized = (round(wide * factor), round(high * factor))
    if sized == size:
        return ""
    if factor > 1:
        return f"{scale(*sized)},crop={wide}:{high}"
    left, top = ((whole - part) // 2 for whole, part in zip(size, sized, strict=True))
    right, below = wide - sized[0] - left, high - sized[1] - top
    # where the lighter picture wins, a black border does not show; in an average it would
    edge = f"fillborders={left}:{right}:{top}:{below}:smear"
    average = knobs["feedback_mix"] == "average"
    return chain(scale(*sized), f"pad={wide}:{high}:{left}:{top}", edge if average else "")
