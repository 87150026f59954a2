"""Starts of layers within a shot of their clips, to avoid visible cuts if possible."""

from collections.abc import Callable, Mapping, Sequence
from math import floor
from typing import Any, NamedTuple

IN_SHOT = " in a shot"  # marks a start within a shot, in a draw

Shot = Sequence[float]  # start and end in seconds of the clip, and other facts
Shots = Callable[[str], Sequence[Shot]]  # the shots for a digest, or () if unavailable


class Begin(NamedTuple):
    """The start of a layer, the shot, and whether the shot is long enough for the layer."""

    start: float  # seconds of the clip
    shot: tuple[float, float]
    fits: bool


def begin_in_shot(
    shots: Sequence[Shot], share: float, *, needs: float, room: float
) -> Begin | None:
    """Return the start of a layer, or None if the clip has no shots.

    If no shot is long enough, use the longest shot that begins early enough for the clip to fill
    the layer. If no shot begins early enough, use the first shot.

    Args:
        shots: the shots of the clip, in chronological order.
        share: 0..1, the position among all possible starts, from the first shot to the last.
        needs: how much of the clip the layer shows, in seconds.
        room: the latest start that leaves enough of the clip, ignoring cuts.
    """
    fitting = [(s[0], s[1], max(0.0, s[1] - s[0] - needs)) for s in shots if _long(s) >= needs]
    left = share * sum(more for _, _, more in fitting)
    for at, (first, last, more) in enumerate(fitting):
        if left <= more or at == len(fitting) - 1:
            return Begin(round(first + min(left, more), 3), (first, last), fits=True)
        left -= more
    filled = [shot for shot in shots if shot[0] <= room] or shots[:1]
    longest = max(filled, key=_long, default=None)
    return Begin(longest[0], (longest[0], longest[1]), fits=False) if longest else None


def too_short(
    layer: int, name: str, shots: Sequence[Shot], knobs: Mapping[str, Any], needs: float
) -> str:
    """Return the note for a layer if no shot of its clip is long enough."""
    longest, speed = max(map(_long, shots)), knobs["speed"]
    loop = max(0.1, floor(10 * longest / speed) / 10)
    return (
        f"layer {layer}: no shot of {name} lasts {needs:.2f} s (the longest lasts "
        f"{longest:.2f} s), so cuts are visible; "
        f"layer{layer}.loop_seconds={loop:g} would repeat one shot"
    )


def _long(shot: Shot) -> float:
    return round(shot[1] - shot[0], 3)
