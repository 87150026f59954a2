"""audio/loudness: bring the mix to the loudness a listener expects, without clipping.

Played once, on the whole mix. It measures the mix, applies one gain, limits the peaks, encodes, and
measures the result. It tries again until the result is right, at most `loudness_tries` times.
Single spikes (a hammer, a dropped cup) are limited so hard that the rest needs more gain than
expected. (loudnorm in two passes fell back to dynamic gain on three of six real mixes and missed
the peak.) Reads 48 kHz stereo float; writes AAC in MP4.
"""

from collections.abc import Mapping, Sequence
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

    # the highest true peak, in decibels relative to full scale
    # low: -6 = room to spare; high: -1 = as high as players bear
    # typical -1.5
    "peak_db": -1.5,

    # how much of the sound the file keeps, in kilobits a second
    # low: 64 = a telephone by the sea; high: 320 = nothing is missed
    # typical 192
    "audio_bitrate": 192,

    # how often the gain and the limiter may be set until loudness and peak are right
    # low: 3 = a room with a hammer in it stays too soft; high: 16 = the hammer becomes a knock
    # typical 10; most pieces need one or two, and stop there
    "loudness_tries": 10,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "loudness_lufs": Range(-40.0, -8.0, rolls=False),
    "peak_db": Range(-12.0, -0.5, rolls=False),
    "audio_bitrate": Range(32, 320, rolls=False),
    "loudness_tries": Range(3, 16, rolls=False),
}

ALIASES = {"loudness_lufs": "gain loudness lufs target_lufs integrated_lufs"}
BEFORE = {"loudness_tries": 3}

VERSION = 2

MAX_GAIN = 30.0  # decibels; more would bring up hiss
HAND = 1.0  # the limiter stays this many decibels below the peak, because AAC raises peaks
NEAR = 0.1  # LU by which the loudness may miss its goal
SLOPES = (0.1, 1.0)  # limits on the LU per decibel of gain, which is below 1 if the limiter acts
STEP = 10.0  # maximum decibels of gain in one correction


def passes(knobs: Knobs, *, samples: int) -> Passes:
    """Yield the commands that write `sound.m4a` from `@mix`, `samples` long; return measurements.

    The measurements are `lufs` and `peak` (dBTP), which are None for silence, `gain` and `limit`
    (in decibels), and two flags: `silent`, and `capped` if the gain reached its maximum.
    """
    lufs, _ = measured((yield [*PLAIN, "-i", "@mix", "-af", METER, "-f", "null", "-"]))
    gain = 0.0 if lufs is None else round(min(MAX_GAIN, knobs["loudness_lufs"] - lufs), 2)
    limit, tries = knobs["peak_db"] - HAND, list[dict[str, Any]]()
    while True:
        yield _encoded(knobs, gain, limit, samples)
        report = yield [*PLAIN, "-i", "@@sound.m4a", "-af", METER, "-f", "null", "-"]
        lufs, peak = measured(report)
        tries.append({"lufs": lufs, "peak": peak, "gain": gain, "limit": limit})
        again = _corrected(knobs, tries) if lufs is not None else None
        if again is None:
            break
        gain, limit = again
    last = tries[-1] if _most(knobs) == BEFORE["loudness_tries"] else _best(knobs, tries)
    if last is not tries[-1]:
        yield _encoded(knobs, last["gain"], last["limit"], samples)
    return {**last, "silent": last["lufs"] is None, "capped": last["gain"] >= MAX_GAIN}


def _most(knobs: Knobs) -> int:
    """Return the maximum number of tries, from the knob or, in an older piece, from BEFORE."""
    return int(knobs.get("loudness_tries", BEFORE["loudness_tries"]))


def _miss(knobs: Knobs, one: Mapping[str, Any]) -> tuple[float, float]:
    """Return a try's decibels above the allowed peak (negative if below), and its missing LU."""
    return one["peak"] - knobs["peak_db"], knobs["loudness_lufs"] - one["lufs"]


def _best(knobs: Knobs, tries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the try that exceeds the peak least; among equal tries, the nearest in loudness."""
    audible = [one for one in tries if one["lufs"] is not None]

    def far(one: dict[str, Any]) -> tuple[float, float]:
        over, off = _miss(knobs, one)
        return max(0.0, round(over, 1)), round(abs(off), 1)

    return min(audible, key=far, default=tries[-1])


def _corrected(knobs: Knobs, tries: Sequence[Mapping[str, Any]]) -> tuple[float, float] | None:
    """Return the next gain and limit, or None if the last try was good or no tries are left."""
    last = tries[-1]
    over, off = _miss(knobs, last)
    good = over <= 0 and (abs(off) <= NEAR or last["gain"] >= MAX_GAIN)
    if good or len(tries) == _most(knobs):
        return None
    more = off
    if len(tries) > 2:  # divide by LU per decibel, since a decibel may add less than one LU
        turned = last["gain"] - tries[-2]["gain"]
        brought = (last["lufs"] - tries[-2]["lufs"]) / turned if turned else 1.0
        more = off / min(max(brought, SLOPES[0]), SLOPES[1])
    gain = round(min(MAX_GAIN, last["gain"] + min(max(more, -STEP), STEP)), 2)
    limit = last["limit"]
    return gain, round(limit - max(0.0, over + 0.1), 2) if over > 0 else limit


def _encoded(knobs: Knobs, gain: float, limit: float, samples: int) -> Argv:
    return [
        *(*PLAIN, "-i", "@mix", "-af", louder(gain, limit, samples), "-c:a", "aac"),
        *("-b:a", f"{knobs['audio_bitrate']}k", "-ar", str(RATE)),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "mp4", "sound.m4a"),
    ]


def louder(gain: float, limit: float, samples: int) -> str:
    """Return the chain that applies one gain and one limiter, with a result `samples` long.

    The limiter works at four times the sample rate, to catch peaks between samples.
    """
    return (
        f"volume={number(gain)}dB,aresample={4 * RATE},"
        f"alimiter=limit={number(10 ** (limit / 20))}:level=0,aresample={RATE},"
        f"apad=whole_len={samples},atrim=end_sample={samples},asetpts=N/SR/TB"
    )


def uncoded(knobs: Knobs, *, gain: float, limit: float, samples: int) -> Argv:
    """Return the command that writes `loud.wav`, uncompressed, with `gain` and `limit`."""
    return [
        *(*PLAIN, "-i", "@mix", "-af", louder(gain, limit, samples), "-c:a", "pcm_s24le"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "loud.wav"),
    ]
