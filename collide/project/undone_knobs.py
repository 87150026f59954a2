"""Notes on knobs whose effect a later step takes back or covers: volume, and backdrop."""

from collections.abc import Iterator, Mapping

from collide.limits import as_typed
from collide.project.settings import PINNED, Settings, bare


def undone(settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield a note for each typed knob that is rarely seen or heard as it was meant.

    One volume for every layer is taken back by the loudness of the whole, unless it is a range, or
    there is a bed, or a layer with a volume of its own.
    """
    piece, own = settings.piece(), [name for name in settings.explicit if PINNED.fullmatch(name)]
    alone = not piece["audio_beds"] and "volume" not in map(bare, own)
    if typed.get("volume") and alone and settings.reach("volume") is None:
        loud = as_typed(piece["loudness_lufs"])
        yield (
            f"volume is the same for every layer, and the whole is brought to loudness_lufs={loud}:"
            " set that, or the volume of one layer"
        )
    if any(text for name, text in typed.items() if bare(name) == "backdrop"):
        yield "backdrop is seen only where the clip of layer 1 is itself transparent"
