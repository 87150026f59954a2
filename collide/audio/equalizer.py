"""audio/equalizer: the amount of low, middle and high frequencies in a layer's sound.

Play it to make room: two layers that hum in the same octave are mud; thin out one of them, and
there is air.
Reads and writes sound at any sample rate, before a layer is panned.
"""

from collide.instrument import Knobs, Limit, Range, chain, number

DEFAULTS = {
    # how much louder or softer everything below 120 Hz is, in decibels
    # low: -24 = a radio in the kitchen; high: 12 = the club next door, felt more than heard
    # typical 0; -12 takes the wind out of a microphone
    "eq_low": 0.0,

    # how much louder or softer everything around 1 kHz is, in decibels
    # low: -24 = voices leave the room; high: 12 = a telephone, a tin can
    # typical 0
    "eq_mid": 0.0,

    # how much louder or softer everything above 6 kHz is, in decibels
    # low: -24 = under a blanket; high: 12 = rain, cymbals, hiss
    # typical 0; -6 puts a layer behind the others
    "eq_high": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {name: Range(-24.0, 12.0) for name in DEFAULTS}
PER_LAYER = tuple(DEFAULTS)
NEUTRAL = dict(DEFAULTS)

BANDS = {
    "eq_low": "lowshelf=f=120:t=q:w=0.7",
    "eq_mid": "equalizer=f=1000:t=q:w=0.7",
    "eq_high": "highshelf=f=6000:t=q:w=0.7",
}

ALIASES = {"eq_low": "bass low lows", "eq_mid": "mid mids", "eq_high": "treble high highs"}


def filters(knobs: Knobs) -> str:
    """Return the chain for the bands that are not at 0, or "" if all are at 0."""
    return chain(
        *(f"{band}:g={number(knobs[name])}" for name, band in BANDS.items() if knobs[name])
    )
