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
    Clip,
    Knobs,
    Passes,
    chain,
    filtered,
    listened,
    measured,
    sound,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1


def passes(
    knobs: Knobs,
    *,
    start: float,
    seconds: float,
    material: int,
    channels: int,
    speed: float,
    clip: Clip | None = None,
) -> Passes:
    """Answer with `{"lufs": integrated loudness, "peak": dBTP}`, both None for silence.

    The sound starts over after `material` samples at 48 kHz. `clip` is given where it must be
    known how the sound is read.
    """
    # R 128 hears nothing in less than 0.4 s: a shorter sound is measured as it is heard, looped
    again = f"aloop=loop=-1:size={material},atrim=end_sample={RATE}" if material < RATE else ""
    source, track, begins = listened(clip, start, seconds)
    heard = chain(begins, sound(material, channels, speed=speed), again, METER)
    played = [*PLAIN, *source, *filtered(track, heard), "-f", "null", "-"]
    lufs, peak = measured((yield played))
    return {"lufs": lufs, "peak": peak}
