"""audio/listen: the loudness in stereo and mono, the peak, and the levels of both sides.

Played for `doit listen`. A single loudspeaker adds both sides, which cancels anything in opposite
phase. Reads the finished sound; writes a copy of it and answers with numbers.
"""

from typing import Any

from collide.instrument import BITEXACT, METER, PLAIN, RMS, Knobs, Passes, measured, rms_levels

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1

MONO = "pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1"


def passes(knobs: Knobs) -> Passes:
    """Yield the commands that measure `@sound` and copy it to `mix.m4a`; return the measurements.

    `lufs`, `peak` (dBTP) and `mono` (the LUFS of both sides added) are None for silence. `left` and
    `right` are RMS levels in decibels, 0 at full scale, and None for a silent side.
    """

    def command(filters: str) -> list[str]:
        return [*PLAIN, "-i", "@sound", "-map", "0:a:0", "-af", filters, "-f", "null", "-"]

    lufs, peak = measured((yield command(METER)))
    mono, _ = measured((yield command(f"{MONO},{METER}")))
    levels = rms_levels((yield command(RMS)))
    sides = [None if level is None else round(level, 1) for level in levels]
    left, right = (sides * 2)[:2]  # a single channel stands for both sides
    yield ["-i", "@sound", "-map", "0:a:0", "-c", "copy", *BITEXACT, "-f", "mp4", "mix.m4a"]
    return {"lufs": lufs, "peak": peak, "mono": mono, "left": left, "right": right}
