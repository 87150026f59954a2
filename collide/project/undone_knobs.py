"""Notes on knobs whose effect a later step cancels or covers: volume and backdrop."""

from collections.abc import Iterator, Mapping

from collide.limits import as_typed
from collide.project.settings import PINNED, Settings, bare


def undone(settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield notes on a volume without effect and on a backdrop, if the command sets them.

    The mix is normalized to its loudness, which cancels a volume that is the same for all layers.
    The volume has an effect if it is a range, if the piece has a bed, or if a layer has its own
    volume.
    """
    piece, own = settings.piece(), [name for name in settings.explicit if PINNED.fullmatch(name)]
    alone = not piece["audio_beds"] and "volume" not in map(bare, own)
    if typed.get("volume") and alone and settings.reach("volume") is None:
        loud = as_typed(piece["loudness_lufs"])
        yield (
            "volume has no effect: it is the same for every layer, and the mix is normalized to"
            f" loudness_lufs={loud}; set that, or one layer's volume"
        )
    if any(text for name, text in typed.items() if bare(name) == "backdrop"):
        yield "backdrop is seen only where the clip of layer 1 is itself transparent"
