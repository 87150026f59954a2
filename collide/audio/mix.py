"""audio/mix: choose which sounds are heard and add them up.

Played when at least one layer or bed is heard. It does not adjust the loudness, which is set once,
after the mix.
Reads 48 kHz stereo float, one file per sound; writes the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collide.instrument import (
    PLAIN,
    RATE,
    Argv,
    Knobs,
    Limit,
    Range,
    Toggle,
    balanced,
    chain,
    decibels,
    place,
)

DEFAULTS = {
    # how many of the layers are heard
    # low: 0 = a silent piece; 1 = one place, clearly; high: 4 = a crowd
    # typical 1..3
    "audio_sources": [1, 3],

    # below what loudness a layer counts as silent, in LUFS; an audible layer then takes its place
    # low: -70 = an empty room at night is heard too; high: -30 = only those who speak up
    # typical -50
    "silence_lufs": -50.0,

    # how far apart the heard layers stand, from left to right in their order
    # low: 0 = wherever `pan` puts each of them; high: 1 = the outer ones hard left and hard right
    # typical 0 for the dice, 0.8 for a wide room; a layer whose pan is pinned stays where it is
    "spread": 0.0,

    # whether layers without a pinned pan are balanced between the sides, weighted by loudness
    # low: false = wherever `pan` and `spread` put them, all in the left corner if it comes to that
    # high: true = one alone in the middle, several on both sides
    # typical true
    "pan_balance": True,

    # how long the whole mix takes to fade in at its start, in seconds
    # low: 0 = immediately, with a click if need be; high: 5 = a door opens slowly
    # typical 0.02: immediately, and no click
    "mix_fade_in": 0.02,

    # how long the whole mix takes to fade out at its end, in seconds
    # low: 0 = torn off; high: 10 = the hall empties
    # typical 0.02, 2 for a film
    "mix_fade_out": 0.02,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "audio_sources": Range(0, 9),
    "silence_lufs": Range(-70.0, -20.0, rolls=False),
    "spread": Range(0.0, 1.0),
    "pan_balance": Toggle(),
    "mix_fade_in": Range(0.0, 60.0),
    "mix_fade_out": Range(0.0, 60.0),
}

ALIASES = {"spread": "stereo stereo_width"}

VALUE_ALIASES = {"spread": {"spread=1": "wide full stereo", "spread=0": "mono narrow"}}


def heard(
    knobs: Knobs, *, seed: int, choices: Sequence[tuple[int, str]], silent: Callable[[int], bool]
) -> list[int]:
    """Return the numbers of the heard layers, given each layer and its knob `sound` in `choices`.

    `silent`, which measures a layer, is called in the order drawn by the dice until enough layers
    are audible. A silent layer is replaced by an audible layer, if any is left. Layers with
    `sound=on` are always heard, even if they are silent or too many.
    """
    layers = [layer for layer, sound in choices if sound == "on"]
    open_ = [layer for layer, sound in choices if sound == "auto"]
    quiet: list[int] = []
    for layer in sorted(open_, key=lambda layer: place(seed, "sound", layer)):
        if len(layers) >= knobs["audio_sources"]:
            break
        (quiet if silent(layer) else layers).append(layer)
    return sorted([*layers, *quiet[: max(0, knobs["audio_sources"] - len(layers))]])


def apart(knobs: Knobs, *, layers: Sequence[int]) -> dict[int, float]:
    """Return the pan of each layer, or {} if `spread` is 0.

    For example, three layers with a `spread` of 0.8 get -0.8, 0 and 0.8.
    """
    steps, spread = len(layers) - 1, knobs["spread"]
    return {
        layer: round(spread * (2 * at / steps - 1), 4) if steps else 0.0
        for at, layer in enumerate(layers)
        if spread
    }


def level(
    knobs: Knobs, *, stands: Mapping[int, float], facts: Mapping[int, Mapping[str, Any]]
) -> dict[int, float]:
    """Return the pan of each heard layer, balanced if `pan_balance` is on.

    If layers are balanced, a single layer is in the middle. Pinned layers are balanced as if they
    were free.

    Args:
        stands: the pan of each layer, from the dice or from `spread`.
        facts: the `channels` of each layer, its `power` as measured by audio/hear, and its `gain`.
    """
    if not knobs["pan_balance"]:
        return dict(stands)
    voices = {
        layer: (decibels(one["power"], one["gain"]), one["channels"])
        for layer, one in facts.items()
    }
    # layers ordered by `spread` keep their order
    return balanced(stands, voices, mirrors=not knobs["spread"])


def command(knobs: Knobs, *, voices: Sequence[str], samples: int) -> Argv:
    """Return the command that writes `mix.wav` from `@S1` …, one for each of `voices`.

    Voices are named "1" for layer 1, and "bed1" for bed 1.
    """
    argv = [*PLAIN, *(word for voice in voices for word in ("-i", f"@S{voice}"))]
    pads = "".join(f"[{index}:a:0]" for index in range(len(voices)))
    filtergraph = f"{pads}{summed(knobs, count=len(voices), samples=samples)}[a]"
    return [
        *(*argv, "-filter_complex", filtergraph, "-map", "[a]", "-c:a", "pcm_f32le"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav", "mix.wav"),
    ]


def summed(knobs: Knobs, *, count: int, samples: int) -> str:
    """Return the chain that adds `count` sounds, each at its full level, and fades the sum."""
    into, out = (
        min(round(knobs[name] * RATE), samples // 2) for name in ("mix_fade_in", "mix_fade_out")
    )
    return chain(
        f"amix=inputs={count}:duration=longest:normalize=0" if count > 1 else "anull",
        f"afade=t=in:ns={into}" if into else "",
        f"afade=t=out:ss={samples - out}:ns={out}" if out else "",
    )
