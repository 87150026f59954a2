"""audio/mix: lay the sounds of the layers on top of each other.

Played when at least one layer sounds. Loudness is nobody's business here: it is set after
the mix, once, for all of it.
Reads 48 kHz stereo float, one file a layer; writes the same.
"""

from collections.abc import Sequence

from collide.step import PLAIN, Argv, Knobs, Limit, Range, place

DEFAULTS = {
    # how many of the layers are heard
    # low: 0 = a silent piece; 1 = one place, clearly; high: 4 = a crowd
    # typical [1, 3]
    "audio_sources": [1, 3],
}  # fmt: skip

LIMITS: dict[str, Limit] = {"audio_sources": Range(0, 9)}


def heard(knobs: Knobs, *, seed: int, said: Sequence[tuple[int, str]]) -> list[int]:
    """Return the numbers of the layers that sound.

    Args:
        said: (layer, its knob `sound`), of layers whose clip has sound.
    """
    sure = [layer for layer, sound in said if sound == "on"]
    open_ = sorted(
        (layer for layer, sound in said if sound == "auto"),
        key=lambda layer: place(seed, "sound", layer),
    )
    return sorted(sure + open_[: max(0, knobs["audio_sources"] - len(sure))])


def command(knobs: Knobs, *, layers: Sequence[int]) -> Argv:
    """Return the command that writes `mix.wav` from `@S1`, `@S2` …, named by layer."""
    argv = [*PLAIN]
    for layer in layers:
        argv += ["-i", f"@S{layer}"]
    pads = "".join(f"[{index}:a:0]" for index in range(len(layers)))
    return [
        *argv,
        *("-filter_complex", f"{pads}{summed(len(layers))}[a]", "-map", "[a]"),
        *(
            "-c:a",
            "pcm_f32le",
            "-fflags",
            "+bitexact",
            "-flags:a",
            "+bitexact",
            "-f",
            "wav",
            "mix.wav",
        ),
    ]


def summed(count: int) -> str:
    """Return the filter that adds `count` sounds; amix would make each softer otherwise."""
    return f"amix=inputs={count}:duration=longest:normalize=0" if count > 1 else "anull"
