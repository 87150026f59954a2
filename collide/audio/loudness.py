"""audio/loudness: bring the mix to the loudness a listener expects, and never clip.

Played once, on the whole mix. It measures, turns one gain, limits the peaks, encodes, and
measures what came out; where that is off, it corrects, twice at most. (loudnorm in two passes
fell back to its moving gain on three of six real mixes, and missed the peak.)
Reads 48 kHz stereo float; writes AAC in MP4.
"""

from typing import Any

from collide.instrument import (
    METER,
    PLAIN,
    RATE,
    Argv,
    Knobs,
    Limit,
    Passes,
    Range,
    measured,
    number,
)

DEFAULTS = {
    # how loud the whole piece is, in LUFS
    # low: -30 = you lean in; high: -10 = a club, flattened; silence stays silence
    # typical -16 for the web, -23 for broadcast
    "loudness_lufs": -16.0,

    # the highest true peak, in decibels below full scale
    # low: -6 = room to spare; high: -1 = as high as players bear
    # typical -1.5
    "peak_db": -1.5,

    # how much of the sound the file keeps, in kilobits a second
    # low: 64 = a telephone by the sea; high: 320 = nothing is missed
    # typical 192
    "audio_bitrate": 192,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "loudness_lufs": Range(-40.0, -8.0, rolls=False),
    "peak_db": Range(-12.0, -0.5, rolls=False),
    "audio_bitrate": Range(32, 320, rolls=False),
}

VERSION = 2

MAX_GAIN = 30.0  # decibels; what needs more is hiss
HAND = 1.0  # decibels that the limiter stays below the peak, for what AAC adds


def passes(knobs: Knobs, *, samples: int) -> Passes:
    """Write `sound.m4a` from `@mix`, `samples` long; answer with what was measured in it."""
    lufs, _ = measured((yield [*PLAIN, "-i", "@mix", "-af", METER, "-f", "null", "-"]))
    gain = 0.0 if lufs is None else round(min(MAX_GAIN, knobs["loudness_lufs"] - lufs), 2)
    limit = knobs["peak_db"] - HAND
    peak: float | None = None
    for correction in range(3):
        played = ["-i", "@mix", "-af", louder(gain, limit, samples), "-c:a", "aac"]
        yield [
            *(*PLAIN, *played, "-b:a", f"{knobs['audio_bitrate']}k", "-ar", str(RATE)),
            *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "mp4", "sound.m4a"),
        ]
        made = yield [*PLAIN, "-i", "@@sound.m4a", "-af", METER, "-f", "null", "-"]
        lufs, peak = measured(made)
        if lufs is None or peak is None or correction == 2:
            break
        off, over = knobs["loudness_lufs"] - lufs, peak - knobs["peak_db"]
        if over <= 0 and (abs(off) <= 0.1 or gain >= MAX_GAIN):
            break
        gain = round(min(MAX_GAIN, gain + off), 2)
        limit = round(limit - max(0.0, over + 0.1), 2) if over > 0 else limit
    facts: dict[str, Any] = {"lufs": lufs, "peak": peak, "gain": gain, "limit": limit}
    return {**facts, "silent": lufs is None, "capped": gain >= MAX_GAIN}


def louder(gain: float, limit: float, samples: int) -> str:
    """Return the chain of one gain and one limiter.

    The limiter works at four times the rate: a peak between two samples is a peak.
    """
    return (
        f"volume={number(gain)}dB,aresample={4 * RATE},"
        f"alimiter=limit={number(10 ** (limit / 20))}:level=0,aresample={RATE},"
        f"apad=whole_len={samples},atrim=end_sample={samples},asetpts=N/SR/TB"
    )


def uncoded(knobs: Knobs, *, gain: float, limit: float, samples: int) -> Argv:
    """Return the command that writes `loud.wav` from `@mix`: as loud as `passes` made it, whole."""
    return [
        *(*PLAIN, "-i", "@mix", "-af", louder(gain, limit, samples), "-c:a", "pcm_s24le"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "loud.wav"),
    ]
