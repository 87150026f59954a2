"""audio/extract: one layer's sound, as long as the piece, at its position in the stereo image.

Played for each layer that is heard, and for each bed. The sound of a layer starts with the picture
and runs at the same speed. It starts over when the picture starts over or turns back, unless
`sound_again` is off. Slowed sound gets deeper, as on a tape: every sample is kept in sync with its
picture, and keeping the pitch would smear very slow sounds. Reads one clip or one sound file with
any sample rate and number of channels; writes 48 kHz stereo, 32-bit float. If a sound is 5.1, its
center is mixed into both sides and each surround channel into its own side, all 3 dB lower; its
bass channel is dropped.
"""

from collections.abc import Sequence

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
    gains,
    join,
    listened,
    looped,
    number,
    sound,
)

DEFAULTS = {
    # whether the sound of a layer is heard
    # low end: off = silent; high end: on = always heard; auto = the dice choose
    # typical auto; pin it for one layer: layer2.sound=off
    "sound": "auto",

    # where a layer stands in the room; `pan_balance` and `spread` do not move pinned layers
    # low: -1 = hard left; 0 = the middle; high: 1 = hard right
    # typical -0.8..0.8
    "pan": [-0.8, 0.8],

    # how much louder or softer a layer is than the others, in decibels
    # low: -24 = a rumor behind the wall; high: 6 = it leads
    # typical 0
    "volume": 0.0,

    # whether a whisper and a shout enter the mix equally loud
    # low: false = as recorded; high: true = brought to one level first
    # typical true
    "level": True,

    # whether a sound starts over when its picture does
    # low: false = it is heard once, and then the layer is mute; high: true = again and again
    # typical true
    "sound_again": True,

    # how a sound passes from its end to its beginning when it starts over
    # low end: dip = it breathes out and in at the ends of its picture, and leaves a gap if it
    # begins late or ends early; high end: cross = its end fades into its beginning
    # typical cross; earlier versions had dip
    "sound_seam": "cross",

    # how softly a sound that starts over ends and begins, in milliseconds
    # low: 0 = with a click, like a stuck record; high: 500 = it breathes in and out, like a tide
    # typical 5: no click, and no pause either; a cross-fade of end and beginning takes four times
    # as long
    "seam_ms": 5.0,

    # the longest silence at the seam that is filled with the sound around it, in milliseconds
    # low: 0 = each round has its gap; high: 2000 = two seconds of sound, as in a mirror
    # typical 400: what cameras leave out; a longer silence is a pause, and is kept
    "fill_ms": 400.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "sound": Choice(("auto", "on", "off")),
    "pan": Range(-1.0, 1.0),
    "volume": Range(-60.0, 12.0),
    "level": Toggle(),
    "sound_again": Toggle(),
    "sound_seam": Choice(("dip", "cross")),
    "seam_ms": Range(0.0, 2000.0),
    "fill_ms": Range(0.0, 2000.0),
}

ALIASES = {"pan": "panning"}

VALUE_ALIASES = {
    "pan": {
        "pan=-1": "hard-left full-left",
        "pan=1": "hard-right full-right",
        "pan=-0.9": "left",
        "pan=0.9": "right",
        "pan=0": "center centre middle",
    },
    "volume": {"sound=off": "mute muted off silent none 0% -inf"},
    "sound": {
        "sound=on": "true yes 1",
        "sound=off": "false no 0 none mute",
    },
}
BEFORE = {"sound_seam": "dip", "fill_ms": 0.0}

PER_LAYER = tuple(DEFAULTS)

