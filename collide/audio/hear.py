"""audio/hear: how loud the part of a sound is that will be heard.

Played on the sounds that the dice choose, before anything is made of them: a layer that turns out
silent gives its place to the next (see audio/mix), and whispers and shouts can be leveled.
Reads one clip, or one file of sound; answers with loudness and true peak.
"""

from typing import Any

from collide.instrument import (
    METER,
    PLAIN,
    RATE,
    Knobs,
    Passes,
    chain,
    measured,
    number,
    seek,
    sound,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1


def passes(
    knobs: Knobs, *, start: float, seconds: float, material: int, channels: int, speed: float
) -> Passes:
    """Answer with `{"lufs": integrated loudness, "peak": dBTP}`, both None for silence.

    The sound starts over after `material` samples at 48 kHz.
    """
    # R 128 hears nothing in less than 0.4 s: a shorter sound is measured as it is heard, looped
    again = f"aloop=loop=-1:size={material},atrim=end_sample={RATE}" if material < RATE else ""
    heard = chain(sound(material, channels, speed=speed), again, METER)
    opened = [*PLAIN, *seek(start), "-t", number(round(seconds, 6)), "-i", "@clip"]
    lufs, peak = measured((yield [*opened, "-map", "0:a:0", "-af", heard, "-f", "null", "-"]))
    return {"lufs": lufs, "peak": peak}
