"""audio/hear: how loud a sound is in the part that a piece plays.

Played on the sounds that a piece may play, before anything is mixed. With its answer, collide
replaces a silent layer with the next layer (see audio/mix), levels whispers and shouts, and
corrects late beginnings and an uneven balance of left and right. Reads one clip or one sound file;
answers with the loudness and the true peak. If asked to listen closely, it also answers with the
span of audible samples and the power of both sides.
"""

from typing import Any

from collide.instrument import (
    METER,
    PLAIN,
    RATE,
    RMS,
    SILENCES,
    Clip,
    Knobs,
    Passes,
    chain,
    edges,
    filtered,
    listened,
    measured,
    rms_levels,
    sound,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1

# Left, right, and their sum, which determine the power of both sides for any pan.
SIDES = {1: "pan=3c|c0=c0|c1=c0|c2=2*c0", 2: "pan=3c|c0=c0|c1=c1|c2=c0+c1"}


def passes(
    knobs: Knobs,
    *,
    start: float,
    seconds: float,
    material: int,
    channels: int,
    speed: float,
    clip: Clip | None = None,
    closely: bool = False,
) -> Passes:
    """Yield the command that measures `material` samples at 48 kHz; return the facts of the sound.

    `lufs` is the integrated loudness, and `peak` the true peak in dBTP, both None for silence. If
    `closely` is true, the facts also include `edges` (the span of audible samples) and `power` (of
    the left side, the right side and their sum in decibels, each None if silent). `clip` is
    required if reading depends on the clip's facts.
    """
    # R 128 measures nothing shorter than 0.4 s, so a sound shorter than 1 s is looped
    again = f"aloop=loop=-1:size={material},atrim=end_sample={RATE}" if material < RATE else ""
    source, track, begins = listened(clip, start, seconds)
    whole = chain(sound(material, channels, speed=speed), SILENCES if closely else "")
    sides = chain(SIDES[min(channels, 2)], RMS) if closely else ""
    filters = chain(begins, whole, again, METER, sides)
    report = yield [*PLAIN, *source, *filtered(track, filters), "-f", "null", "-"]
    lufs, peak = measured(report)
    if not closely:
        return {"lufs": lufs, "peak": peak}
    return {
        "lufs": lufs,
        "peak": peak,
        "edges": [*edges(report, material)],
        "power": rms_levels(report),
    }