LEVEL = -20.0  # LUFS of a leveled layer; the sum of a few such layers stays below full scale
FORMS = {".wav": "wav", ".m4a": "mp4"}  # formats of a single sound, by file suffix
CROSS = 4  # cross-fades are this many times as long as fades, so that a deep hum does not click
MAX_GAIN = 30.0  # decibels; more would bring up hiss


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
    period: int | None = None,
    edges: Sequence[int] | None = None,
    clip: Clip | None = None,
) -> Argv:
    """Return the command that writes `sound.wav` from `seconds` of a file; see `sound_chain`.

    `clip` is required if reading depends on the clip's facts.
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
        period=period,
        edges=edges,
    )
    return [
        *(*PLAIN, *source, *filtered(track, chain(begins, placed)), "-c:a", "pcm_f32le"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "sound.wav"),
    ]


def single(knobs: Knobs, *, effects: str, suffix: str) -> Argv:
    """Return the command that writes `@clip`'s sound with `effects`.

    It writes `single.wav` or `single.m4a`, depending on `suffix`.
    """
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
    period: int | None = None,
    edges: Sequence[int] | None = None,
    tag: str = "extract",
) -> str:
    """Return the chain that loops, levels and pans a sound, for `samples` at 48 kHz.

    Args:
        material: the length of the layer's pictures, in samples.
        lufs: the loudness of the sound, None for silence.
        effects: the chain to play before panning.
        period: the sound starts over after this many samples (default: `material`).
        edges: the start and the end (excluded) of the audible samples, if silence surrounds them.
        tag: the prefix of the chain's labels.
    """
    loud = number(round(knobs["volume"] + gain(knobs, lufs=lufs), 2))
    again = {"material": material, "period": period or material, "samples": samples}
    if knobs["sound_seam"] == "dip":
        loop = _dipped(knobs, **again) if material < samples else ""
    else:
        loop = _crossed(knobs, **again, edges=edges or (0, material), tag=tag)
    return chain(
        sound(material, channels, speed=speed),
        loop,
        f"atrim=end_sample={samples},asetpts=N/SR/TB,volume={loud}dB",
        effects,
        f"atrim=end_sample={samples}" if effects else "",
        _panned(knobs["pan"], channels),
    )


def gain(knobs: Knobs, *, lufs: float | None) -> float:
    """Return the leveling gain of a sound in decibels."""
    return min(MAX_GAIN, LEVEL - lufs) if knobs["level"] and lufs is not None else 0.0


def _crossed(
    knobs: Knobs, *, edges: Sequence[int], material: int, period: int, samples: int, tag: str
) -> str:
    """Return the chain that restarts a sound at its own edges or fades it out there."""
    seam, fill = (round(knobs[name] * RATE / 1000) for name in ("seam_ms", "fill_ms"))
    begins, ends = edges
    again = material < samples and knobs["sound_again"]
    if again:
        one = join(period=period, begins=begins, ends=ends, seam=CROSS * seam, fill=fill)
        if one:
            return looped(one, period=period, tag=tag)
        ends = min(ends, period)
    soft = min(seam, (ends - begins) // 4)
    return chain(
        f"afade=t=in:ss={begins}:ns={soft}" if soft and (begins or again) else "",
        f"afade=t=out:ss={ends - soft}:ns={soft}" if soft and ends < samples else "",
        f"atrim=end_sample={period},aloop=loop=-1:size={period}" if again else "",
        f"apad=whole_len={samples}" if material < samples and not again else "",
    )


def _dipped(knobs: Knobs, *, material: int, period: int, samples: int) -> str:
    """Return the chain that restarts a sound with its picture or leaves silence after it."""
    lasts = period if knobs["sound_again"] else material
    soft = min(round(knobs["seam_ms"] * RATE / 1000), lasts // 4)
    into, out = f"afade=t=in:ns={soft}", f"afade=t=out:ss={lasts - soft}:ns={soft}"
    if not knobs["sound_again"]:
        return chain(out if soft else "", f"apad=whole_len={samples}")
    cut = f"atrim=end_sample={lasts}" if lasts < material else ""
    return chain(cut, into if soft else "", out if soft else "", f"aloop=loop=-1:size={lasts}")


def _panned(pan: float, channels: int) -> str:
    """Return the filter that pans at equal power and puts a mono clip on both sides."""
    sides = gains(pan, channels)
    if channels == 1:
        left, right = (f"{number(one)}*c0" for one, _ in sides)
    else:
        left, right = (f"{number(one)}*c0+{number(two)}*c1" for one, two in sides)
    return f"pan=stereo|c0={left}|c1={right}"
