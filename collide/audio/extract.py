"""audio/extract: the sound of one layer, as long as the piece, at its place in the room.

Played for each layer that sounds. It starts where the picture starts and starts over when
the picture does, so what you see is what you hear.
Reads one clip of any sample rate and number of channels; writes 48 kHz stereo, 32-bit float.
"""

import math

from collide.step import (
    METER,
    PLAIN,
    RATE,
    Argv,
    Choice,
    Knobs,
    Limit,
    Passes,
    Range,
    Toggle,
    chain,
    measured,
    number,
    seek,
)

DEFAULTS = {
    # whether a layer sounds
    # low end: off = silent; high end: on = always heard; auto = the dice choose
    # typical auto; pin it for one layer: layer2.sound=off
    "sound": "auto",

    # where a layer stands in the room
    # low: -1 = hard left; 0 = the middle; high: 1 = hard right
    # typical [-0.8, 0.8]
    "pan": [-0.8, 0.8],

    # how much louder or softer than the other layers, in decibels
    # low: -24 = a rumor behind the wall; high: 6 = it leads
    # typical 0
    "volume": 0.0,

    # whether a whisper and a shout come equally loud into the mix
    # low: false = as recorded; high: true = brought to one level first
    # typical true
    "level": True,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "sound": Choice(("auto", "on", "off")),
    "pan": Range(-1.0, 1.0),
    "volume": Range(-60.0, 12.0),
    "level": Toggle(),
}

PER_LAYER = tuple(DEFAULTS)

VERSION = 3

LEVEL = -20.0  # LUFS that each layer comes with: a few of them together stay clear of full scale
MOST = 30.0  # decibels; beyond it, hiss would be brought up


def passes(knobs: Knobs, *, start: float, material: int, samples: int, channels: int) -> Passes:
    """Measure the part that is used, then write `sound.wav`; answer with what was done.

    Args:
        start: seconds into the clip.
        material: samples at 48 kHz before it starts over.
        samples: of the whole piece.
        channels: of the clip.
    """
    head = source(material, channels)
    length = number(round(material / RATE + 0.1, 6))
    opened = [*PLAIN, *seek(start), "-t", length, "-i", "@clip"]
    # R 128 hears nothing in less than 0.4 s: a shorter sound is measured as it is heard, looped
    again = f"aloop=loop=-1:size={material},atrim=end_sample={RATE}" if material < RATE else ""
    report = yield [*opened, *_through(chain(head, again, METER)), "-f", "null", "-"]
    lufs, _ = measured(report)
    silent = lufs is None
    gain = 0.0
    if knobs["level"] and lufs is not None:
        gain = round(min(MOST, LEVEL - lufs), 2)
    placed = place(knobs, gain=gain, material=material, samples=samples, channels=channels)
    written = ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    yield [*opened, *_through(chain(head, placed)), *written, "-f", "wav", "sound.wav"]
    return {"silent": silent, "lufs": lufs, "gain": gain}


def _through(filters: str) -> Argv:
    return ["-map", "0:a:0", "-af", filters]


def source(material: int, channels: int) -> str:
    """Return the chain that makes exactly `material` samples, from the picture's first moment on.

    async fills holes, and first_pts=0 a late start, with silence: nothing slides.
    """
    layout = "mono" if channels == 1 else "stereo"
    return (
        f"aresample={RATE}:async=1:first_pts=0,"
        f"aformat=sample_fmts=flt:sample_rates={RATE}:channel_layouts={layout},"
        f"apad=whole_len={material},atrim=end_sample={material}"
    )


def place(knobs: Knobs, *, gain: float, material: int, samples: int, channels: int) -> str:
    """Return the chain that loops, levels and pans it."""
    again = f"aloop=loop=-1:size={material}" if material < samples else ""
    loud = number(round(knobs["volume"] + gain, 2))
    return chain(
        again,
        f"atrim=end_sample={samples},asetpts=N/SR/TB,volume={loud}dB",
        _panned(knobs["pan"], channels),
    )


def _panned(pan: float, channels: int) -> str:
    """Return the pan filter: equal power, and a mono clip is heard on both sides.

    Source: Web Audio API, StereoPannerNode, "Calculate the output".
    """
    left: tuple[float, float]
    right: tuple[float, float]
    if channels == 1:
        angle = (pan + 1) / 2 * math.pi / 2
        return f"pan=stereo|c0={number(math.cos(angle))}*c0|c1={number(math.sin(angle))}*c0"
    angle = (pan + 1 if pan <= 0 else pan) * math.pi / 2
    near, far = math.cos(angle), math.sin(angle)
    left, right = ((1, near), (0, far)) if pan <= 0 else ((near, 0), (far, 1))
    return (
        f"pan=stereo|c0={number(left[0])}*c0+{number(left[1])}*c1"
        f"|c1={number(right[0])}*c0+{number(right[1])}*c1"
    )
