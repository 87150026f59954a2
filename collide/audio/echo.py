"""audio/echo: a layer's sound comes back from the other side of the valley.

Play it on one layer, not on all: one voice in a hall, while the others remain in the room. Reads
and writes sound at any sample rate. It is played before a layer is panned, and rings on when the
layer starts over.
"""

from collide.instrument import Knobs, Limit, Range, number

DEFAULTS = {
    # how loud the first echo is, relative to the sound itself
    # low: 0 = none; 0.3 = a tiled bathroom; high: 1 = a second voice
    # typical 0
    "echo": 0.0,

    # how long the sound takes to come back, in milliseconds
    # low: 10 = inside a pipe; 120 = a stairwell; high: 900 = a valley
    # typical 300
    "echo_ms": 300.0,

    # how much of each echo is left in the next
    # low: 0 = it comes back once; high: 0.9 = it will not leave
    # typical 0.4
    "echo_again": 0.4,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "echo": Range(0.0, 1.0),
    "echo_ms": Range(10.0, 2000.0),
    "echo_again": Range(0.0, 0.9),
}

ALIASES = {
    "echo": "reverb",
    "echo_ms": "delay",
}

PER_LAYER = tuple(DEFAULTS)
NEUTRAL = {"echo": 0.0}

FAINT = 0.003  # fraction of the sound: an echo 50 decibels down is inaudible
MAX_ECHO_MS = 60000  # no echo comes later than a minute after the sound


def filters(knobs: Knobs) -> str:
    """Return the chain with one tap per echo, or "" if there are no echoes."""
    delays, decays, loud = list[str](), list[str](), float(knobs["echo"])
    while loud > FAINT and (len(delays) + 1) * knobs["echo_ms"] <= MAX_ECHO_MS:
        delays.append(number((len(delays) + 1) * knobs["echo_ms"]))
        decays.append(number(loud))
        loud *= knobs["echo_again"]
    return f"aecho=1:1:{'|'.join(delays)}:{'|'.join(decays)}" if delays else ""
