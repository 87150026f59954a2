"""audio/extract: the sound of one layer, as long as the piece, at its place in the room.

Played for each layer that sounds. It starts where the picture starts, runs as fast, and starts over
when the picture does, so what you see is what you hear. Slowed sound gets deeper, as a tape does:
every sample stays at its picture, where a kept pitch would smear what is slowed far.
Reads one clip of any sample rate and number of channels; writes 48 kHz stereo, 32-bit float. Of
5.1, center and surrounds are three decibels lower in both sides, and the bass effect is left out.
"""

import math

from collide.instrument import (
    BITEXACT,
    PLAIN,
    RATE,
    Argv,
    Choice,
    Clip,
    Knobs,
    Limit,
    Range,
    Toggle,
    chain,
    filtered,
    listened,
    number,
    sound,
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

    # whether a sound starts over when its picture does
    # low: false = it is said once, and then the layer is mute; high: true = again and again
    # typical true
    "sound_again": True,

    # how softly a sound that starts over ends and begins, in milliseconds
    # low: 0 = with a click, like a stuck record; high: 500 = it breathes in and out
    # typical 5: no click, and no pause either
    "seam_ms": 5.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "sound": Choice(("auto", "on", "off")),
    "pan": Range(-1.0, 1.0),
    "volume": Range(-60.0, 12.0),
    "level": Toggle(),
    "sound_again": Toggle(),
    "seam_ms": Range(0.0, 2000.0),
}

PER_LAYER = tuple(DEFAULTS)

LEVEL = -20.0  # LUFS that each layer comes with: a few of them together stay clear of full scale
FORMS = {".wav": "wav", ".m4a": "mp4"}  # of a sound by itself, by the suffix of its file
MAX_GAIN = 30.0  # decibels; beyond it, hiss would be brought up


def command(
    knobs: Knobs,
    *,
    start: float,
    seconds: float,
    material: int,
    samples: int,
    channels: int,
    speed: float,
    lufs: float | None,
    effects: str,
    clip: Clip | None = None,
) -> Argv:
    """Return the command that writes `sound.wav` from `seconds` of a file; see `sound_chain`.

    `clip` is given where it must be known how the sound is read.
    """
    source, track, begins = listened(clip, start, seconds)
    placed = sound_chain(
        knobs,
        material=material,
        samples=samples,
        channels=channels,
        speed=speed,
        lufs=lufs,
        effects=effects,
    )
    return [
        *(*PLAIN, *source, *filtered(track, chain(begins, placed)), "-c:a", "pcm_f32le"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "sound.wav"),
    ]


def single(knobs: Knobs, *, effects: str, suffix: str) -> Argv:
    """Return the command that plays `effects` on the sound of `@clip` to `single.wav` or .m4a."""
    coded = ["-c:a", "pcm_f32le"] if suffix == ".wav" else ["-c:a", "aac", "-b:a", "192k"]
    played = [*PLAIN, "-i", "@clip", "-map", "0:a:0", "-af", effects or "anull", *coded]
    return [*played, *BITEXACT, "-f", FORMS[suffix], f"single{suffix}"]


def sound_chain(
    knobs: Knobs,
    *,
    material: int,
    samples: int,
    channels: int,
    speed: float,
    lufs: float | None,
    effects: str,
) -> str:
    """Return the chain that loops, levels and pans a sound, for `samples` at 48 kHz.

    It starts over after `material` samples, and is `lufs` loud, None for silence. `effects` is a
    chain that is played before it is placed.
    """
    gain = min(MAX_GAIN, LEVEL - lufs) if knobs["level"] and lufs is not None else 0.0
    loud = number(round(knobs["volume"] + gain, 2))
    return chain(
        sound(material, channels, speed=speed),
        _again(knobs, material, samples) if material < samples else "",
        f"atrim=end_sample={samples},asetpts=N/SR/TB,volume={loud}dB",
        effects,
        f"atrim=end_sample={samples}" if effects else "",
        _panned(knobs["pan"], channels),
    )


def _again(knobs: Knobs, material: int, samples: int) -> str:
    """Return the chain that starts a sound over, or leaves silence after it, without a click."""
    soft = min(round(knobs["seam_ms"] * RATE / 1000), material // 4)
    into, out = f"afade=t=in:ns={soft}", f"afade=t=out:ss={material - soft}:ns={soft}"
    if not knobs["sound_again"]:
        return chain(out if soft else "", f"apad=whole_len={samples}")
    return chain(into if soft else "", out if soft else "", f"aloop=loop=-1:size={material}")


def _panned(pan: float, channels: int) -> str:
    """Return the pan filter: equal power, and a mono clip is heard on both sides.

    Source: Web Audio API, StereoPannerNode, "Calculate the output".
    """
    if channels == 1:
        angle = (pan + 1) / 2 * math.pi / 2
        return f"pan=stereo|c0={number(math.cos(angle))}*c0|c1={number(math.sin(angle))}*c0"
    angle = (pan + 1 if pan <= 0 else pan) * math.pi / 2
    near, far = math.cos(angle), math.sin(angle)
    sides = ((1, near), (0, far)) if pan <= 0 else ((near, 0), (far, 1))
    left, right = (f"{number(one)}*c0+{number(two)}*c1" for one, two in sides)
    return f"pan=stereo|c0={left}|c1={right}"
