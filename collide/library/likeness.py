"""Lookalike clips: copies with a different size, encoder or brightness.

A signature has 64 bits for each of a few frames, at the same relative times in each clip (see
source/glance). So a shortened copy counts as a different clip, as its maker may intend.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# How many of 64 bits may differ in a copy, on average and in any single frame. Twelve real clips
# differed from their copies (a quarter of the size, crf 36, half the rate, brighter, cropped) by 0
# to 9 bits on average, and by at most 11 in a frame. The twelve clips differed from one another by
# at least 24 bits on average, and by at least 18 in a frame.
FAR, FARTHEST = 10.0, 14
MIN_FRAMES = 3  # the minimum number of frames to compare, not counting flat frames


class Signature(NamedTuple):
    """The data for comparing clips."""

    seconds: float
    signature: Sequence[str]  # 16 hex digits per frame, "" for a flat frame


def groups(looks: Mapping[str, Signature]) -> dict[str, str]:
    """Map each clip that has lookalikes to the first clip of its group, in input order."""
    numbers = {
        name: [int(sign, 16) if sign else None for sign in look.signature]
        for name, look in looks.items()
    }
    place = {name: at for at, name in enumerate(looks)}
    first = dict(zip(looks, looks, strict=True))
    by_length = sorted(looks, key=lambda name: looks[name].seconds)
    for at, name in enumerate(by_length):
        seconds = looks[name].seconds
        limit = seconds + max(0.25, 0.01 * seconds)  # encoders add frames, containers round times
        for other in by_length[at + 1 :]:
            if looks[other].seconds > limit:
                break
            if _alike(numbers[name], numbers[other]):
                roots = (_root(first, name), _root(first, other))
                head, tail = sorted(roots, key=lambda root: place[root])
                first[tail] = head
    root_of = {name: _root(first, name) for name in looks}
    heads = {root for name, root in root_of.items() if root != name}
    return {name: root for name, root in root_of.items() if root in heads}


def _alike(one: Sequence[int | None], two: Sequence[int | None]) -> bool:
    """Return whether enough frames are flat in neither of two clips, and these frames are alike."""
    pairs = ((a, b) for a, b in zip(one, two, strict=False) if a is not None and b is not None)
    bits = [(a ^ b).bit_count() for a, b in pairs]
    return len(bits) >= MIN_FRAMES and max(bits) <= FARTHEST and sum(bits) <= FAR * len(bits)


def _root(first: dict[str, str], name: str) -> str:
    while first[name] != name:
        name = first[name]
    return name
